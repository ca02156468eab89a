//! The tenant's outcomes in words: what was seen, and the one setting to change.

use crate::entra::AllowedBy;
use crate::entra::Answer;
use crate::entra::DenialReason;
use crate::entra::Fido2Method;
use crate::entra::Miss;
use crate::entra::ProfileFault;
use crate::entra::ProfileRef;
use crate::entra::Reason;
use crate::entra::Refusal;
use crate::entra::Setting;
use crate::entra::TargetScope;
use crate::entra::Unsure;
use crate::webauthn::Aaguid;

const PASSKEYS: &str = "Authentication methods > Policies > Passkey (FIDO2)";

/// Why something is not known, for an answer that is not `Known`.
pub(super) fn not_known<T>(what: &str, answer: &Answer<T>) -> String {
    match answer {
        Answer::Known(_) => format!("{what} is known"),
        Answer::Absent => format!("{what} is not there (404)"),
        Answer::Failed(_) => format!("{what} could not be read: no usable answer came"),
        Answer::Denied(denial) => match denial.reason {
            DenialReason::NotSignedIn => format!("{what} was not read: not signed in (401)"),
            DenialReason::Permission => {
                format!("not allowed to read {what} (403): needs {}", denial.needs)
            }
            DenialReason::Licence => {
                format!("{what} was not read (403): the tenant has no licence for it")
            }
            DenialReason::Throttled => format!("{what} was not read: throttled out (429)"),
        },
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

fn profile(which: &ProfileRef) -> String {
    match which {
        ProfileRef::Legacy => "the policy's own key restrictions".to_owned(),
        ProfileRef::Profile { id, name } if name.is_empty() => format!("profile {id}"),
        ProfileRef::Profile { name, .. } => format!("profile \"{name}\""),
    }
}

fn target(scope: &TargetScope) -> String {
    match scope {
        TargetScope::AllUsers => "all users".to_owned(),
        TargetScope::Group(id) => format!("group {id}"),
        TargetScope::User(id) => format!("user {id}"),
        TargetScope::Unreadable => "a target we cannot read".to_owned(),
    }
}
