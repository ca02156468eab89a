//! A group itself: who could change it, and who is in it.

use super::Ask;
use super::DirectorySync;
use super::Principals;
use super::Told;
use super::told::Nullable;
use crate::primitives::Guid;
use serde::Deserialize;
use serde_json::Value;

/// A group, as the directory describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupObject {
    /// Object id.
    pub id: Guid,
    /// `displayName`; `None` if not told.
    pub name: Option<String>,
    /// `isAssignableToRole`: only privileged roles may change its members.
    pub role_assignable: Told,
    /// `isManagementRestricted`: in a restricted management administrative unit.
    pub management_restricted: Told,
    /// Whether `groupTypes` names `DynamicMembership`: a rule decides who is in it.
    pub dynamic: Told,
    /// `onPremisesSyncEnabled`.
    pub sync: DirectorySync,
}

impl GroupObject {
    /// Reads a `group`; `None` if it has no id or a member has another type.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        let wire: Wire = serde_json::from_value(value).ok()?;
        let dynamic = wire.group_types.map(|types| {
            types
                .iter()
                .any(|word| word.eq_ignore_ascii_case("DynamicMembership"))
        });
        Some(Self {
            id: wire.id,
            name: wire.display_name,
            role_assignable: wire.is_assignable_to_role.into(),
            management_restricted: wire.is_management_restricted.into(),
            dynamic: dynamic.into(),
            sync: wire.on_premises_sync_enabled.into(),
        })
    }
}

/// Reads a group.
#[must_use]
pub fn ask_group(id: &Guid) -> Ask<GroupObject> {
    Ask::one(
        format!(
            "/groups/{id}?$select=id,displayName,groupTypes,isAssignableToRole,\
             isManagementRestricted,membershipRule,membershipRuleProcessingState,\
             onPremisesSyncEnabled,securityEnabled,mailEnabled,visibility"
        ),
        "GroupMember.Read.All",
        "the group",
        GroupObject::read,
    )
}

/// Reads the owners of a group. An application that owns it may be missing from the answer.
#[must_use]
pub fn ask_owners(id: &Guid) -> Ask<Principals> {
    people(id, "owners", "the group's owners")
}

/// Reads the direct members of a group.
#[must_use]
pub fn ask_members(id: &Guid) -> Ask<Principals> {
    people(id, "members", "the group's members")
}

/// Reads the members of a group and of all groups nested in it.
#[must_use]
pub fn ask_transitive_members(id: &Guid) -> Ask<Principals> {
    people(id, "transitiveMembers", "the group's members and theirs")
}

fn people(id: &Guid, relation: &str, what: &'static str) -> Ask<Principals> {
    Ask::list(
        format!("/groups/{id}/{relation}?$select=id,displayName,userPrincipalName&$top=999"),
        "GroupMember.Read.All",
        what,
        Principals::read,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: Guid,
    display_name: Option<String>,
    group_types: Option<Vec<String>>,
    is_assignable_to_role: Option<bool>,
    is_management_restricted: Option<bool>,
    #[serde(default)]
    on_premises_sync_enabled: Nullable<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_example_group_is_assignable_to_roles_and_of_the_cloud_alone() {
        let text = include_str!("../../tests/graph/group-exclusion.json");
        assert_eq!(
            GroupObject::read(serde_json::from_str(text).unwrap()),
            Some(GroupObject {
                id: Guid::parse("0f9d6c1e-3a5b-4a3e-8a34-6b0d1f6a7e21").unwrap(),
                name: Some("sg-ca-exclude-breakglass".into()),
                role_assignable: Told::Yes,
                management_restricted: Told::No,
                dynamic: Told::No,
                sync: DirectorySync::Never,
            })
        );
    }

    #[test]
    fn a_group_with_a_rule_is_dynamic_and_what_is_not_told_is_not_assumed() {
        let id = "0f9d6c1e-3a5b-4a3e-8a34-6b0d1f6a7e21";
        let group = GroupObject::read(json!({"id": id, "groupTypes": ["DynamicMembership"]}));
        assert_eq!(group.unwrap().dynamic, Told::Yes);
        let group = GroupObject::read(json!({"id": id})).unwrap();
        assert_eq!(
            (group.dynamic, group.role_assignable, group.sync),
            (Told::NotTold, Told::NotTold, DirectorySync::NotTold)
        );
    }
}
