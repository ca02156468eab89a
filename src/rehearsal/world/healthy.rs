//! A tenant as it should be on the day its emergency access accounts get their keys.

use super::ACCOUNTS;
use super::SEED;
use super::START;
use super::id;
use crate::primitives::Clock;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::rehearsal::RehearsalClock;
use crate::rehearsal::SeededEntropy;
use crate::rehearsal::key::REHEARSAL_AAGUID;
use crate::rehearsal::key::attestation_root_der;
use crate::rehearsal::tenant::AccessPolicy;
use crate::rehearsal::tenant::Account;
use crate::rehearsal::tenant::AlertRule;
use crate::rehearsal::tenant::App;
use crate::rehearsal::tenant::Azure;
use crate::rehearsal::tenant::Caller;
use crate::rehearsal::tenant::Grant;
use crate::rehearsal::tenant::Group;
use crate::rehearsal::tenant::Holding;
use crate::rehearsal::tenant::LogExport;
use crate::rehearsal::tenant::Organisation;
use crate::rehearsal::tenant::Policy;
use crate::rehearsal::tenant::Role;
use crate::rehearsal::tenant::Scope;
use crate::rehearsal::tenant::Strength;
use crate::rehearsal::tenant::VirtualTenant;
use crate::webauthn::Aaguid;
use serde_json::json;
use std::rc::Rc;

/// Its only domain.
const DOMAIN: &str = "contoso-rehearsal.onmicrosoft.com";
/// Who works there, beside the administrator.
const STAFF: [(&str, &str); 3] = [
    ("alex", "Alex Wilber"),
    ("megan", "Megan Bowen"),
    ("patti", "Patti Fernandez"),
];

/// The passkey policy: attested keys of these models, for the emergency access accounts.
pub(super) fn policy(models: &[Aaguid]) -> Policy {
    Policy::attested_keys_for(id("passkey"), models)
}

/// The tenant. The accounts have no role yet: it comes last, when their keys have signed in.
pub(super) fn tenant(clock: &Rc<RehearsalClock>) -> VirtualTenant {
    let entropy = Box::new(SeededEntropy::new(SEED, "tenant"));
    let shared: Rc<dyn Clock> = Rc::<RehearsalClock>::clone(clock);
    let mut tenant = VirtualTenant::new(shared, entropy, policy(&[REHEARSAL_AAGUID]));
    tenant.trust_attestation_root(attestation_root_der());
    let founded = UtcTime::from_unix(START).plus_days(-900);
    *tenant.organisation_mut() =
        Organisation::new(id("tenant"), "Contoso (rehearsal)", DOMAIN, founded);
    people(&mut tenant, founded);
    groups(&mut tenant);
    *tenant.access_policies_mut() = access(founded);
    tenant.add_microsoft_graph(id("microsoft graph"));
    tenant.add_app(App {
        id: id("reporting"),
        app_id: id("reporting app"),
        display_name: "Reporting".to_owned(),
    });
    tenant.grant_app(id("reporting"), "User.Read.All");
    *tenant.azure_mut() = azure();
    tenant
}

fn accounts() -> Vec<Guid> {
    ACCOUNTS.iter().map(|(alias, _)| id(alias)).collect()
}

fn people(tenant: &mut VirtualTenant, founded: UtcTime) {
    let created = UtcTime::from_unix(START).plus_days(-30);
    for (alias, upn) in ACCOUNTS {
        tenant.add_account(Account::new(id(alias), upn, alias, created));
    }
    let staff = STAFF.iter().chain(&[("admin", "Rehearsal Administrator")]);
    for (name, display_name) in staff {
        let upn = format!("{name}@{DOMAIN}");
        let mut account = Account::new(id(name), &upn, display_name, founded);
        account.password_policies = None;
        tenant.add_account(account);
    }
    // The administrator may take Global Administrator, and has for today what enrolment needs.
    let tonight = UtcTime::from_unix(START).plus_seconds(8 * 3_600);
    tenant.assign(id("admin"), Role::GlobalAdministrator, Holding::Eligible);
    for role in [
        Role::PrivilegedAuthenticationAdministrator,
        Role::PrivilegedRoleAdministrator,
    ] {
        tenant.assign(id("admin"), role, Holding::Eligible);
        tenant.assign(id("admin"), role, Holding::Activated(tonight));
    }
    tenant.set_caller(Caller::User(id("admin")));
}

fn groups(tenant: &mut VirtualTenant) {
    let members = accounts();
    for (what, name, members) in [
        ("passkey", "Emergency access passkeys", members.as_slice()),
        ("ca-exclusion", "Emergency access exclusion", &members),
        ("tap", "Emergency access passes", &[]),
    ] {
        tenant.add_group(Group::new(id(what), name, members));
    }
    let passes = tenant.pass_policy_mut();
    passes.include = vec![Scope::Group(id("tap"))];
    passes.once = true;
    passes.shortest = 10;
    let staff: Vec<Guid> = STAFF.iter().map(|(name, _)| id(name)).collect();
    let mut everybody = Group::new(id("staff"), "Staff", &staff);
    everybody.role_assignable = false;
    everybody.owners.insert(id("admin"));
    tenant.add_group(everybody);
}

/// Four policies, each without the emergency access accounts.
fn access(created: UtcTime) -> Vec<AccessPolicy> {
    let exclusion = id("ca-exclusion");
    let policy = |what: &str, name: &str, grant: Grant| {
        AccessPolicy::new(id(what), name, grant, created).except_group(exclusion)
    };
    let administrators = [
        Role::GlobalAdministrator,
        Role::PrivilegedRoleAdministrator,
        Role::PrivilegedAuthenticationAdministrator,
    ];
    let phishing_resistant = Grant::Strength(Strength::PHISHING_RESISTANT);
    vec![
        policy("CA001", "CA001 Multifactor for everybody", Grant::Mfa),
        policy("CA002", "CA002 Block legacy authentication", Grant::Block).with(
            "/conditions/clientAppTypes",
            json!(["exchangeActiveSync", "other"]),
        ),
        policy(
            "CA003",
            "CA003 Phishing-resistant for administrators",
            phishing_resistant,
        )
        .for_roles(&administrators),
        policy("CA004", "CA004 Multifactor to register methods", Grant::Mfa).for_registration(),
    ]
}

/// Logs go to a workspace, and a sign-in of an emergency access account raises an alarm there.
fn azure() -> Azure {
    let subscription = id("subscription");
    let group = format!("/subscriptions/{subscription}/resourceGroups/monitoring/providers");
    let workspace = format!("{group}/Microsoft.OperationalInsights/workspaces/security");
    let told = format!("{group}/Microsoft.Insights/actionGroups/security-desk");
    Azure {
        readable: true,
        subscription: Some(subscription),
        exports: vec![LogExport::to_workspace(&workspace)],
        rules: vec![AlertRule::on_sign_in(&workspace, &told, &accounts())],
        sentinel: Vec::new(),
    }
}
