use super::*;
use crate::entra::PRIVILEGED_AUTHENTICATION_ADMINISTRATOR;
use crate::entra::PRIVILEGED_ROLE_ADMINISTRATOR;

const PEOPLE: &str = "take the role away where it is not needed, or make it eligible with approval";

fn held_by(principal: &Value, role: Guid, scope: &str) -> Value {
    json!({
        "roleDefinitionId": role,
        "principalId": principal["id"],
        "directoryScopeId": scope,
        "assignmentType": "Assigned",
        "memberType": "Direct",
        "endDateTime": null,
        "principal": principal,
    })
}

#[test]
fn enrol_paths_passes() {
    assert_eq!(
        Stage::new().one(Check::EnrolPaths, "book"),
        said(
            Verdict::Pass,
            "nobody outside the plan could register a key for the accounts",
            ""
        )
    );
}

#[test]
fn enrol_paths_warns_of_each_person_with_all_ways() {
    let mut stage = Stage::new();
    let joey = person(9, "Joey");
    let (auth, role) = (
        PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
        PRIVILEGED_ROLE_ADMINISTRATOR,
    );
    stage.add(&active_holders_of(auth), held_by(&joey, auth, "/"));
    stage.add(&eligible_holders_of(role), held_by(&joey, role, "/"));
    assert_eq!(
        stage.one(Check::EnrolPaths, "book"),
        said(
            Verdict::Warn,
            "\"Joey\" (joey@contoso.com): Privileged Authentication Administrator, eligible for \
             Privileged Role Administrator",
            PEOPLE
        )
    );
}

#[test]
fn enrol_paths_fails() {
    let mut stage = Stage::new();
    let example = include_str!("../../../../tests/graph/serviceprincipal-graph.json");
    stage.set(&app_roles(), serde_json::from_str(example).unwrap());
    let example = include_str!("../../../../tests/graph/approleassignedto-graph.json");
    stage.set(&applications(), serde_json::from_str(example).unwrap());
    assert_eq!(
        stage.one(Check::EnrolPaths, "book"),
        said(
            Verdict::Fail,
            "application \"hr-onboarding\" (9ab66a84-bbf7-4058-8741-5f4f6a0da99e) can register a \
             key for anybody: UserAuthenticationMethod.ReadWrite.All",
            "take the permission away, or give it only while keys are registered"
        )
    );
}

#[test]
fn enrol_paths_fails_for_an_application_with_a_role() {
    let mut stage = Stage::new();
    let role = PRIVILEGED_AUTHENTICATION_ADMINISTRATOR;
    let example = include_str!("../../../../tests/graph/roleassignments-priv-auth-admin.json");
    stage.set(&holders_of(role), serde_json::from_str(example).unwrap());
    let found: Vec<(Verdict, String)> = stage
        .of(Check::EnrolPaths, "book")
        .into_iter()
        .map(|one| (one.verdict, one.detail))
        .collect();
    let role = "Privileged Authentication Administrator";
    assert_eq!(
        found,
        [
            (
                Verdict::Warn,
                format!("\"Help Desk Lead\" (hd@contoso.com): {role}")
            ),
            (
                Verdict::Fail,
                format!(
                    "application \"hr-onboarding\" (9ab66a84-bbf7-4058-8741-5f4f6a0da99e): {role}"
                )
            ),
        ]
    );
}

#[test]
fn enrol_paths_goes_by_the_tenants_own_ids_of_permissions() {
    let mut stage = Stage::new();
    let (real, usual) = (
        "11111111-1111-1111-1111-111111111111",
        "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
    );
    let offered = json!([
        {"id": real, "value": "UserAuthMethod-Passkey.ReadWrite.All"},
        {"id": usual, "value": "Something.Else"},
    ]);
    stage.set(&app_roles(), list(&[json!({"appRoles": offered})]));
    let held = |role: &str| json!({"appRoleId": role, "principalId": Guid([5; 16])});
    stage.set(&applications(), list(&[held(real), held(usual)]));
    assert_eq!(
        details(&stage, Check::EnrolPaths),
        [
            "application 05050505-0505-0505-0505-050505050505 can register a key for anybody: \
          UserAuthMethod-Passkey.ReadWrite.All"
        ]
    );
    // Without the tenant's list the usual ids count.
    stage.deny(&app_roles());
    let (verdict, detail, _) = stage.one(Check::EnrolPaths, "book");
    assert_eq!(verdict, Verdict::Warn);
    assert!(
        detail.ends_with("loosen what guards the accounts: RoleManagement.ReadWrite.Directory")
    );
}

#[test]
fn enrol_paths_names_the_members_and_owners_of_a_group() {
    let stage = with_group(&[person(9, "Joey")], &[person(7, "Olga")]);
    let group = "group \"admins\" (60606060-6060-6060-6060-606060606060)";
    assert_eq!(
        details(&stage, Check::EnrolPaths),
        [
            format!("\"Olga\" (olga@contoso.com): Global Administrator (owner of {group})"),
            format!("\"Joey\" (joey@contoso.com): Global Administrator (in {group})"),
        ]
    );
}

#[test]
fn enrol_paths_counts_a_role_in_a_unit_only_for_accounts_in_that_unit() {
    let unit = Guid([0x40; 16]);
    let role = PRIVILEGED_AUTHENTICATION_ADMINISTRATOR;
    let scope = format!("/administrativeUnits/{unit}");
    let mut stage = Stage::new();
    stage.add(
        &active_holders_of(role),
        held_by(&person(9, "Joey"), role, &scope),
    );
    assert_eq!(stage.verdicts(Check::EnrolPaths, "book"), [Verdict::Pass]);
    let units = of_bg1("/memberOf/microsoft.graph.administrativeUnit");
    stage.add(&units, json!({"id": unit}));
    assert_eq!(stage.verdicts(Check::EnrolPaths, "book"), [Verdict::Warn]);
    // Units that we may not see could be that one.
    stage.deny(&units);
    assert_eq!(stage.verdicts(Check::EnrolPaths, "book"), [Verdict::Warn]);
}

#[test]
fn enrol_paths_unknown_when_denied() {
    let mut stage = Stage::new();
    let role = PRIVILEGED_ROLE_ADMINISTRATOR;
    let name = "Privileged Role Administrator";
    stage.deny(&eligible_holders_of(role));
    assert_eq!(
        stage.one(Check::EnrolPaths, "book"),
        denied(
            &format!("who may become {name}"),
            "RoleManagement.Read.Directory"
        )
    );
    // Where there is no PIM nobody is eligible.
    stage.unlicensed(&eligible_holders_of(role));
    assert_eq!(stage.verdicts(Check::EnrolPaths, "book"), [Verdict::Pass]);
    // One of the two lists of holders is enough.
    stage.deny(&active_holders_of(role));
    assert_eq!(stage.verdicts(Check::EnrolPaths, "book"), [Verdict::Pass]);
    stage.deny(&holders_of(role));
    assert_eq!(
        stage.one(Check::EnrolPaths, "book"),
        denied(&format!("who is {name}"), "RoleManagement.Read.Directory")
    );
    let mut stage = Stage::new();
    stage.deny(&applications());
    assert_eq!(
        stage.one(Check::EnrolPaths, "book"),
        denied(
            "the applications with permissions of Microsoft Graph",
            "Application.Read.All"
        )
    );
}

#[test]
fn enrol_paths_unknown_when_absent() {
    let stage = with_group(&[json!(null)], &[]);
    assert_eq!(
        details(&stage, Check::EnrolPaths),
        [
            "some of those in group \"admins\" (60606060-6060-6060-6060-606060606060), or its owners, \
          are hidden from us"
        ]
    );
    let mut stage = Stage::new();
    stage.garble(&applications());
    assert_eq!(
        stage.verdicts(Check::EnrolPaths, "book"),
        [Verdict::Unknown]
    );
}
