//! `RECOVERY`: what a loss leaves open; with it the other checks of the book beside a tenant.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::follow_up_checks::follow_ups;
use super::judged::Judged;
use super::keeping_checks;
use super::recovery::Loss;
use super::recovery::Outcome;
use super::recovery::Recovery;
use super::restore_checks;
use super::words::counted;
use super::words::listed;
use std::fmt::Write as _;

/// Losses that are named in one finding; of more, the rest is counted.
const NAMED: usize = 8;

/// Every check of what a loss leaves open, what falls together, and what is still loose.
#[must_use]
pub(super) fn recovery(judged: &Judged<'_>) -> Vec<Finding> {
    let recovery = Recovery::of(judged.plan, &judged.book.keys);
    let mut findings = losses(&recovery);
    findings.extend(keeping_checks::keeping(judged));
    findings.extend(restore_checks::restore_open(judged));
    findings.extend(follow_ups(&judged.book.follow_ups, judged.as_of));
    findings
}

/// `RECOVERY`: a single loss that locks out fails under its own subject, so that it can be accepted
/// alone; double ones warn.
#[must_use]
pub fn losses(recovery: &Recovery) -> Vec<Finding> {
    let about =
        |verdict, detail: String| Finding::new(Check::Recovery, verdict, Subject::book(), detail);
    let uncounted = recovery.uncounted();
    let now = recovery.open_now();
    if now.is_empty() {
        return vec![if uncounted.is_empty() {
            about(Verdict::NotRun, "no key is in use yet".to_owned())
        } else {
            about(
                Verdict::Fail,
                format!(
                    "no account can be opened: nobody in the plan holds the PIN of {}",
                    listed(uncounted, NAMED)
                ),
            )
            .fix("name in the plan who holds each PIN")
        }];
    }
    let mut all = Vec::new();
    let single = recovery.single();
    for outcome in single.iter().filter(|one| one.locks_out()) {
        if let [loss] = outcome.lost.as_slice() {
            all.push(locks_out(loss));
        }
    }
    let closed: Vec<&str> = recovery
        .accounts()
        .iter()
        .map(String::as_str)
        .filter(|alias| !now.contains(alias))
        .collect();
    for alias in closed {
        all.push(Finding::new(
            Check::Recovery,
            Verdict::Warn,
            Subject::account(alias),
            "it cannot be opened now: it has no key in use whose PIN somebody holds",
        ));
    }
    if !uncounted.is_empty() {
        let detail = format!(
            "not counted, because nobody in the plan holds the PIN: {}",
            listed(uncounted, NAMED)
        );
        all.push(about(Verdict::Warn, detail).fix("name in the plan who holds each PIN"));
    }
    all.push(doubles(recovery, &single));
    all
}

fn locks_out(loss: &Loss) -> Finding {
    let (subject, fix) = match loss {
        Loss::Key(labels) => (
            Subject::key(labels.first().map_or("", String::as_str)),
            "register another physical key",
        ),
        Loss::Safe { id, .. } => (
            Subject::safe(id),
            "keep a key of some account in a safe at another site",
        ),
        Loss::Site(_) => (
            Subject::book(),
            "keep a key of some account in a safe at another site",
        ),
        Loss::Person(person) => (
            Subject::person(person),
            "give each PIN envelope a second holder, and name them in the plan",
        ),
    };
    Finding::new(
        Check::Recovery,
        Verdict::Fail,
        subject,
        format!("losing {loss} alone leaves no account that can be opened"),
    )
    .fix(fix)
}

/// What every further loss leaves.
fn doubles(recovery: &Recovery, single: &[Outcome<'_>]) -> Finding {
    let mut detail = singles_in_words(recovery, single);
    let Some(double) = recovery.least_double_lock_outs() else {
        let things = recovery.things().len();
        let _ = write!(detail, "; {things} things are too many to lose two by two");
        return Finding::new(Check::Recovery, Verdict::Unknown, Subject::book(), detail);
    };
    if double.is_empty() {
        detail.push_str("; no two losses lock out");
        return Finding::new(Check::Recovery, Verdict::Pass, Subject::book(), detail);
    }
    let pairs: Vec<String> = double.iter().map(pair).collect();
    let _ = write!(
        detail,
        "; no account is left by {}: {}",
        counted(pairs.len(), "double loss", "double losses"),
        listed(&pairs, NAMED)
    );
    Finding::new(Check::Recovery, Verdict::Warn, Subject::book(), detail)
        .fix("know them, or spread keys and PINs over a third site and a third person")
}

fn pair(outcome: &Outcome<'_>) -> String {
    let lost: Vec<String> = outcome.lost.iter().map(ToString::to_string).collect();
    lost.join(" with ")
}

/// Which accounts each single loss leaves, those that close none together.
fn singles_in_words(recovery: &Recovery, single: &[Outcome<'_>]) -> String {
    let now = recovery.open_now();
    let harmless = single.iter().filter(|one| one.open == now).count();
    let mut parts = Vec::new();
    if harmless > 0 {
        let word = counted(harmless, "single loss leaves", "single losses leave");
        parts.push(format!("{word} {} open", now.join(" and ")));
    }
    let some: Vec<String> = single
        .iter()
        .filter(|one| !one.locks_out() && one.open != now)
        .map(|one| format!("{} leaves {}", pair(one), one.open.join(" and ")))
        .collect();
    if !some.is_empty() {
        parts.push(listed(&some, NAMED));
    }
    if parts.is_empty() {
        "no single loss leaves anything".to_owned()
    } else {
        parts.join("; ")
    }
}

#[cfg(test)]
mod tests;
