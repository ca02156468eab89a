//! Who may hold a role or be in a group: a user, a group, an application (Graph `directoryObject`).

use super::Completeness;
use super::Told;
use crate::primitives::Guid;
use serde::Deserialize;
use serde_json::Value;

/// `@odata.type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrincipalKind {
    /// `#microsoft.graph.user`
    User,
    /// `#microsoft.graph.group`
    Group,
    /// `#microsoft.graph.servicePrincipal`: an application in this tenant.
    ServicePrincipal,
    /// A type we do not know: a device, a contact.
    Other(String),
    /// Absent.
    NotTold,
}

impl PrincipalKind {
    /// Reads `#microsoft.graph.user`, or the bare word that `principalType` has.
    pub(super) fn of(word: Option<&str>) -> Self {
        let Some(word) = word else {
            return Self::NotTold;
        };
        let bare = word.strip_prefix("#microsoft.graph.").unwrap_or(word);
        if bare.eq_ignore_ascii_case("user") {
            Self::User
        } else if bare.eq_ignore_ascii_case("group") {
            Self::Group
        } else if bare.eq_ignore_ascii_case("servicePrincipal") {
            Self::ServicePrincipal
        } else {
            Self::Other(bare.to_owned())
        }
    }
}

/// A user, group or application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Object id.
    pub id: Guid,
    /// What it is.
    pub kind: PrincipalKind,
    /// `displayName`; `None` if not told.
    pub name: Option<String>,
    /// `userPrincipalName`; `None` if not told, or not a user.
    pub upn: Option<String>,
    /// `appId`; `None` if not told, or not an application.
    pub app_id: Option<Guid>,
    /// `accountEnabled`.
    pub enabled: Told,
}

impl Principal {
    /// Reads a `directoryObject`; `None` if it has no id or a member has another type.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        let wire: Wire = serde_json::from_value(value).ok()?;
        wire.principal()
    }
}

/// The members or owners of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principals {
    /// Those that are known.
    pub known: Vec<Principal>,
    /// Whether these are all.
    pub completeness: Completeness,
}

impl Principals {
    /// Reads an array; `None` if an item has another type. Items that are hidden from us (null, or
    /// without an id) make the list partial.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        let wires: Vec<Option<Wire>> = serde_json::from_value(value).ok()?;
        let asked = wires.len();
        let known: Vec<Principal> = wires
            .into_iter()
            .flatten()
            .filter_map(Wire::principal)
            .collect();
        Some(Self {
            completeness: if known.len() == asked {
                Completeness::Whole
            } else {
                Completeness::Partial
            },
            known,
        })
    }
}

/// A `directoryObject` as sent.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wire {
    #[serde(rename = "@odata.type")]
    kind: Option<String>,
    id: Option<Guid>,
    display_name: Option<String>,
    user_principal_name: Option<String>,
    app_id: Option<Guid>,
    account_enabled: Option<bool>,
}

impl Wire {
    /// The principal; `None` without an id.
    pub(super) fn principal(self) -> Option<Principal> {
        Some(Principal {
            id: self.id?,
            kind: PrincipalKind::of(self.kind.as_deref()),
            name: self.display_name,
            upn: self.user_principal_name,
            app_id: self.app_id,
            enabled: self.account_enabled.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn principals(text: &str) -> Principals {
        let page: Value = serde_json::from_str(text).unwrap();
        Principals::read(page["value"].clone()).unwrap()
    }

    #[test]
    fn the_example_group_has_two_accounts_and_no_owner() {
        let members = principals(include_str!("../../tests/graph/group-members.json"));
        assert_eq!(members.completeness, Completeness::Whole);
        assert_eq!(members.known.len(), 2);
        assert_eq!(
            members.known[1],
            Principal {
                id: Guid::parse("6b1f0a52-5a3a-4a1c-9a53-1f6f0f3f0b02").unwrap(),
                kind: PrincipalKind::User,
                name: Some("Emergency Access 2".into()),
                upn: Some("bg2@contoso.onmicrosoft.com".into()),
                app_id: None,
                enabled: Told::NotTold,
            }
        );
        let owners = principals(include_str!("../../tests/graph/group-owners-empty.json"));
        assert_eq!(owners.known, []);
    }

    #[test]
    fn an_unexpected_owner_is_named() {
        let owners = principals(include_str!(
            "../../tests/graph/group-owners-unexpected.json"
        ));
        assert_eq!(owners.known[0].name.as_deref(), Some("Help Desk Lead"));
        assert_eq!(owners.known[0].upn.as_deref(), Some("hd@contoso.com"));
    }

    #[test]
    fn groups_roles_and_units_of_a_mixed_list_are_kept_apart() {
        let mixed = principals(include_str!("../../tests/graph/user-memberof-mixed.json"));
        let kinds: Vec<PrincipalKind> = mixed.known.into_iter().map(|one| one.kind).collect();
        assert_eq!(
            kinds,
            [
                PrincipalKind::Group,
                PrincipalKind::Other("directoryRole".into()),
                PrincipalKind::Other("administrativeUnit".into()),
            ]
        );
    }

    #[test]
    fn a_hidden_member_makes_the_list_partial() {
        let members = Principals::read(json!([null, {"displayName": null}])).unwrap();
        assert_eq!(members.known, []);
        assert_eq!(members.completeness, Completeness::Partial);
    }
}
