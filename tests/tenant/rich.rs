//! A tenant with something of everything that Graph can show.

use glasskey::primitives::Clock;
use glasskey::primitives::Guid;
use glasskey::primitives::UtcTime;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::tenant::AccessPolicy;
use glasskey::rehearsal::tenant::Account;
use glasskey::rehearsal::tenant::Assignment;
use glasskey::rehearsal::tenant::Grant;
use glasskey::rehearsal::tenant::Group;
use glasskey::rehearsal::tenant::Holding;
use glasskey::rehearsal::tenant::MethodKind;
use glasskey::rehearsal::tenant::Passkey;
use glasskey::rehearsal::tenant::Role;
use glasskey::rehearsal::tenant::SentinelRule;
use glasskey::rehearsal::tenant::SignIn;
use glasskey::rehearsal::tenant::SignInMethod;
use glasskey::rehearsal::tenant::Strength;
use glasskey::rehearsal::tenant::Unit;
use glasskey::rehearsal::tenant::VirtualTenant;
use glasskey::webauthn::Aaguid;
use glasskey::webauthn::CredentialId;
use std::time::Duration;

pub(crate) const CREDENTIAL: [u8; 16] = [0xfb; 16];
pub(crate) const WORKSPACE_RULES: &str =
    "/providers/Microsoft.SecurityInsights/alertRules?api-version=2024-09-01";

/// An id that the rich tenant has beside those of every rehearsal.
pub(crate) fn other(byte: u8) -> Guid {
    let mut id = [byte; 16];
    id[6] = 0x4a;
    id[8] = 0x8b;
    Guid(id)
}

/// Resource id of the workspace that logs go to.
pub(crate) fn workspace(world: &mut World) -> String {
    let exports = &world.tenant.azure_mut().exports;
    exports[0].workspace.clone().unwrap()
}

/// The rehearsal's world, with something of everything that Graph can show.
pub(crate) fn rich_world() -> World {
    let mut world = World::new(Personality::Standard);
    let account = World::id("BG-1");
    let now = world.clock.utc();
    let workspace = workspace(&mut world);
    let tenant = &mut world.tenant;
    methods(tenant, account, now);
    directory(tenant, account, now);
    policies(tenant, account, now);
    log(tenant, account, now);
    tenant.azure_mut().sentinel.push((
        workspace,
        SentinelRule {
            id: other(10),
            name: "Emergency access".to_owned(),
            kind: "NRT".to_owned(),
            enabled: true,
            severity: "High".to_owned(),
            query: "SigninLogs".to_owned(),
        },
    ));
    tenant.set_delay(Duration::ZERO);
    tenant.set_log_lag(Duration::ZERO);
    world
}

fn methods(tenant: &mut VirtualTenant, account: Guid, now: UtcTime) {
    for kind in [
        MethodKind::Phone,
        MethodKind::Email,
        MethodKind::Authenticator,
        MethodKind::SoftwareOath,
        MethodKind::WindowsHello,
        MethodKind::PlatformCredential,
        MethodKind::External,
        MethodKind::HardwareOath,
        MethodKind::Unheard,
    ] {
        tenant.add_method(account, kind);
    }
    tenant.add_pass(account);
    for (number, synced) in [(0, false), (1, true)] {
        let mut credential = CREDENTIAL;
        credential[0] += number;
        tenant.add_passkey(Passkey {
            account,
            credential: CredentialId::new(credential.to_vec()).unwrap(),
            display_name: format!("key {number}"),
            created: now,
            aaguid: Aaguid(other(7)),
            thumbprint: (!synced).then(|| "dbe793efdf1945e2df25d93653a1e8a3268a9075".to_owned()),
            synced,
            last_used: synced.then_some(now),
        });
    }
}

fn directory(tenant: &mut VirtualTenant, account: Guid, now: UtcTime) {
    tenant.add_unit(Unit::restricted(
        other(1),
        "Restricted",
        &[World::id("BG-2")],
    ));
    let mut dynamic = Group::new(other(2), "Dynamic", &[World::id("passkey")]);
    dynamic.rule = Some("user.accountEnabled -eq true".to_owned());
    dynamic.owners.insert(World::id("admin"));
    dynamic.owners.insert(World::id("reporting"));
    dynamic.role_assignable = false;
    tenant.add_group(dynamic);
    let mut hidden = Group::new(other(3), "Hidden", &[account]);
    hidden.hidden = true;
    tenant.add_group(hidden);
    tenant.assign(account, Role::GlobalAdministrator, Holding::Permanent);
    tenant.assign(World::id("passkey"), Role::GlobalReader, Holding::Permanent);
    tenant.assign(
        World::id("reporting"),
        Role::PrivilegedAuthenticationAdministrator,
        Holding::Until(now.plus_days(30)),
    );
    tenant.assign(other(9), Role::GlobalAdministrator, Holding::Permanent);
    tenant.add_assignment(Assignment {
        scope: format!("/administrativeUnits/{}", other(1)),
        ..Assignment::permanent(World::id("admin"), Role::UserAdministrator, now)
    });
    let mut guest = Account::new(
        other(11),
        "guest@contoso-rehearsal.onmicrosoft.com",
        "Guest",
        now,
    );
    guest.user_type = String::from("Guest");
    guest.synced = Some(true);
    guest.active_before = Some(UtcTime::from_unix(1_700_000_000));
    tenant.add_account(guest);
}

fn policies(tenant: &mut VirtualTenant, account: Guid, now: UtcTime) {
    let strength = Strength::of_models(other(4), "Our keys", &[Aaguid(other(7))]);
    tenant.strengths_mut().push(strength);
    let more = [
        AccessPolicy::new(other(5), "Our keys", Grant::Strength(other(4)), now)
            .except_user(account),
        AccessPolicy::new(other(6), "Devices", Grant::CompliantDevice, now).report_only(),
        AccessPolicy::new(other(8), "Old", Grant::Block, now).disabled(),
    ];
    tenant.access_policies_mut().extend(more);
}

fn log(tenant: &mut VirtualTenant, account: Guid, now: UtcTime) {
    for (day, method, error, interactive) in [
        (1, SignInMethod::Password, 50_126, true),
        (2, SignInMethod::PreviouslySatisfied, 0, false),
        (
            3,
            SignInMethod::Passkey {
                name: "key 0".to_owned(),
                aaguid: other(7).to_string(),
            },
            0,
            true,
        ),
    ] {
        tenant.add_sign_in(SignIn {
            error,
            interactive,
            ..SignIn::new(account, now.plus_days(-day), method)
        });
    }
}
