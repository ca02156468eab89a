use super::*;
use crate::plan::ConditionalAccess;

const NEW_GROUP: &str = "make a role-assignable group without owners, put only the accounts in, and \
                         exclude that";

fn with_group_as(member: &str, value: Value) -> Stage {
    let mut stage = Stage::new();
    stage.edit(&of_group(""), |group| group[member] = value);
    stage
}

#[test]
fn ca_group_protected_passes() {
    assert_eq!(
        Stage::new().one(Check::CaGroupProtected, "book"),
        said(
            Verdict::Pass,
            "no owner is shown, no lesser administrator can change it, and it holds exactly the \
             accounts",
            ""
        )
    );
    let mut stage = with_group_as("isAssignableToRole", json!(false));
    stage.edit(&of_group(""), |group| {
        group["isManagementRestricted"] = json!(true);
    });
    assert_eq!(
        stage.verdicts(Check::CaGroupProtected, "book"),
        [Verdict::Pass]
    );
}

#[test]
fn ca_group_protected_fails() {
    let cases = [
        (
            with_group_as("isAssignableToRole", json!(false)),
            "every Groups Administrator can put somebody in: neither assignable to roles nor in a \
             restricted management unit",
        ),
        (
            with_group_as("groupTypes", json!(["DynamicMembership"])),
            "a rule decides who is in it: whoever can change what the rule looks at gets in",
        ),
        (
            with_group_as("onPremisesSyncEnabled", json!(true)),
            "synced from an on-premises directory: whoever rules that one rules it",
        ),
    ];
    for (stage, detail) in cases {
        let expected = said(Verdict::Fail, detail, NEW_GROUP);
        assert_eq!(stage.one(Check::CaGroupProtected, "book"), expected);
    }
}

#[test]
fn ca_group_protected_fails_for_an_owner_a_stranger_and_a_nested_group() {
    let mut stage = Stage::new();
    let example = include_str!("../../../../tests/graph/group-owners-unexpected.json");
    stage.set(&of_group("/owners"), serde_json::from_str(example).unwrap());
    let nested = json!({
        "@odata.type": "#microsoft.graph.group",
        "id": Guid([0x61; 16]),
        "displayName": "more",
    });
    stage.add(&of_group("/members"), nested.clone());
    stage.add(&of_group("/transitiveMembers"), nested);
    stage.add(&of_group("/transitiveMembers"), person(9, "Joey"));
    assert_eq!(
        details(&stage, Check::CaGroupProtected),
        [
            "\"Help Desk Lead\" (hd@contoso.com) owns it and can put anybody in",
            "group \"more\" (61616161-6161-6161-6161-616161616161) is nested in it: who is put in \
             there is excluded too",
            "\"Joey\" (joey@contoso.com) is in it, and is no emergency access account",
        ]
    );
}

#[test]
fn ca_group_protected_holds_each_account_to_what_is_intended_for_it() {
    let mut stage = Stage::new();
    let [_, bg2] = ids();
    let only = json!({"@odata.type": "#microsoft.graph.user", "id": bg2});
    stage.set(&of_group("/members"), list(std::slice::from_ref(&only)));
    stage.set(&of_group("/transitiveMembers"), list(&[only]));
    assert_eq!(
        stage.one(Check::CaGroupProtected, "book"),
        said(
            Verdict::Fail,
            "BG-1 is not in it, though the plan wants it excluded",
            "glasskey provision BG-1"
        )
    );
    for account in &mut stage.plan.accounts {
        account.conditional_access = ConditionalAccess::PhishingResistant;
    }
    assert_eq!(
        stage.one(Check::CaGroupProtected, "book"),
        said(
            Verdict::Warn,
            "BG-2 is in it, though the plan wants policies to apply",
            "take it out, or plan conditional-access = \"excluded\""
        )
    );
}

#[test]
fn ca_group_protected_fails_for_a_group_that_is_gone_and_is_not_run_without_one() {
    let mut stage = Stage::new();
    stage.lose(&of_group(""));
    assert_eq!(
        stage.one(Check::CaGroupProtected, "book"),
        said(
            Verdict::Fail,
            "there is no group 6f1d2c3b-4a59-4687-9e0f-1a2b3c4d5e6f, the exclusion group of the plan",
            "correct groups.ca-exclusion in the plan, or find out who deleted the group"
        )
    );
    stage.plan.groups.ca_exclusion = None;
    assert_eq!(
        stage.one(Check::CaGroupProtected, "book"),
        said(Verdict::NotRun, "the plan names no exclusion group", "")
    );
}

#[test]
fn ca_group_protected_unknown_when_denied() {
    for (path, what) in [
        ("", "the exclusion group"),
        ("/owners", "the exclusion group's owners"),
        ("/members", "the exclusion group's members"),
        ("/transitiveMembers", "the exclusion group's members"),
    ] {
        let mut stage = Stage::new();
        stage.deny(&of_group(path));
        let expected = denied(what, "GroupMember.Read.All");
        assert_eq!(stage.one(Check::CaGroupProtected, "book"), expected);
    }
}

#[test]
fn ca_group_protected_unknown_when_absent() {
    let mut stage = Stage::new();
    let id = stage.plan.groups.ca_exclusion.unwrap();
    stage.set(&of_group(""), json!({"id": id}));
    let three = [Verdict::Unknown, Verdict::Unknown, Verdict::Unknown];
    assert_eq!(stage.verdicts(Check::CaGroupProtected, "book"), three);
    let mut stage = Stage::new();
    for path in ["/owners", "/members"] {
        stage.add(&of_group(path), json!(null));
    }
    let two = [Verdict::Unknown, Verdict::Unknown];
    assert_eq!(stage.verdicts(Check::CaGroupProtected, "book"), two);
}
