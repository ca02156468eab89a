//! What a check came to, and how it is put in order for every way of writing it.

use super::asked::Asked;
use super::book::Book;
use super::in_hand::Shown;
use crate::cli::exit::Exit;
use crate::findings::Drift;
use crate::findings::Finding;
use crate::findings::Stated;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::plan::Plan;
use crate::primitives::Digest;
use crate::primitives::UtcTime;

/// As of when it was judged, and why.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// The moment the tenant was asked.
    Now(UtcTime),
    /// The last answer in the file.
    Answered(UtcTime),
    /// The last record of a rehearsal.
    Rehearsal(UtcTime),
    /// `--as-of`: hypothetical.
    Asked(UtcTime),
}

impl When {
    pub(super) const fn time(self) -> UtcTime {
        match self {
            Self::Now(time) | Self::Answered(time) | Self::Rehearsal(time) | Self::Asked(time) => {
                time
            }
        }
    }
}

/// What a check came to.
pub(super) struct Report {
    pub(super) plan: Plan,
    pub(super) plan_sha256: Digest,
    pub(super) book: Book,
    pub(super) asked: Asked,
    pub(super) when: When,
    pub(super) findings: Vec<Finding>,
    pub(super) drift: Option<(Stated, Vec<Drift>)>,
    pub(super) key: Option<Shown>,
    pub(super) observer: bool,
    pub(super) exit: Exit,
}

/// Findings that belong together.
pub(super) struct Group<'r> {
    /// The account's alias, or `book`.
    pub(super) name: &'r str,
    /// The worst first.
    pub(super) findings: Vec<&'r Finding>,
}

/// How bad, for the order on a page.
const fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fail => 0,
        Verdict::Unknown => 1,
        Verdict::Warn => 2,
        Verdict::Accepted => 3,
        Verdict::Pass => 4,
        Verdict::NotRun => 5,
    }
}

impl Report {
    /// The findings under their accounts, in the order of the plan, then those of book and tenant.
    pub(super) fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: Vec<Group<'_>> = self
            .plan
            .accounts
            .iter()
            .map(|account| Group {
                name: &account.alias,
                findings: self
                    .findings
                    .iter()
                    .filter(|one| self.account_of(&one.subject) == Some(account.alias.as_str()))
                    .collect(),
            })
            .collect();
        groups.push(Group {
            name: "book",
            findings: self
                .findings
                .iter()
                .filter(|one| self.account_of(&one.subject).is_none())
                .collect(),
        });
        for group in &mut groups {
            group.findings.sort_by_key(|one| rank(one.verdict));
        }
        groups.retain(|group| !group.findings.is_empty());
        groups
    }

    /// The account that a subject is or opens; `None` if it is neither.
    fn account_of(&self, subject: &Subject) -> Option<&str> {
        let planned = self.plan.accounts.iter().find(|account| {
            *subject == Subject::account(&account.alias)
                || account
                    .keys
                    .iter()
                    .any(|key| *subject == Subject::key(&key.label))
        });
        if let Some(account) = planned {
            return Some(&account.alias);
        }
        let recorded = self.book.reading.on_record.iter();
        let mut recorded = recorded.filter(|key| *subject == Subject::key(&key.label));
        let alias = recorded.next().map(|key| key.account.as_str())?;
        let mut accounts = self.plan.accounts.iter();
        accounts
            .find(|account| account.alias == alias)
            .map(|account| account.alias.as_str())
    }

    pub(super) fn count(&self, verdict: Verdict) -> usize {
        let of = self.findings.iter();
        of.filter(|one| one.verdict == verdict).count()
    }
}
