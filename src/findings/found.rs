//! All that one check found of one subject.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::tenant_words;
use crate::entra::Answer;
use crate::entra::Membership;

/// All that one check found of one subject; a pass only if that is nothing.
pub(super) struct Found<'s> {
    check: Check,
    subject: &'s Subject,
    findings: Vec<Finding>,
}

impl<'s> Found<'s> {
    /// Nothing so far.
    pub(super) const fn new(check: Check, subject: &'s Subject) -> Self {
        Self {
            check,
            subject,
            findings: Vec::new(),
        }
    }

    /// Adds a finding for which there is nothing to do, or nothing more than its detail says.
    pub(super) fn say(&mut self, verdict: Verdict, detail: impl Into<String>) {
        let finding = Finding::new(self.check, verdict, self.subject.clone(), detail);
        self.findings.push(finding);
    }

    /// Adds a finding with what to do.
    pub(super) fn fix(
        &mut self,
        verdict: Verdict,
        detail: impl Into<String>,
        fix: impl Into<String>,
    ) {
        let finding = Finding::new(self.check, verdict, self.subject.clone(), detail);
        self.findings.push(finding.fix(fix));
    }

    /// Adds that something is not known, and what would tell.
    pub(super) fn unknown<T>(&mut self, what: &str, answer: &Answer<T>) {
        let finding = tenant_words::unknown(self.check, self.subject, what, answer);
        self.findings.push(finding);
    }

    /// Adds that it hangs on groups that are not all known, and what would tell.
    pub(super) fn unknown_groups(&mut self, membership: &Answer<Membership>) {
        match membership {
            Answer::Known(_) => self.say(
                Verdict::Unknown,
                "it hangs on a group that is hidden from us, or on a target that cannot be read",
            ),
            other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
                self.unknown("the account's groups", other);
            }
        }
    }

    /// The check.
    pub(super) const fn check(&self) -> Check {
        self.check
    }

    /// All that was found; if nothing was, the one finding that passes.
    pub(super) fn or_pass(mut self, detail: impl Into<String>) -> Vec<Finding> {
        if self.findings.is_empty() {
            self.say(Verdict::Pass, detail);
        }
        self.findings
    }
}
