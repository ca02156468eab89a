//! Checks of what the logs tell, beside what the records do.

mod how;
mod ninety;
mod since;

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::judged::Judged;
use crate::plan::Account;
use crate::primitives::Guid;
use crate::primitives::UtcTime;

/// A sign-in is a ceremony's from this long before it began …
const BEFORE: i64 = 3_600;
/// … to this long after: portals, the alert, tokens that a browser renews.
const AFTER: i64 = 86_400;
/// Sign-in log and last activity tell the same sign-in at moments this near.
const SAME: u64 = 600;

/// One account, beside its ceremonies.
struct Watched<'a> {
    subject: Subject,
    planned: &'a Account,
    object_id: Guid,
    /// When its ceremonies began, oldest first.
    ceremonies: Vec<UtcTime>,
    judged: &'a Judged<'a>,
}

impl Watched<'_> {
    /// Whether a sign-in at this moment is one that a ceremony explains.
    fn explains(&self, at: UtcTime) -> bool {
        self.ceremonies
            .iter()
            .any(|began| began.plus_seconds(-BEFORE) <= at && at <= began.plus_seconds(AFTER))
    }

    /// Whether a moment is before the account had its first ceremony: then it was being set up.
    fn is_set_up(&self, at: UtcTime) -> bool {
        self.ceremonies
            .first()
            .is_none_or(|first| at < first.plus_seconds(-BEFORE))
    }

    /// Whether a sign-in at this moment needs an explanation.
    fn is_strange(&self, at: UtcTime) -> bool {
        !self.explains(at) && !self.is_set_up(at)
    }
}

/// Every check of what the logs tell.
#[must_use]
pub(super) fn log(judged: &Judged<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let accounts = &judged.plan.accounts;
    for planned in accounts {
        let subject = Subject::account(&planned.alias);
        let Some(object_id) = planned.object_id else {
            for check in [Check::SigninSince, Check::SigninFido2] {
                let detail = "the plan pins no object id for it";
                findings.push(Finding::new(
                    check,
                    Verdict::NotRun,
                    subject.clone(),
                    detail,
                ));
            }
            continue;
        };
        let mut ceremonies: Vec<UtcTime> = judged
            .book
            .ceremonies
            .iter()
            .filter(|(alias, _)| *alias == planned.alias)
            .map(|(_, began)| *began)
            .collect();
        ceremonies.sort();
        let watched = Watched {
            subject,
            planned,
            object_id,
            ceremonies,
            judged,
        };
        findings.extend(since::since(&watched));
        findings.push(how::how(&watched));
    }
    findings.extend(accounts.iter().map(|one| ninety::validated(judged, one)));
    findings.extend(accounts.iter().map(|one| ninety::signed_in(judged, one)));
    findings
}

#[cfg(test)]
mod tests;
