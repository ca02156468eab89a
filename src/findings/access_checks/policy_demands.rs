//! What a policy that reaches an account comes to for its keys, and the demand that decides it.

use super::accounts::Seen;
use super::policy_words;
use crate::entra::CaPolicy;
use crate::entra::CaSession;
use crate::entra::CaState;
use crate::entra::Demand;
use crate::entra::Narrowing;
use crate::entra::demand;
use crate::facts::tenant::Access;
use crate::findings::Verdict;
use crate::findings::judged::Judged;
use crate::plan::ConditionalAccess;
use crate::webauthn::Aaguid;

/// What a policy that applies comes to, and the demand that decides it.
pub(super) fn applied(
    judged: &Judged<'_>,
    policy: &CaPolicy,
    account: &Seen<'_>,
) -> (Verdict, Demand) {
    let access = &judged.survey.access;
    let mut demands = demands(access, policy, account);
    let first = demands.pop().unwrap_or(Demand::Nothing);
    if let CaState::Other(word) = &policy.state {
        let state = format!("its state, {word}");
        return (Verdict::Unknown, Demand::Unknown(vec![state]));
    }
    if account.planned.conditional_access == ConditionalAccess::PhishingResistant {
        demands.push(first);
        return by_strength(policy, demands);
    }
    let verdict = if can_shut_out(policy, &first) {
        Verdict::Fail
    } else {
        Verdict::Warn
    };
    (verdict, first)
}

/// What it demands of each of the account's keys; where no model is known, of any.
fn demands(access: &Access, policy: &CaPolicy, account: &Seen<'_>) -> Vec<Demand> {
    let strengths = access.known_strengths();
    let mut demands: Vec<Demand> = account
        .models()
        .iter()
        .map(|aaguid| demand(policy, strengths, aaguid))
        .collect();
    if demands.is_empty() {
        let of_any = demand(policy, strengths, &Aaguid::ZERO);
        let only_the_model = matches!(
            &of_any,
            Demand::NotByKey { lacks, refusals }
                if lacks.is_empty() && refusals.iter().all(|one| one.takes_other_keys)
        );
        demands.push(if only_the_model {
            Demand::Unknown(vec!["the model of a key that is not there yet".to_owned()])
        } else {
            of_any
        });
    }
    demands
}

/// Where phishing-resistant policies may apply: the worst that it comes to for any key.
fn by_strength(policy: &CaPolicy, demands: Vec<Demand>) -> (Verdict, Demand) {
    let judged = demands.into_iter().map(|demand| {
        let verdict = match &demand {
            Demand::PhishingResistant(_) if binds_to_device(policy) => Verdict::Fail,
            Demand::PhishingResistant(_) => Verdict::Pass,
            Demand::Unknown(_) => Verdict::Unknown,
            Demand::Block | Demand::Nothing | Demand::KeyIsEnough(_) | Demand::NotByKey { .. } => {
                if can_shut_out(policy, &demand) {
                    Verdict::Fail
                } else {
                    Verdict::Warn
                }
            }
        };
        (verdict, demand)
    });
    let rank = |verdict: Verdict| match verdict {
        Verdict::Fail => 3,
        Verdict::Unknown | Verdict::NotRun => 2,
        Verdict::Warn | Verdict::Accepted => 1,
        Verdict::Pass => 0,
    };
    judged
        .max_by_key(|(verdict, _)| rank(*verdict))
        .unwrap_or((Verdict::Unknown, Demand::Nothing))
}

/// Whether a session under this policy needs a device that the tenant knows, or something that
/// this version does not know.
fn binds_to_device(policy: &CaPolicy) -> bool {
    policy
        .session
        .iter()
        .any(|control| matches!(control, CaSession::TokenProtection | CaSession::Unread(_)))
}

/// Whether a policy could refuse a sign-in with a key in a browser. It could not if it acts only
/// where no key is presented, or only says how long a session lasts.
fn can_shut_out(policy: &CaPolicy, demand: &Demand) -> bool {
    let circumstances = &policy.circumstances;
    let elsewhere = !circumstances.flows.is_empty()
        || circumstances.narrowings.iter().any(|narrowing| {
            matches!(narrowing, Narrowing::ClientApps(kinds) if policy_words::old_protocols(kinds))
        });
    let only_lasts = *demand == Demand::Nothing
        && policy.session.iter().all(|control| {
            matches!(
                control,
                CaSession::SignInFrequency | CaSession::PersistentBrowser
            )
        });
    !elsewhere && !only_lasts
}
