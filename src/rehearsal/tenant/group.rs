//! Groups and administrative units.

use crate::primitives::Guid;
use std::collections::BTreeSet;

/// A group of the virtual tenant: assigned members, made in the cloud, unless changed.
#[derive(Clone, Debug)]
pub struct Group {
    /// Object id.
    pub id: Guid,
    /// Name for people.
    pub display_name: String,
    /// `isAssignableToRole`.
    pub role_assignable: bool,
    /// Direct members: accounts, groups and apps.
    pub members: BTreeSet<Guid>,
    /// Owners: accounts and apps; `v1.0` does not list the apps.
    pub owners: BTreeSet<Guid>,
    /// The rule of a dynamic group; `None` for one with assigned members.
    pub rule: Option<String>,
    /// `onPremisesSyncEnabled`.
    pub synced: Option<bool>,
    /// Whether its membership is hidden from those who ask for a member's groups.
    pub hidden: bool,
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
            owners: BTreeSet::new(),
            rule: None,
            synced: None,
            hidden: false,
        }
    }
}

/// An administrative unit.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Object id.
    pub id: Guid,
    /// Name for people.
    pub display_name: String,
    /// `isMemberManagementRestricted`: only administrators of the unit may change its members.
    pub restricted: bool,
    /// Accounts and groups in it.
    pub members: BTreeSet<Guid>,
}

impl Unit {
    /// A restricted management unit with these members.
    #[must_use]
    pub fn restricted(id: Guid, display_name: &str, members: &[Guid]) -> Self {
        Self {
            id,
            display_name: display_name.to_owned(),
            restricted: true,
            members: members.iter().copied().collect(),
        }
    }
}
