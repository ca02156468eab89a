use super::*;
use serde_json::Value;

fn other(kind: &str) -> Value {
    json!({"@odata.type": format!("#microsoft.graph.{kind}AuthenticationMethod"), "id": "x"})
}

/// The first passkey of BG-1, changed.
fn with_first(change: impl FnOnce(&mut Value)) -> Stage {
    let mut stage = Stage::new();
    stage.edit(&of_bg1(METHODS), |body| change(&mut body["value"][0]));
    stage
}

#[test]
fn mfa_ready_passes() {
    assert_eq!(
        Stage::new().one(Check::MfaReady, BG1),
        said(Verdict::Pass, "2 of 2 keys may sign in", "")
    );
    // One that the policy takes is enough; AAGUID-ALLOWED tells of the other.
    let other_model = "fa2b99dc-9e39-4257-8f92-4a30d23c4118";
    let mut stage = with_first(|key| key["aaGuid"] = json!(other_model));
    stage.edit(PASSKEY_POLICY, |policy| {
        policy["keyRestrictions"] =
            json!({"isEnforced": true, "enforcementType": "block", "aaGuids": [other_model]});
    });
    assert_eq!(
        stage.one(Check::MfaReady, BG1),
        said(Verdict::Pass, "1 of 2 keys may sign in", "")
    );
}

#[test]
fn mfa_ready_fails() {
    let mut stage = Stage::new();
    stage.set(&of_bg1(METHODS), list(&[other("password")]));
    assert_eq!(
        stage.one(Check::MfaReady, BG1),
        said(
            Verdict::Fail,
            "no security key is registered: Microsoft's portals refuse a password alone",
            "glasskey register"
        )
    );
    let mut stage = Stage::new();
    stage.edit(PASSKEY_POLICY, |policy| policy["state"] = json!("disabled"));
    let (verdict, detail, fix) = stage.one(Check::MfaReady, BG1);
    assert_eq!(verdict, Verdict::Fail);
    assert!(detail.ends_with("is refused: the passkey method is off for the whole tenant"));
    assert_eq!(
        fix,
        "Authentication methods > Policies > Passkey (FIDO2): enable the method"
    );
}

#[test]
fn mfa_ready_fails_for_a_synced_passkey_alone() {
    let mut stage = Stage::new();
    stage.edit(&of_bg1(METHODS), |body| {
        for at in 0..2 {
            body["value"][at]["passkeyType"] = json!("synced");
        }
    });
    assert_eq!(stage.verdicts(Check::MfaReady, BG1), [Verdict::Fail]);
}

#[test]
fn mfa_ready_unknown_when_denied() {
    let mut stage = Stage::new();
    stage.deny(PASSKEY_POLICY);
    assert_eq!(
        stage.one(Check::MfaReady, BG1),
        denied("the passkey policy", "Policy.Read.AuthenticationMethod")
    );
    stage.deny(&of_bg1(METHODS));
    assert_eq!(
        stage.one(Check::MfaReady, BG1),
        denied(
            "the account's authentication methods",
            "UserAuthenticationMethod.Read.All"
        )
    );
}

#[test]
fn mfa_ready_unknown_when_absent() {
    let mut stage = Stage::new();
    stage.edit(&of_bg1(METHODS), |body| {
        for at in 0..2 {
            body["value"][at]["aaGuid"] = json!(null);
        }
    });
    let (verdict, detail, _) = stage.one(Check::MfaReady, BG1);
    assert_eq!(verdict, Verdict::Unknown);
    assert!(
        detail.starts_with("the tenant tells no model of \"BG1-A\", id "),
        "{detail}"
    );
    let mut stage = Stage::new();
    stage.edit(PASSKEY_POLICY, |policy| {
        policy["includeTargets"] = json!(null);
    });
    assert_eq!(stage.verdicts(Check::MfaReady, BG1), [Verdict::Unknown]);
}

#[test]
fn methods_only_strong_passes() {
    let mut stage = Stage::new();
    let passes = said(Verdict::Pass, "password and passkeys alone (2)", "");
    assert_eq!(stage.one(Check::MethodsOnlyStrong, BG1), passes);
    stage.add(&of_bg1(METHODS), other("x509Certificate"));
    assert_eq!(stage.one(Check::MethodsOnlyStrong, BG1), passes);
}

#[test]
fn methods_only_strong_fails() {
    let fix = "remove it; it makes the account one person's, or one computer's";
    for (kind, words) in [
        ("phone", "a telephone"),
        ("email", "a mail address"),
        ("microsoftAuthenticator", "an authenticator app"),
        ("softwareOath", "an app with one-time codes"),
        ("hardwareOath", "a device with one-time codes"),
        ("windowsHelloForBusiness", "Windows Hello of one computer"),
        (
            "platformCredential",
            "a platform credential of one computer",
        ),
        ("external", "another provider's method"),
        ("qrCodePin", "a QR code with a PIN"),
    ] {
        let mut stage = Stage::new();
        stage.add(&of_bg1(METHODS), other(kind));
        let expected = said(Verdict::Fail, words, fix);
        assert_eq!(stage.one(Check::MethodsOnlyStrong, BG1), expected);
    }
    let stage = with_first(|key| key["passkeyType"] = json!("synced"));
    assert_eq!(
        stage.verdicts(Check::MethodsOnlyStrong, BG1),
        [Verdict::Fail]
    );
}

#[test]
fn methods_only_strong_says_all_it_found_in_the_example_with_a_phone() {
    let mut stage = Stage::new();
    let example = include_str!("../../../../tests/graph/methods-list-bad-phone.json");
    stage.set(&of_bg1(METHODS), serde_json::from_str(example).unwrap());
    let details: Vec<String> = stage
        .of(Check::MethodsOnlyStrong, BG1)
        .into_iter()
        .map(|one| one.detail)
        .collect();
    assert_eq!(
        details,
        [
            "a telephone",
            "Windows Hello of one computer, \"Jordan's Surface Book\"",
        ]
    );
}

#[test]
fn methods_only_strong_unknown_for_a_kind_that_is_new() {
    let mut stage = Stage::new();
    stage.add(&of_bg1(METHODS), other("mindReading"));
    assert_eq!(
        stage.one(Check::MethodsOnlyStrong, BG1),
        said(
            Verdict::Unknown,
            "a method of a kind that this version does not know: mindReading",
            "find out what it is; remove it if it is neither a security key nor a certificate"
        )
    );
}

#[test]
fn methods_only_strong_unknown_when_denied() {
    let mut stage = Stage::new();
    stage.deny(&of_bg1(METHODS));
    let what = "the account's authentication methods";
    let (_, why, fix) = denied(what, "UserAuthenticationMethod.Read.All");
    assert_eq!(
        stage.one(Check::MethodsOnlyStrong, BG1),
        said(Verdict::Unknown, &why, &fix)
    );
    // What the report says is not enough to pass, and enough to fail.
    let path = format!(
        "/reports/authenticationMethods/userRegistrationDetails/{}",
        ids()[0]
    );
    let example = include_str!("../../../../tests/graph/userregistrationdetails.json");
    stage.set(&path, serde_json::from_str(example).unwrap());
    let report = "the tenant's report of 2026-10-02 names passKeyDeviceBound";
    assert_eq!(
        stage.one(Check::MethodsOnlyStrong, BG1),
        said(Verdict::Unknown, &format!("{why}; {report}"), &fix)
    );
    stage.edit(&path, |report| {
        report["methodsRegistered"] = json!(["fido2SecurityKey", "mobilePhone"]);
    });
    let report = "the tenant's report of 2026-10-02 names fido2SecurityKey, mobilePhone";
    assert_eq!(
        stage.one(Check::MethodsOnlyStrong, BG1),
        said(Verdict::Fail, &format!("{why}; {report}"), &fix)
    );
    assert_eq!(stage.verdicts(Check::MfaReady, BG1), [Verdict::Unknown]);
}

#[test]
fn methods_only_strong_unknown_when_absent() {
    let mut stage = Stage::new();
    stage.garble(&of_bg1(METHODS));
    assert_eq!(
        stage.one(Check::MethodsOnlyStrong, BG1),
        no_answer("the account's authentication methods")
    );
}

#[test]
fn method_attested_passes() {
    assert_eq!(
        Stage::new().one(Check::MethodAttested, BG1),
        said(Verdict::Pass, "all attested (2)", "")
    );
}

#[test]
fn method_attested_warns_of_a_recorded_key_and_fails_for_another() {
    let mut stage = with_first(|key| key["attestationLevel"] = json!("notAttested"));
    let (verdict, detail, _) = stage.one(Check::MethodAttested, BG1);
    assert_eq!(verdict, Verdict::Warn);
    assert!(detail.starts_with("the tenant took the model on trust: \"BG1-A\", id "));
    stage.book.keys.retain(|key| key.label != "BG1-A");
    assert_eq!(stage.verdicts(Check::MethodAttested, BG1), [Verdict::Fail]);
}

#[test]
fn method_attested_fails() {
    let mut stage = with_first(|key| key["attestationLevel"] = json!("notAttested"));
    stage.book.keys.clear();
    let (verdict, detail, fix) = stage.one(Check::MethodAttested, BG1);
    assert_eq!(verdict, Verdict::Fail);
    assert!(detail.starts_with("the tenant took the model on trust, and no record has evidence: "));
    assert_eq!(
        fix,
        "find out whose it is; delete it, or register it in a ceremony"
    );
}

#[test]
fn method_attested_unknown_when_denied() {
    let mut stage = Stage::new();
    stage.deny(&of_bg1(METHODS));
    assert_eq!(
        stage.one(Check::MethodAttested, BG1),
        denied(
            "the account's passkeys",
            "UserAuthenticationMethod.Read.All"
        )
    );
}

#[test]
fn method_attested_unknown_when_absent() {
    let stage = with_first(|key| key["attestationLevel"] = json!(null));
    assert_eq!(
        stage.verdicts(Check::MethodAttested, BG1),
        [Verdict::Unknown]
    );
    let stage = with_first(|key| key["attestationLevel"] = json!("somewhat"));
    assert_eq!(
        stage.verdicts(Check::MethodAttested, BG1),
        [Verdict::Unknown]
    );
    let mut stage = Stage::new();
    stage.set(&of_bg1(METHODS), list(&[]));
    assert_eq!(
        stage.verdicts(Check::MethodAttested, BG1),
        [Verdict::NotRun]
    );
}
