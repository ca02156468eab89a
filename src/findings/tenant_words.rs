//! The tenant's outcomes in words: what was seen, and the one setting to change.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use crate::entra::AllowedBy;
use crate::entra::Answer;
use crate::entra::DenialReason;
use crate::entra::Failure;
use crate::entra::Fido2Method;
use crate::entra::Miss;
use crate::entra::NoReply;
use crate::entra::Principal;
use crate::entra::PrincipalKind;
use crate::entra::ProfileFault;
use crate::entra::ProfileRef;
use crate::entra::Reason;
use crate::entra::Refusal;
use crate::entra::Setting;
use crate::entra::TargetScope;
use crate::entra::Unsure;
use crate::webauthn::Aaguid;

/// Where the passkey policy is set.
pub(super) const PASSKEYS: &str = "Authentication methods > Policies > Passkey (FIDO2)";

/// Why something is not known, for an answer that is not `Known`.
pub(super) fn not_known<T>(what: &str, answer: &Answer<T>) -> String {
    match answer {
        Answer::Known(_) => format!("{what}: known"),
        Answer::Absent => format!("nothing is there (404) to read {what} from"),
        Answer::Failed(failure) => format!("could not read {what}: {}", failed(failure)),
        Answer::Denied(denial) => match denial.reason {
            DenialReason::NotSignedIn => format!("could not read {what}: not signed in (401)"),
            DenialReason::Permission => {
                format!("not allowed to read {what} (403): needs {}", denial.needs)
            }
            DenialReason::Licence => {
                format!("could not read {what}: the tenant has no licence for it")
            }
            DenialReason::Throttled => format!("could not read {what}: throttled out (429)"),
        },
    }
}

/// What would tell something that is not known; `None` where nothing that a person does would.
pub(super) fn what_would_tell<T>(answer: &Answer<T>) -> Option<String> {
    match answer {
        Answer::Known(_) | Answer::Absent => None,
        Answer::Failed(Failure::NoReply(NoReply::NotRecorded)) => {
            Some("save the exchanges again: this file is of a run that asked less".to_owned())
        }
        Answer::Failed(_) => Some("run it again; if it stays so, glasskey doctor".to_owned()),
        Answer::Denied(denial) => Some(match denial.reason {
            DenialReason::NotSignedIn => "sign in again".to_owned(),
            DenialReason::Permission => format!(
                "grant {} to the app registration; a person who signs in needs a role that may \
                 read it too, such as Global Reader",
                denial.needs
            ),
            DenialReason::Licence => {
                "a licence for Microsoft Entra ID P1 or P2 would tell; without one, look by hand"
                    .to_owned()
            }
            DenialReason::Throttled => {
                "run it again when fewer other programs read this tenant".to_owned()
            }
        }),
    }
}

/// The finding of a check whose fact is not known: never a pass, and with what would tell.
pub(super) fn unknown<T>(
    check: Check,
    subject: &Subject,
    what: &str,
    answer: &Answer<T>,
) -> Finding {
    let detail = not_known(what, answer);
    Finding {
        fix: what_would_tell(answer),
        ..Finding::new(check, Verdict::Unknown, subject.clone(), detail)
    }
}

fn failed(failure: &Failure) -> String {
    match failure {
        Failure::NoReply(NoReply::NotSent(why) | NoReply::MayHaveHappened(why)) => {
            format!("no answer came ({why})")
        }
        Failure::NoReply(NoReply::TooLarge(bytes)) => {
            format!("the answer is too large ({bytes} bytes)")
        }
        Failure::NoReply(NoReply::NotRecorded) => "not among the saved exchanges".to_owned(),
        Failure::Status(error) if error.code.is_empty() => {
            format!("answered with status {}", error.status)
        }
        Failure::Status(error) => {
            format!("answered with status {}, {}", error.status, error.code)
        }
        Failure::NotJson => "the answer is not JSON".to_owned(),
        Failure::Unreadable(what) => format!("the answer is not readable as {what}"),
        Failure::NextLinkElsewhere => "its next page is on another host".to_owned(),
        Failure::NextLinkLoops => "its pages go round in a circle".to_owned(),
        Failure::TooMany { pages, items } => {
            format!("longer than is read ({pages} pages, {items} items)")
        }
        Failure::Options(_) => "the answer may not be used".to_owned(),
        Failure::NotAsked => "not asked".to_owned(),
    }
}

/// The profiles that let a key in.
pub(super) fn allowed(aaguid: &Aaguid, by: &[AllowedBy]) -> String {
    let names: Vec<String> = by
        .iter()
        .map(|one| {
            let mut name = profile(&one.profile);
            if one.assumed {
                name.push_str(" (assumed: no target names a profile)");
            }
            if !one.attestation_required {
                name.push_str(" (attestation not enforced: the AAGUID is the key's own word)");
            }
            name
        })
        .collect();
    format!("{aaguid} is allowed by {}", names.join(", "))
}

/// The profiles that let a registered key sign in: attestation acted when it was registered.
pub(super) fn allowed_to_sign_in(aaguid: &Aaguid, by: &[AllowedBy]) -> String {
    let names: Vec<String> = by.iter().map(|one| profile(&one.profile)).collect();
    let assumed = if by.iter().all(|one| one.assumed) {
        " (assumed: no target names a profile)"
    } else {
        ""
    };
    format!("{aaguid} may sign in by {}{assumed}", names.join(", "))
}

/// Why a key is refused.
pub(super) fn refused(aaguid: &Aaguid, first: &Refusal, further: &[Refusal]) -> String {
    let mut words = format!("{aaguid} is refused: {}", reason(&first.reason));
    for one in further {
        words.push_str("; then ");
        words.push_str(&reason(&one.reason));
    }
    words
}

fn reason(reason: &Reason) -> String {
    match reason {
        Reason::MethodDisabled => "the passkey method is off for the whole tenant".to_owned(),
        Reason::Guest => "the account is a guest, and guests cannot have passkeys".to_owned(),
        Reason::Excluded(scope) => {
            format!("excluded by {}, which beats every inclusion", target(scope))
        }
        Reason::NotIncluded => "no included target names the account".to_owned(),
        Reason::SelfServiceOff => "self-service set-up is off".to_owned(),
        Reason::NoProfileFits(misses) => misses.iter().map(miss).collect::<Vec<_>>().join("; "),
    }
}

fn miss(miss: &Miss) -> String {
    let faults: Vec<&str> = miss
        .faults
        .iter()
        .map(|fault| match fault {
            ProfileFault::DeviceBoundNotTaken => "takes no device-bound passkeys",
            ProfileFault::NotOnAllowList => "does not list it as allowed",
            ProfileFault::OnBlockList => "blocks it",
            ProfileFault::AttestationAbsent => "demands an attestation that the key does not have",
        })
        .collect();
    format!("{} {}", profile(&miss.profile), faults.join(" and "))
}

/// The one setting to change.
pub(super) fn setting(setting: &Setting) -> String {
    match setting {
        Setting::EnableMethod => format!("{PASSKEYS}: enable the method"),
        Setting::UseMemberAccount => "use a cloud-only member account".to_owned(),
        Setting::RemoveExclusion(scope) => {
            format!(
                "take the account out of {}, or that out of Exclude in {PASSKEYS}",
                target(scope)
            )
        }
        Setting::AddInclusion => {
            format!("{PASSKEYS} > Enable and target: include a group of the account")
        }
        Setting::AllowSelfService => format!("{PASSKEYS} > Configure: allow self-service set-up"),
        Setting::TakeDeviceBound(which) => {
            format!(
                "{PASSKEYS} > {}: take device-bound passkeys",
                profile(which)
            )
        }
        Setting::AddToAllowList(which, aaguid) => {
            format!(
                "{PASSKEYS} > {}: add {aaguid} to the allowed AAGUIDs",
                profile(which)
            )
        }
        Setting::RemoveFromBlockList(which, aaguid) => {
            format!(
                "{PASSKEYS} > {}: remove {aaguid} from the blocked AAGUIDs",
                profile(which)
            )
        }
        Setting::UseAttestedKey(which) => {
            format!("use a key with attestation; {} enforces it", profile(which))
        }
    }
}

/// Why it cannot be told.
pub(super) fn unsure(why: &[Unsure]) -> String {
    let words: Vec<String> = why
        .iter()
        .map(|one| match one {
            Unsure::State(word) => format!("the method's state is not one we know ({word})"),
            Unsure::UserType => "the account's type is not told".to_owned(),
            Unsure::SelfService => "it is not told whether self-service set-up is on".to_owned(),
            Unsure::IncludeTargets => "the included targets cannot be read".to_owned(),
            Unsure::ExcludeTargets => "the excluded targets cannot be read".to_owned(),
            Unsure::Membership => "it hangs on groups that we cannot see".to_owned(),
            Unsure::ProfileMissing(id) => {
                format!("a target names profile {id}, which is not there")
            }
            Unsure::NoDefaultProfile => {
                "a target names no profile and there is no default".to_owned()
            }
            Unsure::ProfileUnreadable(which) => {
                format!("{} has a member we cannot read", profile(which))
            }
        })
        .collect();
    words.join("; ")
}

/// A passkey as the tenant names it.
pub(super) fn method(method: &Fido2Method) -> String {
    let name = method.display_name.as_str();
    format!("\"{name}\", id {}", method.id)
}

/// A user, group or application as a person would look it up.
pub(super) fn principal(who: &Principal) -> String {
    let kind = match who.kind {
        PrincipalKind::User | PrincipalKind::Other(_) | PrincipalKind::NotTold => "",
        PrincipalKind::Group => "group ",
        PrincipalKind::ServicePrincipal => "application ",
    };
    match (&who.name, &who.upn) {
        (Some(name), Some(upn)) => format!("{kind}\"{name}\" ({upn})"),
        (Some(name), None) => format!("{kind}\"{name}\" ({})", who.id),
        (None, Some(upn)) => format!("{kind}{upn}"),
        (None, None) => format!("{kind}{}", who.id),
    }
}

/// A profile's name.
pub(super) fn profile(which: &ProfileRef) -> String {
    match which {
        ProfileRef::Legacy => "the policy's own key restrictions".to_owned(),
        ProfileRef::Profile { id, name } if name.is_empty() => format!("profile {id}"),
        ProfileRef::Profile { name, .. } => format!("profile \"{name}\""),
    }
}

/// Whom a target means.
pub(super) fn target(scope: &TargetScope) -> String {
    match scope {
        TargetScope::AllUsers => "all users".to_owned(),
        TargetScope::Group(id) => format!("group {id}"),
        TargetScope::User(id) => format!("user {id}"),
        TargetScope::Unreadable => "a target we cannot read".to_owned(),
    }
}
