use super::*;
use crate::entra::tests::any_json;
use proptest::prelude::*;
use serde_json::json;

const KEY: &str = "a25342c0-3cdc-4414-8e46-f4807fca511c";
const OTHER: &str = "ee882879-721c-4913-9775-3dfcce97072a";

fn aaguid(text: &str) -> Aaguid {
    Aaguid::parse(text).unwrap()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "callers build what they hand over"
)]
fn custom(combinations: Value, configurations: Value) -> Strength {
    Strength::read(&json!({
        "id": "1B3D8F60-0000-4000-8000-00000000C0DE",
        "displayName": "Keys of the vault",
        "policyType": "custom",
        "allowedCombinations": combinations,
        "combinationConfigurations": configurations,
    }))
    .unwrap()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "callers build what they hand over"
)]
fn models(aaguids: Value) -> Value {
    json!([{
        "@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
        "id": "1",
        "appliesToCombinations": ["fido2"],
        "allowedAAGUIDs": aaguids,
    }])
}

#[test]
fn the_example_strength_is_microsofts_phishing_resistant_one() {
    let page: Value = serde_json::from_str(include_str!(
        "../../../tests/graph/authenticationstrengthpolicies.json"
    ))
    .unwrap();
    let strengths = Strength::read_all(page["value"].clone()).unwrap();
    let expected = Strength {
        id: "00000000-0000-0000-0000-000000000004".into(),
        name: "Phishing-resistant MFA".into(),
        kind: StrengthKind::BuiltIn,
        combinations: Some(vec![
            "windowshelloforbusiness".into(),
            "fido2".into(),
            "x509certificatemultifactor".into(),
        ]),
        models: Models::Lists(Vec::new()),
    };
    assert_eq!(strengths, std::slice::from_ref(&expected));
    assert_eq!(expected.takes_key(&aaguid(KEY)), KeyFit::Taken);
    assert_eq!(expected.resistance(), Resistance::Yes);
    assert_eq!(expected.takes_pass(), Some(false));
    assert_eq!(expected.shown(), "Phishing-resistant MFA");
}

#[test]
fn a_list_of_models_keeps_the_others_out() {
    let strength = custom(json!(["fido2"]), models(json!([KEY.to_ascii_uppercase()])));
    assert_eq!(strength.takes_key(&aaguid(KEY)), KeyFit::Taken);
    assert_eq!(strength.takes_key(&aaguid(OTHER)), KeyFit::OtherKeys);
    assert_eq!(strength.resistance(), Resistance::Yes);
}

#[test]
fn a_strength_without_keys_takes_none() {
    let strength = custom(
        json!(["password,sms", "x509CertificateMultiFactor"]),
        json!([]),
    );
    assert_eq!(strength.takes_key(&aaguid(KEY)), KeyFit::NoKeys);
    assert_eq!(strength.resistance(), Resistance::No);
    let pass = custom(json!(["fido2", "temporaryAccessPassOneTime"]), json!([]));
    assert_eq!(pass.takes_pass(), Some(true));
    assert_eq!(pass.resistance(), Resistance::No);
}

#[test]
fn what_cannot_be_read_of_a_strength_is_unknown() {
    let unknown_word = custom(json!(["windowsHelloForBusiness", "telepathy"]), json!([]));
    assert_eq!(unknown_word.takes_key(&aaguid(KEY)), KeyFit::Unknown);
    assert_eq!(unknown_word.resistance(), Resistance::Unknown);
    assert_eq!(unknown_word.takes_pass(), None);
    for configurations in [
        json!(null),
        json!("fido2"),
        models(json!(null)),
        models(json!([])),
        models(json!(["{a25342c0}"])),
    ] {
        let strength = custom(json!(["fido2"]), configurations.clone());
        let fit = strength.takes_key(&aaguid(KEY));
        assert_eq!(fit, KeyFit::Unknown, "{configurations}");
    }
    let combinations = custom(json!(null), json!([]));
    assert_eq!(combinations.takes_key(&aaguid(KEY)), KeyFit::Unknown);
    assert_eq!(combinations.resistance(), Resistance::Unknown);
}

#[test]
fn a_list_for_certificates_says_nothing_of_keys() {
    let configurations = json!([{
        "@odata.type": "#microsoft.graph.x509CertificateCombinationConfiguration",
        "appliesToCombinations": ["x509CertificateMultiFactor"],
        "allowedIssuerSkis": ["9A4248C6AC8C2931AB2A86537818E92E7B6C97B6"],
    }]);
    let strength = custom(json!(["fido2"]), configurations);
    assert_eq!(strength.models, Models::Lists(Vec::new()));
    assert_eq!(strength.takes_key(&aaguid(OTHER)), KeyFit::Taken);
}

#[test]
fn the_lists_of_one_strength_are_asked_for_by_its_id() {
    let mut wave = crate::entra::Wave::new();
    wave.ask(ask_strength_models("a/b"));
    assert_eq!(
        wave.requests[0].get.target,
        "/policies/authenticationStrengthPolicies/a%2Fb/combinationConfigurations"
    );
}

proptest! {
    #[test]
    fn no_json_panics_it(value in any_json()) {
        let _ = Strength::read_all(value.clone());
        let strength = custom(value.clone(), value);
        let _ = (strength.takes_key(&aaguid(KEY)), strength.takes_pass(), strength.resistance());
    }
}
