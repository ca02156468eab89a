//! One registration judged alone: no book, no record, only what the key and its maker signed.

use super::anchors::Anchors;
use crate::facts::metadata::Listing;
use crate::facts::metadata::ModelFacts;
use crate::findings;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::ledger::Trust;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::primitives::bytes::Bytes;
use crate::primitives::foreign_json::Object;
use crate::primitives::foreign_json::present;
use crate::webauthn::AttestationObject;
use crate::webauthn::RpId;
use crate::webauthn::advisories;
use crate::webauthn::attestation;
use crate::webauthn::attestation::AttestationFacts;
use crate::webauthn::attestation::ChainFact;
use crate::webauthn::attestation::Format;
use serde::Deserialize;

/// A registration, as a file holds it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Object<Written>")]
pub struct LoneRegistration {
    /// The attestation object.
    pub attestation_object: Bytes,
    /// The client data, byte for byte.
    pub client_data_json: Bytes,
    /// What it should be for; `None` leaves `RP-HASH` not run.
    pub rp_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    attestation_object: Bytes,
    client_data_json: Bytes,
    #[serde(default, deserialize_with = "present")]
    rp_id: Option<String>,
}

impl From<Object<Written>> for LoneRegistration {
    fn from(Object(written): Object<Written>) -> Self {
        Self {
            attestation_object: written.attestation_object,
            client_data_json: written.client_data_json,
            rp_id: written.rp_id,
        }
    }
}

/// Judges `registration` as of a time, to the anchors of `trust` and its metadata, which must have
/// been verified as of that time. Total.
#[must_use]
pub fn judge_alone(
    registration: &LoneRegistration,
    trust: &Trust,
    as_of: UtcTime,
    subject: &Subject,
) -> Vec<Finding> {
    let unusable = |detail: &str| {
        vec![Finding::new(
            Check::AttFmt,
            Verdict::Fail,
            subject.clone(),
            detail,
        )]
    };
    let Some(object) = AttestationObject::parse(&registration.attestation_object.0) else {
        return unusable("the attestation object cannot be read");
    };
    let Some(made) = object.auth_data().credential() else {
        return unusable("no credential is in the attestation object");
    };
    let json = &registration.client_data_json.0;
    let rp_id = registration.rp_id.as_deref();
    let metadata = trust.metadata.as_deref();
    let anchors = Anchors::new(trust).of(made.aaguid, metadata);
    let facts = attestation::judge(&object, json, &anchors, as_of);
    let claims = attestation::registration(&object, json, rp_id.map(RpId::new).as_ref());
    let mut all = findings::attestation(&facts, None, subject);
    if let Some(model) = model(&object, &facts, None) {
        if let Some(metadata) = metadata {
            let listing = Listing::of(metadata, model.aaguid);
            let number = metadata.number();
            all.push(findings::status(
                &model, &listing, number, None, as_of, subject,
            ));
        }
        for advisory in advisories(model.aaguid).filter(|one| one.published <= as_of) {
            all.push(findings::advisory(&model, &advisory, subject));
        }
    }
    all.extend(findings::registration(&claims, rp_id, subject));
    all
}

/// The model that `facts` name, for what is known against it; `None` where the format names none.
pub(super) fn model(
    object: &AttestationObject,
    facts: &AttestationFacts,
    firmware_stated: Option<&str>,
) -> Option<ModelFacts> {
    if facts.format != Format::Packed {
        return None;
    }
    let mut certificates: Vec<Digest> = attestation::certificates(object)
        .into_iter()
        .map(Digest::of)
        .collect();
    if let ChainFact::ToAnchor { anchor, .. } = &facts.chain {
        certificates.push(*anchor);
    }
    let attested = facts.attested_firmware.map(|version| version.to_string());
    Some(ModelFacts {
        aaguid: facts.aaguid?,
        certificates,
        firmware: attested.or_else(|| firmware_stated.map(str::to_owned)),
    })
}
