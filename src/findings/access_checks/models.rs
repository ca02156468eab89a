//! `AAGUID-ALLOWED`: for each key, the passkey policy's list of models, and the lists of the
//! authentication strengths that Conditional Access demands of its account.

use super::accounts::KeyModel;
use super::accounts::Seen;
use super::changes;
use super::policy_words;
use crate::entra::Answer;
use crate::entra::Attestation;
use crate::entra::CaPolicy;
use crate::entra::CaState;
use crate::entra::Control;
use crate::entra::Decision;
use crate::entra::Demand;
use crate::entra::KeyRefusal;
use crate::entra::Reach;
use crate::entra::Usage;
use crate::entra::decide;
use crate::entra::demand;
use crate::entra::reach;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::found::Found;
use crate::findings::judged::Judged;
use crate::findings::tenant_words;
use crate::webauthn::Aaguid;

/// `AAGUID-ALLOWED` of every key of the account: registered ones for sign-in, those of the plan for
/// registration.
pub(super) fn allowed(judged: &Judged<'_>, account: &Seen<'_>) -> Vec<Finding> {
    if account.keys.is_empty() {
        let detail = "the plan names no key for it";
        return vec![Finding::new(
            Check::AaguidAllowed,
            Verdict::NotRun,
            account.subject.clone(),
            detail,
        )];
    }
    account
        .keys
        .iter()
        .flat_map(|key| of_key(judged, account, key))
        .collect()
}

fn of_key(judged: &Judged<'_>, account: &Seen<'_>, key: &KeyModel<'_>) -> Vec<Finding> {
    let subject = Subject::key(key.label);
    let mut found = Found::new(Check::AaguidAllowed, &subject);
    let Some(aaguid) = &key.aaguid else {
        found.say(
            Verdict::NotRun,
            "not registered, and the plan names no model for it",
        );
        return found.or_pass("");
    };
    let by_policy = passkey_policy(&mut found, judged, account, key, aaguid);
    let by_strengths = strengths(&mut found, judged, account, aaguid);
    found.or_pass(format!("{by_policy}{by_strengths}"))
}

/// The effective profile's word; what it says if it lets the key in.
fn passkey_policy(
    found: &mut Found<'_>,
    judged: &Judged<'_>,
    account: &Seen<'_>,
    key: &KeyModel<'_>,
    aaguid: &Aaguid,
) -> String {
    let policy = match &judged.survey.tenant.policy {
        Answer::Known(policy) => policy,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the passkey policy", other);
            return String::new();
        }
    };
    let (usage, to_do) = if key.registered {
        (Usage::SignIn, "")
    } else {
        (
            Usage::Registration(Attestation::Unseen),
            "to be registered: ",
        )
    };
    match decide(policy, &account.for_profiles(), aaguid, usage) {
        Decision::Allowed(by) => {
            let words = if key.registered {
                tenant_words::allowed_to_sign_in(aaguid, &by)
            } else {
                format!("{to_do}{}", tenant_words::allowed(aaguid, &by))
            };
            if by.iter().all(|one| one.assumed) {
                found.say(Verdict::Warn, words.clone());
            }
            words
        }
        Decision::Refused { first, further } => {
            let changed = changes::of_methods_policy(&judged.survey.logs);
            let words = tenant_words::refused(aaguid, &first, &further);
            found.fix(
                Verdict::Fail,
                format!("{to_do}{words}{changed}"),
                tenant_words::setting(&first.setting),
            );
            String::new()
        }
        Decision::Unknown(why) => {
            let words = tenant_words::unsure(&why);
            found.say(Verdict::Unknown, format!("{to_do}{aaguid}: {words}"));
            String::new()
        }
    }
}

/// The second list: what policies that apply demand of a key's model. What it says if all of them
/// take it.
fn strengths(
    found: &mut Found<'_>,
    judged: &Judged<'_>,
    account: &Seen<'_>,
    aaguid: &Aaguid,
) -> String {
    let access = &judged.survey.access;
    let policies = match &access.policies {
        Answer::Known(policies) => policies,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            let what = "whether Conditional Access demands a strength that lists other models";
            found.unknown(what, other);
            return String::new();
        }
    };
    let mut taken = 0_usize;
    for policy in policies.iter().filter(|policy| demands_strength(policy)) {
        let certain = match reach(policy, &account.for_conditional_access()) {
            Reach::Applies(_) => policy.state == CaState::Enabled,
            Reach::Unknown(_) => false,
            Reach::Excluded(_) | Reach::NotTargeted | Reach::NotAboutUsers => continue,
        };
        let name = policy_words::name(policy);
        match demand(policy, access.known_strengths(), aaguid) {
            Demand::NotByKey { refusals, .. } if !refusals.is_empty() => {
                refused(found, judged, policy, aaguid, &refusals, certain);
            }
            Demand::Unknown(what) => found.say(
                Verdict::Unknown,
                format!(
                    "whether {name} takes {aaguid} cannot be told: {}",
                    what.join(", ")
                ),
            ),
            Demand::PhishingResistant(_)
            | Demand::KeyIsEnough(_)
            | Demand::NotByKey { .. }
            | Demand::Block
            | Demand::Nothing => taken += usize::from(certain),
        }
    }
    match taken {
        0 => "; no strength is demanded of the account".to_owned(),
        1 => "; the strength that is demanded takes it".to_owned(),
        many => format!("; the {many} strengths that are demanded take it"),
    }
}

/// Whether a policy that is on, or may be, demands a strength at a sign-in.
fn demands_strength(policy: &CaPolicy) -> bool {
    let is_strength = |control: &Control| matches!(control, Control::Strength(_));
    matches!(policy.state, CaState::Enabled | CaState::Other(_))
        && !policy.circumstances.only_user_actions()
        && policy.grant.controls.iter().any(is_strength)
}

fn refused(
    found: &mut Found<'_>,
    judged: &Judged<'_>,
    policy: &CaPolicy,
    aaguid: &Aaguid,
    refusals: &[KeyRefusal],
    certain: bool,
) {
    let name = policy_words::name(policy);
    let words = policy_words::refusals(refusals);
    if !certain {
        found.say(
            Verdict::Unknown,
            format!("{name} would refuse {aaguid}, as {words}; whether it applies cannot be told"),
        );
        return;
    }
    let changed = changes::of_policy(&judged.survey.logs, policy);
    let strength = refusals.first().map_or("", |refusal| &refusal.strength);
    let fix = if refusals.iter().all(|refusal| refusal.takes_other_keys) {
        format!(
            "Authentication methods > Authentication strengths > {strength}: add {aaguid} to the \
             allowed keys; or exclude the account from the policy"
        )
    } else {
        format!("demand a strength that takes security keys in {name}, or exclude the account")
    };
    found.fix(
        Verdict::Fail,
        format!("{name} refuses {aaguid}, as {words}{changed}"),
        fix,
    );
}
