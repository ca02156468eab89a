//! What a test or a rehearsal changes behind the tenant's back. It is so, and seen, at once.

use super::access_policy::AccessPolicy;
use super::access_policy::Strength;
use super::account::Account;
use super::account::Passkey;
use super::app::App;
use super::app::AppGrant;
use super::app::GRAPH_APP;
use super::app::app_permission;
use super::azure::Azure;
use super::group::Group;
use super::group::Unit;
use super::log::Audit;
use super::log::SignIn;
use super::method::Method;
use super::method::MethodKind;
use super::method::Pass;
use super::method::PassPolicy;
use super::organisation::Licence;
use super::organisation::Organisation;
use super::policy::Policy;
use super::role::Assignment;
use super::role::Holding;
use super::role::Role;
use super::world::Caller;
use super::world::VirtualTenant;
use crate::primitives::Guid;
use crate::webauthn::CredentialId;
use std::time::Duration;

impl VirtualTenant {
    /// Adds an account, or replaces the one of that id.
    pub fn add_account(&mut self, account: Account) {
        self.history.settle().accounts.insert(account.id, account);
    }

    /// An account, to be changed; `None` if there is none of that id.
    pub fn account_mut(&mut self, id: Guid) -> Option<&mut Account> {
        self.history.settle().accounts.get_mut(&id)
    }

    /// Whether there is such an account.
    #[must_use]
    pub fn has_account(&self, id: Guid) -> bool {
        self.history.truth().accounts.contains_key(&id)
    }

    /// Adds a group, or replaces the one of that id.
    pub fn add_group(&mut self, group: Group) {
        self.history.settle().groups.insert(group.id, group);
    }

    /// A group, to be changed; `None` if there is none of that id.
    pub fn group_mut(&mut self, id: Guid) -> Option<&mut Group> {
        self.history.settle().groups.get_mut(&id)
    }

    /// Adds an administrative unit, or replaces the one of that id.
    pub fn add_unit(&mut self, unit: Unit) {
        self.history.settle().units.insert(unit.id, unit);
    }

    /// Removes an account, a group, a unit or an app with all that hangs on it. Role assignments
    /// stay, as they do in Entra for a while, with nobody behind them.
    pub fn remove(&mut self, id: Guid) {
        let directory = self.history.settle();
        directory.delete(id);
        directory.deleted.remove(&id);
    }

    /// Adds an app.
    pub fn add_app(&mut self, app: App) {
        self.history.settle().apps.insert(app.id, app);
    }

    /// Adds Microsoft Graph itself, as every tenant has it, with an object id of its own.
    pub fn add_microsoft_graph(&mut self, id: Guid) {
        if let Some(app_id) = Guid::parse(GRAPH_APP) {
            self.add_app(App {
                id,
                app_id,
                display_name: "Microsoft Graph".to_owned(),
            });
        }
    }

    /// Gives an app an application permission of Microsoft Graph; a value that the virtual Graph
    /// does not know gives nothing.
    pub fn grant_app(&mut self, app: Guid, value: &str) {
        let created = self.clock.utc();
        if let Some(permission) = app_permission(value) {
            self.history.settle().grants.push(AppGrant {
                app,
                permission,
                created,
            });
        }
    }

    /// Gives a role over the whole directory, or lets it be taken.
    pub fn assign(&mut self, principal: Guid, role: Role, holding: Holding) {
        let created = self.clock.utc();
        self.add_assignment(Assignment {
            holding,
            ..Assignment::permanent(principal, role, created)
        });
    }

    /// Adds an assignment of any kind and scope.
    pub fn add_assignment(&mut self, assignment: Assignment) {
        self.history.settle().assignments.push(assignment);
    }

    /// Takes a role from a principal, active or eligible.
    pub fn unassign(&mut self, principal: Guid, role: Role) {
        self.history
            .settle()
            .assignments
            .retain(|one| one.principal != principal || one.role != role.id());
    }

    /// Every assignment there is.
    #[must_use]
    pub fn assignments(&self) -> &[Assignment] {
        &self.history.truth().assignments
    }

    /// Adds a passkey.
    pub fn add_passkey(&mut self, passkey: Passkey) {
        self.history.settle().passkeys.push(passkey);
    }

    /// Removes a passkey.
    pub fn remove_passkey(&mut self, credential: &CredentialId) {
        self.history
            .settle()
            .passkeys
            .retain(|passkey| passkey.credential != *credential);
    }

    /// Every passkey there is.
    #[must_use]
    pub fn passkeys(&self) -> &[Passkey] {
        &self.history.truth().passkeys
    }

    /// Adds a method of another kind.
    pub fn add_method(&mut self, account: Guid, kind: MethodKind) {
        let (id, created) = (self.fresh_guid(), self.clock.utc());
        self.history.settle().methods.push(Method {
            account,
            id,
            kind,
            created,
        });
    }

    /// Removes the methods of a kind.
    pub fn remove_methods(&mut self, account: Guid, kind: MethodKind) {
        self.history
            .settle()
            .methods
            .retain(|method| method.account != account || method.kind != kind);
    }

    /// Adds a Temporary Access Pass that counts from now for an hour.
    pub fn add_pass(&mut self, account: Guid) {
        let (id, now) = (self.fresh_guid(), self.clock.utc());
        let passes = &mut self.history.settle().passes;
        passes.retain(|pass| pass.account != account);
        passes.push(Pass {
            account,
            id,
            created: now,
            start: now,
            minutes: 60,
            once: false,
            used: false,
        });
    }

    /// Removes an account's Temporary Access Pass.
    pub fn remove_pass(&mut self, account: Guid) {
        self.history
            .settle()
            .passes
            .retain(|pass| pass.account != account);
    }

    /// Every pass there is.
    #[must_use]
    pub fn passes(&self) -> &[Pass] {
        &self.history.truth().passes
    }

    /// The passkey policy, to be changed.
    pub fn policy_mut(&mut self) -> &mut Policy {
        &mut self.history.settle().policy
    }

    /// The policy of Temporary Access Passes, to be changed.
    pub fn pass_policy_mut(&mut self) -> &mut PassPolicy {
        &mut self.history.settle().pass_policy
    }

    /// The Conditional Access policies, to be changed.
    pub fn access_policies_mut(&mut self) -> &mut Vec<AccessPolicy> {
        &mut self.history.settle().access
    }

    /// The authentication strengths, to be changed.
    pub fn strengths_mut(&mut self) -> &mut Vec<Strength> {
        &mut self.history.settle().strengths
    }

    /// Turns security defaults on or off.
    pub fn set_security_defaults(&mut self, on: bool) {
        self.history.settle().security_defaults = on;
    }

    /// Whether administrators may reset their own passwords.
    pub fn set_admin_sspr(&mut self, allowed: bool) {
        self.history.settle().admin_sspr = allowed;
    }

    /// The tenant's domains and licences, to be changed.
    pub fn organisation_mut(&mut self) -> &mut Organisation {
        &mut self.history.settle().organisation
    }

    /// What the tenant has paid for.
    pub fn set_licence(&mut self, licence: Licence) {
        self.organisation_mut().licence = licence;
    }

    /// Log export and alert rules, to be changed.
    pub const fn azure_mut(&mut self) -> &mut Azure {
        &mut self.azure
    }

    /// Keeps a sign-in of the past: it is in the logs already.
    pub fn add_sign_in(&mut self, sign_in: SignIn) {
        self.logs.signed_in_before(sign_in);
    }

    /// Keeps a change of the past: it is in the logs already.
    pub fn add_audit(&mut self, audit: Audit) {
        self.logs.changed(audit, Duration::ZERO);
    }

    /// Who asks: `/me` is theirs, and what they do is logged as theirs.
    pub const fn set_caller(&mut self, caller: Caller) {
        self.caller = caller;
    }

    /// Whether the caller may change the methods of administrators (Privileged Authentication
    /// Administrator), true at first.
    pub const fn set_privileged(&mut self, privileged: bool) {
        self.privileged = privileged;
    }

    /// Whether the caller administers the restricted units, false at first.
    pub const fn set_administers_units(&mut self, administers: bool) {
        self.of_the_unit = administers;
    }

    /// Whether role settings allow an active assignment without an end, true at first.
    pub const fn set_permanent_roles(&mut self, allowed: bool) {
        self.permanent_roles = allowed;
    }

    /// The permissions that the caller's token has, and no others.
    pub fn set_permissions(&mut self, granted: &[&str]) {
        self.permissions.set(granted);
    }

    /// Takes one permission from the caller's token.
    pub fn withdraw_permission(&mut self, permission: &str) {
        self.permissions.withdraw(permission);
    }
}
