//! `FIDO2-ENABLED` `SELF-SERVICE-ON` `PASSKEY-TYPE` `ATTESTATION-ENFORCED`: the passkey policy, as
//! far as it does not hang on a key's model.

use super::accounts::Seen;
use super::changes;
use crate::entra::Answer;
use crate::entra::AttestationEnforcement;
use crate::entra::Counting;
use crate::entra::Demands;
use crate::entra::Effective;
use crate::entra::Fido2Policy;
use crate::entra::MethodState;
use crate::entra::Scope;
use crate::entra::Synced;
use crate::entra::Told;
use crate::entra::effective;
use crate::entra::scope;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::found::Found;
use crate::findings::judged::Judged;
use crate::findings::tenant_words;
use crate::findings::tenant_words::PASSKEYS;
use crate::findings::words::listed;

/// The policy, or the finding that it is not known.
fn policy<'a>(
    judged: &Judged<'a>,
    check: Check,
    subject: &Subject,
) -> Result<&'a Fido2Policy, Finding> {
    match &judged.survey.tenant.policy {
        Answer::Known(policy) => Ok(policy),
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            let what = "the passkey policy";
            Err(tenant_words::unknown(check, subject, what, other))
        }
    }
}

/// `FIDO2-ENABLED`: the method is on, and meant for the account.
pub(super) fn enabled(judged: &Judged<'_>, account: &Seen<'_>) -> Finding {
    let check = Check::Fido2Enabled;
    let subject = &account.subject;
    let policy = match policy(judged, check, subject) {
        Ok(policy) => policy,
        Err(unknown) => return unknown,
    };
    let make = |verdict, detail: String| Finding::new(check, verdict, subject.clone(), detail);
    let changed = changes::of_methods_policy(&judged.survey.logs);
    match &policy.state {
        MethodState::Enabled => {}
        MethodState::Disabled => {
            let detail = "the passkey (FIDO2) method is off for the whole tenant: no key signs in";
            return make(Verdict::Fail, format!("{detail}{changed}"))
                .fix(format!("{PASSKEYS}: enable the method"));
        }
        MethodState::Other(word) => {
            let detail = format!("the method's state is a word that we do not know: {word}");
            return make(Verdict::Unknown, detail);
        }
    }
    match scope(policy, &account.for_profiles()) {
        Scope::Within => make(Verdict::Pass, "on, and meant for the account".to_owned()),
        Scope::Excluded(target) => {
            let target = tenant_words::target(&target);
            make(
                Verdict::Fail,
                format!("on, but the account is excluded by {target}: no key signs in{changed}"),
            )
            .fix(format!(
                "take the account out of {target}, or that out of Exclude in {PASSKEYS}"
            ))
        }
        Scope::NotIncluded => make(
            Verdict::Fail,
            format!("on, but no target includes the account: no key signs in{changed}"),
        )
        .fix(format!(
            "{PASSKEYS} > Enable and target: include a group of the account"
        )),
        Scope::Unknown(why) => make(
            Verdict::Unknown,
            format!(
                "on; whether for the account: {}",
                tenant_words::unsure(&why)
            ),
        ),
    }
}

/// `SELF-SERVICE-ON`: keys can be provisioned, where one of the plan is not registered.
pub(super) fn self_service(judged: &Judged<'_>, accounts: &[Seen<'_>]) -> Finding {
    let check = Check::SelfServiceOn;
    let subject = Subject::book();
    let policy = match policy(judged, check, &subject) {
        Ok(policy) => policy,
        Err(unknown) => return unknown,
    };
    let make = |verdict, detail: &str| Finding::new(check, verdict, subject.clone(), detail);
    let open = accounts.iter().any(Seen::lacks_key);
    match (policy.self_service, open) {
        (Told::Yes, _) => make(Verdict::Pass, "self-service set-up is allowed"),
        (Told::No, true) => make(
            Verdict::Fail,
            "self-service set-up is not allowed, which blocks provisioning too",
        )
        .fix(format!(
            "{PASSKEYS} > Configure: allow self-service set-up until the ceremony is done"
        )),
        (Told::No, false) => make(
            Verdict::NotRun,
            "self-service set-up is not allowed, and no key of the plan is to be registered",
        ),
        (Told::NotTold, _) => make(
            Verdict::Unknown,
            "the tenant does not tell whether self-service set-up is allowed",
        ),
    }
}

/// How a profile stands to a question.
enum Answered {
    Good,
    Bad,
    Unreadable,
}

/// `PASSKEY-TYPE`: no profile of the account takes synced passkeys.
pub(super) fn passkey_type(judged: &Judged<'_>, account: &Seen<'_>) -> Vec<Finding> {
    each(
        judged,
        account,
        &Question {
            check: Check::PasskeyType,
            ask: |demands| match demands.synced {
                Synced::NotTaken => Answered::Good,
                Synced::Taken => Answered::Bad,
                Synced::Unreadable => Answered::Unreadable,
            },
            bad: (
                Verdict::Fail,
                "takes synced passkeys, of which copies may be anywhere",
            ),
            fix: "give a group of the account a profile with device-bound passkeys alone, and no \
                  target a profile with others that counts for the account",
            good: "device-bound passkeys alone",
        },
    )
}

/// `ATTESTATION-ENFORCED`: every profile of the account demands attestation.
pub(super) fn attestation(judged: &Judged<'_>, account: &Seen<'_>) -> Vec<Finding> {
    each(
        judged,
        account,
        &Question {
            check: Check::AttestationEnforced,
            ask: |demands| match demands.attestation {
                AttestationEnforcement::AtRegistration => Answered::Good,
                AttestationEnforcement::Off => Answered::Bad,
                AttestationEnforcement::Unreadable => Answered::Unreadable,
            },
            bad: (
                Verdict::Warn,
                "demands no attestation: the model is a key's own word, and the list of models a \
                 guide",
            ),
            fix: "demand attestation in that profile; keys that are registered go on working",
            good: "attestation is demanded",
        },
    )
}

/// What is asked of every profile of an account.
struct Question {
    check: Check,
    ask: fn(&Demands) -> Answered,
    bad: (Verdict, &'static str),
    fix: &'static str,
    good: &'static str,
}

fn each(judged: &Judged<'_>, account: &Seen<'_>, question: &Question) -> Vec<Finding> {
    let policy = match policy(judged, question.check, &account.subject) {
        Ok(policy) => policy,
        Err(unknown) => return vec![unknown],
    };
    let mut found = Found::new(question.check, &account.subject);
    let Effective {
        certain,
        possible,
        unsure,
    } = effective(policy, &account.for_profiles());
    if certain.is_empty() && possible.is_empty() && unsure.is_empty() {
        found.say(Verdict::NotRun, "no passkey profile counts for the account");
    }
    let mut good = Vec::new();
    for (counting, is_certain) in certain
        .iter()
        .map(|counting| (counting, true))
        .chain(possible.iter().map(|counting| (counting, false)))
    {
        judge(&mut found, question, counting, is_certain, &mut good);
    }
    if !unsure.is_empty() {
        found.say(Verdict::Unknown, tenant_words::unsure(&unsure));
    }
    let names = listed(&good, 3);
    found.or_pass(format!("{}: {names}", question.good))
}

fn judge(
    found: &mut Found<'_>,
    question: &Question,
    counting: &Counting<'_>,
    is_certain: bool,
    good: &mut Vec<String>,
) {
    let name = tenant_words::profile(&counting.profile);
    match ((question.ask)(counting.demands), is_certain) {
        (Answered::Good, _) => good.push(name),
        (Answered::Bad, true) => {
            let (verdict, words) = question.bad;
            found.fix(verdict, format!("{name} {words}"), question.fix);
        }
        (Answered::Bad, false) => found.say(
            Verdict::Unknown,
            format!(
                "{name} {}; whether it counts for the account hangs on groups that we cannot see",
                question.bad.1
            ),
        ),
        (Answered::Unreadable, _) => found.say(
            Verdict::Unknown,
            format!("{name} has a member that cannot be read"),
        ),
    }
}
