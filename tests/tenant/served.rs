//! The virtual tenant answers every verb of every described path, as described.

use crate::rich::CREDENTIAL;
use crate::rich::WORKSPACE_RULES;
use crate::rich::other;
use crate::rich::rich_world;
use crate::rich::workspace;
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
/// These are played and saved by a rehearsal, with a key that really makes a credential.
const BY_A_REHEARSAL: [&str; 2] = [
    "v1.0 POST /users/{user-id}/authentication/fido2Methods",
    "beta POST /users/{user-id}/authentication/fido2Methods",
];

fn reads(asker: &mut Asker) {
    let (user, group) = (World::id("BG-1"), World::id("ca-exclusion"));
    let methods = format!("/users/{user}/authentication");
    let fido2 = format!("{methods}/fido2Methods");
    let graph_app = World::id("microsoft graph");
    let method = MethodId::of_credential(&CredentialId::new(CREDENTIAL.to_vec()).unwrap());
    let one = [
        "/me?$select=id,userPrincipalName".to_owned(),
        FIDO2.to_owned(),
        "/policies/authenticationMethodsPolicy".to_owned(),
        FIDO2.replace("fido2", "temporaryAccessPass"),
        "/policies/identitySecurityDefaultsEnforcementPolicy".to_owned(),
        "/policies/authorizationPolicy".to_owned(),
        format!("/users/{user}"),
        format!("/users/{user}?$select=id,signInActivity"),
        format!("/users/{}?$select=id,signInActivity", other(11)),
        format!("/users/{}?$select=id,signInActivity", World::id("BG-2")),
        format!("{fido2}/creationOptions"),
        format!("{fido2}/{method}"),
        format!("/groups/{group}"),
        format!("/groups/{}", other(2)),
        format!("/identity/conditionalAccess/policies/{}", other(5)),
        format!("/reports/authenticationMethods/userRegistrationDetails/{user}"),
        format!("/servicePrincipals/{graph_app}?$select=id,appRoles"),
    ];
    for target in &one {
        asker.get(Version::V1, target, 200);
    }
    let lists = [
        "/users?$select=id,userPrincipalName&$top=2&$count=true".to_owned(),
        format!("/users/{user}/memberOf?$count=true"),
        format!("/users/{user}/transitiveMemberOf"),
        format!("/users/{user}/transitiveMemberOf/microsoft.graph.group?$top=999"),
        format!(
            "/users/{}/memberOf/microsoft.graph.administrativeUnit?$select=id,displayName",
            World::id("BG-2")
        ),
        format!("{methods}/methods"),
        fido2.clone(),
        format!("{methods}/temporaryAccessPassMethods"),
        format!("/groups/{group}/members?$select=id,displayName,userPrincipalName"),
        format!("/groups/{}/members", other(2)),
        format!("/groups/{}/transitiveMembers", other(2)),
        format!("/groups/{}/owners", other(2)),
        format!("{ROLES}/roleAssignments?$filter=roleDefinitionId%20eq%20'{GA}'&$expand=principal"),
        format!("{ROLES}/roleAssignments?$filter=principalId%20eq%20'{user}'"),
        format!("{ROLES}/roleAssignmentScheduleInstances?$filter=principalId%20eq%20'{user}'"),
        format!("{ROLES}/roleEligibilityScheduleInstances"),
        format!("{ROLES}/roleAssignmentScheduleRequests"),
        format!("{ROLES}/roleDefinitions?$select=id,displayName"),
        "/identity/conditionalAccess/policies".to_owned(),
        "/policies/authenticationStrengthPolicies".to_owned(),
        "/policies/authenticationStrengthPolicies?$expand=combinationConfigurations".to_owned(),
        format!(
            "/policies/authenticationStrengthPolicies/{}/combinationConfigurations",
            other(4)
        ),
        format!("/auditLogs/signIns?$filter=userId%20eq%20'{user}'&$top=50"),
        "/auditLogs/directoryAudits?$filter=loggedByService%20eq%20'Core%20Directory'".to_owned(),
        "/directory/administrativeUnits".to_owned(),
        format!("/directory/administrativeUnits/{}/members", other(1)),
        "/organization?$select=id,verifiedDomains,assignedPlans".to_owned(),
        "/organization".to_owned(),
        "/domains".to_owned(),
        "/subscribedSkus".to_owned(),
        "/servicePrincipals?$filter=displayName%20eq%20'Microsoft%20Graph'".to_owned(),
        format!("/servicePrincipals/{graph_app}/appRoleAssignedTo?$top=999"),
        "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')/appRoleAssignedTo"
            .to_owned(),
    ];
    for page_size in [100, 1] {
        asker.world.tenant.set_page_size(page_size);
        for target in &lists {
            let items = asker.pages(Version::V1, target);
            let empty = target.ends_with("Requests");
            assert_eq!(items.is_empty(), empty, "{target}");
        }
        let beta = [
            format!("/auditLogs/signIns?$filter=userId%20eq%20'{user}'"),
            fido2.clone(),
        ];
        for target in &beta {
            assert!(!asker.pages(Version::Beta, target).is_empty(), "{target}");
        }
    }
    for target in [
        FIDO2.to_owned(),
        format!("{fido2}/creationOptions"),
        format!("{fido2}/creationOptions(challengeTimeoutInMinutes=10)"),
        format!("{fido2}/creationOptions?challengeTimeoutInMinutes=10"),
    ] {
        asker.get(Version::Beta, &target, 200);
    }
}

fn azure(asker: &mut Asker) {
    let subscription = World::id("subscription");
    let workspace = workspace(&mut asker.world);
    for target in [
        "/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01-preview".to_owned(),
        format!(
            "/subscriptions/{subscription}/providers/Microsoft.Insights/scheduledQueryRules\
             ?api-version=2021-08-01"
        ),
        format!("{workspace}{WORKSPACE_RULES}"),
    ] {
        let list = asker.get(Version::Arm, &target, 200);
        assert_eq!(list["value"].as_array().unwrap().len(), 1, "{target}");
    }
}

fn writes(asker: &mut Asker) {
    use WriteMethod::Delete;
    use WriteMethod::Patch;
    use WriteMethod::Post;
    let made = asker.send(
        Post,
        "/users",
        &json!({
            "accountEnabled": true,
            "displayName": "Emergency Access 3",
            "mailNickname": "bg3",
            "userPrincipalName": "bg3@contoso-rehearsal.onmicrosoft.com",
            "passwordPolicies": "DisablePasswordExpiration",
            "passwordProfile": {
                "forceChangePasswordNextSignIn": false,
                "password": "xWwvJ]6NMw+bWH-d",
            },
        }),
        201,
    );
    let user = made["id"].as_str().unwrap().to_owned();
    let user = format!("/users/{user}");
    let id = user.trim_start_matches("/users/").to_owned();
    asker.send(Patch, &user, &json!({"accountEnabled": true}), 204);
    asker.send(
        Post,
        &format!("{user}/revokeSignInSessions"),
        &Value::Null,
        200,
    );
    let group = World::id("ca-exclusion");
    let question = json!({"groupIds": [group, World::id("passkey")]});
    let target = format!("{user}/checkMemberGroups");
    assert_eq!(
        asker.send(Post, &target, &question, 200)["value"],
        json!([])
    );
    let member = json!({
        "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}")
    });
    let members = format!("/groups/{group}/members");
    asker.send(Post, &format!("{members}/$ref"), &member, 204);
    assert_eq!(
        asker.send(Post, &target, &question, 200)["value"],
        json!([group])
    );
    asker.send(Post, &format!("{members}/$ref"), &member, 400);
    asker.send(Delete, &format!("{members}/{id}/$ref"), &Value::Null, 204);

    roles(asker, &id);
    passes_and_methods(asker, &user);
}

fn roles(asker: &mut Asker, id: &str) {
    use WriteMethod::Delete;
    use WriteMethod::Post;
    let role = json!({
        "@odata.type": "#microsoft.graph.unifiedRoleAssignment",
        "roleDefinitionId": GA,
        "principalId": id,
        "directoryScopeId": "/",
    });
    let assignments = format!("{ROLES}/roleAssignments");
    let made = asker.send(Post, &assignments, &role, 201);
    asker.send(Post, &assignments, &role, 400);
    let made = format!("{assignments}/{}", made["id"].as_str().unwrap());
    asker.get(Version::V1, &format!("{made}?$expand=principal"), 200);
    asker.send(Delete, &made, &Value::Null, 204);
    asker.get(Version::V1, &made, 404);
    let requests = format!("{ROLES}/roleAssignmentScheduleRequests");
    let request = json!({
        "action": "adminAssign",
        "justification": "An emergency access account",
        "roleDefinitionId": GA,
        "principalId": id,
        "directoryScopeId": "/",
        "scheduleInfo": {
            "startDateTime": "2026-01-05T09:00:00Z",
            "expiration": {"type": "NoExpiration"},
        },
    });
    let made = asker.send(Post, &requests, &request, 201);
    assert_eq!(made["status"], "Provisioned");
    assert_eq!(made["scheduleInfo"]["expiration"]["type"], "noExpiration");
    let request = format!("{requests}/{}", made["id"].as_str().unwrap());
    asker.get(Version::V1, &request, 200);
}

fn passes_and_methods(asker: &mut Asker, user: &str) {
    use WriteMethod::Delete;
    use WriteMethod::Patch;
    use WriteMethod::Post;
    asker.world.tenant.pass_policy_mut().include =
        vec![glasskey::rehearsal::tenant::Scope::AllUsers];
    let passes = format!("{user}/authentication/temporaryAccessPassMethods");
    let wish = json!({"lifetimeInMinutes": 60, "isUsableOnce": true});
    let made = asker.send(Post, &passes, &wish, 201);
    assert_eq!(made["temporaryAccessPass"].as_str().unwrap().len(), 8);
    let pass = format!("{passes}/{}", made["id"].as_str().unwrap());
    let shown = asker.get(Version::V1, &pass, 200);
    assert_eq!(shown["temporaryAccessPass"], Value::Null);
    let again = asker.send(Post, &passes, &wish, 201);
    assert_eq!(asker.pages(Version::V1, &passes).len(), 1, "one a user");
    asker.get(Version::V1, &pass, 404);
    let pass = format!("{passes}/{}", again["id"].as_str().unwrap());
    asker.send(Delete, &pass, &Value::Null, 204);

    let method = MethodId::of_credential(&CredentialId::new(CREDENTIAL.to_vec()).unwrap());
    let bg1 = World::id("BG-1");
    let method = format!("/users/{bg1}/authentication/fido2Methods/{method}");
    asker.send(Patch, &method, &json!({"displayName": "BG1-A"}), 204);
    assert_eq!(asker.get(Version::V1, &method, 200)["displayName"], "BG1-A");
    asker.send(Delete, &method, &Value::Null, 204);
    asker.send(Delete, &method, &Value::Null, 404);
    let flag = json!({
        "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration",
        "isSelfServiceRegistrationAllowed": false,
    });
    asker.send(Patch, FIDO2, &flag, 204);
    let policy = asker.get(Version::V1, FIDO2, 200);
    assert_eq!(policy["isSelfServiceRegistrationAllowed"], false);
}

#[test]
fn every_verb_of_every_path_is_answered_as_described() {
    let mut asker = Asker::new(rich_world());
    writes(&mut asker);
    let mut asker = Asker {
        world: rich_world(),
        ..asker
    };
    // What was made is in the audit log then.
    let renamed = json!({"displayName": "Emergency Access 1"});
    let user = format!("/users/{}", World::id("BG-1"));
    asker.send(WriteMethod::Patch, &user, &renamed, 204);
    reads(&mut asker);
    azure(&mut asker);
    assert_eq!(asker.wrong, [""; 0], "{:#?}", asker.wrong);
    let all = asker.api.operations();
    let unanswered: Vec<&String> = all
        .difference(&asker.answered)
        .filter(|name| !BY_A_REHEARSAL.contains(&name.as_str()))
        .collect();
    assert_eq!(unanswered, [""; 0]);
}
