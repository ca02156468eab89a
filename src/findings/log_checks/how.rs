//! `SIGNIN-FIDO2`: the last sign-in was with a passkey.

use super::Watched;
use super::since::near;
use super::since::sign_in;
use crate::entra::Answer;
use crate::entra::AuthenticationStep;
use crate::entra::SIGN_IN_LOG_DAYS;
use crate::entra::SignIn;
use crate::entra::SignInActivity;
use crate::entra::Told;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::findings::tenant_words;
use crate::findings::words::listed;
use crate::primitives::UtcTime;

/// What one sign-in tells.
enum Shown<'a> {
    Passkey(&'a AuthenticationStep),
    SomethingElse(Vec<String>),
    Nothing,
}

/// `SIGNIN-FIDO2`
pub(super) fn how(watched: &Watched<'_>) -> Finding {
    let make = |verdict, detail: String| {
        Finding::new(Check::SigninFido2, verdict, watched.subject.clone(), detail)
    };
    let logs = &watched.judged.survey.logs;
    let mut latest: Option<UtcTime> = None;
    if let Answer::Known(sign_ins) = &logs.sign_ins {
        let mut own: Vec<&SignIn> = sign_ins
            .iter()
            .filter(|one| one.user == watched.object_id && one.succeeded() == Some(true))
            .filter(|one| one.interactive != Told::No)
            .collect();
        own.sort_by_key(|one| std::cmp::Reverse(one.at));
        latest = own.first().map(|one| one.at);
        for one in own {
            match of_sign_in(one) {
                Shown::Passkey(step) => {
                    return make(
                        Verdict::Pass,
                        format!("{}, with {}", sign_in(one), key(step)),
                    );
                }
                Shown::SomethingElse(methods) => {
                    let detail = format!("{}, with {}", sign_in(one), listed(&methods, 3));
                    return make(Verdict::Fail, detail).fix(format!(
                        "find out who that was; sign in with a key: glasskey verify KEY of {} \
                         --sign-in",
                        watched.planned.alias
                    ));
                }
                // The log fills in the methods some minutes late; v1.0 never tells them.
                Shown::Nothing if steps_are_missing(one) => break,
                Shown::Nothing => {}
            }
        }
    }
    let activity = match logs.activity_of(watched.object_id) {
        Some(Answer::Known(activity)) => Some(activity),
        Some(Answer::Denied(_) | Answer::Absent | Answer::Failed(_)) | None => None,
    };
    if latest.is_none() && activity == Some(&SignInActivity::default()) {
        return make(
            Verdict::NotRun,
            "the account has never signed in; the next glasskey verify --sign-in shows how"
                .to_owned(),
        );
    }
    let last = latest.max(activity.and_then(|activity| activity.success));
    if let Some(last) = last {
        if let Some(name) = by_last_use(watched, last) {
            let detail = format!("{last}, when the passkey {name} was last used");
            return make(Verdict::Pass, detail);
        }
        if let Some(words) = by_record(watched, last) {
            return make(Verdict::Pass, words);
        }
    }
    undecided(watched, last)
}

fn of_sign_in(one: &SignIn) -> Shown<'_> {
    let Some(steps) = &one.steps else {
        return Shown::Nothing;
    };
    if let Some(step) = steps.iter().find(|step| step.is_passkey()) {
        return Shown::Passkey(step);
    }
    let methods: Vec<String> = steps
        .iter()
        .filter(|step| step.succeeded == Told::Yes && !step.is_earlier())
        .map(|step| step.method.clone())
        .collect();
    if methods.is_empty() {
        Shown::Nothing
    } else {
        Shown::SomethingElse(methods)
    }
}

fn steps_are_missing(one: &SignIn) -> bool {
    one.steps.as_ref().is_none_or(Vec::is_empty)
}

/// `FIDO2 security key "My Security Key - ee882879-…"`
fn key(step: &AuthenticationStep) -> String {
    if step.detail.is_empty() {
        step.method.clone()
    } else {
        format!("{} \"{}\"", step.method, step.detail)
    }
}

/// The passkey that was last used when the account last signed in.
fn by_last_use(watched: &Watched<'_>, last: UtcTime) -> Option<String> {
    let logs = &watched.judged.survey.logs;
    let Some(Answer::Known(methods)) = logs.last_used_of(watched.object_id) else {
        return None;
    };
    methods
        .iter()
        .find(|method| method.last_used.is_some_and(|at| near(at, last)))
        .map(tenant_words::method)
}

/// The record that tells of the last sign-in: what the log said then.
fn by_record(watched: &Watched<'_>, last: UtcTime) -> Option<String> {
    let recorded = watched.judged.book.sign_ins.iter().rev();
    let one = recorded
        .filter(|one| one.account == watched.planned.alias)
        .find(|one| {
            one.at.plus_seconds(-super::BEFORE) <= last && last <= one.at.plus_seconds(super::AFTER)
        })?;
    Some(format!(
        "{last}, in the ceremony of record {:06}, which saw {} in the log",
        one.record, one.label
    ))
}

fn undecided(watched: &Watched<'_>, last: Option<UtcTime>) -> Finding {
    let subject = &watched.subject;
    let check = Check::SigninFido2;
    let logs = &watched.judged.survey.logs;
    if !matches!(logs.sign_ins, Answer::Known(_)) {
        return tenant_words::unknown(check, subject, "the sign-in log", &logs.sign_ins);
    }
    let log_from = watched.judged.as_of.plus_days(-SIGN_IN_LOG_DAYS);
    let detail = match last {
        Some(last) if last >= log_from => {
            format!("the log does not tell yet with what the account signed in at {last}")
        }
        Some(last) => format!(
            "the last sign-in was at {last}; the log goes back to {} at most, and nothing else \
             tells with what",
            log_from.day()
        ),
        None => format!(
            "no sign-in since {}, as far as the log goes back",
            log_from.day()
        ),
    };
    let fix = match last {
        Some(last) if last >= log_from => "wait some minutes, then run it again".to_owned(),
        Some(_) | None => "sign in with a key: glasskey verify KEY --sign-in".to_owned(),
    };
    Finding::new(check, Verdict::Unknown, subject.clone(), detail).fix(fix)
}
