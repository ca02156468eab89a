use super::*;
use crate::entra::GLOBAL_ADMINISTRATOR;
use crate::findings::staged::POLICIES;

const FIX: &str = "declare it in the plan, or make the role eligible or take it away";

fn with_administrator(mut principal: Value) -> Stage {
    let id = Guid::parse(principal["id"].as_str().unwrap()).unwrap();
    let mut stage = Stage::new();
    let mut held = instance(id);
    held["principal"] = principal.take();
    stage.add(&active_holders_of(GLOBAL_ADMINISTRATOR), held);
    stage
}

#[test]
fn account_undeclared_passes() {
    assert_eq!(
        Stage::new().one(Check::AccountUndeclared, "book"),
        said(
            Verdict::Pass,
            "nobody outside the plan is permanent Global Administrator, in the exclusion group or \
             excluded by name",
            ""
        )
    );
}

#[test]
fn account_undeclared_fails() {
    let stage = with_administrator(person(9, "Joey"));
    assert_eq!(
        stage.one(Check::AccountUndeclared, "book"),
        said(
            Verdict::Fail,
            "\"Joey\" (joey@contoso.com) is Global Administrator for ever, and not in the plan",
            FIX
        )
    );
    let app = json!({
        "@odata.type": "#microsoft.graph.servicePrincipal",
        "id": Guid([8; 16]),
        "displayName": "sync",
    });
    assert_eq!(
        details(&with_administrator(app), Check::AccountUndeclared),
        [
            "application \"sync\" (08080808-0808-0808-0808-080808080808) is Global Administrator for \
          ever, and not in the plan"
        ]
    );
}

#[test]
fn account_undeclared_fails_for_the_members_and_owners_of_a_group_that_holds_the_role() {
    let nested = json!({"@odata.type": "#microsoft.graph.group", "id": Guid([0x61; 16])});
    let [bg1, _] = ids();
    let declared = json!({"@odata.type": "#microsoft.graph.user", "id": bg1});
    let stage = with_group(&[declared, nested, person(9, "Joey")], &[person(7, "Olga")]);
    let group = "group \"admins\" (60606060-6060-6060-6060-606060606060)";
    assert_eq!(
        details(&stage, Check::AccountUndeclared),
        [
            format!(
                "\"Joey\" (joey@contoso.com) is Global Administrator for ever as a member of \
                 {group}, and not in the plan"
            ),
            format!(
                "\"Olga\" (olga@contoso.com) is Global Administrator for ever as an owner of \
                 {group}, and not in the plan"
            ),
        ]
    );
}

#[test]
fn account_undeclared_says_nothing_of_roles_that_end_or_were_activated() {
    for (member, value) in [
        ("assignmentType", json!("Activated")),
        ("endDateTime", json!("2026-12-01T00:00:00Z")),
    ] {
        let mut stage = Stage::new();
        let mut held = instance(Guid([9; 16]));
        held[member] = value;
        held["principal"] = person(9, "Joey");
        stage.add(&active_holders_of(GLOBAL_ADMINISTRATOR), held);
        assert_eq!(
            stage.verdicts(Check::AccountUndeclared, "book"),
            [Verdict::Pass]
        );
    }
}

#[test]
fn account_undeclared_warns_of_the_role_of_somebody_deleted() {
    let mut stage = Stage::new();
    let mut held = instance(Guid([9; 16]));
    held["principal"] = json!(null);
    stage.add(&active_holders_of(GLOBAL_ADMINISTRATOR), held);
    assert_eq!(
        stage.one(Check::AccountUndeclared, "book"),
        said(
            Verdict::Warn,
            "09090909-0909-0909-0909-090909090909 is Global Administrator, but was deleted",
            "take the role away: who restores it restores an administrator"
        )
    );
}

#[test]
fn account_undeclared_goes_by_assignments_where_schedules_cannot_be_read() {
    let mut stage = Stage::new();
    let mut held = assignment(Guid([9; 16]));
    held["principal"] = person(9, "Joey");
    stage.add(&holders_of(GLOBAL_ADMINISTRATOR), held);
    stage.deny(&active_holders_of(GLOBAL_ADMINISTRATOR));
    let detail =
        "\"Joey\" (joey@contoso.com) is Global Administrator for ever, and not in the plan";
    assert_eq!(
        details(&stage, Check::AccountUndeclared),
        [format!("{detail}; for how long could not be read")]
    );
    stage.unlicensed(&active_holders_of(GLOBAL_ADMINISTRATOR));
    assert_eq!(details(&stage, Check::AccountUndeclared), [detail]);
}

#[test]
fn account_undeclared_fails_for_a_stranger_in_the_exclusion_group() {
    let mut stage = Stage::new();
    stage.add(&of_group("/transitiveMembers"), person(9, "Joey"));
    assert_eq!(
        stage.one(Check::AccountUndeclared, "book"),
        said(
            Verdict::Fail,
            "\"Joey\" (joey@contoso.com) is in the exclusion group, and not in the plan",
            "declare it in the plan, or take it out of the group"
        )
    );
}

#[test]
fn account_undeclared_fails_for_a_user_excluded_by_name() {
    let mut stage = Stage::new();
    for (name, users) in [
        ("MFA", [ids()[0], Guid([9; 16])]),
        ("Legacy", [Guid([9; 16]), ids()[1]]),
    ] {
        stage.add(
            POLICIES,
            json!({
                "id": name,
                "displayName": name,
                "state": "enabled",
                "conditions": {"users": {"includeUsers": ["All"], "excludeUsers": users}},
                "grantControls": null,
            }),
        );
    }
    let path = format!("/users/{}", Guid([9; 16]));
    stage.lose(&path);
    assert_eq!(
        stage.one(Check::AccountUndeclared, "book"),
        said(
            Verdict::Warn,
            "a user that was deleted, 09090909-0909-0909-0909-090909090909, is excluded by name \
             from \"MFA\", \"Legacy\"",
            "take the exclusion away"
        )
    );
    let sync = json!({"id": Guid([9; 16]), "userPrincipalName": "sync@contoso.com"});
    stage.set(&path, sync);
    assert_eq!(
        details(&stage, Check::AccountUndeclared),
        [
            "sync@contoso.com (09090909-0909-0909-0909-090909090909) is excluded by name from \
          \"MFA\", \"Legacy\", and not in the plan"
        ]
    );
    stage.deny(&path);
    assert_eq!(
        stage.one(Check::AccountUndeclared, "book"),
        said(
            Verdict::Fail,
            "user 09090909-0909-0909-0909-090909090909 is excluded by name from \"MFA\", \
             \"Legacy\", and not in the plan",
            "declare it in the plan, or take the exclusion away"
        )
    );
}

#[test]
fn account_undeclared_unknown_when_denied() {
    let mut stage = Stage::new();
    stage.deny(POLICIES);
    assert_eq!(
        stage.one(Check::AccountUndeclared, "book"),
        denied("the Conditional Access policies", "Policy.Read.All")
    );
    let mut stage = Stage::new();
    stage.deny(&active_holders_of(GLOBAL_ADMINISTRATOR));
    stage.deny(&holders_of(GLOBAL_ADMINISTRATOR));
    assert_eq!(
        stage.one(Check::AccountUndeclared, "book"),
        denied(
            "who is Global Administrator",
            "RoleManagement.Read.Directory"
        )
    );
    let mut stage = Stage::new();
    stage.deny(&of_group("/transitiveMembers"));
    assert_eq!(
        stage.one(Check::AccountUndeclared, "book"),
        denied("who is in the exclusion group", "GroupMember.Read.All")
    );
}

#[test]
fn account_undeclared_unknown_when_absent() {
    let mut stage = with_group(&[json!(null)], &[]);
    assert_eq!(
        details(&stage, Check::AccountUndeclared),
        [
            "some of those in group \"admins\" (60606060-6060-6060-6060-606060606060) are hidden from us"
        ]
    );
    let path = "/groups/60606060-6060-6060-6060-606060606060/transitiveMembers";
    stage.garble(path);
    assert_eq!(
        stage.verdicts(Check::AccountUndeclared, "book"),
        [Verdict::Unknown]
    );
}
