//! `SSPR-OFF` `TAP-LEFT` `TAP-EXCLUDED`: ways around the keys.

use super::Beside;
use crate::entra::Answer;
use crate::entra::Completeness;
use crate::entra::Membership;
use crate::entra::MethodKind;
use crate::entra::MethodState;
use crate::entra::Pass;
use crate::entra::TargetScope;
use crate::entra::Told;
use crate::facts::restore::Loosened;
use crate::facts::restore::RestoreItem;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::findings::found::Found;
use crate::findings::tenant_checks;
use crate::primitives::Guid;

/// `SSPR-OFF`: administrators cannot reset their password, or the account has nothing to do it with.
pub(super) fn reset_off(beside: &Beside<'_>) -> Vec<Finding> {
    let mut found = Found::new(Check::SsprOff, &beside.subject);
    let policy = match &beside.judged.survey.population.authorization {
        Answer::Known(policy) => policy,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the authorization policy", other);
            return found.or_pass("");
        }
    };
    match policy.administrators_reset {
        Told::No => return found.or_pass("administrators cannot reset their own password"),
        Told::Yes => {}
        Told::NotTold => {
            found.say(
                Verdict::Unknown,
                "the tenant does not tell whether administrators may reset their own password",
            );
            return found.or_pass("");
        }
    }
    let methods = match &beside.held.methods {
        Answer::Known(methods) => methods,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the account's authentication methods", other);
            return found.or_pass("");
        }
    };
    for method in &methods.others {
        let with = match &method.kind {
            MethodKind::Phone => "a telephone",
            MethodKind::Email => "a mail address",
            MethodKind::Authenticator => "an authenticator app",
            MethodKind::SoftwareToken | MethodKind::HardwareToken => "one-time codes",
            MethodKind::Other(_) => {
                found.say(
                    Verdict::Unknown,
                    "administrators may reset their own password, and the account has a method of \
                     a kind that we do not know",
                );
                continue;
            }
            MethodKind::WindowsHello
            | MethodKind::PlatformCredential
            | MethodKind::External
            | MethodKind::QrCodePin
            | MethodKind::Certificate => continue,
        };
        found.fix(
            Verdict::Fail,
            format!("administrators may reset their own password, and the account has {with}"),
            "turn self-service reset off for administrators, and remove the method",
        );
    }
    found.or_pass(
        "administrators may reset their own password; the account has nothing to do it with",
    )
}

/// `TAP-LEFT`: no pass, not even an expired one.
pub(super) fn left(beside: &Beside<'_>) -> Vec<Finding> {
    let mut found = Found::new(Check::TapLeft, &beside.subject);
    match &beside.held.methods {
        Answer::Known(methods) => {
            for pass in &methods.passes {
                found.fix(
                    Verdict::Fail,
                    left_behind(pass),
                    "delete it, and find out who made it",
                );
            }
        }
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the account's authentication methods", other);
        }
    }
    found.or_pass("no Temporary Access Pass")
}

fn left_behind(pass: &Pass) -> String {
    let made = pass.created.map(|at| format!("made {at}, "));
    let state = match pass.usable {
        Told::Yes => "usable",
        Told::No => "not usable now",
        Told::NotTold => "not told whether usable",
    };
    let made = made.unwrap_or_default();
    format!("a Temporary Access Pass is left: {made}{state}")
}

/// `TAP-EXCLUDED`: the pass policy does not cover the account, unless a ceremony is open.
pub(super) fn excluded(beside: &Beside<'_>) -> Vec<Finding> {
    let mut found = Found::new(Check::TapExcluded, &beside.subject);
    let policy = match &beside.judged.survey.population.passes {
        Answer::Known(policy) => policy,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the policy on Temporary Access Passes", other);
            return found.or_pass("");
        }
    };
    match &policy.state {
        MethodState::Enabled => {}
        MethodState::Disabled => return found.or_pass("passes are off for the whole tenant"),
        MethodState::Other(word) => {
            found.say(
                Verdict::Unknown,
                format!("the state of the pass policy is a word we do not know: {word}"),
            );
            return found.or_pass("");
        }
    }
    let (_, membership) = tenant_checks::type_and_groups(beside.facts);
    let id = beside.facts.object_id;
    let excluded = covers(policy.exclude.as_deref(), &id, &membership);
    let included = covers(policy.include.as_deref(), &id, &membership);
    match (included, excluded) {
        (_, Covers::Yes) => return found.or_pass("excluded from the pass policy"),
        (Covers::No, _) => return found.or_pass("the pass policy does not include it"),
        (Covers::Yes, Covers::No) => {}
        (Covers::Unsure, _) | (Covers::Yes, Covers::Unsure) => {
            found.unknown_groups(&beside.facts.membership);
            return found.or_pass("");
        }
    }
    if let Some(item) = open_ceremony(&beside.judged.book.restore, id) {
        found.fix(
            Verdict::Warn,
            format!(
                "the pass policy covers it: {} is open since {}",
                item.by, item.since
            ),
            "finish that ceremony: it takes the account out again",
        );
    } else {
        found.fix(
            Verdict::Fail,
            "the pass policy covers it: who may make passes may sign in as it",
            "exclude the account from the pass policy, or take it out of the group that is included",
        );
    }
    found.or_pass("")
}

enum Covers {
    Yes,
    No,
    Unsure,
}

/// Whether targets name the account; `None` stands for targets that were not told.
fn covers(targets: Option<&[TargetScope]>, id: &Guid, membership: &Membership) -> Covers {
    let Some(targets) = targets else {
        return Covers::Unsure;
    };
    let groups = membership.ids();
    let whole = membership.completeness == Completeness::Whole;
    let mut unsure = false;
    for target in targets {
        match target {
            TargetScope::AllUsers => return Covers::Yes,
            TargetScope::Group(group) if groups.contains(group) => return Covers::Yes,
            TargetScope::Group(_) => unsure |= !whole,
            TargetScope::User(user) if user == id => return Covers::Yes,
            TargetScope::User(_) => {}
            TargetScope::Unreadable => unsure = true,
        }
    }
    if unsure { Covers::Unsure } else { Covers::No }
}

fn open_ceremony(items: &[RestoreItem], id: Guid) -> Option<&RestoreItem> {
    items.iter().find(|item| match &item.loosened {
        Loosened::TapGroup { account, .. } | Loosened::Pass { account } => *account == id,
        Loosened::SelfService | Loosened::ByHand { .. } => false,
    })
}
