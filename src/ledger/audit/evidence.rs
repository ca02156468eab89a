//! From a record's evidence to facts.

use super::alone;
use super::anchors::Anchors;
use super::other_evidence as other;
use crate::facts::evidence::CredentialMatch;
use crate::facts::evidence::EvidenceFacts;
use crate::facts::evidence::PresenceEvidence;
use crate::facts::evidence::RegistrationEvidence;
use crate::facts::evidence::RpIdFact;
use crate::facts::evidence::Shown;
use crate::facts::metadata::ModelFacts;
use crate::primitives::Digest;
use crate::record::CeremonyRecord;
use crate::record::Event;
use crate::record::Presence;
use crate::record::Statement;
use crate::webauthn::AttestationObject;
use crate::webauthn::AttestedCredentialData;
use crate::webauthn::AuthenticatorData;
use crate::webauthn::ClientData;
use crate::webauthn::RpId;
use crate::webauthn::attestation;
use crate::webauthn::attestation::Chains;
use crate::webauthn::metadata::Metadata;

/// The facts of a record that cannot be read.
pub(super) const fn none(record: u64) -> EvidenceFacts {
    EvidenceFacts {
        record,
        registration: Shown::NotNeeded,
        presence: Shown::NotNeeded,
        attest: Shown::NotNeeded,
        probe: Shown::NotNeeded,
        credential: CredentialMatch::NotNeeded,
        firmware_stated: None,
        rp_id: None,
    }
}

/// What a record's evidence comes to.
pub(super) struct Evidence {
    /// What it shows by itself.
    pub(super) facts: EvidenceFacts,
    /// The model that the registration attests; `None` if it attests none.
    pub(super) model: Option<ModelFacts>,
    /// The credential that the record registers: as its registration attests it, or at a portal as
    /// it is stated; `None` without one that can be read.
    pub(super) registered: Option<AttestedCredentialData>,
}

impl Evidence {
    /// That of a record that cannot be read.
    pub(super) const fn unread(record: u64) -> Self {
        Self {
            facts: none(record),
            model: None,
            registered: None,
        }
    }
}

/// What the record's evidence comes to. `stated` are the statement's bytes.
pub(super) fn facts(
    index: u64,
    record: &CeremonyRecord,
    stated: &[u8],
    metadata: Option<&Metadata>,
    anchors: &Anchors<'_>,
    chains: &Chains,
) -> Evidence {
    let statement = &record.statement;
    let key = statement.key.as_ref();
    let rp_id = key.and_then(|key| key.rp_id.as_ref());
    let registration = record.evidence.registration.as_ref();
    let presence = record.evidence.presence.as_ref();
    let (mut model, mut registered) = (None, at_the_portal(statement));
    let facts = EvidenceFacts {
        record: index,
        registration: shown(
            registration,
            statement.event == Event::Registration && statement.portal.is_none(),
            |evidence| {
                let object = AttestationObject::parse(&evidence.attestation_object.0)?;
                let credential = object.auth_data().credential()?;
                if statement.event != Event::Registration || statement.portal.is_none() {
                    registered = Some(credential.clone());
                }
                let anchors = anchors.of(credential.aaguid, metadata);
                let json = &evidence.client_data_json.0;
                let read = read_registration(&object, json, statement, &anchors, chains);
                let firmware = key.and_then(|key| key.firmware.as_ref());
                let firmware = firmware.map(|claim| claim.value.as_str());
                model = alone::model(&object, &read.attestation, firmware);
                Some(read)
            },
        ),
        presence: shown(
            presence,
            statement.event.needs_presence(statement.level),
            |evidence| read_presence(evidence, statement, stated, rp_id),
        ),
        attest: shown(record.evidence.attest.as_ref(), false, |evidence| {
            let read = other::read_attest(evidence, statement, stated, metadata, anchors, chains)?;
            if statement.portal.is_some() {
                // The only word on the key's model that a registration at a portal leaves.
                let object = AttestationObject::parse(&evidence.attestation_object.0)?;
                let firmware = key.and_then(|key| key.firmware.as_ref());
                let firmware = firmware.map(|claim| claim.value.as_str());
                model = alone::model(&object, &read.attestation, firmware);
            }
            Some(read)
        }),
        probe: shown(record.evidence.probe.as_ref(), false, |evidence| {
            other::read_probe(evidence, statement, rp_id)
        }),
        credential: CredentialMatch::NotNeeded,
        firmware_stated: key
            .and_then(|key| key.firmware.as_ref())
            .map(|claim| claim.value.clone()),
        rp_id: rp_id.map(|rp_id| RpIdFact {
            rp_id: rp_id.as_str().to_owned(),
            is_entra: rp_id.is_entra(),
        }),
    };
    Evidence {
        facts,
        model,
        registered,
    }
}

/// The credential that a registration at a portal states; `None` of other events.
fn at_the_portal(statement: &Statement) -> Option<AttestedCredentialData> {
    if statement.event != Event::Registration || statement.portal.is_none() {
        return None;
    }
    let key = statement.key.as_ref()?;
    Some(AttestedCredentialData {
        aaguid: key.aaguid,
        credential_id: key.credential_id.clone()?,
        public_key: key.public_key.as_ref()?.cose.clone(),
    })
}

fn shown<T, U>(evidence: Option<&T>, needed: bool, read: impl FnOnce(&T) -> Option<U>) -> Shown<U> {
    match evidence {
        Some(evidence) => read(evidence).map_or(Shown::Malformed, Shown::Shown),
        None if needed => Shown::Missing,
        None => Shown::NotNeeded,
    }
}

fn read_registration(
    object: &AttestationObject,
    json: &[u8],
    statement: &Statement,
    anchors: &[attestation::Anchor],
    chains: &Chains,
) -> RegistrationEvidence {
    let key = statement.key.as_ref();
    let rp_id = key.and_then(|key| key.rp_id.as_ref());
    let claims = attestation::registration(object, json, rp_id);
    let origin = rp_id.map(|rp_id| format!("https://{rp_id}"));
    let client_data_is_registration = claims.client_data.as_ref().is_ok_and(|data| {
        data.kind == "webauthn.create"
            && Some(&data.origin) == origin.as_ref()
            && data.is_top_level()
    });
    RegistrationEvidence {
        client_data_is_registration,
        claims,
        attestation: chains.judge(object, json, anchors, statement.time.started),
        counter: object.auth_data().counter(),
    }
}

fn read_presence(
    evidence: &Presence,
    statement: &Statement,
    stated: &[u8],
    rp_id: Option<&RpId>,
) -> Option<PresenceEvidence> {
    let data = AuthenticatorData::parse(&evidence.authenticator_data.0)?;
    let json = &evidence.client_data_json.0;
    let key = statement
        .key
        .as_ref()
        .and_then(|key| key.public_key.as_ref());
    let signed = [data.raw(), &Digest::of(json).0].concat();
    Some(PresenceEvidence {
        user_present: data.user_present(),
        user_verified: data.user_verified(),
        rp_id_hash_matches: rp_id.map(|rp_id| rp_id.hash().0 == *data.rp_id_hash()),
        binds_statement: ClientData::presence(&statement.tenant_id, stated).json() == json,
        signature: key.map(|key| key.cose.verify(&signed, &evidence.signature.0)),
        counter: data.counter(),
        counter_before: None,
    })
}
