//! One `check` of a tenant with four accounts and fifty Conditional Access policies, 200 ms away, and
//! what the server counted of it.

use super::Answering;
use super::Asked;
use super::Seen;
use super::Server;
use super::Setup;
use super::Tenant;
use super::Told;
use super::depth;
use super::most_within;
use glasskey::primitives::Clock;
use glasskey::primitives::UtcTime;
use glasskey::rehearsal::RehearsalClock;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::tenant::AccessPolicy;
use glasskey::rehearsal::tenant::Account;
use glasskey::rehearsal::tenant::Grant;
use serde_json::Value;
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Output;
use std::rc::Rc;
use std::time::Duration;
use std::time::Instant;

/// Accounts and policies.
const ACCOUNTS: [&str; 4] = ["BG-1", "BG-2", "BG-3", "BG-4"];
const POLICIES: usize = 50;
/// How far away the tenant is.
const LATENCY: Duration = Duration::from_millis(200);

/// What was counted.
pub(crate) struct Measured {
    /// How the program ended.
    pub(crate) output: Output,
    /// How long it took, with its waits for the throttled buckets.
    pub(crate) took: Duration,
    /// Requests after the sign-in.
    pub(crate) requests: usize,
    /// Connections, sign-in included.
    pub(crate) connections: usize,
    /// Round trips deep, outside the throttled buckets.
    pub(crate) deep: usize,
    /// The most reports in 10 s (Graph lets 5 through).
    pub(crate) reports: usize,
    /// The most questions about Conditional Access in a second (1).
    pub(crate) conditional_access: usize,
    /// The most questions about sign-in activity in a minute (10).
    pub(crate) activity: usize,
}

/// The rehearsal's tenant, whose own time passes between two requests, so that only we count.
struct Unhurried {
    clock: Rc<RehearsalClock>,
    tenant: Tenant,
}

impl Answering for Unhurried {
    fn answer(&mut self, asked: &Asked) -> Told {
        self.clock.wait(Duration::from_secs(61));
        self.tenant.answer(asked)
    }
}

fn claims() -> Value {
    json!({
        "tid": World::id("tenant"),
        "idtyp": "app",
        "appid": World::id("client"),
        "roles": [
            "User.Read.All", "GroupMember.Read.All", "RoleManagement.Read.Directory",
            "AdministrativeUnit.Read.All", "Policy.Read.All", "UserAuthenticationMethod.Read.All",
            "AuditLog.Read.All", "Domain.Read.All", "Organization.Read.All", "Application.Read.All",
        ],
    })
}

fn tenant() -> Box<dyn Answering> {
    let mut world = World::new(Personality::Standard);
    let made = UtcTime::parse("2025-01-01T00:00:00Z").unwrap();
    for alias in ACCOUNTS.into_iter().skip(2) {
        let upn = format!("{}@contoso.onmicrosoft.com", alias.to_lowercase());
        let account = Account::new(World::id(alias), &upn, alias, made);
        world.tenant.add_account(account);
    }
    let policies = world.tenant.access_policies_mut();
    for number in policies.len()..POLICIES {
        let name = format!("Policy {number}");
        policies.push(AccessPolicy::new(World::id(&name), &name, Grant::Mfa, made));
    }
    Box::new(Unhurried {
        clock: Rc::clone(&world.clock),
        tenant: Tenant::new(&claims(), Box::new(world.tenant)),
    })
}

/// The rehearsal's plan with two more accounts.
fn plan() -> String {
    let mut text = World::plan().unwrap();
    let first_safe = text.find("[[safe]]").unwrap();
    text.insert_str(first_safe, "[policy]\nmax-emergency-accounts = 4\n\n");
    let first_person = text.find("[[person]]").unwrap();
    let mut more = String::new();
    for (number, alias) in ACCOUNTS.into_iter().enumerate().skip(2) {
        let upn = format!("{}@contoso.onmicrosoft.com", alias.to_lowercase());
        write!(
            more,
            "[[account]]\nalias = \"{alias}\"\nobject-id = \"{}\"\nupn = \"{upn}\"\n\
             roles = [\"Global Administrator\"]\nconditional-access = \"excluded\"\n\n",
            World::id(alias)
        )
        .unwrap();
        for (letter, safe) in [("A", "SAFE-A"), ("B", "SAFE-B")] {
            write!(
                more,
                "[[account.key]]\nlabel = \"{}-{letter}\"\nsafe = \"{safe}\"\n\
                 pin = {{ envelope = \"P-9{number}{letter}\", held-by = [\"w-1\"] }}\n\n",
                alias.replace('-', "")
            )
            .unwrap();
        }
    }
    text.insert_str(first_person, &more);
    text
}

/// Runs the program in `dir`, which is empty.
pub(crate) fn measure(dir: &Path) -> Measured {
    std::fs::write(dir.join("glasskey.toml"), plan()).unwrap();
    let setup = Setup {
        latency: LATENCY,
        ..Setup::default()
    };
    let server = Server::start(setup, tenant);
    let began = Instant::now();
    let output = server
        .program(&["check", "--json", "--sign-in", "client-secret", "--book"])
        .arg(dir)
        .env("AZURE_CLIENT_SECRET", "a-secret-of-this-measurement")
        .output()
        .unwrap();
    let took = began.elapsed();
    let seen = server.seen();
    let of = |wanted: fn(&Asked) -> bool| -> Vec<Seen> {
        let all = seen.iter().filter(|one| wanted(&one.asked));
        all.cloned().collect()
    };
    let open = of(|asked| asked.host.starts_with("graph") && throttled(asked).is_none());
    let bucket = |name: &str, window: Duration| {
        let within = seen
            .iter()
            .filter(|one| throttled(&one.asked) == Some(name));
        most_within(within, window)
    };
    Measured {
        output,
        took,
        requests: of(|asked| !asked.host.starts_with("login")).len(),
        connections: server.connected().len(),
        deep: depth(&open),
        reports: bucket("reports", Duration::from_secs(10)),
        conditional_access: bucket("conditional access", Duration::from_secs(1)),
        activity: bucket("activity", Duration::from_mins(1)),
    }
}

/// The published throttle that a request falls under; `None` for the wide one of the directory.
fn throttled(asked: &Asked) -> Option<&'static str> {
    let path = asked.path();
    let path = path
        .strip_prefix("/v1.0")
        .or_else(|| path.strip_prefix("/beta"))?;
    if path.starts_with("/auditLogs") || path.starts_with("/reports") {
        return Some("reports");
    }
    if path.starts_with("/users/") && path.contains("/authentication/") {
        return Some("reports");
    }
    if path.starts_with("/identity/") {
        return Some("conditional access");
    }
    asked
        .target
        .contains("signInActivity")
        .then_some("activity")
}
