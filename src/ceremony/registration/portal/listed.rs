//! The new credential on the key, found in the key's own list by the credential id of the tenant's
//! method: what joins the two.

use super::Found;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::the_key::InHand;
use crate::ctap::CtapError;
use crate::ctap::DiscoverableCredential;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::ctap::PinToken;
use crate::primitives::bytes::hex;
use crate::webauthn::CoseKey;
use crate::webauthn::RpId;

/// A credential as the key lists it.
pub(in crate::ceremony::registration) struct Listed {
    /// Whom it is for.
    pub(in crate::ceremony::registration) rp_id: RpId,
    /// Its public key.
    pub(in crate::ceremony::registration) public_key: CoseKey,
}

/// Every credential that the key holds for Entra, each with its relying party. Where the cloud's rp id
/// is not known to us, those of all relying parties.
pub(in crate::ceremony::registration) fn all(
    room: &Room<'_>,
    hand: &mut InHand<'_>,
    pin: &Pin,
) -> Result<Vec<(RpId, DiscoverableCredential)>, CtapError> {
    let token = hand
        .ctap
        .token(pin, Permissions::CREDENTIAL_MANAGEMENT, None)?;
    let parties = match RpId::of_cloud(room.plan.tenant.cloud) {
        Some(rp_id) => vec![rp_id],
        None => parties(hand, &token)?,
    };
    let mut all = Vec::new();
    for rp_id in parties {
        let held = hand.ctap.credentials(&token, &rp_id.hash())?;
        all.extend(held.into_iter().map(|one| (rp_id.clone(), one)));
    }
    Ok(all)
}

/// Relying parties whose whole id the key tells.
fn parties(hand: &mut InHand<'_>, token: &PinToken) -> Result<Vec<RpId>, CtapError> {
    let parties = hand.ctap.relying_parties(token)?;
    let whole = |party: crate::ctap::RelyingParty| {
        party.rp_id.filter(|rp_id| rp_id.hash() == party.rp_id_hash)
    };
    Ok(parties.into_iter().filter_map(whole).collect())
}

/// Finds on the key in the hand what the tenant shows; `None` if it is not on it.
pub(in crate::ceremony::registration) fn find(
    room: &mut Room<'_>,
    hand: &mut InHand<'_>,
    pin: &Pin,
    label: &str,
    found: &Found,
    before: &[String],
) -> Result<Option<Listed>, CeremonyError> {
    let held = all(room, hand, pin)?;
    let joined = held
        .into_iter()
        .find(|(_, one)| one.credential_id == found.credential_id);
    let Some((rp_id, credential)) = joined else {
        return Ok(None);
    };
    if before.contains(&hex(found.credential_id.bytes())) {
        return Err(CeremonyError::Answer(
            "the credential was on the key before the portal; it is not the new one",
        ));
    }
    if found
        .aaguid
        .is_some_and(|aaguid| Some(aaguid) != hand.facts.aaguid().known().copied())
    {
        return Err(CeremonyError::Answer(
            "the tenant names another model for the new passkey than the key says it is",
        ));
    }
    room.operator.say(&format!(
        "The new credential is on {label}: the key lists it under the tenant's id."
    ));
    Ok(Some(Listed {
        rp_id,
        public_key: credential.public_key,
    }))
}
