//! Accounts and their passkeys.

use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use crate::webauthn::CredentialId;

/// An account of the virtual tenant: cloud only, enabled, a member, unless changed.
#[derive(Clone, Debug)]
pub struct Account {
    /// Object id.
    pub id: Guid,
    /// User principal name.
    pub upn: String,
    /// Name for people.
    pub display_name: String,
    /// `accountEnabled`.
    pub enabled: bool,
    /// `userType`: `Member` or `Guest`.
    pub user_type: String,
    /// `onPremisesSyncEnabled`.
    pub synced: Option<bool>,
    /// `isManagementRestricted`.
    pub management_restricted: bool,
    /// `createdDateTime`.
    pub created: UtcTime,
    /// `passwordPolicies`.
    pub password_policies: Option<String>,
    /// `lastPasswordChangeDateTime`.
    pub password_changed: UtcTime,
    /// Whether the next sign-in with the password must change it.
    pub must_change_password: bool,
    /// `signInSessionsValidFromDateTime`.
    pub sessions_valid_from: UtcTime,
    /// `onPremisesImmutableId`.
    pub immutable_id: Option<String>,
    /// `mailNickname`.
    pub mail_nickname: Option<String>,
    /// `signInActivity` from before the logs begin; `None` if the account never signed in.
    pub active_before: Option<UtcTime>,
}

impl Account {
    /// An emergency access account as it should be.
    #[must_use]
    pub fn new(id: Guid, upn: &str, display_name: &str, created: UtcTime) -> Self {
        Self {
            id,
            upn: upn.to_owned(),
            display_name: display_name.to_owned(),
            enabled: true,
            user_type: "Member".to_owned(),
            synced: None,
            management_restricted: false,
            created,
            password_policies: Some("DisablePasswordExpiration".to_owned()),
            password_changed: created,
            must_change_password: false,
            sessions_valid_from: created,
            immutable_id: None,
            mail_nickname: upn.split('@').next().map(str::to_owned),
            active_before: None,
        }
    }
}

/// A passkey that the tenant holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Whose it is.
    pub account: Guid,
    /// The credential.
    pub credential: CredentialId,
    /// Its name in the tenant.
    pub display_name: String,
    /// When it was registered.
    pub created: UtcTime,
    /// The model.
    pub aaguid: Aaguid,
    /// SHA-1 of the attestation certificate, 40 hex digits; `None` if it was not attested.
    pub thumbprint: Option<String>,
    /// Whether it is a synced one.
    pub synced: bool,
    /// The last sign-in with it.
    pub last_used: Option<UtcTime>,
}
