use super::*;
use crate::facts::restore::Loosened;
use crate::facts::restore::RestoreItem;
use crate::primitives::UtcTime;
use serde_json::Value;

fn phone() -> Value {
    json!({"@odata.type": "#microsoft.graph.phoneAuthenticationMethod", "id": "x"})
}

#[test]
fn sspr_off_passes() {
    let mut stage = Stage::new();
    assert_eq!(
        stage.one(Check::SsprOff, BG1),
        said(
            Verdict::Pass,
            "administrators cannot reset their own password",
            ""
        )
    );
    let example = include_str!("../../../../tests/graph/authorizationpolicy.json");
    stage.set(AUTHORIZATION, serde_json::from_str(example).unwrap());
    assert_eq!(
        stage.one(Check::SsprOff, BG1),
        said(
            Verdict::Pass,
            "administrators may reset their own password; the account has nothing to do it with",
            ""
        )
    );
}

#[test]
fn sspr_off_fails() {
    let mut stage = Stage::new();
    stage.set(AUTHORIZATION, json!({"allowedToUseSSPR": true}));
    stage.add(&of_bg1(METHODS), phone());
    assert_eq!(
        stage.one(Check::SsprOff, BG1),
        said(
            Verdict::Fail,
            "administrators may reset their own password, and the account has a telephone",
            "turn self-service reset off for administrators, and remove the method"
        )
    );
}

#[test]
fn sspr_off_unknown_when_denied() {
    let mut stage = Stage::new();
    stage.deny(AUTHORIZATION);
    assert_eq!(
        stage.one(Check::SsprOff, BG1),
        denied("the authorization policy", "Policy.Read.All")
    );
    stage.set(AUTHORIZATION, json!({"allowedToUseSSPR": true}));
    stage.deny(&of_bg1(METHODS));
    assert_eq!(
        stage.one(Check::SsprOff, BG1),
        denied(
            "the account's authentication methods",
            "UserAuthenticationMethod.Read.All"
        )
    );
}

#[test]
fn sspr_off_unknown_when_absent() {
    let mut stage = Stage::new();
    stage.set(AUTHORIZATION, json!({}));
    assert_eq!(stage.verdicts(Check::SsprOff, BG1), [Verdict::Unknown]);
    stage.set(AUTHORIZATION, json!({"allowedToUseSSPR": true}));
    stage.add(
        &of_bg1(METHODS),
        json!({"@odata.type": "#microsoft.graph.new"}),
    );
    assert_eq!(stage.verdicts(Check::SsprOff, BG1), [Verdict::Unknown]);
}

#[test]
fn tap_left_passes() {
    assert_eq!(
        Stage::new().one(Check::TapLeft, BG1),
        said(Verdict::Pass, "no Temporary Access Pass", "")
    );
}

#[test]
fn tap_left_fails() {
    let example = include_str!("../../../../tests/graph/tap-list.json");
    let page: Value = serde_json::from_str(example).unwrap();
    let mut pass = page["value"][0].clone();
    pass["@odata.type"] = json!("#microsoft.graph.temporaryAccessPassAuthenticationMethod");
    let mut stage = Stage::new();
    stage.add(&of_bg1(METHODS), pass.clone());
    assert_eq!(
        stage.one(Check::TapLeft, BG1),
        said(
            Verdict::Fail,
            "a Temporary Access Pass is left: made 2022-06-02T16:21:09Z, usable",
            "delete it, and find out who made it"
        )
    );
    // An expired one is a finding too.
    pass["isUsable"] = json!(false);
    pass["createdDateTime"] = json!(null);
    stage.set(&of_bg1(METHODS), list(&[pass]));
    let (verdict, detail, _) = stage.one(Check::TapLeft, BG1);
    assert_eq!(verdict, Verdict::Fail);
    assert_eq!(detail, "a Temporary Access Pass is left: not usable now");
    assert_eq!(
        stage.verdicts(Check::MethodsOnlyStrong, BG1),
        [Verdict::Pass]
    );
}

#[test]
fn tap_left_unknown_when_denied() {
    let mut stage = Stage::new();
    stage.deny(&of_bg1(METHODS));
    assert_eq!(
        stage.one(Check::TapLeft, BG1),
        denied(
            "the account's authentication methods",
            "UserAuthenticationMethod.Read.All"
        )
    );
}

#[test]
fn tap_left_unknown_when_absent() {
    let mut stage = Stage::new();
    stage.garble(&of_bg1(METHODS));
    let expected = no_answer("the account's authentication methods");
    assert_eq!(stage.one(Check::TapLeft, BG1), expected);
}

fn targets(member: &str, targets: Value) -> Stage {
    let mut stage = Stage::new();
    stage.edit(PASS_POLICY, |policy| policy[member] = targets);
    stage
}

#[test]
fn tap_excluded_passes() {
    assert_eq!(
        Stage::new().one(Check::TapExcluded, BG1),
        said(Verdict::Pass, "the pass policy does not include it", "")
    );
    let group = Stage::new().plan.groups.ca_exclusion.unwrap();
    let mut stage = targets(
        "excludeTargets",
        json!([{"targetType": "group", "id": group}]),
    );
    stage.edit(PASS_POLICY, |policy| {
        policy["includeTargets"] = json!([{"targetType": "group", "id": "all_users"}]);
    });
    assert_eq!(
        stage.one(Check::TapExcluded, BG1),
        said(Verdict::Pass, "excluded from the pass policy", "")
    );
    stage.edit(PASS_POLICY, |policy| policy["state"] = json!("disabled"));
    assert_eq!(
        stage.one(Check::TapExcluded, BG1),
        said(Verdict::Pass, "passes are off for the whole tenant", "")
    );
}

#[test]
fn tap_excluded_fails() {
    let example = include_str!("../../../../tests/graph/tap-policy.json");
    let mut stage = Stage::new();
    stage.set(PASS_POLICY, serde_json::from_str(example).unwrap());
    assert_eq!(
        stage.one(Check::TapExcluded, BG1),
        said(
            Verdict::Fail,
            "the pass policy covers it: who may make passes may sign in as it",
            "exclude the account from the pass policy, or take it out of the group that is included"
        )
    );
    let group = stage.plan.groups.ca_exclusion.unwrap();
    for target in [
        json!({"targetType": "group", "id": group}),
        json!({"targetType": "user", "id": ids()[0]}),
    ] {
        let stage = targets("includeTargets", json!([target]));
        assert_eq!(stage.verdicts(Check::TapExcluded, BG1), [Verdict::Fail]);
    }
}

#[test]
fn tap_excluded_warns_while_a_ceremony_is_open() {
    let mut stage = targets(
        "includeTargets",
        json!([{"targetType": "group", "id": "all_users"}]),
    );
    stage.book.restore.push(RestoreItem {
        loosened: Loosened::Pass { account: ids()[0] },
        by: "registration/BG1-A".into(),
        since: UtcTime::parse("2026-03-01T08:00:00Z").unwrap(),
    });
    assert_eq!(
        stage.one(Check::TapExcluded, BG1),
        said(
            Verdict::Warn,
            "the pass policy covers it: registration/BG1-A is open since 2026-03-01T08:00:00Z",
            "finish that ceremony: it takes the account out again"
        )
    );
    assert_eq!(
        stage.verdicts(Check::TapExcluded, "account:BG-2"),
        [Verdict::Fail]
    );
}

#[test]
fn tap_excluded_unknown_when_denied() {
    let mut stage = Stage::new();
    stage.deny(PASS_POLICY);
    assert_eq!(
        stage.one(Check::TapExcluded, BG1),
        denied(
            "the policy on Temporary Access Passes",
            "Policy.Read.AuthenticationMethod"
        )
    );
    let mut stage = Stage::new();
    stage.deny(&of_bg1("/transitiveMemberOf/microsoft.graph.group"));
    assert_eq!(
        stage.one(Check::TapExcluded, BG1),
        denied("the account's groups", "GroupMember.Read.All")
    );
}

#[test]
fn tap_excluded_unknown_when_absent() {
    for member in ["includeTargets", "state"] {
        let stage = targets(member, json!(null));
        assert_eq!(stage.verdicts(Check::TapExcluded, BG1), [Verdict::Unknown]);
    }
    let all = json!([{"targetType": "group", "id": "all_users"}]);
    let mut stage = targets("includeTargets", all);
    stage.edit(PASS_POLICY, |policy| policy["excludeTargets"] = json!(null));
    assert_eq!(stage.verdicts(Check::TapExcluded, BG1), [Verdict::Unknown]);
    stage.edit(PASS_POLICY, |policy| {
        policy["excludeTargets"] = json!([{"id": "x"}]);
    });
    assert_eq!(stage.verdicts(Check::TapExcluded, BG1), [Verdict::Unknown]);
}
