//! What one entry of the sign-in log is to a ceremony that waits for one.

use crate::entra::AuthenticationStep;
use crate::entra::Fido2Method;
use crate::entra::SignIn;
use crate::entra::Told;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use crate::webauthn::CredentialId;

/// A key's last use and a sign-in are the same moment when they are this near, in seconds.
const SAME: u64 = 120;

/// What is looked for.
pub(super) struct Sought<'a> {
    pub(super) user: Guid,
    pub(super) since: UtcTime,
    /// After it, it is another one; `None` if there is no end.
    pub(super) until: Option<UtcTime>,
    pub(super) label: &'a str,
    pub(super) aaguid: Aaguid,
    pub(super) credential: &'a CredentialId,
    /// Entries that stand for other sign-ins already.
    pub(super) taken: &'a [Guid],
}

/// What one entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Of another account, of before, of nobody who was there, or taken for another sign-in.
    OfNoConcern,
    /// Somebody tried, and was refused with this code.
    Refused(i64),
    /// The log does not tell yet with what.
    NotToldYet,
    /// This log never tells with what.
    NeverTold,
    /// With something else than a passkey.
    WithSomethingElse(String),
    /// With a passkey of another name or model.
    WithAnother(String),
    /// With the passkey of this name, which is ours by name and model.
    WithOurs(String),
    /// With a passkey of our model, of a name that is not the label; empty if none is told.
    WithOneOfOurModel(String),
}

/// What an entry is, by itself.
pub(super) fn entry(one: &SignIn, sought: &Sought<'_>) -> Entry {
    let after = sought.until.is_some_and(|until| one.at > until);
    // The log and both clocks tell whole seconds, which may differ by one.
    let before = one.at.plus_seconds(1) < sought.since;
    let outside = before || after;
    let taken = one.id.is_some_and(|id| sought.taken.contains(&id));
    if one.user != sought.user || outside || taken || one.interactive == Told::No {
        return Entry::OfNoConcern;
    }
    match one.error {
        Some(0) => {}
        Some(code) => return Entry::Refused(code),
        None => return Entry::NotToldYet,
    }
    let Some(steps) = &one.steps else {
        return Entry::NeverTold;
    };
    if let Some(step) = steps.iter().find(|step| step.is_passkey()) {
        return passkey(step, sought);
    }
    let other = steps
        .iter()
        .find(|step| step.succeeded == Told::Yes && !step.is_earlier());
    other.map_or(Entry::NotToldYet, |step| {
        Entry::WithSomethingElse(step.method.clone())
    })
}

fn passkey(step: &AuthenticationStep, sought: &Sought<'_>) -> Entry {
    let told = step.detail.rsplit_once(" - ");
    let told = told.and_then(|(name, model)| Some((name.trim(), Aaguid::parse(model.trim())?)));
    match told {
        Some((name, model)) if model != sought.aaguid => Entry::WithAnother(name.to_owned()),
        Some((name, _)) if name == sought.label => Entry::WithOurs(name.to_owned()),
        Some((name, _)) => Entry::WithOneOfOurModel(name.to_owned()),
        None => Entry::WithOneOfOurModel(String::new()),
    }
}

/// What an entry with a passkey of our model comes to, beside the account's passkeys with their last
/// use: one that was renamed in the tenant, or one whose name the log does not tell.
pub(super) fn beside(
    methods: &[Fido2Method],
    name: &str,
    at: UtcTime,
    sought: &Sought<'_>,
) -> Entry {
    let is_ours = |method: &&Fido2Method| method.credential().as_ref() == Some(sought.credential);
    let Some(ours) = methods.iter().find(is_ours) else {
        return Entry::WithAnother(name.to_owned());
    };
    let mut others = methods.iter().filter(|method| !is_ours(method));
    let same_name = |method: &Fido2Method| !name.is_empty() && method.display_name == name;
    let just_used = |method: &Fido2Method| {
        let near = |used: UtcTime| used.unix().abs_diff(at.unix()) <= SAME;
        method.last_used.is_some_and(near)
    };
    if others.any(same_name) {
        return Entry::WithAnother(name.to_owned());
    }
    let mut others = methods.iter().filter(|method| !is_ours(method));
    if same_name(ours) || (just_used(ours) && !others.any(just_used)) {
        return Entry::WithOurs(ours.display_name.clone());
    }
    let of_our_model = |method: &&Fido2Method| method.aaguid == Some(sought.aaguid);
    if name.is_empty() && methods.iter().filter(of_our_model).count() > 1 {
        return Entry::NotToldYet;
    }
    if name.is_empty() && ours.aaguid == Some(sought.aaguid) {
        return Entry::WithOurs(ours.display_name.clone());
    }
    Entry::WithAnother(name.to_owned())
}

#[cfg(test)]
mod tests;
