//! Apps (service principals) and the application permissions they were given.

use crate::primitives::Guid;
use crate::primitives::UtcTime;
use serde_json::Value;
use serde_json::json;

/// `appId` of Microsoft Graph in every tenant.
pub(super) const GRAPH_APP: &str = "00000003-0000-0000-c000-000000000000";

/// Application permissions of Microsoft Graph: value and id, as the permissions reference has them.
const APP_ROLES: [(&str, &str); 13] = [
    (
        "UserAuthenticationMethod.ReadWrite.All",
        "50483e42-d915-4231-9639-7fdb7fd190e5",
    ),
    (
        "UserAuthMethod-Passkey.ReadWrite.All",
        "0400e371-7db1-4338-a269-96069eb65227",
    ),
    (
        "UserAuthMethod-TAP.ReadWrite.All",
        "627169a8-8c15-451c-861a-5b80e383de5c",
    ),
    (
        "RoleManagement.ReadWrite.Directory",
        "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
    ),
    (
        "RoleAssignmentSchedule.ReadWrite.Directory",
        "dd199f4a-f148-40a4-a2ec-f0069cc799ec",
    ),
    (
        "Policy.ReadWrite.AuthenticationMethod",
        "29c18626-4985-4dcd-85c0-193eef327366",
    ),
    (
        "Policy.ReadWrite.ConditionalAccess",
        "01c0a623-fc9b-48e9-b794-0756f8e8f067",
    ),
    (
        "AppRoleAssignment.ReadWrite.All",
        "06b708a9-e830-4db3-a914-8e69da51d44f",
    ),
    (
        "Application.ReadWrite.All",
        "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
    ),
    (
        "User-PasswordProfile.ReadWrite.All",
        "cc117bb9-00cf-4eb8-b580-ea2a878fe8f7",
    ),
    (
        "User.EnableDisableAccount.All",
        "3011c876-62b7-4ada-afa2-506cbbecc68c",
    ),
    ("User.Read.All", "df021288-bdef-4463-88db-98f22de89214"),
    ("AuditLog.Read.All", "b0afded3-3588-46d8-8b3d-9842eff778da"),
];

/// An app in the tenant.
#[derive(Clone, Debug)]
pub struct App {
    /// Object id of the service principal.
    pub id: Guid,
    /// `appId`.
    pub app_id: Guid,
    /// Name for people.
    pub display_name: String,
}

/// An application permission of Microsoft Graph that an app was given.
#[derive(Clone, Debug)]
pub struct AppGrant {
    /// The app's object id.
    pub app: Guid,
    /// Id of the permission.
    pub permission: Guid,
    /// When it was given.
    pub created: UtcTime,
}

/// The id of an application permission; `None` if the virtual Graph has none of that name.
#[must_use]
pub fn app_permission(value: &str) -> Option<Guid> {
    APP_ROLES
        .iter()
        .find(|(name, _)| *name == value)
        .and_then(|(_, id)| Guid::parse(id))
}

impl App {
    /// All members of a service principal.
    pub(super) fn json(&self) -> Value {
        let roles: Vec<Value> = if self.app_id.to_string() == GRAPH_APP {
            APP_ROLES
                .iter()
                .map(|(value, id)| {
                    json!({
                        "allowedMemberTypes": ["Application"],
                        "description": format!("Allows the app {value}"),
                        "displayName": value,
                        "id": id,
                        "isEnabled": true,
                        "origin": "Application",
                        "value": value,
                    })
                })
                .collect()
        } else {
            Vec::new()
        };
        json!({
            "id": self.id,
            "deletedDateTime": null,
            "appId": self.app_id,
            "displayName": self.display_name,
            "appDisplayName": self.display_name,
            "accountEnabled": true,
            "servicePrincipalType": "Application",
            "appRoleAssignmentRequired": false,
            "appRoles": roles,
        })
    }
}
