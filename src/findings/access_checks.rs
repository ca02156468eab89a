//! Checks of what can shut an account out: the passkey policy, Conditional Access, authentication
//! strengths and security defaults.

mod accounts;
mod changes;
mod defaults;
mod models;
mod passkeys;
mod policies;
mod policy_demands;
mod policy_words;
mod registration;

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::judged::Judged;
use crate::facts::tenant::Identity;

/// What is not asked of an account that the plan does not pin.
const OF_A_PINNED_ACCOUNT: [Check; 6] = [
    Check::Fido2Enabled,
    Check::PasskeyType,
    Check::AttestationEnforced,
    Check::CaExclusion,
    Check::CaReportOnly,
    Check::CaRegistration,
];

/// Every check of what can shut an account out.
#[must_use]
pub(super) fn access(judged: &Judged<'_>) -> Vec<Finding> {
    let accounts = accounts::seen(judged);
    let mut findings = Vec::new();
    for account in &accounts {
        findings.push(passkeys::enabled(judged, account));
    }
    for account in &accounts {
        findings.extend(models::allowed(judged, account));
    }
    findings.push(passkeys::self_service(judged, &accounts));
    for check in [passkeys::passkey_type, passkeys::attestation] {
        findings.extend(accounts.iter().flat_map(|account| check(judged, account)));
    }
    findings.extend(policies::exclusion(judged, &accounts));
    findings.extend(policies::report_only(judged, &accounts));
    findings.extend(registration::registration(judged, &accounts));
    findings.push(defaults::security_defaults(judged));
    findings.extend(not_pinned(judged));
    findings
}

/// Accounts of which nothing is believed.
fn not_pinned(judged: &Judged<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for standing in &judged.survey.standings {
        if !matches!(standing.identity, Identity::NotPinned { .. }) {
            continue;
        }
        let subject = Subject::account(&standing.alias);
        for check in OF_A_PINNED_ACCOUNT {
            let detail = "the plan pins no object id for it";
            findings.push(Finding::new(
                check,
                Verdict::NotRun,
                subject.clone(),
                detail,
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests;
