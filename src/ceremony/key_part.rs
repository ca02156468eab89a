//! A key as a statement names it: its credential, and what it says of itself now.

use crate::ctap::ClientPin;
use crate::facts::claims::ClaimBasis;
use crate::facts::claims::Claimed;
use crate::facts::key::KeyFacts;
use crate::record::Basis;
use crate::record::Claim;
use crate::record::KeyPart;
use crate::record::PinPart;
use crate::record::PublicKeyPart;
use crate::record::Slots;
use crate::webauthn::Aaguid;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;

/// The credential a statement is about.
pub(super) struct Credential {
    pub(super) aaguid: Aaguid,
    pub(super) id: CredentialId,
    pub(super) method_id: Option<String>,
    pub(super) public_key: PublicKeyPart,
    pub(super) rp_id: RpId,
}

/// What changes while a key is used, read last.
#[derive(Clone, Copy)]
pub(super) struct Now {
    pub(super) pin_retries: Option<u32>,
    pub(super) slots_left: Option<u32>,
}

/// The key as a statement names it.
pub(super) fn key_part(facts: &KeyFacts, label: &str, credential: Credential, now: Now) -> KeyPart {
    KeyPart {
        aaguid: credential.aaguid,
        credential_id: Some(credential.id),
        firmware: facts.firmware_claim().known().map(claim),
        label: label.to_owned(),
        method_id: credential.method_id,
        pin: PinPart {
            always_uv: facts.always_uv().known().copied(),
            changed: None,
            force_change: facts.force_pin_change().known().copied(),
            min_length: facts.min_pin_length().known().copied(),
            retries: now.pin_retries,
            set: facts.client_pin == ClientPin::Set,
            uv_retries: facts.uv_retries.known().copied(),
        },
        public_key: Some(credential.public_key),
        rp_id: Some(credential.rp_id),
        serial: facts.serial_claim().known().map(claim),
        slots: Slots {
            left: now.slots_left,
            used: None,
        },
    }
}

/// What the key claims, as the record says it.
fn claim(claimed: &Claimed) -> Claim {
    Claim {
        basis: match claimed.basis {
            ClaimBasis::GetInfo => Basis::Getinfo,
            ClaimBasis::Vendor => Basis::Vendor,
            ClaimBasis::Usb => Basis::Usb,
            ClaimBasis::Init => Basis::Init,
        },
        value: claimed.value.clone(),
    }
}
