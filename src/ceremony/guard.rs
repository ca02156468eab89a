//! The overwrite guard: makeCredential for the same relying party and user overwrites the credential
//! that the key holds for them, before the tenant hears of the new one.

use super::CeremonyError;
use super::Prompt;
use super::Room;
use super::the_key::InHand;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::ctap::Support;
use crate::facts::key::KeyFacts;
use crate::webauthn::CreationOptions;
use crate::webauthn::CredentialId;

/// Whether a key can list what it holds.
pub(super) fn can_list(facts: &KeyFacts) -> bool {
    let options = facts.info.effective_options();
    [
        options.credential_management,
        options.credential_management_preview,
    ]
    .contains(&Support::Yes)
}

/// What is asked where a passkey for the account would be overwritten.
pub(super) fn question(label: &str, alias: &str) -> Prompt {
    Prompt::Question(format!(
        "{label} holds a passkey for {alias} already. A new one overwrites it, and the old one opens \
         nothing any more. Go on?"
    ))
}

/// Asks before a credential that the key holds for this user is overwritten; not for those in
/// `expected`. A key that cannot list what it holds cannot be asked.
pub(super) fn overwrites(
    room: &mut Room<'_>,
    hand: &mut InHand<'_>,
    pin: &Pin,
    options: &CreationOptions,
    (label, alias): (&str, &str),
    expected: &[CredentialId],
) -> Result<(), CeremonyError> {
    if !can_list(&hand.facts) {
        return Ok(());
    }
    let token = hand.ctap.token(
        pin,
        Permissions::CREDENTIAL_MANAGEMENT,
        Some(&options.rp_id),
    )?;
    let held = hand.ctap.credentials(&token, &options.rp_id.hash())?;
    let lost = held.iter().any(|one| {
        one.user.expose() == options.user_id.expose() && !expected.contains(&one.credential_id)
    });
    if lost && !room.operator.confirm(&question(label, alias)) {
        return Err(CeremonyError::Declined);
    }
    Ok(())
}
