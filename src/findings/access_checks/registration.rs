//! `CA-REGISTRATION`: policies that stand before the page where keys are registered.

use super::accounts::Seen;
use super::changes;
use super::policy_words;
use crate::entra::Answer;
use crate::entra::CaPolicy;
use crate::entra::CaState;
use crate::entra::Demand;
use crate::entra::Reach;
use crate::entra::demand_of_pass;
use crate::entra::reach;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::judged::Judged;
use crate::findings::tenant_words;

/// What somebody does who cannot pass.
const FIX: &str = "exclude the exclusion group, or register through Graph: glasskey register";

/// `CA-REGISTRATION`: whether a pass, which is all that an account without a key has, opens the
/// page where keys are registered.
pub(super) fn registration(judged: &Judged<'_>, accounts: &[Seen<'_>]) -> Vec<Finding> {
    let check = Check::CaRegistration;
    let access = &judged.survey.access;
    let policies = match &access.policies {
        Answer::Known(policies) => policies,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            let what = "the Conditional Access policies";
            return accounts
                .iter()
                .map(|account| tenant_words::unknown(check, &account.subject, what, other))
                .collect();
        }
    };
    let mut findings = Vec::new();
    for account in accounts {
        let before = findings.len();
        for policy in policies
            .iter()
            .filter(|policy| policy.state != CaState::Disabled)
        {
            findings.extend(one(judged, policy, account));
        }
        if findings.len() == before {
            let detail = "no policy stands before the registration of its keys";
            let subject = account.subject.clone();
            findings.push(Finding::new(check, Verdict::Pass, subject, detail));
        }
    }
    findings
}

fn one(judged: &Judged<'_>, policy: &CaPolicy, account: &Seen<'_>) -> Option<Finding> {
    let at_registration = policy.circumstances.at_registration();
    // A policy on every resource covers that page too. An account with a key brings it there.
    let at_first_sign_in = policy.circumstances.all_resources()
        && policy.state == CaState::Enabled
        && account.lacks_key()
        && !account.has_key();
    let untold = policy.circumstances.untold();
    if !at_registration && !at_first_sign_in && !untold {
        return None;
    }
    let name = policy_words::name(policy);
    let alias = account.alias();
    let make = |verdict, detail: String| {
        let subject = Subject::policy(&policy.id);
        Finding::new(Check::CaRegistration, verdict, subject, detail)
    };
    let reached = reach(policy, &account.for_conditional_access());
    if untold {
        return match reached {
            Reach::Applies(_) | Reach::Unknown(_) => Some(make(
                Verdict::Unknown,
                format!("{name} and {alias}: what it acts on cannot be read"),
            )),
            Reach::Excluded(_) | Reach::NotTargeted | Reach::NotAboutUsers => None,
        };
    }
    match reached {
        Reach::Applies(_) => {}
        Reach::Unknown(doubts) if at_registration => {
            let words = policy_words::doubts(&doubts);
            let detail = format!("{name} and {alias}: whether it applies cannot be told: {words}");
            return Some(make(Verdict::Unknown, detail));
        }
        Reach::Unknown(_) | Reach::Excluded(_) | Reach::NotTargeted | Reach::NotAboutUsers => {
            return None;
        }
    }
    let demand = demand_of_pass(policy, judged.survey.access.known_strengths());
    let when = policy_words::when(policy);
    let changed = changes::of_policy(&judged.survey.logs, policy);
    let at = format!("{name} applies to {alias} where keys are registered");
    let finding = match (&demand, at_registration) {
        // What a pass satisfies at a sign-in needs no word.
        (Demand::Nothing, _) | (Demand::KeyIsEnough(_) | Demand::PhishingResistant(_), false) => {
            return None;
        }
        (Demand::KeyIsEnough(_) | Demand::PhishingResistant(_), true) => make(
            Verdict::Warn,
            format!("{at}: a Temporary Access Pass satisfies it{when}{changed}"),
        ),
        (Demand::Unknown(what), _) => make(
            Verdict::Unknown,
            format!("{at}; what it demands cannot be told: {}", what.join(", ")),
        ),
        (Demand::Block | Demand::NotByKey { .. }, _) => {
            let verdict = match (&policy.state, at_registration) {
                (CaState::Enabled, true) => Verdict::Fail,
                (CaState::Other(_), true) => Verdict::Unknown,
                (_, _) => Verdict::Warn,
            };
            let detail = if demand == Demand::Block {
                format!("{at}, and blocks it{when}{changed}")
            } else {
                format!("{at}, and a Temporary Access Pass does not satisfy it{when}{changed}")
            };
            make(verdict, detail)
        }
    };
    Some(finding.fix(FIX))
}
