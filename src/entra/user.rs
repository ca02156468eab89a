//! An account as the directory describes it (Graph `user`).

use super::Ask;
use super::Told;
use super::target::encode_segment;
use super::told::Nullable;
use super::told::moment;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde_json::Value;

/// What is asked of a user; almost none of it comes without being asked for.
pub const USER_SELECT: &str = "id,userPrincipalName,displayName,accountEnabled,userType,\
onPremisesSyncEnabled,onPremisesImmutableId,passwordPolicies,lastPasswordChangeDateTime,\
createdDateTime,creationType,isManagementRestricted,signInSessionsValidFromDateTime";

/// `userType`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserType {
    /// A member of the tenant.
    Member,
    /// A guest: no passkey can be registered.
    Guest,
    /// A word we do not know.
    Other(String),
    /// Absent or null.
    NotTold,
}

/// `onPremisesSyncEnabled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectorySync {
    /// Null: never synced, cloud only.
    Never,
    /// Synced from an on-premises directory.
    Synced,
    /// False: synced once, not now.
    Formerly,
    /// Absent.
    NotTold,
}

impl From<Nullable<bool>> for DirectorySync {
    fn from(told: Nullable<bool>) -> Self {
        match told {
            Nullable::Absent => Self::NotTold,
            Nullable::Null => Self::Never,
            Nullable::Is(true) => Self::Synced,
            Nullable::Is(false) => Self::Formerly,
        }
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Object id.
    pub id: Guid,
    /// `userPrincipalName`; `None` if not told.
    pub upn: Option<String>,
    /// `displayName`; `None` if not told.
    pub display_name: Option<String>,
    /// `accountEnabled`.
    pub enabled: Told,
    /// `userType`.
    pub user_type: UserType,
    /// `onPremisesSyncEnabled`.
    pub sync: DirectorySync,
    /// `onPremisesImmutableId`; `None` if absent or null.
    pub immutable_id: Option<String>,
    /// `passwordPolicies`, split; empty for null, `None` if absent.
    pub password_policies: Option<Vec<String>>,
    /// `lastPasswordChangeDateTime`; `None` if not told.
    pub password_changed: Option<UtcTime>,
    /// `createdDateTime`; `None` if not told.
    pub created: Option<UtcTime>,
    /// `creationType`; `None` if absent or null, which is an ordinary work account.
    pub creation_type: Option<String>,
    /// `isManagementRestricted`: in a restricted management administrative unit.
    pub management_restricted: Told,
    /// `signInSessionsValidFromDateTime`; `None` if not told.
    pub sessions_valid_from: Option<UtcTime>,
}

/// Reads an account by object id.
#[must_use]
pub fn ask_user(id: &Guid) -> Ask<User> {
    ask(&id.to_string())
}

/// Reads an account by user principal name.
#[must_use]
pub fn ask_user_by_upn(upn: &str) -> Ask<User> {
    ask(&encode_segment(upn))
}

fn ask(segment: &str) -> Ask<User> {
    Ask::one(
        format!("/users/{segment}?$select={USER_SELECT}"),
        "User.Read.All",
        "a user",
        User::read,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: Guid,
    user_principal_name: Option<String>,
    display_name: Option<String>,
    account_enabled: Option<bool>,
    user_type: Option<String>,
    #[serde(default)]
    on_premises_sync_enabled: Nullable<bool>,
    on_premises_immutable_id: Option<String>,
    #[serde(default)]
    password_policies: Nullable<String>,
    #[serde(default, deserialize_with = "moment")]
    last_password_change_date_time: Option<UtcTime>,
    #[serde(default, deserialize_with = "moment")]
    created_date_time: Option<UtcTime>,
    creation_type: Option<String>,
    is_management_restricted: Option<bool>,
    #[serde(default, deserialize_with = "moment")]
    sign_in_sessions_valid_from_date_time: Option<UtcTime>,
}

impl User {
    /// Reads a `user` object; `None` if it has no id or a member has another type.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        let wire: Wire = serde_json::from_value(value).ok()?;
        Some(Self {
            id: wire.id,
            upn: wire.user_principal_name,
            display_name: wire.display_name,
            enabled: wire.account_enabled.into(),
            user_type: match wire.user_type {
                None => UserType::NotTold,
                Some(word) if word.eq_ignore_ascii_case("Member") => UserType::Member,
                Some(word) if word.eq_ignore_ascii_case("Guest") => UserType::Guest,
                Some(word) => UserType::Other(word),
            },
            sync: wire.on_premises_sync_enabled.into(),
            immutable_id: wire.on_premises_immutable_id,
            password_policies: match wire.password_policies {
                Nullable::Absent => None,
                Nullable::Null => Some(Vec::new()),
                Nullable::Is(list) => Some(words(&list)),
            },
            password_changed: wire.last_password_change_date_time,
            created: wire.created_date_time,
            creation_type: wire.creation_type,
            management_restricted: wire.is_management_restricted.into(),
            sessions_valid_from: wire.sign_in_sessions_valid_from_date_time,
        })
    }
}

fn words(list: &str) -> Vec<String> {
    list.split(',')
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_example_account_is_cloud_only_and_enabled() {
        let text = include_str!("../../tests/graph/user.json");
        let user = User::read(serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!(
            user,
            User {
                id: Guid::parse("99a1915f-70a7-4b67-9dca-64095b41be73").unwrap(),
                upn: Some("bg1@contoso.onmicrosoft.com".into()),
                display_name: Some("Emergency Access 1".into()),
                enabled: Told::Yes,
                user_type: UserType::Member,
                sync: DirectorySync::Never,
                immutable_id: None,
                password_policies: Some(vec!["DisablePasswordExpiration".into()]),
                password_changed: UtcTime::parse("2026-02-11T09:14:22Z"),
                created: UtcTime::parse("2025-01-07T13:20:55Z"),
                creation_type: None,
                management_restricted: Told::Yes,
                sessions_valid_from: UtcTime::parse("2026-02-11T09:14:22Z"),
            }
        );
    }

    #[test]
    fn what_was_not_told_is_not_taken_for_null() {
        let user = User::read(json!({"id": "99a1915f-70a7-4b67-9dca-64095b41be73"})).unwrap();
        assert_eq!(user.sync, DirectorySync::NotTold);
        assert_eq!(user.password_policies, None);
        assert_eq!(user.enabled, Told::NotTold);
        assert_eq!(user.user_type, UserType::NotTold);
    }

    #[test]
    fn a_guest_upn_is_encoded() {
        let mut wave = super::super::Wave::new();
        wave.ask(ask_user_by_upn("a_b.com#EXT#@contoso.onmicrosoft.com"));
        assert!(
            wave.requests[0]
                .get
                .target
                .starts_with("/users/a_b.com%23EXT%23%40contoso.onmicrosoft.com?$select=id,")
        );
    }
}
