//! Checks of log export and alert rules.

mod alert;
mod export;
mod kusto;

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::judged::Judged;

/// Every check of log export and alert rules.
#[must_use]
pub(super) fn monitoring(judged: &Judged<'_>) -> Vec<Finding> {
    let accounts = &judged.plan.accounts;
    let Some(azure) = &judged.survey.azure else {
        let detail = "the plan has no [azure] with the subscription that watches the tenant";
        let not_run = |check, subject| Finding::new(check, Verdict::NotRun, subject, detail);
        let alert = |account: &crate::plan::Account| {
            not_run(Check::AlertRule, Subject::account(&account.alias))
        };
        let mut findings: Vec<Finding> = accounts.iter().map(alert).collect();
        findings.push(not_run(Check::LogExport, Subject::book()));
        return findings;
    };
    let mut findings: Vec<Finding> = accounts
        .iter()
        .flat_map(|account| alert::alert(azure, account))
        .collect();
    findings.extend(export::export(azure));
    findings
}

#[cfg(test)]
mod tests;
