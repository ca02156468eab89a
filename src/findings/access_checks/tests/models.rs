//! `AAGUID-ALLOWED`

use super::after;
use super::all_unknown;
use super::said;
use super::without;
use crate::findings::Check;
use crate::findings::sample_tenant::MODEL;
use crate::findings::sample_tenant::Sample;
use crate::webauthn::Aaguid;
use serde_json::json;

const CHECK: Check = Check::AaguidAllowed;
const OTHER: &str = "fa2b99dc-9e39-4257-8f92-4a30d23c4118";

fn custom(models: &serde_json::Value) -> serde_json::Value {
    json!({
        "id": "1b3d8f60-0000-4000-8000-00000000c0de",
        "displayName": "Vault keys",
        "policyType": "custom",
        "allowedCombinations": ["fido2"],
        "combinationConfigurations": models,
    })
}

fn list(aaguid: &str) -> serde_json::Value {
    json!([{"appliesToCombinations": ["fido2"], "allowedAAGUIDs": [aaguid]}])
}

#[test]
fn aaguid_allowed_passes() {
    assert_eq!(
        said(&Sample::good(), CHECK),
        [
            format!(
                "pass key:BG1-A: {MODEL} may sign in by profile \"Keys in safes\"; no strength is \
                 demanded of the account"
            ),
            format!(
                "pass key:BG1-B: {MODEL} may sign in by profile \"Keys in safes\"; no strength is \
                 demanded of the account"
            ),
            format!(
                "pass key:BG2-A: {MODEL} may sign in by profile \"Keys in safes\"; the strength that \
                 is demanded takes it"
            ),
            format!(
                "pass key:BG2-B: {MODEL} may sign in by profile \"Keys in safes\"; the strength that \
                 is demanded takes it"
            ),
        ]
    );
}

#[test]
fn aaguid_allowed_fails_for_a_registered_key_that_was_taken_off_the_list() {
    let said = after(CHECK, "passkeys", |body| {
        body["passkeyProfiles"][0]["keyRestrictions"]["aaGuids"] = json!([OTHER]);
    });
    assert_eq!(said.len(), 4);
    assert_eq!(
        said[0],
        format!(
            "fail key:BG1-A: {MODEL} is refused: profile \"Keys in safes\" does not list it as allowed"
        )
    );
}

#[test]
fn aaguid_allowed_fails_by_the_list_of_a_strength_that_is_demanded() {
    let mut sample = Sample::good();
    sample.change_policy(2, |policy| {
        policy["grantControls"]["authenticationStrength"] = custom(&list(OTHER));
    });
    let lines = said(&sample, CHECK);
    assert!(lines[0].starts_with("pass key:BG1-A"), "{lines:?}");
    assert_eq!(
        lines[2],
        format!(
            "fail key:BG2-A: \"Keys for emergency\" refuses {MODEL}, as its strength Vault keys \
             lists other models alone; last changed on 2026-01-02"
        )
    );
    // The tenant's own list is the newer word.
    sample.change("strengths", |body| {
        body["value"] = json!([custom(&list(MODEL))]);
    });
    let lines = said(&sample, CHECK);
    assert!(
        lines.iter().all(|line| line.starts_with("pass ")),
        "{lines:?}"
    );
}

#[test]
fn the_lists_of_a_strength_are_asked_for_where_they_did_not_come_along() {
    let mut sample = Sample::good();
    sample.change_policy(2, |policy| {
        policy["grantControls"]["authenticationStrength"] = custom(&json!(null));
    });
    sample.change("strengths", |body| {
        body["value"] = json!([custom(&json!(null))]);
    });
    let lines = said(&sample, CHECK);
    assert_eq!(
        lines[2],
        format!(
            "unknown key:BG2-A: whether \"Keys for emergency\" takes {MODEL} cannot be told: Vault keys"
        )
    );
    sample.add_models("1b3d8f60-0000-4000-8000-00000000c0de", list(MODEL));
    let lines = said(&sample, CHECK);
    assert!(
        lines.iter().all(|line| line.starts_with("pass ")),
        "{lines:?}"
    );
}

#[test]
fn a_key_of_the_plan_is_judged_for_its_registration() {
    let mut sample = Sample::good();
    sample.book.keys.retain(|key| !key.label.starts_with("BG1"));
    // BG1-A has the model of the plan, BG1-B none.
    assert_eq!(
        said(&sample, CHECK)[..2],
        [
            format!(
                "fail key:BG1-A: to be registered: {OTHER} is refused: profile \"Keys in safes\" \
                 does not list it as allowed"
            ),
            "not_run key:BG1-B: not registered, and the plan names no model for it".to_owned(),
        ]
    );
    sample.plan.accounts[0].keys[0].aaguid = Aaguid::parse(MODEL);
    assert_eq!(
        said(&sample, CHECK)[0],
        format!(
            "pass key:BG1-A: to be registered: {MODEL} is allowed by profile \"Keys in safes\"; no \
             strength is demanded of the account"
        )
    );
}

#[test]
fn aaguid_allowed_unknown_when_denied() {
    for name in ["passkeys", "policies"] {
        for said in without(CHECK, name) {
            assert!(all_unknown(&said), "{name}: {said:?}");
        }
    }
    let hidden = after(CHECK, "groups BG-1", |body| {
        *body = json!({"value": [{"id": null}]});
    });
    assert!(hidden[0].starts_with("unknown key:BG1-A"), "{hidden:?}");
}

#[test]
fn aaguid_allowed_unknown_when_absent() {
    let unreadable = after(CHECK, "passkeys", |body| {
        body["passkeyProfiles"][0]["keyRestrictions"] = json!(null);
    });
    assert!(all_unknown(&unreadable), "{unreadable:?}");
}
