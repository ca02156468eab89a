//! What is demanded, in cases that a person can follow.

use super::support::policy;
use super::*;
use crate::entra::Strength;
use crate::webauthn::Aaguid;
use serde_json::Value;
use serde_json::json;

const KEY: &str = "a25342c0-3cdc-4414-8e46-f4807fca511c";
const OTHER: &str = "ee882879-721c-4913-9775-3dfcce97072a";
const STRENGTH: &str = "1b3d8f60-0000-4000-8000-00000000c0de";

fn strength(combinations: &[&str], models: &[&str]) -> Value {
    let configurations = if models.is_empty() {
        json!([])
    } else {
        json!([{"appliesToCombinations": ["fido2"], "allowedAAGUIDs": models}])
    };
    json!({
        "id": STRENGTH,
        "displayName": "Vault keys",
        "policyType": "custom",
        "allowedCombinations": combinations,
        "combinationConfigurations": configurations,
    })
}

fn demanded(grant: &Value, strengths: &[Strength]) -> Demand {
    let mut policy = policy(&json!({}));
    policy["grantControls"] = grant.clone();
    demand(
        &CaPolicy::read(&policy),
        strengths,
        &Aaguid::parse(KEY).unwrap(),
    )
}

fn with_strength(strength: &Value) -> Value {
    json!({"operator": "OR", "builtInControls": [], "authenticationStrength": strength})
}

#[test]
fn a_strength_that_lists_the_model_takes_the_key_and_another_list_refuses_it() {
    let listed = with_strength(&strength(&["fido2"], &[KEY]));
    let named = vec!["Vault keys".to_owned()];
    assert_eq!(demanded(&listed, &[]), Demand::PhishingResistant(named));
    let refusal = |takes_other_keys| Demand::NotByKey {
        lacks: vec![],
        refusals: vec![KeyRefusal {
            strength: "Vault keys".into(),
            takes_other_keys,
        }],
    };
    let unlisted = with_strength(&strength(&["fido2"], &[OTHER]));
    assert_eq!(demanded(&unlisted, &[]), refusal(true));
    let certificates = with_strength(&strength(&["x509CertificateMultiFactor"], &[]));
    assert_eq!(demanded(&certificates, &[]), refusal(false));
}

#[test]
fn the_tenants_own_word_on_a_strength_counts_more_than_the_policys() {
    let listed = with_strength(&strength(&["fido2"], &[KEY]));
    let now = Strength::read(&strength(&["fido2"], &[OTHER])).unwrap();
    assert!(matches!(demanded(&listed, &[now]), Demand::NotByKey { .. }));
}

#[test]
fn a_device_that_the_tenant_knows_is_nothing_a_key_brings() {
    let both = json!({"operator": "AND", "builtInControls": ["mfa", "compliantDevice"]});
    assert_eq!(
        demanded(&both, &[]),
        Demand::NotByKey {
            lacks: vec![Control::CompliantDevice],
            refusals: vec![],
        }
    );
    let either = json!({"operator": "OR", "builtInControls": ["mfa", "compliantDevice"]});
    assert_eq!(
        demanded(&either, &[]),
        Demand::KeyIsEnough(vec![Control::Mfa, Control::CompliantDevice])
    );
}

#[test]
fn a_strength_beside_something_weaker_is_not_demanded() {
    let mut grant = with_strength(&strength(&["fido2"], &[]));
    grant["builtInControls"] = json!(["compliantDevice"]);
    assert!(matches!(demanded(&grant, &[]), Demand::KeyIsEnough(_)));
    grant["operator"] = json!("AND");
    grant["builtInControls"] = json!(["mfa"]);
    let named = vec!["Vault keys".to_owned()];
    assert_eq!(demanded(&grant, &[]), Demand::PhishingResistant(named));
}

#[test]
fn without_grant_controls_nothing_is_demanded() {
    assert_eq!(demanded(&json!(null), &[]), Demand::Nothing);
    let empty = json!({"operator": "OR", "builtInControls": []});
    assert_eq!(demanded(&empty, &[]), Demand::Nothing);
}

#[test]
fn what_cannot_be_read_of_a_grant_is_unknown() {
    for grant in [
        json!("mfa"),
        json!({"operator": "OR", "builtInControls": ["telepathy"]}),
        json!({"operator": "XOR", "builtInControls": ["mfa", "compliantDevice"]}),
        json!({"operator": "AND", "builtInControls": ["mfa"], "newControl": {"x": 1}}),
        with_strength(&json!({"displayName": "no id"})),
        with_strength(&json!({"id": STRENGTH, "policyType": "custom"})),
    ] {
        let found = demanded(&grant, &[]);
        assert!(matches!(found, Demand::Unknown(_)), "{grant}: {found:?}");
    }
    // Block stays block, whatever stands beside it.
    let block = json!({"operator": "XOR", "builtInControls": ["block", "telepathy"]});
    assert_eq!(demanded(&block, &[]), Demand::Block);
}

#[test]
fn a_pass_satisfies_mfa_and_only_strengths_that_name_it() {
    let of_pass = |grant: Value| {
        let mut policy = policy(&json!({}));
        policy["grantControls"] = grant;
        demand_of_pass(&CaPolicy::read(&policy), &[])
    };
    let mfa = json!({"operator": "OR", "builtInControls": ["mfa"]});
    assert_eq!(of_pass(mfa), Demand::KeyIsEnough(vec![Control::Mfa]));
    let named = with_strength(&strength(&["fido2", "temporaryAccessPassOneTime"], &[]));
    assert!(matches!(of_pass(named), Demand::KeyIsEnough(_)));
    let keys = with_strength(&strength(&["fido2"], &[]));
    assert!(matches!(of_pass(keys), Demand::NotByKey { .. }));
}
