//! What signed acceptances cover, and what statements said of themselves.

use super::report::breaks;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::primitives::UtcTime;
use crate::record::Statement;
use std::collections::HashMap;

/// Acceptances so far; the latest of a check and a subject counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acceptances {
    latest: HashMap<(Check, Subject), (UtcTime, u64)>,
    /// Where findings that statements carry stand in the report, and what they were said of.
    stated: HashMap<usize, Subject>,
}

impl Acceptances {
    /// Notes what the statement of the record at `index` accepts.
    pub fn take(&mut self, index: u64, statement: &Statement) {
        if let Some(accepted) = &statement.acceptance {
            let what = (accepted.check, accepted.subject.clone());
            self.latest.insert(what, (accepted.until, index));
        }
    }

    /// The latest acceptance of each check and subject: until when, and by which record; in the order
    /// of records.
    pub fn all(&self) -> impl Iterator<Item = (Check, &Subject, UtcTime, u64)> {
        let mut all: Vec<_> = self
            .latest
            .iter()
            .map(|((check, subject), (until, record))| (*check, subject, *until, *record))
            .collect();
        all.sort_by_key(|(.., record)| *record);
        all.into_iter()
    }

    /// Notes that the finding at `place` was stated of `subject`.
    pub(super) fn stated(&mut self, place: usize, subject: Subject) {
        self.stated.insert(place, subject);
    }

    /// Turns what fails at `as_of` and is accepted then into `accepted`. What breaks a book cannot
    /// be accepted.
    pub fn apply(&self, findings: &mut [Finding], as_of: UtcTime) {
        for (place, finding) in findings.iter_mut().enumerate() {
            if finding.verdict != Verdict::Fail || breaks(finding) {
                continue;
            }
            let subjects = [Some(&finding.subject), self.stated.get(&place)];
            let covered = subjects
                .into_iter()
                .flatten()
                .filter_map(|subject| self.latest.get(&(finding.check, subject.clone())))
                .find(|(until, _)| as_of <= *until);
            if let Some((until, record)) = covered {
                finding.verdict = Verdict::Accepted;
                let by = format!("; accepted until {until} by record {record:06}");
                finding.detail.push_str(&by);
            }
        }
    }
}

/// What a statement says of itself that is open: as it was then, under the record that says so.
pub(super) fn open_findings(
    index: u64,
    statement: &Statement,
) -> impl Iterator<Item = (Finding, Subject)> {
    let open = statement
        .findings
        .iter()
        .filter(|one| one.verdict.is_open());
    open.map(move |one| {
        let detail = format!("stated of {}: {}", one.subject, one.detail);
        let found = Finding::new(one.check, one.verdict, Subject::record(index), detail);
        (found, one.subject.clone())
    })
}
