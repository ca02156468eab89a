//! What the virtual tenant does not let be read, in Graph's words and as described.

use crate::rich::other;
use crate::rich::rich_world;
use crate::support::Asker;
use glasskey::entra::Version;
use glasskey::rehearsal::World;
use glasskey::rehearsal::tenant::Caller;
use glasskey::rehearsal::tenant::Licence;
use glasskey::rehearsal::tenant::READING;
use serde_json::Value;

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
fn each_permission_opens_exactly_the_paths_that_need_it() {
    let user = World::id("BG-1");
    let admin = World::id("admin");
    let group = World::id("ca-exclusion");
    let reads: Vec<(String, &str)> = vec![
        (format!("/users/{user}"), "User.Read.All"),
        ("/me".to_owned(), "User.Read"),
        (
            format!("/users/{user}/transitiveMemberOf/microsoft.graph.group"),
            "GroupMember.Read.All",
        ),
        (format!("/groups/{group}/owners"), "GroupMember.Read.All"),
        (
            format!("/users/{user}/memberOf/microsoft.graph.administrativeUnit"),
            "AdministrativeUnit.Read.All",
        ),
        (
            format!("{ROLES}/roleAssignments?$filter=principalId%20eq%20'{user}'"),
            "RoleManagement.Read.Directory",
        ),
        (
            format!("{ROLES}/roleAssignmentScheduleInstances"),
            "RoleManagement.Read.Directory",
        ),
        (
            format!("{ROLES}/roleEligibilityScheduleInstances"),
            "RoleManagement.Read.Directory",
        ),
        (FIDO2.to_owned(), "Policy.Read.All"),
        (
            "/identity/conditionalAccess/policies".to_owned(),
            "Policy.Read.All",
        ),
        (
            "/policies/authenticationStrengthPolicies".to_owned(),
            "Policy.Read.All",
        ),
        (
            "/policies/authorizationPolicy".to_owned(),
            "Policy.Read.All",
        ),
        (
            format!("/users/{admin}/authentication/methods"),
            "UserAuthenticationMethod.Read.All",
        ),
        (
            format!("/users/{admin}/authentication/fido2Methods"),
            "UserAuthenticationMethod.Read.All",
        ),
        ("/auditLogs/directoryAudits".to_owned(), "AuditLog.Read.All"),
        (
            format!("/users/{user}?$select=id,signInActivity"),
            "AuditLog.Read.All",
        ),
        ("/domains".to_owned(), "Domain.Read.All"),
        ("/organization".to_owned(), "Organization.Read.All"),
        ("/servicePrincipals".to_owned(), "Application.Read.All"),
    ];
    with_asker(|asker| {
        for missing in READING {
            let left: Vec<&str> = READING.iter().filter(|p| *p != missing).copied().collect();
            asker.world.tenant.set_permissions(&left);
            for (target, needs) in &reads {
                // `User.Read.All` is enough for oneself, and one may read an activity only of a
                // user that one may read.
                let denied = (needs == missing && target != "/me")
                    || (*missing == "User.Read.All" && target.contains("signInActivity"));
                let status = if denied { 403 } else { 200 };
                asker.get(Version::V1, target, status);
            }
        }
    });
}

#[test]
fn every_service_refuses_in_its_own_words() {
    with_asker(|asker| {
        asker.world.tenant.set_permissions(&[]);
        for (target, expected) in [
            ("/domains", "Authorization_RequestDenied"),
            ("/policies/authorizationPolicy", "AccessDenied"),
            (
                "/auditLogs/directoryAudits",
                "Authentication_MSGraphPermissionMissing",
            ),
        ] {
            let answer = asker.get(Version::V1, target, 403);
            assert_eq!(code(&answer), expected, "{target}");
        }
        let target = format!("{ROLES}/roleAssignmentScheduleInstances");
        let answer = asker.get(Version::V1, &target, 403);
        assert_eq!(code(&answer), "UnknownError");
        let inner: Value =
            serde_json::from_str(answer["error"]["message"].as_str().unwrap()).unwrap();
        assert_eq!(inner["errorCode"], "PermissionScopeNotGranted");
        asker.world.tenant.azure_mut().readable = false;
        let target = "/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01";
        assert_eq!(
            code(&asker.get(Version::Arm, target, 403)),
            "AuthorizationFailed"
        );
    });
}

#[test]
fn what_is_not_paid_for_is_refused_and_the_rest_is_served() {
    let user = World::id("BG-1");
    let details = format!("/reports/authenticationMethods/userRegistrationDetails/{user}");
    let activity = format!("/users/{user}?$select=id,signInActivity");
    let schedule = format!("{ROLES}/roleAssignmentScheduleInstances");
    with_asker(|asker| {
        for (licence, p1, p2) in [
            (Licence::Free, 403, 400),
            (Licence::P1, 200, 400),
            (Licence::P2, 200, 200),
        ] {
            asker.world.tenant.set_licence(licence);
            for target in ["/auditLogs/signIns", &details, &activity] {
                let answer = asker.get(Version::V1, target, p1);
                if p1 == 403 {
                    let expected = "Authentication_RequestFromNonPremiumTenantOrB2CTenant";
                    assert_eq!(code(&answer), expected);
                }
            }
            let answer = asker.get(Version::V1, &schedule, p2);
            if p2 == 400 {
                assert_eq!(code(&answer), "AadPremiumLicenseRequired");
            }
            asker.get(Version::V1, "/auditLogs/directoryAudits", 200);
            asker.get(Version::V1, "/identity/conditionalAccess/policies", 200);
        }
        asker.world.tenant.organisation_mut().suspended = true;
        asker.get(Version::V1, "/auditLogs/signIns", 403);
        let list = asker.get(Version::V1, "/organization", 200);
        assert_eq!(
            list["value"][0]["assignedPlans"][0]["capabilityStatus"],
            "Suspended"
        );
    });
}

#[test]
fn reads_that_graph_does_not_take_are_refused() {
    let user = World::id("BG-1");
    let upn = "bg1@contoso-rehearsal.onmicrosoft.com";
    with_asker(|asker| {
        for (target, status, expected) in [
            (
                format!("/users/{upn}?$select=id,signInActivity"),
                400,
                "400",
            ),
            (
                format!("/users/{}", other(99)),
                404,
                "Request_ResourceNotFound",
            ),
            (
                format!("/users/{user}?$select=id,shoeSize"),
                400,
                "BadRequest",
            ),
            (
                format!("/groups/{}", other(99)),
                404,
                "Request_ResourceNotFound",
            ),
            (
                format!("{ROLES}/roleAssignments"),
                400,
                "Request_BadRequest",
            ),
            (
                format!(
                    "{ROLES}/roleAssignments?$filter=principalId%20eq%20'{user}'\
                     &$expand=principal,roleDefinition"
                ),
                400,
                "Request_BadRequest",
            ),
            (
                "/auditLogs/signIns?$filter=colour%20eq%20'red'".to_owned(),
                400,
                "BadRequest",
            ),
            (
                "/auditLogs/signIns?$top=1001".to_owned(),
                400,
                "Request_BadRequest",
            ),
            (
                format!("/users/{user}/memberOf?$top=1000"),
                400,
                "Request_BadRequest",
            ),
            (
                format!("/users/{user}/memberOf?$filter=displayName%20eq%20'x'"),
                400,
                "Request_UnsupportedQuery",
            ),
            (
                format!("/users/{user}/authentication/methods?$top=1"),
                400,
                "BadRequest",
            ),
            (
                format!(
                    "/users/{user}/authentication/fido2Methods/creationOptions?challengeTimeoutInMinutes=10"
                ),
                400,
                "badRequest",
            ),
            ("/domains?$skiptoken=99".to_owned(), 400, "BadRequest"),
        ] {
            let answer = asker.get(Version::V1, &target, status);
            assert_eq!(code(&answer), expected, "{target}");
        }
        asker.world.tenant.set_caller(Caller::App);
        assert_eq!(code(&asker.get(Version::V1, "/me", 400)), "BadRequest");
        for target in [
            "/providers/microsoft.aadiam/diagnosticSettings",
            "/providers/microsoft.aadiam/diagnosticSettings?api-version=2015-01-01",
        ] {
            asker.get(Version::Arm, target, 400);
        }
    });
}
