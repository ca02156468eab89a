use super::*;
use crate::findings::staged::ROLES;
use proptest::prelude::*;
use serde_json::Value;

const NAME: &str = "Global Administrator";
const ASSIGN: &str =
    "assign Global Administrator to the account itself: active, permanent, for the directory";

fn with(change: impl FnOnce(&mut Value)) -> Stage {
    let mut stage = Stage::new();
    let mut one = instance(ids()[0]);
    change(&mut one);
    stage.set(&active_of(ids()[0]), list(&[one]));
    stage
}

#[test]
fn role_permanent_passes() {
    assert_eq!(
        Stage::new().one(Check::RolePermanent, BG1),
        said(
            Verdict::Pass,
            "Global Administrator: active and permanent, for the whole tenant",
            ""
        )
    );
}

#[test]
fn role_permanent_fails() {
    let cases = [
        (
            "assignmentType",
            json!("Activated"),
            "activated for some hours",
        ),
        ("memberType", json!("Group"), "held through a group"),
        (
            "endDateTime",
            json!("2026-12-01T00:00:00Z"),
            "ends 2026-12-01T00:00:00Z",
        ),
        (
            "directoryScopeId",
            json!("/administrativeUnits/4d7ea995-bc0f-45c0-8c3e-132e93bf95f8"),
            "not for the whole tenant",
        ),
    ];
    for (member, value, why) in cases {
        let stage = with(|one| one[member] = value);
        assert_eq!(
            stage.one(Check::RolePermanent, BG1),
            said(Verdict::Fail, &format!("{NAME}: {why}"), ASSIGN)
        );
    }
}

#[test]
fn role_permanent_passes_if_one_of_several_ways_is_permanent() {
    let mut stage = with(|one| one["assignmentType"] = json!("Activated"));
    stage.add(&active_of(ids()[0]), instance(ids()[0]));
    assert_eq!(stage.verdicts(Check::RolePermanent, BG1), [Verdict::Pass]);
}

#[test]
fn role_permanent_fails_for_a_role_that_is_only_eligible() {
    let mut stage = Stage::new();
    let id = ids()[0];
    stage.set(&active_of(id), list(&[]));
    stage.set(&roles_of(id), list(&[]));
    stage.set(&eligible_of(id), list(&[instance(id)]));
    assert_eq!(
        stage.one(Check::RolePermanent, BG1),
        said(
            Verdict::Fail,
            "Global Administrator: only eligible, so somebody or something must activate it first",
            ASSIGN
        )
    );
}

#[test]
fn role_permanent_is_not_run_while_keys_are_missing_and_fails_once_they_are_registered() {
    let mut stage = Stage::new();
    let id = ids()[0];
    stage.set(&active_of(id), list(&[]));
    stage.set(&roles_of(id), list(&[]));
    let fix = "glasskey provision BG-1";
    let absent = said(
        Verdict::Fail,
        "Global Administrator is not assigned to it directly",
        fix,
    );
    assert_eq!(stage.one(Check::RolePermanent, BG1), absent);
    stage.book.keys.retain(|key| key.label != "BG1-B");
    let early = said(
        Verdict::NotRun,
        "Global Administrator is given last: 1 of 2 keys are registered",
        "",
    );
    assert_eq!(stage.one(Check::RolePermanent, BG1), early);
    // An account that has one of its roles already is past that.
    stage.plan.accounts[0].roles.push("Reader of Runes".into());
    stage.set(
        ROLES,
        list(&[
            json!({"id": "9c1fc1a0-1c0c-4a5c-8f0a-2f7d9a6f0c11", "displayName": "Reader of Runes"}),
        ]),
    );
    let not_yet = [Verdict::NotRun, Verdict::NotRun];
    assert_eq!(stage.verdicts(Check::RolePermanent, BG1), not_yet);
    stage.set(&active_of(id), list(&[instance(id)]));
    let one_of_two = [Verdict::Pass, Verdict::Fail];
    assert_eq!(stage.verdicts(Check::RolePermanent, BG1), one_of_two);
}

#[test]
fn role_permanent_fails_for_a_role_that_the_tenant_does_not_have() {
    let mut stage = Stage::new();
    stage.plan.accounts[0].roles = vec!["Globol Administrator".into()];
    assert_eq!(
        stage.one(Check::RolePermanent, BG1),
        said(
            Verdict::Fail,
            "the tenant has no role named Globol Administrator",
            "correct the role's name in the plan"
        )
    );
    stage.deny(ROLES);
    assert_eq!(
        stage.one(Check::RolePermanent, BG1),
        denied("the tenant's roles", "RoleManagement.Read.Directory")
    );
}

#[test]
fn role_permanent_unknown_when_denied() {
    let mut stage = Stage::new();
    let id = ids()[0];
    stage.deny(&active_of(id));
    let needs = "RoleManagement.Read.Directory";
    let (verdict, detail, fix) = stage.one(Check::RolePermanent, BG1);
    let (_, why, what) = denied("how long the account's roles last", needs);
    assert_eq!(verdict, Verdict::Unknown);
    assert_eq!(
        detail,
        format!("Global Administrator: active, but its permanence is not verified: {why}")
    );
    assert_eq!(fix, what);
    stage.deny(&roles_of(id));
    assert_eq!(
        stage.one(Check::RolePermanent, BG1),
        denied("the account's roles", "RoleManagement.Read.Directory")
    );
}

#[test]
fn role_permanent_unknown_when_absent() {
    let stage = with(|one| {
        *one = json!({
            "roleDefinitionId": crate::entra::GLOBAL_ADMINISTRATOR,
            "principalId": ids()[0],
        });
    });
    let (verdict, detail, _) = stage.one(Check::RolePermanent, BG1);
    assert_eq!(verdict, Verdict::Fail);
    assert_eq!(
        detail,
        "Global Administrator: not told how it is assigned, not told whether directly, not told \
         when it ends, not for the whole tenant"
    );
    let mut stage = Stage::new();
    stage.set(&active_of(ids()[0]), list(&[]));
    assert_eq!(
        stage.one(Check::RolePermanent, BG1),
        said(
            Verdict::Unknown,
            "Global Administrator: assigned, but not among the schedules that tell for how long",
            ""
        )
    );
}

#[test]
fn role_permanent_goes_by_assignments_alone_where_there_is_no_pim() {
    let mut stage = Stage::new();
    let id = ids()[0];
    stage.unlicensed(&active_of(id));
    stage.unlicensed(&eligible_of(id));
    stage.licence(&[]);
    assert_eq!(
        stage.one(Check::RolePermanent, BG1),
        said(
            Verdict::Pass,
            "Global Administrator: active, for the whole tenant; without P2 no assignment has an end",
            ""
        )
    );
    stage.deny(crate::findings::staged::ORGANIZATION);
    let (verdict, detail, _) = stage.one(Check::RolePermanent, BG1);
    assert_eq!(verdict, Verdict::Unknown);
    assert_eq!(
        detail,
        "Global Administrator: active, but its permanence is not verified: could not read how long \
         the account's roles last: the tenant has no licence for it"
    );
    stage.licence(&[]);
    stage.set(&roles_of(id), list(&[]));
    assert_eq!(stage.verdicts(Check::RolePermanent, BG1), [Verdict::Fail]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases().min(200)))]

    #[test]
    fn a_role_passes_exactly_if_one_instance_is_direct_assigned_endless_and_for_the_tenant(
        rows in proptest::collection::vec((0_u8..3, 0_u8..3, 0_u8..3, 0_u8..3), 0..4),
    ) {
        let mut stage = Stage::new();
        let id = ids()[0];
        let pick = |at: u8, words: [Value; 3]| words[usize::from(at)].clone();
        let items: Vec<Value> = rows
            .iter()
            .map(|(kind, member, end, scope)| {
                let mut one = instance(id);
                one["assignmentType"] = pick(*kind, [json!("Assigned"), json!("Activated"), json!(null)]);
                one["memberType"] = pick(*member, [json!("Direct"), json!("Group"), json!("Inherited")]);
                one["endDateTime"] = pick(*end, [json!(null), json!("2027-01-01T00:00:00Z"), json!("x")]);
                one["directoryScopeId"] = pick(*scope, [json!("/"), json!("/x"), json!(null)]);
                one
            })
            .collect();
        stage.set(&active_of(id), list(&items));
        stage.set(&roles_of(id), list(&[]));
        let good = rows.contains(&(0, 0, 0, 0));
        let verdicts = stage.verdicts(Check::RolePermanent, BG1);
        prop_assert_eq!(verdicts.contains(&Verdict::Pass), good);
        prop_assert!(good || verdicts.contains(&Verdict::Fail));
    }
}
