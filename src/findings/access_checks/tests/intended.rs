//! What the plan intends: excluded, or phishing-resistant policies alone.

use super::said;
use crate::findings::Check;
use crate::findings::sample_tenant::Sample;
use crate::findings::sample_tenant::strength;
use serde_json::Value;
use serde_json::json;

const THIRD: &str = "policy:00000000-0000-0000-0000-0000000000c3";

/// What is said of the policy that applies to BG-2, for which phishing-resistant ones may.
fn third(change: impl FnOnce(&mut Value)) -> String {
    let mut sample = Sample::good();
    sample.change_policy(2, change);
    let lines = said(&sample, Check::CaExclusion);
    let found: Vec<&String> = lines.iter().filter(|line| line.contains(THIRD)).collect();
    match found.as_slice() {
        [] => lines.last().unwrap().clone(),
        [one] => (*one).clone(),
        more => panic!("{more:?}"),
    }
}

fn verdict(line: &str) -> &str {
    line.split(' ').next().unwrap()
}

#[test]
fn a_phishing_resistant_strength_that_takes_the_key_is_as_intended() {
    let line = third(|_| ());
    assert!(line.starts_with("pass account:BG-2"), "{line}");
    assert!(
        line.contains("1 demand phishing-resistant authentication"),
        "{line}"
    );
}

#[test]
fn what_a_key_satisfies_but_something_weaker_too_is_not_intended() {
    let line = third(|policy| {
        policy["grantControls"] = json!({"operator": "OR", "builtInControls": ["mfa"]});
    });
    assert_eq!(verdict(&line), "fail");
    let weaker = third(|policy| {
        policy["grantControls"]["builtInControls"] = json!(["compliantDevice"]);
    });
    assert_eq!(verdict(&weaker), "fail");
    assert!(weaker.contains("as something weaker would"), "{weaker}");
}

#[test]
fn a_strength_that_refuses_the_key_fails() {
    let line = third(|policy| {
        let mut other = strength();
        other["id"] = json!("1b3d8f60-0000-4000-8000-00000000c0de");
        other["displayName"] = json!("Certificates");
        other["allowedCombinations"] = json!(["x509CertificateMultiFactor"]);
        policy["grantControls"]["authenticationStrength"] = other;
    });
    assert_eq!(
        line,
        format!(
            "fail {THIRD}: \"Keys for emergency\" applies to BG-2 (by name): its strength \
             Certificates takes no security keys; last changed on 2026-01-02"
        )
    );
}

#[test]
fn a_session_that_needs_a_known_device_fails_though_the_strength_is_right() {
    let bound = third(|policy| {
        policy["sessionControls"] = json!({"secureSignInSession": {"isEnabled": true}});
    });
    assert_eq!(verdict(&bound), "fail");
    assert!(
        bound.contains("tokens bound to a registered device"),
        "{bound}"
    );
    let frequency = third(|policy| {
        policy["sessionControls"] = json!({"signInFrequency": {"isEnabled": true}});
    });
    assert_eq!(verdict(&frequency), "pass");
}

#[test]
fn what_cannot_be_read_of_a_grant_is_unknown() {
    let line = third(|policy| {
        policy["grantControls"] = json!({"operator": "AND", "builtInControls": ["mfa", "aura"]});
    });
    assert_eq!(verdict(&line), "unknown");
}

#[test]
fn an_account_to_be_excluded_fails_by_the_same_policy() {
    let line = third(|policy| {
        let one = crate::findings::sample_tenant::ONE;
        policy["conditions"]["users"]["includeUsers"] = json!([one]);
    });
    assert_eq!(
        line,
        format!(
            "fail {THIRD}: \"Keys for emergency\" applies to BG-1 (by name): it demands \
             Phishing-resistant MFA, which the key satisfies; last changed on 2026-01-02"
        )
    );
}
