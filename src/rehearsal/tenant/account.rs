//! Accounts, groups, and the passkeys accounts have.

use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use crate::webauthn::CredentialId;
use std::collections::BTreeSet;
use std::time::Duration;

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
    /// `createdDateTime`; also the time of the last password change.
    pub created: UtcTime,
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
        }
    }
}

/// A group of the virtual tenant.
#[derive(Clone, Debug)]
pub struct Group {
    /// Object id.
    pub id: Guid,
    /// Name for people.
    pub display_name: String,
    /// `isAssignableToRole`.
    pub role_assignable: bool,
    /// Direct members: accounts and groups.
    pub members: BTreeSet<Guid>,
}

impl Group {
    /// A role-assignable group with these direct members.
    #[must_use]
    pub fn new(id: Guid, display_name: &str, members: &[Guid]) -> Self {
        Self {
            id,
            display_name: display_name.to_owned(),
            role_assignable: true,
            members: members.iter().copied().collect(),
        }
    }
}

/// A passkey that the tenant holds.
#[derive(Clone, Debug)]
pub(super) struct Registered {
    pub(super) account: Guid,
    pub(super) credential: CredentialId,
    pub(super) display_name: String,
    pub(super) created: UtcTime,
    pub(super) aaguid: Aaguid,
    /// SHA-1 of the attestation certificate, if it was attested.
    pub(super) thumbprint: Option<String>,
    /// When reads begin to show it, on the clock's elapsed time.
    pub(super) shown_from: Duration,
    /// When reads stop to show it, once it is deleted.
    pub(super) shown_until: Option<Duration>,
}

impl Registered {
    pub(super) fn is_shown(&self, now: Duration) -> bool {
        self.shown_from <= now && self.shown_until.is_none_or(|until| now < until)
    }
}
