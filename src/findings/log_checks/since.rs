//! `SIGNIN-SINCE`: every sign-in is one that a ceremony explains. What it says never reaches further
//! back than what it was told.

use super::SAME;
use super::Watched;
use crate::entra::Answer;
use crate::entra::SIGN_IN_LOG_DAYS;
use crate::entra::SignIn;
use crate::entra::SignInActivity;
use crate::entra::Told;
use crate::facts::tenant::SignInsBy;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::findings::found::Found;
use crate::findings::tenant_words;
use crate::findings::words::counted;
use crate::findings::words::listed;
use crate::primitives::UtcTime;

/// Sign-ins that are named before the rest is counted.
const MOST: usize = 3;
/// What is to be done about a sign-in that nobody can explain.
const FIX: &str = "treat it as an incident until it is explained; then write it down: glasskey \
     custody open KEY --reason incident --at TIME";
const LOG: &str = "the sign-in log";
const ACTIVITY: &str = "when the account last signed in";

/// `SIGNIN-SINCE`
pub(super) fn since(watched: &Watched<'_>) -> Vec<Finding> {
    let mut found = Found::new(Check::SigninSince, &watched.subject);
    let Some(last) = watched.ceremonies.last() else {
        found.say(
            Verdict::NotRun,
            "no ceremony of this account is on record, so no sign-in can be told from another",
        );
        return found.or_pass("");
    };
    let logs = &watched.judged.survey.logs;
    let mut told = Vec::new();
    if let Answer::Known(sign_ins) = &logs.sign_ins {
        let own: Vec<&SignIn> = sign_ins
            .iter()
            .filter(|one| one.user == watched.object_id)
            .collect();
        told = in_log(&mut found, watched, &own);
    }
    let activity = logs.activity_of(watched.object_id);
    if let Some(Answer::Known(activity)) = activity {
        last_activity(&mut found, watched, activity, &told);
    }
    last_uses(&mut found, watched, &told);
    let what = reach(&mut found, watched, *last, activity);
    found.or_pass(what)
}

/// What the log tells; the moments of all successes in it.
fn in_log(found: &mut Found<'_>, watched: &Watched<'_>, own: &[&SignIn]) -> Vec<UtcTime> {
    let strange: Vec<&SignIn> = own
        .iter()
        .copied()
        .filter(|one| watched.is_strange(one.at))
        .collect();
    let words = |succeeded: Option<bool>| -> Vec<String> {
        strange
            .iter()
            .filter(|one| one.succeeded() == succeeded)
            .map(|one| sign_in(one))
            .collect()
    };
    let successes = words(Some(true));
    if !successes.is_empty() {
        let count = counted(successes.len(), "sign-in", "sign-ins");
        found.fix(
            Verdict::Fail,
            format!(
                "{count} that no ceremony explains: {}",
                listed(&successes, MOST)
            ),
            FIX,
        );
    }
    let open = words(None);
    if !open.is_empty() {
        let names = listed(&open, MOST);
        found.fix(
            Verdict::Unknown,
            format!("attempts of which the log does not tell whether they succeeded: {names}"),
            FIX,
        );
    }
    let failures = words(Some(false));
    if !failures.is_empty() {
        let count = counted(failures.len(), "attempt", "attempts");
        found.fix(
            Verdict::Warn,
            format!("{count} that failed: {}", listed(&failures, MOST)),
            "find out who tried; see that the alert came",
        );
    }
    own.iter()
        .filter(|one| one.succeeded() == Some(true))
        .map(|one| one.at)
        .collect()
}

/// `2026-02-03T04:05:06Z at Azure Portal from 192.0.2.7`
pub(super) fn sign_in(one: &SignIn) -> String {
    let mut words = one.at.to_string();
    if !one.app.is_empty() {
        words.push_str(" at ");
        words.push_str(&one.app);
    }
    if !one.ip.is_empty() {
        words.push_str(" from ");
        words.push_str(&one.ip);
    }
    if one.interactive == Told::No {
        words.push_str(", nobody there");
    }
    words
}

/// Whether two moments are of one sign-in.
pub(super) fn near(one: UtcTime, other: UtcTime) -> bool {
    one.unix().abs_diff(other.unix()) <= SAME
}

/// What the last activity tells that the log did not.
fn last_activity(
    found: &mut Found<'_>,
    watched: &Watched<'_>,
    activity: &SignInActivity,
    told: &[UtcTime],
) {
    let is_new =
        |at: &UtcTime| watched.is_strange(*at) && !told.iter().any(|other| near(*at, *other));
    if let Some(at) = activity.success.filter(is_new) {
        found.fix(
            Verdict::Fail,
            format!("the last sign-in that succeeded was at {at}, and no ceremony explains it"),
            FIX,
        );
        return;
    }
    let in_log = matches!(watched.judged.survey.logs.sign_ins, Answer::Known(_));
    let log_from = watched.judged.as_of.plus_days(-SIGN_IN_LOG_DAYS);
    for (what, at) in [
        ("an attempt to sign in", activity.attempt),
        (
            "a token renewed, or an attempt to,",
            activity.non_interactive,
        ),
    ] {
        // What the log covers, it has judged.
        if let Some(at) = at.filter(is_new).filter(|at| !in_log || *at < log_from) {
            found.fix(
                Verdict::Unknown,
                format!(
                    "{what} at {at}, which no ceremony explains: whether it succeeded is not told"
                ),
                FIX,
            );
        }
    }
}

/// Uses of passkeys that neither log nor activity told.
fn last_uses(found: &mut Found<'_>, watched: &Watched<'_>, told: &[UtcTime]) {
    let logs = &watched.judged.survey.logs;
    let Some(Answer::Known(methods)) = logs.last_used_of(watched.object_id) else {
        return;
    };
    let success = match logs.activity_of(watched.object_id) {
        Some(Answer::Known(activity)) => activity.success,
        Some(Answer::Denied(_) | Answer::Absent | Answer::Failed(_)) | None => None,
    };
    for method in methods {
        let Some(at) = method.last_used else { continue };
        let known = told.iter().chain(&success).any(|other| near(at, *other));
        if watched.is_strange(at) && !known {
            let name = tenant_words::method(method);
            found.fix(
                Verdict::Fail,
                format!("the passkey {name} was used at {at}, and no ceremony explains it"),
                FIX,
            );
        }
    }
}

/// How far what was told reaches: what may be said of it, or that it is not enough.
fn reach(
    found: &mut Found<'_>,
    watched: &Watched<'_>,
    last: UtcTime,
    activity: Option<&Answer<SignInActivity>>,
) -> String {
    let logs = &watched.judged.survey.logs;
    let log_from = watched.judged.as_of.plus_days(-SIGN_IN_LOG_DAYS);
    let since = format!("no sign-in since the ceremony of {}", last.day());
    let lag = "the tenant tells it some hours late";
    let log = match &logs.sign_ins {
        Answer::Known(_) if logs.sign_ins_by == SignInsBy::Beta => {
            format!("the log goes back to {} at most", log_from.day())
        }
        Answer::Known(_) => format!(
            "the log, of interactive sign-ins alone, goes back to {} at most",
            log_from.day()
        ),
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            format!(
                "attempts that failed are not seen, for {}",
                tenant_words::not_known(LOG, other)
            )
        }
    };
    match (activity, &logs.sign_ins) {
        (Some(Answer::Known(_)), _) => {
            format!("{since}, by the account's last activity ({lag}); {log}")
        }
        (_, Answer::Known(_)) if last >= log_from => format!("{since}, by the sign-in log ({lag})"),
        (Some(other), Answer::Known(_)) => {
            found.fix(
                Verdict::Unknown,
                format!(
                    "nothing strange since {}, but the last ceremony was on {}: {}",
                    log_from.day(),
                    last.day(),
                    tenant_words::not_known(ACTIVITY, other)
                ),
                tenant_words::what_would_tell(other).unwrap_or_default(),
            );
            String::new()
        }
        (Some(other), _) => {
            found.unknown(ACTIVITY, other);
            found.unknown(LOG, &logs.sign_ins);
            String::new()
        }
        (None, _) => {
            found.say(
                Verdict::Unknown,
                "the tenant was not asked when the account last signed in",
            );
            String::new()
        }
    }
}
