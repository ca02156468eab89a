//! Which changes the virtual tenant refuses, and one that it takes to everybody's harm.

use crate::rich::CREDENTIAL;
use crate::rich::other;
use crate::rich::rich_world;
use crate::support::Asker;
use glasskey::entra::MethodId;
use glasskey::entra::Version;
use glasskey::entra::WriteMethod;
use glasskey::rehearsal::World;
use glasskey::webauthn::CredentialId;
use serde_json::Value;
use serde_json::json;

const GA: &str = "62e90394-69f5-4237-9190-012177145e10";
const FIDO2: &str =
    "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/fido2";
const ROLES: &str = "/roleManagement/directory";

/// An asker, and the end: nothing was other than described.
fn with_asker(run: impl FnOnce(&mut Asker)) {
    let mut asker = Asker::new(rich_world());
    run(&mut asker);
    assert_eq!(asker.wrong, [""; 0], "{:#?}", asker.wrong);
}

fn code(answer: &Value) -> &str {
    answer["error"]["code"].as_str().unwrap()
}

#[test]
fn changes_that_entra_does_not_take_are_refused() {
    use WriteMethod::Delete;
    use WriteMethod::Patch;
    use WriteMethod::Post;
    let user = |changes: &Value| {
        let mut body = json!({
            "accountEnabled": true,
            "displayName": "Emergency Access 3",
            "mailNickname": "bg3",
            "userPrincipalName": "bg3@contoso-rehearsal.onmicrosoft.com",
            "passwordProfile": {"password": "xWwvJ]6NMw+bWH-d"},
        });
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    with_asker(|asker| {
        for changes in [
            json!({"userPrincipalName": "bg1@contoso-rehearsal.onmicrosoft.com"}),
            json!({"userPrincipalName": "bg3@contoso.example"}),
            json!({"userPrincipalName": "b g@contoso-rehearsal.onmicrosoft.com"}),
            json!({"mailNickname": "a b"}),
            json!({"passwordProfile": {"password": "alllowercase"}}),
            json!({"passwordProfile": {}}),
            json!({"shoeSize": 46}),
        ] {
            asker.send(Post, "/users", &user(&changes), 400);
        }
        let bg1 = World::id("BG-1");
        let roles = format!("{ROLES}/roleAssignments");
        let role = |id: &str, role: &str| json!({"principalId": id, "roleDefinitionId": role, "directoryScopeId": "/"});
        asker.send(Post, &roles, &role(&other(98).to_string(), GA), 400);
        asker.send(
            Post,
            &roles,
            &role(&bg1.to_string(), &other(97).to_string()),
            404,
        );
        asker.send(
            Post,
            &roles,
            &role(&World::id("staff").to_string(), GA),
            400,
        );
        asker.world.tenant.set_permanent_roles(false);
        let request = json!({
            "action": "adminAssign",
            "justification": "for ever",
            "roleDefinitionId": GA,
            "principalId": World::id("BG-2"),
            "directoryScopeId": "/",
            "scheduleInfo": {"expiration": {"type": "noExpiration"}},
        });
        let requests = format!("{ROLES}/roleAssignmentScheduleRequests");
        let answer = asker.send(Post, &requests, &request, 400);
        assert_eq!(code(&answer), "RoleAssignmentRequestPolicyValidationFailed");
        for body in [
            json!({"isSelfServiceRegistrationAllowed": true}),
            json!({
                "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration",
                "isSelfServiceRegistrationAllowed": "yes",
            }),
        ] {
            asker.send(Patch, FIDO2, &body, 400);
        }
        let passes = format!("/users/{bg1}/authentication/temporaryAccessPassMethods");
        asker.send(Post, &passes, &json!({"lifetimeInMinutes": 60}), 400);
        let member = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{bg1}")});
        asker.send(
            Post,
            &format!("/groups/{}/members/$ref", other(2)),
            &member,
            400,
        );
        let foreign = json!({"@odata.id": format!("https://graph.example/v1.0/users/{bg1}")});
        let members = format!("/groups/{}/members", World::id("tap"));
        asker.send(Post, &format!("{members}/$ref"), &foreign, 400);
        asker.send(Delete, &format!("{members}/{bg1}/$ref"), &Value::Null, 404);
    });
}

#[test]
fn a_restricted_unit_and_a_high_role_keep_others_out() {
    use WriteMethod::Delete;
    use WriteMethod::Patch;
    with_asker(|asker| {
        let enable = json!({"accountEnabled": true});
        let restricted = format!("/users/{}", World::id("BG-2"));
        asker.send(Patch, &restricted, &enable, 403);
        asker.world.tenant.set_administers_units(true);
        asker.send(Patch, &restricted, &enable, 204);
        asker.world.tenant.set_privileged(false);
        // It is in a group that holds a role.
        asker.send(Patch, &restricted, &enable, 403);
        asker.send(
            Patch,
            &format!("/users/{}", World::id("alex")),
            &enable,
            204,
        );
        let bg1 = World::id("BG-1");
        asker.send(Patch, &format!("/users/{bg1}"), &enable, 403);
        let method = MethodId::of_credential(&CredentialId::new(CREDENTIAL.to_vec()).unwrap());
        let method = format!("/users/{bg1}/authentication/fido2Methods/{method}");
        asker.send(Delete, &method, &Value::Null, 403);
        asker.get(Version::V1, &method, 200);
    });
}

#[test]
fn a_role_assignable_group_needs_the_permission_for_roles_as_well() {
    let target = format!("/groups/{}/members/$ref", World::id("tap"));
    let member = json!({
        "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{}", World::id("BG-1")),
    });
    with_asker(|asker| {
        asker
            .world
            .tenant
            .withdraw_permission("RoleManagement.ReadWrite.Directory");
        let answer = asker.send(WriteMethod::Post, &target, &member, 403);
        assert_eq!(code(&answer), "Authorization_RequestDenied");
    });
}

#[test]
fn a_member_deleted_without_its_reference_is_really_gone() {
    let (group, user) = (World::id("ca-exclusion"), World::id("BG-1"));
    let mut asker = Asker::new(rich_world());
    assert!(asker.world.tenant.deleted().is_empty());
    let target = format!("/groups/{group}/members/{user}");
    asker.send(WriteMethod::Delete, &target, &Value::Null, 204);
    assert!(asker.world.tenant.deleted().contains(&user));
    assert!(!asker.world.tenant.has_account(user));
    asker.get(Version::V1, &format!("/users/{user}"), 404);
}
