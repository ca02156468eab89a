use super::*;
use crate::entra::GLOBAL_ADMINISTRATOR;
use crate::entra::PRIVILEGED_AUTHENTICATION_ADMINISTRATOR;
use crate::entra::PrincipalKind;
use crate::entra::Target;
use crate::entra::Told;
use crate::entra::Wave;
use serde_json::json;

fn list(text: &str) -> Value {
    let page: Value = serde_json::from_str(text).unwrap();
    page["value"].clone()
}

fn guid(text: &str) -> Guid {
    Guid::parse(text).unwrap()
}

#[test]
fn the_official_example_names_who_holds_global_administrator() {
    let text = include_str!("../../../tests/graph/roleassignments-global-admin.json");
    let id = guid("ace08ec9-aa11-4ada-9145-addf0398233e");
    assert_eq!(
        RoleAssignment::read_all(list(text)).unwrap(),
        [RoleAssignment {
            id: "lAPpYvVpN0KRkAEhdxReEMmO4KwRqtpKkUWt3wOYIz4-1".into(),
            role: GLOBAL_ADMINISTRATOR,
            principal_id: id,
            principal: Some(Principal {
                id,
                kind: PrincipalKind::User,
                name: Some("Joey Cruz".into()),
                upn: None,
                app_id: None,
                enabled: Told::Yes,
            }),
            scope: RoleScope::Tenant,
        }]
    );
}

#[test]
fn a_person_and_an_application_hold_privileged_authentication_administrator() {
    let text = include_str!("../../../tests/graph/roleassignments-priv-auth-admin.json");
    let all = RoleAssignment::read_all(list(text)).unwrap();
    let seen: Vec<_> = all
        .iter()
        .map(|one| {
            let principal = one.principal.as_ref().unwrap();
            (one.role, principal.kind.clone(), principal.app_id)
        })
        .collect();
    let role = PRIVILEGED_AUTHENTICATION_ADMINISTRATOR;
    let app = guid("2c3fbd84-7bd0-4a64-8a8c-0a8f7f4cbb55");
    assert_eq!(
        seen,
        [
            (role, PrincipalKind::User, None),
            (role, PrincipalKind::ServicePrincipal, Some(app)),
        ]
    );
}

#[test]
fn the_example_instance_is_assigned_direct_and_without_end() {
    let text = include_str!("../../../tests/graph/roleassignmentscheduleinstances.json");
    let all = RoleInstance::read_all(list(text)).unwrap();
    assert_eq!(
        all,
        [RoleInstance {
            role: GLOBAL_ADMINISTRATOR,
            principal_id: guid("99a1915f-70a7-4b67-9dca-64095b41be73"),
            principal: None,
            scope: RoleScope::Tenant,
            assignment: AssignmentType::Assigned,
            member: MemberType::Direct,
            end: RoleEnd::Never,
        }]
    );
    assert!(all[0].is_permanent());
    let text = include_str!("../../../tests/graph/roleeligibilityscheduleinstances-empty.json");
    assert_eq!(RoleInstance::read_all(list(text)), Some(Vec::new()));
}

fn instance(members: &Value) -> RoleInstance {
    let mut one = json!({
        "roleDefinitionId": GLOBAL_ADMINISTRATOR,
        "principalId": "99a1915f-70a7-4b67-9dca-64095b41be73",
    });
    let all = one.as_object_mut().unwrap();
    all.extend(members.as_object().unwrap().clone());
    RoleInstance::read_all(json!([one])).unwrap().remove(0)
}

#[test]
fn an_activation_an_end_and_an_end_that_is_not_told_are_not_permanent() {
    for members in [
        json!({"assignmentType": "Activated", "endDateTime": null}),
        json!({"assignmentType": "Assigned", "endDateTime": "2026-12-01T00:00:00Z"}),
        json!({"assignmentType": "Assigned"}),
        json!({"assignmentType": "Assigned", "endDateTime": "soon"}),
        json!({"assignmentType": "Borrowed", "endDateTime": null}),
    ] {
        assert!(!instance(&members).is_permanent(), "{members}");
    }
    let permanent = json!({"assignmentType": "assigned", "endDateTime": null});
    assert!(instance(&permanent).is_permanent());
}

#[test]
fn scopes_are_the_tenant_a_unit_or_something_else() {
    let scope = |text: Option<&str>| RoleScope::of(text.map(str::to_owned));
    assert_eq!(scope(Some("/")), RoleScope::Tenant);
    assert_eq!(
        scope(Some(
            "/administrativeUnits/4d7ea995-bc0f-45c0-8c3e-132e93bf95f8"
        )),
        RoleScope::Unit(guid("4d7ea995-bc0f-45c0-8c3e-132e93bf95f8"))
    );
    assert_eq!(scope(Some("/x")), RoleScope::Other("/x".into()));
    assert_eq!(scope(None), RoleScope::NotTold);
}

#[test]
fn the_filters_reach_graph_as_they_are_meant() {
    let mut wave = Wave::new();
    let id = guid("99a1915f-70a7-4b67-9dca-64095b41be73");
    wave.ask(ask_roles_of(&id));
    wave.ask(ask_eligible_holders_of(&id));
    let options: Vec<_> = wave
        .requests
        .iter()
        .map(|request| Target::parse(&request.get.target).unwrap().query)
        .collect();
    let option = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        options,
        [
            vec![option("$filter", &format!("principalId eq '{id}'"))],
            vec![
                option("$filter", &format!("roleDefinitionId eq '{id}'")),
                option("$expand", "principal"),
            ],
        ]
    );
}
