//! The silent probe: has the key this credential? No PIN, no touch, and never presence.

use super::KeyFacts;
use super::RecordedCredential;
use super::VERIFICATION_REQUIRED;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::CtapStatus;
use crate::ctap::GetAssertion;
use crate::facts::Observed;
use crate::primitives::TenantId;
use crate::webauthn::AuthenticatorData;
use crate::webauthn::ClientData;
use crate::webauthn::SignatureCheck;
use crate::webauthn::SilentProbe;
use crate::webauthn::behaviour;

/// What a silent probe came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Nothing was asked: no credential is on record.
    NotAsked,
    /// The key did not sign, and said so with this status.
    Refused(CtapStatus),
    /// The key signed.
    Signed(Box<Signed>),
}

impl Probe {
    /// What was signed; `None` if nothing was.
    #[must_use]
    pub fn signed(&self) -> Option<&Signed> {
        match self {
            Self::Signed(signed) => Some(signed),
            Self::NotAsked | Self::Refused(_) => None,
        }
    }
}

/// A signature that a silent probe brought, against the credential it was asked of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Whether it names the credential that was asked.
    pub same_credential: bool,
    /// The signature by the public key on record.
    pub signature: SignatureCheck,
    /// Whether authenticator data is for the relying party on record.
    pub rp_id_hash_matches: bool,
    /// What was signed before the client data's hash: flags, which should be clear, and counter.
    pub auth_data: AuthenticatorData,
    /// The client data's JSON, for a record's evidence.
    pub client_data_json: Vec<u8>,
    /// The signature, likewise.
    pub signature_bytes: Vec<u8>,
}

impl Signed {
    /// Whether the credential on record signed, for its relying party.
    #[must_use]
    pub fn is_genuine(&self) -> bool {
        self.same_credential && self.rp_id_hash_matches && self.signature == SignatureCheck::Good
    }
}

/// Whether a credential of this level of credProtect, if it is there, answers a silent probe of such a
/// key: the level is known to allow it (CTAP 2.1 §12.1), and somebody saw that the model with this
/// firmware does (`docs/keys-observed.tsv`). Otherwise it may hide, and silence says nothing.
#[must_use]
pub fn known_to_answer(facts: &KeyFacts, cred_protect: &Observed<u8>) -> bool {
    let Observed::Known(model) = facts.aaguid() else {
        return false;
    };
    let firmware = facts.firmware();
    let firmware = firmware.known().map_or("unknown", String::as_str);
    let level = matches!(cred_protect, Observed::Known(level) if (1..VERIFICATION_REQUIRED).contains(level));
    level && behaviour(model, firmware).silent_probe == Some(SilentProbe::Answered)
}

/// Asks the key, without a touch and without a token, to sign `nonce` by the credential on record.
///
/// # Errors
/// [`CtapError`] if no answer came or it is none; a status is an answer.
pub fn probe(
    ctap: &mut Ctap<'_>,
    tenant: &TenantId,
    nonce: &[u8; 16],
    recorded: &RecordedCredential,
) -> Result<Probe, CtapError> {
    let client_data = ClientData::probe(tenant, nonce);
    let allow = [recorded.id.clone()];
    let request = GetAssertion {
        rp_id: &recorded.rp_id,
        client_data: &client_data,
        allow: &allow,
        user_presence: false,
    };
    let answer = match ctap.get_assertion(&request, None, &mut |_| {}) {
        Ok(answer) => answer,
        Err(CtapError::Status { status, .. }) => return Ok(Probe::Refused(status)),
        Err(error) => return Err(error),
    };
    let data = &answer.auth_data;
    let message = [data.raw(), client_data.hash().bytes()].concat();
    Ok(Probe::Signed(Box::new(Signed {
        same_credential: answer.credential_id == recorded.id,
        signature: recorded.public_key.verify(&message, &answer.signature),
        rp_id_hash_matches: data.rp_id_hash() == &recorded.rp_id.hash().0,
        client_data_json: client_data.json().to_vec(),
        signature_bytes: answer.signature,
        auth_data: answer.auth_data,
    })))
}
