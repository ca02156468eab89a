//! When each key is due, how deep, and why: one truth for `DUE`, the day's page and `verify --due`.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::metadata_checks;
use crate::facts::book::BookFacts;
use crate::facts::book::BookKey;
use crate::facts::custody::DueFacts;
use crate::facts::due::Happening;
use crate::facts::metadata::ModelFacts;
use crate::plan::Policy;
use crate::primitives::UtcTime;
use crate::webauthn::advisories;

/// How deep a key is to be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueDepth {
    /// With PIN and touch: level L1.
    Presence,
    /// With a real sign-in: level L2.
    SignIn,
}

/// How a due date stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueStanding {
    /// It is over.
    Overdue,
    /// It is within the policy's `remind-days`.
    Soon,
    /// It is later.
    Later,
}

/// When a key is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The key's label.
    pub label: String,
    /// The alias of its account.
    pub account: String,
    /// The safe that it lies in; `None` if no record says.
    pub safe: Option<String>,
    /// When it was last seen with PIN and touch.
    pub last: UtcTime,
    /// The record of that; `None` if none says.
    pub record: Option<u64>,
    /// The last second at which a verification is not late.
    pub by: UtcTime,
    /// How deep.
    pub depth: DueDepth,
    /// How it stands.
    pub standing: DueStanding,
    /// Why it is due before its days are over; empty if it is not.
    pub reasons: Vec<String>,
}

impl Due {
    /// The command that does it.
    #[must_use]
    pub fn command(&self) -> String {
        let sign_in = match self.depth {
            DueDepth::Presence => "",
            DueDepth::SignIn => " --sign-in",
        };
        format!("glasskey verify {}{sign_in}", self.label)
    }
}

/// When each key in use is due, the earliest first. `more` is what happened beside the records: what
/// the tenant or metadata tell.
///
/// Every quarter each account gets one sign-in: by the key that signed in longest ago.
#[must_use]
pub fn dues(book: &BookFacts, more: &[Happening], policy: &Policy, as_of: UtcTime) -> Vec<Due> {
    let mut all: Vec<Due> = book
        .keys
        .iter()
        .map(|key| {
            let last = key.seen.map_or(key.registered, |(at, _)| at);
            let mut happened = known_against(key, last, as_of);
            let concerning = book.happened.iter().chain(more).filter(|one| {
                one.concerns
                    .concerns(&key.account, &key.label, Some(key.aaguid))
            });
            happened.extend(concerning.cloned());
            let (mut by, reasons) = due_by(last, &happened, policy, as_of);
            let sign_in_by = sign_in_by(book, key, policy);
            let remind = i64::from(policy.remind_days);
            let mut depth = DueDepth::Presence;
            if is_next(book, key) && sign_in_by <= by.max(as_of).plus_days(remind) {
                depth = DueDepth::SignIn;
                by = by.min(sign_in_by);
            }
            Due {
                label: key.label.clone(),
                account: key.account.clone(),
                safe: key.safe.clone(),
                last,
                record: key.seen.map(|(_, record)| record),
                standing: standing(by, policy, as_of),
                by,
                depth,
                reasons,
            }
        })
        .collect();
    all.sort_by(|one, other| (one.by, &one.label).cmp(&(other.by, &other.label)));
    all
}

/// When a key that was last seen at `last` is due, and why before its days are over; `happened` is
/// what concerns it.
#[must_use]
pub fn due_by(
    last: UtcTime,
    happened: &[Happening],
    policy: &Policy,
    as_of: UtcTime,
) -> (UtcTime, Vec<String>) {
    let mut by = last.plus_days(i64::from(policy.verify_every_days));
    let mut reasons = Vec::new();
    for one in happened {
        if one.at <= last || one.at > as_of {
            continue;
        }
        let early = one.at.plus_days(i64::from(policy.remind_days));
        if early < by {
            by = early;
        }
        reasons.push(one.what.clone());
    }
    (by, reasons)
}

fn standing(by: UtcTime, policy: &Policy, as_of: UtcTime) -> DueStanding {
    if as_of > by {
        DueStanding::Overdue
    } else if as_of >= by.plus_days(-i64::from(policy.remind_days)) {
        DueStanding::Soon
    } else {
        DueStanding::Later
    }
}

/// By when the account of this key is to sign in.
fn sign_in_by(book: &BookFacts, key: &BookKey, policy: &Policy) -> UtcTime {
    let signed_in = book
        .sign_ins
        .iter()
        .filter(|one| one.account == key.account);
    let last = signed_in.map(|one| one.at).max();
    let registered = book.keys_of(&key.account).map(|one| one.registered).min();
    let from = last.or(registered).unwrap_or(key.registered);
    from.plus_days(i64::from(policy.verify_every_days))
}

/// Whether this is the key of its account that signs in next.
fn is_next(book: &BookFacts, key: &BookKey) -> bool {
    let turn = |one: &BookKey| {
        let signed_in = book
            .sign_ins
            .iter()
            .filter(|sign_in| sign_in.account == one.account && sign_in.label == one.label);
        (signed_in.map(|sign_in| sign_in.at).max(), one.label.clone())
    };
    let first = book.keys_of(&key.account).min_by_key(|one| turn(one));
    first.is_some_and(|first| first.label == key.label)
}

/// Advisories about the key's model and firmware that came after it was last seen.
fn known_against(key: &BookKey, last: UtcTime, as_of: UtcTime) -> Vec<Happening> {
    let model = ModelFacts {
        aaguid: key.aaguid,
        firmware: key.firmware.clone(),
        certificates: Vec::new(),
    };
    let subject = Subject::key(&key.label);
    advisories(key.aaguid)
        .filter(|one| one.published > last && one.published <= as_of)
        .filter(|one| metadata_checks::advisory(&model, one, &subject).verdict != Verdict::Pass)
        .map(|one| Happening {
            at: one.published,
            concerns: crate::facts::due::Concerns::Key(key.label.clone()),
            what: format!("advisory {} of {} concerns it", one.id, one.published.day()),
        })
        .collect()
}

/// `DUE`: each key seen with PIN and touch within the policy's days, or earlier after a change.
#[must_use]
pub fn due(facts: &DueFacts, policy: &Policy, as_of: UtcTime) -> Finding {
    let (due, reasons) = due_by(facts.last, &facts.happened, policy, as_of);
    let seen = format!(
        "last seen {} in record {:06}",
        facts.last.day(),
        facts.record
    );
    let verdict = match standing(due, policy, as_of) {
        DueStanding::Overdue => Verdict::Fail,
        DueStanding::Soon => Verdict::Warn,
        DueStanding::Later => Verdict::Pass,
    };
    let mut detail = format!("due {}, {seen}", due.day());
    for reason in reasons {
        detail.push_str("; ");
        detail.push_str(&reason);
    }
    let finding = Finding::new(Check::Due, verdict, Subject::key(&facts.label), detail);
    if verdict == Verdict::Pass {
        finding
    } else {
        finding.fix(format!("glasskey verify {}", facts.label))
    }
}

#[cfg(test)]
mod tests;
