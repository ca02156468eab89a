//! The applications that hold permissions of Microsoft Graph by themselves, without a person.

use super::Ask;
use super::PrincipalKind;
use crate::primitives::Guid;
use serde::Deserialize;
use serde_json::Value;

/// Microsoft Graph's own application id, the same in every tenant.
pub const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// A permission that Microsoft Graph offers to applications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppRole {
    /// Its id.
    pub id: Guid,
    /// Its name: `UserAuthenticationMethod.ReadWrite.All`; empty if not told.
    pub value: String,
}

/// A permission that an application holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppRoleAssignment {
    /// The permission.
    pub role: Guid,
    /// The application's object id in this tenant.
    pub principal: Guid,
    /// What that is: an application as a rule, but users and groups may hold app roles too.
    pub kind: PrincipalKind,
    /// Its name; `None` if not told.
    pub name: Option<String>,
}

impl AppRole {
    /// Reads the permissions of the one application that was asked for; `None` if there is none, or
    /// it cannot be read.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let wires: Vec<WireApp> = serde_json::from_value(value).ok()?;
        let roles = wires.into_iter().next()?.app_roles?;
        let role = |wire: WireRole| Self {
            id: wire.id,
            value: wire.value.unwrap_or_default(),
        };
        Some(roles.into_iter().map(role).collect())
    }
}

impl AppRoleAssignment {
    /// Reads an array of `appRoleAssignment`; `None` if one cannot be read.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let wires: Vec<WireAssignment> = serde_json::from_value(value).ok()?;
        let assignment = |wire: WireAssignment| Self {
            role: wire.app_role_id,
            principal: wire.principal_id,
            kind: PrincipalKind::of(wire.principal_type.as_deref()),
            name: wire.principal_display_name,
        };
        Some(wires.into_iter().map(assignment).collect())
    }
}

/// Reads the permissions that Microsoft Graph offers to applications in this tenant.
#[must_use]
pub fn ask_graph_app_roles() -> Ask<Vec<AppRole>> {
    Ask::list(
        format!(
            "/servicePrincipals?$filter=appId%20eq%20'{GRAPH_APP_ID}'\
             &$select=id,appId,displayName,appRoles"
        ),
        "Application.Read.All",
        "the permissions of Microsoft Graph",
        AppRole::read_all,
    )
}

/// Reads who holds a permission of Microsoft Graph as an application.
#[must_use]
pub fn ask_graph_app_role_assignments() -> Ask<Vec<AppRoleAssignment>> {
    Ask::list(
        format!("/servicePrincipals(appId='{GRAPH_APP_ID}')/appRoleAssignedTo?$top=999"),
        "Application.Read.All",
        "the applications with permissions of Microsoft Graph",
        AppRoleAssignment::read_all,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireApp {
    app_roles: Option<Vec<WireRole>>,
}

#[derive(Deserialize)]
struct WireRole {
    id: Guid,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAssignment {
    app_role_id: Guid,
    principal_id: Guid,
    principal_type: Option<String>,
    principal_display_name: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn list(text: &str) -> Value {
        let page: Value = serde_json::from_str(text).unwrap();
        page["value"].clone()
    }

    #[test]
    fn the_example_application_holds_a_permission_that_enrols_keys() {
        let roles = AppRole::read_all(list(include_str!(
            "../../tests/graph/serviceprincipal-graph.json"
        )));
        let held = AppRoleAssignment::read_all(list(include_str!(
            "../../tests/graph/approleassignedto-graph.json"
        )));
        let (roles, held) = (roles.unwrap(), held.unwrap());
        assert_eq!(held.len(), 2);
        assert_eq!(
            held[0],
            AppRoleAssignment {
                role: Guid::parse("50483e42-d915-4231-9639-7fdb7fd190e5").unwrap(),
                principal: Guid::parse("9ab66a84-bbf7-4058-8741-5f4f6a0da99e").unwrap(),
                kind: PrincipalKind::ServicePrincipal,
                name: Some("hr-onboarding".into()),
            }
        );
        let named = roles.iter().find(|role| role.id == held[0].role).unwrap();
        assert_eq!(named.value, "UserAuthenticationMethod.ReadWrite.All");
        assert_eq!(roles.len(), 3);
    }

    #[test]
    fn a_tenant_without_the_application_is_not_one_without_permissions() {
        assert_eq!(AppRole::read_all(json!([])), None);
    }
}
