use super::*;
use crate::entra::MethodId;
use crate::webauthn::CredentialId;
use proptest::prelude::*;
use serde_json::Value;

const KEY: &str = "key:BG1-A";

fn passkey(credential: &CredentialId) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.fido2AuthenticationMethod",
        "id": MethodId::of_credential(credential).as_str(),
        "displayName": "found",
    })
}

fn credential(byte: u8) -> CredentialId {
    CredentialId::new(vec![byte; 16]).unwrap()
}

#[test]
fn method_unexpected_passes_and_method_missing_passes() {
    let both = said(Verdict::Pass, "2 passkeys in the tenant, 2 recorded", "");
    let stage = Stage::new();
    assert_eq!(stage.one(Check::MethodUnexpected, BG1), both);
    assert_eq!(stage.one(Check::MethodMissing, BG1), both);
}

#[test]
fn method_unexpected_fails() {
    let mut stage = Stage::new();
    stage.add(&of_bg1(METHODS), passkey(&credential(0x99)));
    assert_eq!(
        stage.one(Check::MethodUnexpected, BG1),
        said(
            Verdict::Fail,
            "a passkey that no record of a key in use knows: \"found\", id mZmZmZmZmZmZmZmZmZmZmQ2",
            "find out whose it is; delete it, or register it in a ceremony"
        )
    );
    assert_eq!(stage.verdicts(Check::MethodMissing, BG1), [Verdict::Pass]);
}

#[test]
fn method_missing_fails() {
    let mut stage = Stage::new();
    stage.edit(&of_bg1(METHODS), |body| {
        body["value"].as_array_mut().unwrap().remove(0);
    });
    assert_eq!(
        stage.one(Check::MethodMissing, BG1),
        said(
            Verdict::Fail,
            "BG1-A is recorded and the tenant does not have it",
            "find out who deleted it, and register the key again"
        )
    );
    assert_eq!(stage.verdicts(Check::CredMatch, KEY), [Verdict::NotRun]);
}

#[test]
fn method_unexpected_unknown_when_denied_and_method_missing_unknown_when_denied() {
    let mut stage = Stage::new();
    stage.deny(&of_bg1(METHODS));
    let expected = denied(
        "the account's passkeys",
        "UserAuthenticationMethod.Read.All",
    );
    assert_eq!(stage.one(Check::MethodUnexpected, BG1), expected);
    assert_eq!(stage.one(Check::MethodMissing, BG1), expected);
    assert_eq!(stage.one(Check::CredMatch, KEY), expected);
}

#[test]
fn method_missing_unknown_when_absent() {
    let mut stage = Stage::new();
    stage.garble(&of_bg1(METHODS));
    let expected = no_answer("the account's passkeys");
    assert_eq!(stage.one(Check::MethodMissing, BG1), expected);
    assert_eq!(stage.one(Check::MethodUnexpected, BG1), expected);
    let mut stage = Stage::new();
    stage.book.keys[0].credential_id = None;
    assert_eq!(
        stage.one(Check::MethodMissing, BG1),
        said(
            Verdict::Unknown,
            "no record names the credential of BG1-A",
            ""
        )
    );
    assert_eq!(
        stage.verdicts(Check::MethodUnexpected, BG1),
        [Verdict::Fail]
    );
    assert_eq!(stage.verdicts(Check::CredMatch, KEY), [Verdict::NotRun]);
}

#[test]
fn cred_match_passes_by_credential_and_by_the_id_of_the_method() {
    let mut stage = Stage::new();
    let id = MethodId::of_credential(&credential(1));
    let passes = said(
        Verdict::Pass,
        &format!("record and tenant name method {id}"),
        "",
    );
    assert_eq!(stage.one(Check::CredMatch, KEY), passes);
    stage.book.keys[0].method_id = Some(id.to_string());
    assert_eq!(stage.one(Check::CredMatch, KEY), passes);
    stage.book.keys[0].credential_id = None;
    assert_eq!(stage.one(Check::CredMatch, KEY), passes);
    assert_eq!(stage.verdicts(Check::MethodMissing, BG1), [Verdict::Pass]);
}

#[test]
fn cred_match_fails_where_the_records_two_names_differ() {
    let mut stage = Stage::new();
    let other = MethodId::of_credential(&credential(0x55));
    stage.book.keys[0].method_id = Some(other.to_string());
    let details: Vec<String> = stage
        .of(Check::CredMatch, KEY)
        .into_iter()
        .map(|one| one.detail)
        .collect();
    assert_eq!(
        details,
        [
            "the record's method id VVVVVVVVVVVVVVVVVVVVVQ2 is of another credential than its own, \
             AQEBAQEBAQEBAQEBAQEBAQ2",
            "the record names method VVVVVVVVVVVVVVVVVVVVVQ2, the tenant AQEBAQEBAQEBAQEBAQEBAQ2",
        ]
    );
}

#[test]
fn cred_match_fails_where_record_and_tenant_name_two_models() {
    let mut stage = Stage::new();
    stage.edit(&of_bg1(METHODS), |body| {
        body["value"][0]["aaGuid"] = json!("fa2b99dc-9e39-4257-8f92-4a30d23c4118");
    });
    let (verdict, detail, _) = stage.one(Check::CredMatch, KEY);
    assert_eq!(verdict, Verdict::Fail);
    assert_eq!(
        detail,
        "the record says model 47474747-4747-4747-4747-474747474747, the tenant \
         fa2b99dc-9e39-4257-8f92-4a30d23c4118"
    );
}

#[test]
fn cred_match_unknown_where_the_tenants_id_names_no_credential() {
    let mut stage = Stage::new();
    let id = "73e4b2c6-8a2f-4d3e-9b1a-5c7d8e9f0a1b";
    stage.edit(&of_bg1(METHODS), |body| body["value"][0]["id"] = json!(id));
    stage.book.keys[0].method_id = Some(id.to_owned());
    assert_eq!(
        stage.one(Check::CredMatch, KEY),
        said(
            Verdict::Unknown,
            &format!("the tenant's id {id} names no credential"),
            ""
        )
    );
    assert_eq!(
        stage.verdicts(Check::MethodUnexpected, BG1),
        [Verdict::Pass]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases().min(200)))]

    #[test]
    fn every_key_and_every_passkey_is_either_matched_or_named(
        recorded in proptest::collection::btree_set(1_u8..9, 0..5),
        registered in proptest::collection::btree_set(1_u8..9, 0..5),
    ) {
        let mut stage = Stage::new();
        let template = stage.book.keys[0].clone();
        stage.book.keys = recorded
            .iter()
            .map(|byte| BookKey {
                label: format!("K{byte}"),
                credential_id: Some(credential(*byte)),
                ..template.clone()
            })
            .collect();
        let methods: Vec<Value> =
            registered.iter().map(|byte| passkey(&credential(*byte))).collect();
        stage.set(&of_bg1(METHODS), list(&methods));
        let fails = |check| {
            let all = stage.verdicts(check, BG1);
            all.into_iter().filter(|verdict| *verdict == Verdict::Fail).count()
        };
        prop_assert_eq!(fails(Check::MethodUnexpected), registered.difference(&recorded).count());
        prop_assert_eq!(fails(Check::MethodMissing), recorded.difference(&registered).count());
    }
}
