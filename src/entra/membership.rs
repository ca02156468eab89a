//! The groups an account is in, directly or through other groups.

use super::Ask;
use super::Told;
use crate::primitives::Guid;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// Whether all groups are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// Every group is in the list.
    Whole,
    /// There may be others: some are hidden from us, or the list was denied.
    Partial,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Object id.
    pub id: Guid,
    /// `displayName`; `None` if not told.
    pub display_name: Option<String>,
    /// `isAssignableToRole`.
    pub role_assignable: Told,
    /// `isManagementRestricted`.
    pub management_restricted: Told,
}

/// An account's transitive groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The groups that are known.
    pub groups: Vec<Group>,
    /// Whether these are all.
    pub completeness: Completeness,
}

impl Membership {
    /// No group is known; for an account whose list was denied.
    #[must_use]
    pub const fn unknown() -> Self {
        Self {
            groups: Vec::new(),
            completeness: Completeness::Partial,
        }
    }

    /// The ids of the known groups.
    #[must_use]
    pub fn ids(&self) -> BTreeSet<Guid> {
        self.groups.iter().map(|group| group.id).collect()
    }

    /// Reads an array of groups; `None` if an item has another type. Items of a hidden membership
    /// (null, or without an id) make the list partial.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        let wires: Vec<Option<Wire>> = serde_json::from_value(value).ok()?;
        let asked = wires.len();
        let groups: Vec<Group> = wires
            .into_iter()
            .flatten()
            .filter_map(|wire| {
                Some(Group {
                    id: wire.id?,
                    display_name: wire.display_name,
                    role_assignable: wire.is_assignable_to_role.into(),
                    management_restricted: wire.is_management_restricted.into(),
                })
            })
            .collect();
        Some(Self {
            completeness: if groups.len() == asked {
                Completeness::Whole
            } else {
                Completeness::Partial
            },
            groups,
        })
    }
}

/// Reads the transitive groups of an account.
#[must_use]
pub fn ask_membership(user: &Guid) -> Ask<Membership> {
    Ask::list(
        format!(
            "/users/{user}/transitiveMemberOf/microsoft.graph.group\
             ?$select=id,displayName,isAssignableToRole,isManagementRestricted&$top=999"
        ),
        "GroupMember.Read.All",
        "an account's groups",
        Membership::read,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: Option<Guid>,
    display_name: Option<String>,
    is_assignable_to_role: Option<bool>,
    is_management_restricted: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_example_account_is_in_two_groups() {
        let text = include_str!("../../tests/graph/user-transitivememberof-groups.json");
        let page: Value = serde_json::from_str(text).unwrap();
        let membership = Membership::read(page["value"].clone()).unwrap();
        assert_eq!(membership.completeness, Completeness::Whole);
        assert_eq!(
            membership.groups[0],
            Group {
                id: Guid::parse("0f9d6c1e-3a5b-4a3e-8a34-6b0d1f6a7e21").unwrap(),
                display_name: Some("sg-ca-exclude-breakglass".into()),
                role_assignable: Told::Yes,
                management_restricted: Told::Yes,
            }
        );
        assert_eq!(membership.groups.len(), 2);
    }

    #[test]
    fn a_hidden_membership_makes_the_list_partial() {
        let membership = Membership::read(json!([null, {"displayName": null}])).unwrap();
        assert_eq!(membership, Membership::unknown());
    }
}
