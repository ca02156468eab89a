//! What the tenant holds, and how much of a change its readers see yet.

use super::access_policy::AccessPolicy;
use super::access_policy::Strength;
use super::account::Account;
use super::account::Passkey;
use super::app::App;
use super::app::AppGrant;
use super::group::Group;
use super::group::Unit;
use super::method::Method;
use super::method::Pass;
use super::method::PassPolicy;
use super::organisation::Organisation;
use super::policy::Policy;
use super::role::Assignment;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::webauthn::CredentialId;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;

/// The directory at one moment.
#[derive(Clone)]
pub(super) struct Directory {
    pub(super) accounts: BTreeMap<Guid, Account>,
    pub(super) groups: BTreeMap<Guid, Group>,
    pub(super) units: BTreeMap<Guid, Unit>,
    pub(super) apps: BTreeMap<Guid, App>,
    pub(super) grants: Vec<AppGrant>,
    pub(super) assignments: Vec<Assignment>,
    pub(super) passkeys: Vec<Passkey>,
    pub(super) methods: Vec<Method>,
    pub(super) passes: Vec<Pass>,
    pub(super) policy: Policy,
    pub(super) pass_policy: PassPolicy,
    pub(super) access: Vec<AccessPolicy>,
    pub(super) strengths: Vec<Strength>,
    pub(super) security_defaults: bool,
    pub(super) admin_sspr: bool,
    pub(super) organisation: Organisation,
    /// Objects that were deleted as a whole.
    pub(super) deleted: BTreeSet<Guid>,
}

impl Directory {
    /// An empty directory with this passkey policy.
    pub(super) fn new(policy: Policy, organisation: Organisation) -> Self {
        Self {
            accounts: BTreeMap::new(),
            groups: BTreeMap::new(),
            units: BTreeMap::new(),
            apps: BTreeMap::new(),
            grants: Vec::new(),
            assignments: Vec::new(),
            passkeys: Vec::new(),
            methods: Vec::new(),
            passes: Vec::new(),
            policy,
            pass_policy: PassPolicy::default(),
            access: Vec::new(),
            strengths: Strength::built_in(),
            security_defaults: false,
            admin_sspr: false,
            organisation,
            deleted: BTreeSet::new(),
        }
    }

    /// The account with this object id or name.
    pub(super) fn account(&self, key: &str) -> Option<&Account> {
        let id = Guid::parse(key);
        self.accounts
            .values()
            .find(|account| Some(account.id) == id || account.upn.eq_ignore_ascii_case(key))
    }

    /// The groups an object is in, directly or through others.
    pub(super) fn groups_of(&self, member: Guid) -> BTreeSet<Guid> {
        let mut found = BTreeSet::new();
        let mut next = vec![member];
        while let Some(member) = next.pop() {
            for group in self.groups.values() {
                if group.members.contains(&member) && found.insert(group.id) {
                    next.push(group.id);
                }
            }
        }
        found
    }

    /// Everything in a group, directly or through others; the group itself is not.
    pub(super) fn members_of(&self, group: Guid) -> BTreeSet<Guid> {
        let mut found = BTreeSet::new();
        let mut next = vec![group];
        while let Some(group) = next.pop() {
            for member in self.groups.get(&group).iter().flat_map(|g| &g.members) {
                if found.insert(*member) {
                    next.push(*member);
                }
            }
        }
        found
    }

    /// The units an object is in.
    pub(super) fn units_of(&self, member: Guid) -> impl Iterator<Item = &Unit> {
        self.units
            .values()
            .filter(move |unit| unit.members.contains(&member))
    }

    /// Whether only administrators of its unit may change the object.
    pub(super) fn is_restricted(&self, object: Guid) -> bool {
        let said = self
            .accounts
            .get(&object)
            .is_some_and(|account| account.management_restricted);
        said || self.units_of(object).any(|unit| unit.restricted)
    }

    /// Assignments in force that a principal has itself or through a group.
    pub(super) fn roles_of(&self, principal: Guid, now: UtcTime) -> Vec<&Assignment> {
        let groups = self.groups_of(principal);
        self.assignments
            .iter()
            .filter(|assignment| assignment.is_active(now))
            .filter(|assignment| {
                assignment.principal == principal || groups.contains(&assignment.principal)
            })
            .collect()
    }

    /// Whether the id names anything.
    pub(super) fn has(&self, id: Guid) -> bool {
        self.accounts.contains_key(&id)
            || self.groups.contains_key(&id)
            || self.units.contains_key(&id)
            || self.apps.contains_key(&id)
    }

    /// Whether some account has this credential.
    pub(super) fn holds(&self, credential: &CredentialId) -> bool {
        self.passkeys
            .iter()
            .any(|passkey| passkey.credential == *credential)
    }

    /// The passkeys of an account.
    pub(super) fn passkeys_of(&self, account: Guid) -> impl Iterator<Item = &Passkey> {
        self.passkeys
            .iter()
            .filter(move |passkey| passkey.account == account)
    }

    /// Deletes an object as a whole, with all that hangs on it.
    pub(super) fn delete(&mut self, id: Guid) {
        self.accounts.remove(&id);
        self.groups.remove(&id);
        self.units.remove(&id);
        self.apps.remove(&id);
        for group in self.groups.values_mut() {
            group.members.remove(&id);
            group.owners.remove(&id);
        }
        for unit in self.units.values_mut() {
            unit.members.remove(&id);
        }
        self.grants.retain(|grant| grant.app != id);
        self.passkeys.retain(|passkey| passkey.account != id);
        self.methods.retain(|method| method.account != id);
        self.passes.retain(|pass| pass.account != id);
        self.deleted.insert(id);
    }
}

/// The directory, and what readers still see of it.
pub(super) struct History {
    truth: Directory,
    /// Earlier states, each with the time until which readers see it; the oldest first.
    before: Vec<(Duration, Directory)>,
}

impl History {
    pub(super) const fn new(directory: Directory) -> Self {
        Self {
            truth: directory,
            before: Vec::new(),
        }
    }

    /// What is so.
    pub(super) const fn truth(&self) -> &Directory {
        &self.truth
    }

    /// What readers see at a time.
    pub(super) fn seen(&self, now: Duration) -> &Directory {
        self.before
            .iter()
            .find(|(until, _)| now < *until)
            .map_or(&self.truth, |(_, directory)| directory)
    }

    /// The directory, to be changed now and seen changed after a delay.
    pub(super) fn change(&mut self, now: Duration, delay: Duration) -> &mut Directory {
        self.before.retain(|(until, _)| now < *until);
        if !delay.is_zero() {
            let until = now.saturating_add(delay);
            self.before.push((until, self.truth.clone()));
        }
        &mut self.truth
    }

    /// The directory, to be changed and seen changed at once, with all that was pending.
    pub(super) fn settle(&mut self) -> &mut Directory {
        self.before.clear();
        &mut self.truth
    }
}
