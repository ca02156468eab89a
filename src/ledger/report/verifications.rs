//! Verifications that were expected of each key and account, and what became of them.
//!
//! A key is expected again `verify-every-days` after it was last seen with PIN and touch (registration,
//! or a verification of level L1 or L2), or earlier where something happened; an account is expected to
//! sign in (L2) as often. What was done after its day was late; each further day of the kind that passed
//! before it was missed, as is all that was not done by the period's end. What was due before the period
//! and not done in it was overdue all through it, also where none of its days fell into the period.

use super::Mark;
use super::Read;
use super::Span;
use super::label_of;
use crate::facts::due::Happening;
use crate::findings;
use crate::primitives::UtcTime;
use crate::record::Event;
use crate::record::Level;
use crate::record::Statement;
use crate::webauthn::Aaguid;
use serde::Serialize;
use std::collections::BTreeMap;

/// Seconds in a day.
const DAY: i64 = 86_400;

/// A verification that was performed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The record's index.
    pub record: u64,
    /// The key's label.
    pub key: String,
    /// When it began.
    pub at: UtcTime,
    /// How deep it went.
    pub level: Level,
    /// By when it was expected; absent of one that no day was set for, such as level L0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<UtcTime>,
    /// Days it was late, begun ones counted; 0 if it was in time.
    pub days_late: u32,
}

/// What was expected, and what became of it: `expected` = `in_time` + `late` + `missed`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// How often.
    pub expected: u32,
    /// Performed by their day.
    pub in_time: u32,
    /// Performed after it.
    pub late: u32,
    /// The days by which nothing was performed.
    pub missed: Vec<UtcTime>,
}

/// That something was due before the period, and not performed in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Overdue {
    /// By when it was expected.
    pub since: UtcTime,
    /// When it went out of use in the period; absent if it did not, and was overdue all through it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<UtcTime>,
}

impl Overdue {
    /// In words, without a full stop.
    #[must_use]
    pub fn words(&self) -> String {
        let since = self.since.day();
        match self.until {
            None => format!("overdue since {since}, all through this period"),
            Some(until) => {
                let until = until.day();
                format!("overdue since {since}, until it went out of use on {until}")
            }
        }
    }
}

/// A key in the period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyReport {
    /// Its label.
    pub label: String,
    /// The alias of its account.
    pub account: String,
    /// From its registration until it was lost or taken out of use.
    pub in_use: Span,
    /// Presence with PIN and touch (L1 or L2): what was expected.
    pub counts: Counts,
    /// That it was expected before the period and not performed in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue: Option<Overdue>,
    /// Verifications of the period, those without PIN (L0) too, in order.
    pub verifications: Vec<Verified>,
}

/// An account in the period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountReport {
    /// Its alias.
    pub alias: String,
    /// Sign-ins (L2) that were expected.
    pub sign_ins: Counts,
    /// That a sign-in was expected before the period and not performed in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue: Option<Overdue>,
    /// Verifications of its keys in the period, by level: L0, L1, L2.
    pub levels: [u32; 3],
    /// What became of what was expected of its keys, together.
    pub keys: Counts,
}

/// Somebody expected, while the records are read in order.
#[derive(Clone, Default)]
struct Expected {
    last: Option<UtcTime>,
    counts: Counts,
    overdue: Option<Overdue>,
}

impl Expected {
    /// It was performed; by when it was due, and how many days late it was.
    fn performed(
        &mut self,
        read: &Read<'_>,
        mark: Mark,
        happened: &[Happening],
    ) -> (Option<UtcTime>, u32) {
        let Some(last) = self.last.replace(mark.at) else {
            return (None, 0);
        };
        let Some((due, every)) = due(read, last, happened, mark.at) else {
            return (None, 0);
        };
        let late = days_late(due, mark.at);
        // Every further day that passed before it was performed.
        self.missed(read, due.plus_days(every), mark.at, every);
        if read.period.has(mark.at) {
            if late > 0 {
                self.counts.late += 1;
            } else {
                self.counts.in_time += 1;
            }
        }
        (Some(due), late)
    }

    /// Nothing more is expected from now on.
    fn ends(&mut self, read: &Read<'_>, at: UtcTime, happened: &[Happening]) {
        let Some(last) = self.last.take() else {
            return;
        };
        if let Some((due, every)) = due(read, last, happened, at) {
            self.missed(read, due, at, every);
            self.overdue = self.overdue.or_else(|| overdue(read, due, at));
        }
    }

    /// Notes each day from `due` on, that passed before `until`, as missed.
    fn missed(&mut self, read: &Read<'_>, due: UtcTime, until: UtcTime, every: i64) {
        let mut day = due;
        while day < until {
            if read.period.has(day) {
                self.counts.missed.push(day);
            }
            let next = day.plus_days(every);
            if next <= day {
                break; // the end of the calendar
            }
            day = next;
        }
    }

    fn counts(mut self) -> Counts {
        let missed = u32::try_from(self.counts.missed.len()).unwrap_or(u32::MAX);
        self.counts.expected = self.counts.in_time + self.counts.late + missed;
        self.counts
    }
}

/// What was due by a day and not performed by a moment, if the day was before the period and the moment
/// is not.
fn overdue(read: &Read<'_>, due: UtcTime, at: UtcTime) -> Option<Overdue> {
    let overdue = Overdue {
        since: due,
        until: (at < read.period.to).then_some(at),
    };
    (due < read.period.from && read.period.has(at)).then_some(overdue)
}

/// By when what was last done at `last` is expected again, by what was known at a moment, and every how
/// many days; `None` without a policy.
fn due(
    read: &Read<'_>,
    last: UtcTime,
    happened: &[Happening],
    at: UtcTime,
) -> Option<(UtcTime, i64)> {
    let policy = read.policy_at(at)?;
    let (by, _) = findings::due_by(last, happened, policy, at);
    Some((by, i64::from(policy.verify_every_days).max(1)))
}

fn days_late(due: UtcTime, at: UtcTime) -> u32 {
    let seconds = at.unix().saturating_sub(due.unix()).max(0);
    u32::try_from(seconds.saturating_add(DAY - 1) / DAY).unwrap_or(u32::MAX)
}

/// A key while the records are read.
struct Key {
    account: String,
    model: Option<Aaguid>,
    in_use: Span,
    expected: Expected,
    verifications: Vec<Verified>,
}

/// The keys that were in use in the period, in the order of their labels.
pub(super) fn keys(read: &Read<'_>) -> Vec<KeyReport> {
    let mut all: BTreeMap<String, Key> = BTreeMap::new();
    for (mark, statement) in read.marked() {
        let Some(label) = label_of(statement) else {
            continue;
        };
        if statement.event == Event::Registration {
            all.insert(label.to_owned(), Key::new(mark, statement));
        }
        if let Some(key) = all.get_mut(label) {
            key.take(read, label, mark, statement);
        }
        // The key in whose place another one is registered opens nothing any more.
        if let Some(old) = statement.replaces.as_ref().filter(|old| old.label != label)
            && let Some(key) = all.get_mut(&old.label)
        {
            key.is_gone(read, &old.label, mark);
        }
    }
    all.into_iter()
        .filter(|(_, key)| key.in_use.touches(&read.period))
        .map(|(label, mut key)| {
            let happened = key.happened(read, &label);
            key.expected.ends(read, read.period.to, &happened);
            KeyReport {
                label,
                account: key.account,
                in_use: key.in_use,
                overdue: key.expected.overdue,
                counts: key.expected.counts(),
                verifications: key.verifications,
            }
        })
        .collect()
}

impl Key {
    fn new(mark: Mark, statement: &Statement) -> Self {
        Self {
            account: statement
                .account
                .as_ref()
                .map(|account| account.alias.clone())
                .unwrap_or_default(),
            model: statement.key.as_ref().map(|key| key.aaguid),
            in_use: Span {
                from: mark,
                until: None,
            },
            expected: Expected {
                last: Some(mark.at),
                ..Expected::default()
            },
            verifications: Vec::new(),
        }
    }

    /// What happened that concerns it.
    fn happened(&self, read: &Read<'_>, label: &str) -> Vec<Happening> {
        let concerning = read
            .happened
            .iter()
            .filter(|one| one.concerns.concerns(&self.account, label, self.model));
        concerning.cloned().collect()
    }

    /// From this record on it is out of use.
    fn is_gone(&mut self, read: &Read<'_>, label: &str, mark: Mark) {
        let happened = self.happened(read, label);
        self.expected.ends(read, mark.at, &happened);
        self.in_use.until = self.in_use.until.or(Some(mark));
    }

    fn take(&mut self, read: &Read<'_>, label: &str, mark: Mark, statement: &Statement) {
        match statement.event {
            Event::Verification => {
                let level = statement.level.unwrap_or(Level::L0);
                let (due, days_late) = if level == Level::L0 {
                    (None, 0)
                } else {
                    let happened = self.happened(read, label);
                    self.expected.performed(read, mark, &happened)
                };
                if read.period.has(mark.at) {
                    self.verifications.push(Verified {
                        record: mark.record,
                        key: label.to_owned(),
                        at: mark.at,
                        level,
                        due,
                        days_late,
                    });
                }
            }
            Event::Loss | Event::Retirement => self.is_gone(read, label, mark),
            Event::Genesis
            | Event::Registration
            | Event::Custody
            | Event::Exception
            | Event::Amendment
            | Event::People
            | Event::Policy
            | Event::Acceptance
            | Event::Training => {}
        }
    }
}

/// The accounts of these keys, in the order of their aliases.
pub(super) fn accounts(read: &Read<'_>, keys: &[KeyReport]) -> Vec<AccountReport> {
    let mut all: BTreeMap<&str, AccountReport> = BTreeMap::new();
    for key in keys {
        let account = all
            .entry(key.account.as_str())
            .or_insert_with(|| account(read, &key.account));
        account.keys.expected += key.counts.expected;
        account.keys.in_time += key.counts.in_time;
        account.keys.late += key.counts.late;
        account.keys.missed.extend(&key.counts.missed);
        account.keys.missed.sort_unstable();
        for one in &key.verifications {
            let [l0, l1, l2] = &mut account.levels;
            match one.level {
                Level::L0 => *l0 += 1,
                Level::L1 => *l1 += 1,
                Level::L2 => *l2 += 1,
            }
        }
    }
    all.into_values().collect()
}

/// An account, before anything of its keys is added.
fn account(read: &Read<'_>, alias: &str) -> AccountReport {
    let expected = sign_ins(read, alias);
    AccountReport {
        alias: alias.to_owned(),
        overdue: expected.overdue,
        sign_ins: expected.counts(),
        levels: [0; 3],
        keys: Counts::default(),
    }
}

/// Sign-ins that were expected of an account: from its first registration on, while it has a key.
fn sign_ins(read: &Read<'_>, alias: &str) -> Expected {
    let mut expected = Expected::default();
    let mut in_use: Vec<&str> = Vec::new();
    for (mark, statement) in read.marked() {
        let account = statement.account.as_ref();
        let (true, Some(label)) = (
            account.is_some_and(|account| account.alias == alias),
            label_of(statement),
        ) else {
            continue;
        };
        match statement.event {
            Event::Registration => {
                let old = statement.replaces.as_ref().map(|old| old.label.as_str());
                in_use.retain(|one| *one != label && Some(*one) != old);
                in_use.push(label);
                expected.last = expected.last.or(Some(mark.at));
            }
            Event::Loss | Event::Retirement => {
                in_use.retain(|one| *one != label);
                if in_use.is_empty() {
                    expected.ends(read, mark.at, &[]);
                }
            }
            Event::Verification if statement.level == Some(Level::L2) => {
                expected.performed(read, mark, &[]);
            }
            Event::Genesis
            | Event::Verification
            | Event::Custody
            | Event::Exception
            | Event::Amendment
            | Event::People
            | Event::Policy
            | Event::Acceptance
            | Event::Training => {}
        }
    }
    expected.ends(read, read.period.to, &[]);
    expected
}
