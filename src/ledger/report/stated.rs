//! What the checks said when a record was made: what failed, and what changed from one record to the
//! next.

use super::Mark;
use super::Read;
use crate::findings::Check;
use crate::findings::Subject;
use crate::findings::Verdict;
use serde::Serialize;
use std::collections::HashMap;

/// A check that did not pass before a touch, as its record states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatedRow {
    /// The record.
    #[serde(flatten)]
    pub mark: Mark,
    /// The check.
    pub check: Check,
    /// What it is about.
    pub subject: Subject,
    /// What it came to.
    pub verdict: Verdict,
    /// What was seen.
    pub detail: String,
}

/// A check that came to something else than when it was stated last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DriftRow {
    /// The record.
    #[serde(flatten)]
    pub mark: Mark,
    /// The check.
    pub check: Check,
    /// What it is about.
    pub subject: Subject,
    /// The record that stated it last before.
    pub since: u64,
    /// What it came to there.
    pub before: Verdict,
    /// What it came to here.
    pub now: Verdict,
    /// What was seen here.
    pub detail: String,
}

/// What warned, failed, was accepted or could not be told, by the period's records.
pub(super) fn failed(read: &Read<'_>) -> Vec<StatedRow> {
    let mut rows = Vec::new();
    for (mark, statement) in read.within() {
        let quiet = |verdict| matches!(verdict, Verdict::Pass | Verdict::NotRun);
        let open = statement.findings.iter().filter(|one| !quiet(one.verdict));
        rows.extend(open.map(|one| StatedRow {
            mark,
            check: one.check,
            subject: one.subject.clone(),
            verdict: one.verdict,
            detail: one.detail.clone(),
        }));
    }
    rows
}

/// What changed in the period. What was not run, then or now, is no change.
pub(super) fn drift(read: &Read<'_>) -> Vec<DriftRow> {
    let mut last: HashMap<(Check, &Subject), (u64, Verdict)> = HashMap::new();
    let mut rows = Vec::new();
    for (mark, statement) in read.marked() {
        for one in &statement.findings {
            if one.verdict == Verdict::NotRun {
                continue;
            }
            let now = (mark.record, one.verdict);
            let before = last.insert((one.check, &one.subject), now);
            let Some((since, before)) = before else {
                continue;
            };
            if since == mark.record || before == one.verdict || !read.period.has(mark.at) {
                continue;
            }
            rows.push(DriftRow {
                mark,
                check: one.check,
                subject: one.subject.clone(),
                since,
                before,
                now: one.verdict,
                detail: one.detail.clone(),
            });
        }
    }
    rows
}
