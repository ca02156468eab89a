//! From the evidence beside registration and presence to facts: a credential made only to attest,
//! and a silent probe.

use super::anchors::Anchors;
use crate::facts::evidence::AttestEvidence;
use crate::facts::evidence::ProbeEvidence;
use crate::primitives::Digest;
use crate::primitives::bytes;
use crate::record::Presence;
use crate::record::Registration;
use crate::record::Statement;
use crate::webauthn::AttestationObject;
use crate::webauthn::AuthenticatorData;
use crate::webauthn::ClientData;
use crate::webauthn::RpId;
use crate::webauthn::attestation;
use crate::webauthn::attestation::Chains;
use crate::webauthn::attestation::CollectedClientData;
use crate::webauthn::metadata::Metadata;

/// What the credential on our own rp id shows; `None` if it cannot be read.
pub(super) fn read_attest(
    evidence: &Registration,
    statement: &Statement,
    stated: &[u8],
    metadata: Option<&Metadata>,
    anchors: &Anchors<'_>,
    chains: &Chains,
) -> Option<AttestEvidence> {
    let object = AttestationObject::parse(&evidence.attestation_object.0)?;
    let json = &evidence.client_data_json.0;
    let data = object.auth_data();
    let model = data.credential()?.aaguid;
    let anchors = anchors.of(model, metadata);
    Some(AttestEvidence {
        user_present: data.user_present(),
        rp_id_hash_matches: RpId::ceremony().hash().0 == *data.rp_id_hash(),
        binds_statement: ClientData::attest(&statement.tenant_id, stated).json() == json,
        model_matches: statement.key.as_ref().map(|key| key.aaguid == model),
        attestation: chains.judge(&object, json, &anchors, statement.time.started),
        thumbprint: attestation::certificates(&object)
            .first()
            .map(|leaf| attestation::thumbprint(leaf)),
    })
}

/// What the probe shows; `None` if it cannot be read.
pub(super) fn read_probe(
    evidence: &Presence,
    statement: &Statement,
    rp_id: Option<&RpId>,
) -> Option<ProbeEvidence> {
    let data = AuthenticatorData::parse(&evidence.authenticator_data.0)?;
    let json = &evidence.client_data_json.0;
    let key = statement.key.as_ref();
    let key = key.and_then(|key| key.public_key.as_ref());
    let signed = [data.raw(), &Digest::of(json).0].concat();
    let nonce: Option<[u8; 16]> = CollectedClientData::parse(json)
        .ok()
        .and_then(|collected| bytes::from_base64url(&collected.challenge)?.try_into().ok());
    let is_probe =
        nonce.is_some_and(|nonce| ClientData::probe(&statement.tenant_id, &nonce).json() == json);
    Some(ProbeEvidence {
        user_present: data.user_present(),
        rp_id_hash_matches: rp_id.map(|rp_id| rp_id.hash().0 == *data.rp_id_hash()),
        is_probe,
        signature: key.map(|key| key.cose.verify(&signed, &evidence.signature.0)),
    })
}
