mod conditional_access;
mod intended;
mod models;
mod passkeys;

use super::access;
use crate::findings::Check;
use crate::findings::sample_tenant::Sample;
use serde_json::Value;

/// What one check says of this tenant.
fn said(sample: &Sample, check: Check) -> Vec<String> {
    sample.said(access, check)
}

/// What one check says of a tenant that was changed in one answer.
fn after(check: Check, name: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut sample = Sample::good();
    sample.change(name, change);
    said(&sample, check)
}

/// What one check says where an answer was denied, where it is not there, and where the file has
/// none.
fn without(check: Check, name: &str) -> [Vec<String>; 3] {
    let mut denied = Sample::good();
    denied.deny(name);
    let mut lost = Sample::good();
    lost.lose(name);
    let mut forgotten = Sample::good();
    forgotten.forget(name);
    [denied, lost, forgotten].map(|sample| said(&sample, check))
}

/// Whether every finding is unknown, and there is one.
fn all_unknown(said: &[String]) -> bool {
    !said.is_empty() && said.iter().all(|line| line.starts_with("unknown "))
}

#[test]
fn nothing_is_wrong_with_the_sample_tenant() {
    let findings = Sample::good().find(access);
    for finding in &findings {
        assert!(
            !finding.verdict.is_open() && finding.fix.is_none(),
            "{finding:?}"
        );
    }
    let checks = [
        Check::Fido2Enabled,
        Check::AaguidAllowed,
        Check::SelfServiceOn,
        Check::PasskeyType,
        Check::AttestationEnforced,
        Check::CaExclusion,
        Check::CaReportOnly,
        Check::CaRegistration,
        Check::SecurityDefaults,
    ];
    for check in checks {
        assert!(findings.iter().any(|one| one.check == check), "{check}");
    }
}

#[test]
fn an_account_without_an_object_id_is_not_judged() {
    let mut sample = Sample::good();
    sample.plan.accounts[0].object_id = None;
    let lines = said(&sample, Check::CaExclusion);
    assert_eq!(
        lines.last().unwrap(),
        "not_run account:BG-1: the plan pins no object id for it"
    );
    assert_eq!(lines.len(), 2);
}
