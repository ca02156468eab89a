//! Directory roles by name and by id: the ones that can enrol a key, and the tenant's own list.

use super::Ask;
use crate::primitives::Guid;
use serde::Deserialize;
use serde_json::Value;

/// Global Administrator: `62e90394-69f5-4237-9190-012177145e10`, the same in every tenant.
pub const GLOBAL_ADMINISTRATOR: Guid = Guid([
    0x62, 0xe9, 0x03, 0x94, 0x69, 0xf5, 0x42, 0x37, 0x91, 0x90, 0x01, 0x21, 0x77, 0x14, 0x5e, 0x10,
]);

/// Privileged Authentication Administrator: `7be44c8a-adaf-4e2a-84d6-ab2649e08a13`. Enrols a key for
/// anybody.
pub const PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: Guid = Guid([
    0x7b, 0xe4, 0x4c, 0x8a, 0xad, 0xaf, 0x4e, 0x2a, 0x84, 0xd6, 0xab, 0x26, 0x49, 0xe0, 0x8a, 0x13,
]);

/// Privileged Role Administrator: `e8611ab8-c189-46e8-94e1-60213ab1f814`. Gives itself any role.
pub const PRIVILEGED_ROLE_ADMINISTRATOR: Guid = Guid([
    0xe8, 0x61, 0x1a, 0xb8, 0xc1, 0x89, 0x46, 0xe8, 0x94, 0xe1, 0x60, 0x21, 0x3a, 0xb1, 0xf8, 0x14,
]);

/// The roles that can enrol a key for a Global Administrator, or give themselves one that can.
pub const ENROLLING_ROLES: [(&str, Guid); 3] = [
    ("Global Administrator", GLOBAL_ADMINISTRATOR),
    (
        "Privileged Authentication Administrator",
        PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    ),
    (
        "Privileged Role Administrator",
        PRIVILEGED_ROLE_ADMINISTRATOR,
    ),
];

/// The id of a role that has the same name and id in every tenant; `None` for every other name.
#[must_use]
pub fn built_in_role(name: &str) -> Option<Guid> {
    ENROLLING_ROLES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, id)| *id)
}

/// A directory role, built in or of the tenant's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDefinition {
    /// Its id, as assignments name it.
    pub id: Guid,
    /// `displayName`; empty if not told.
    pub name: String,
}

impl RoleDefinition {
    /// Reads an array of `unifiedRoleDefinition`; `None` if one cannot be read.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let wires: Vec<Wire> = serde_json::from_value(value).ok()?;
        let definition = |wire: Wire| Self {
            id: wire.id,
            name: wire.display_name.unwrap_or_default(),
        };
        Some(wires.into_iter().map(definition).collect())
    }
}

/// Reads the tenant's roles.
#[must_use]
pub fn ask_role_definitions() -> Ask<Vec<RoleDefinition>> {
    Ask::list(
        "/roleManagement/directory/roleDefinitions?$select=id,displayName".into(),
        "RoleManagement.Read.Directory",
        "the tenant's roles",
        RoleDefinition::read_all,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: Guid,
    display_name: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_roles_that_can_enrol_a_key_have_their_published_ids() {
        let ids: Vec<String> = ENROLLING_ROLES
            .iter()
            .map(|(_, id)| id.to_string())
            .collect();
        assert_eq!(
            ids,
            [
                "62e90394-69f5-4237-9190-012177145e10",
                "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
                "e8611ab8-c189-46e8-94e1-60213ab1f814",
            ]
        );
        assert_eq!(
            built_in_role("global administrator"),
            Some(GLOBAL_ADMINISTRATOR)
        );
        assert_eq!(built_in_role("Vault Keeper"), None);
    }

    #[test]
    fn a_role_of_the_tenants_own_is_read_by_its_name() {
        let id = "9c1fc1a0-1c0c-4a5c-8f0a-2f7d9a6f0c11";
        let roles = RoleDefinition::read_all(json!([{"id": id, "displayName": "Vault Keeper"}]));
        assert_eq!(
            roles,
            Some(vec![RoleDefinition {
                id: Guid::parse(id).unwrap(),
                name: "Vault Keeper".into(),
            }])
        );
        assert_eq!(RoleDefinition::read_all(json!([{"id": "x"}])), None);
    }
}
