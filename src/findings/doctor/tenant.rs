//! The way to the tenant, and what a sign-in there may.

use super::DoctorFinding;
use super::DoctorItem;
use crate::entra::Claims;
use crate::entra::GLOBAL_ADMINISTRATOR;
use crate::entra::Licence;
use crate::entra::Need;
use crate::entra::NotAllowed;
use crate::entra::PRIVILEGED_AUTHENTICATION_ADMINISTRATOR;
use crate::entra::PRIVILEGED_ROLE_ADMINISTRATOR;
use crate::entra::TokenKind;
use crate::entra::explain;
use crate::entra::is_azure_cli_user;
use crate::entra::login_host as host_of;
use crate::entra::missing_permissions;
use crate::entra::refuse_app_only;
use crate::entra::refuse_emergency_account;
use crate::entra::refuse_other_tenant;
use crate::facts::Observed;
use crate::facts::reach::HostFault;
use crate::facts::reach::HostTried;
use crate::facts::reach::Reach;
use crate::facts::reach::SignInTried;
use crate::facts::reach::SignedIn;
use crate::findings::Verdict;
use crate::plan::Plan;
use crate::plan::SignInMethod;
use crate::primitives::Guid;

/// The items of this part, in their order.
pub(super) const ITEMS: [DoctorItem; 8] = [
    DoctorItem::Proxy,
    DoctorItem::LoginHost,
    DoctorItem::GraphHost,
    DoctorItem::ClockSkew,
    DoctorItem::SignIn,
    DoctorItem::Permissions,
    DoctorItem::DirectoryRole,
    DoctorItem::Licence,
];

const WAY_OUT: &str = "connect to a network; behind a proxy set HTTPS_PROXY, and let it through to \
     the hosts of docs/sign-in.md";
const AUTHORITY: &str = "have this network's administrator name its authority, and point \
     SSL_CERT_FILE at a file of all authorities with it; never switch TLS off";

/// Roles that read what the checks need: Global Administrator, Global Reader, Security Reader,
/// Security Administrator, Privileged Role Administrator.
const READERS: [Guid; 5] = [
    GLOBAL_ADMINISTRATOR,
    // f2ef992c-3afb-46b9-b7cf-a126ee74c451
    Guid([
        0xf2, 0xef, 0x99, 0x2c, 0x3a, 0xfb, 0x46, 0xb9, 0xb7, 0xcf, 0xa1, 0x26, 0xee, 0x74, 0xc4,
        0x51,
    ]),
    // 5d6b6bb7-de71-4623-b4af-96380a352509
    Guid([
        0x5d, 0x6b, 0x6b, 0xb7, 0xde, 0x71, 0x46, 0x23, 0xb4, 0xaf, 0x96, 0x38, 0x0a, 0x35, 0x25,
        0x09,
    ]),
    // 194ae4cb-b126-40b2-bd5b-6091b380977d
    Guid([
        0x19, 0x4a, 0xe4, 0xcb, 0xb1, 0x26, 0x40, 0xb2, 0xbd, 0x5b, 0x60, 0x91, 0xb3, 0x80, 0x97,
        0x7d,
    ]),
    PRIVILEGED_ROLE_ADMINISTRATOR,
];

fn make(item: DoctorItem, verdict: Verdict, detail: impl Into<String>) -> DoctorFinding {
    DoctorFinding::new(item, verdict, detail).of("tenant")
}

/// `PROXY`: it informs.
pub(super) fn proxy(reach: &Reach) -> DoctorFinding {
    let Some(proxy) = &reach.proxy else {
        let detail = "no proxy is set: this machine goes straight out";
        return make(DoctorItem::Proxy, Verdict::Pass, detail);
    };
    let except = proxy
        .not_for
        .as_ref()
        .map_or_else(String::new, |hosts| format!(", but not for {hosts}"));
    let detail = format!("{} ({}){except}", proxy.address, proxy.variable);
    make(DoctorItem::Proxy, Verdict::Pass, detail)
}

/// `LOGIN-HOST`
pub(super) fn login_host(plan: &Plan, reach: &Reach) -> DoctorFinding {
    let HostTried { host, came } = &reach.login;
    let tenant = plan.tenant.id;
    match came {
        Ok(answer) if answer.status == 200 => make(
            DoctorItem::LoginHost,
            Verdict::Pass,
            format!("{host} answers, and knows the tenant {tenant}"),
        ),
        Ok(answer) if answer.status == 400 || answer.status == 404 => make(
            DoctorItem::LoginHost,
            Verdict::Fail,
            format!("{host} does not know the tenant {tenant}"),
        )
        .fix("correct tenant.id and tenant.cloud in glasskey.toml"),
        Ok(answer) => odd(DoctorItem::LoginHost, host, answer.status),
        Err(fault) => unreached(DoctorItem::LoginHost, fault),
    }
}

/// `GRAPH-HOST`
pub(super) fn graph_host(reach: &Reach) -> DoctorFinding {
    let HostTried { host, came } = &reach.graph;
    match came {
        Ok(answer) if answer.status == 407 || answer.status >= 500 => {
            odd(DoctorItem::GraphHost, host, answer.status)
        }
        // Without a sign-in it may say anything that is its own.
        Ok(_) => make(
            DoctorItem::GraphHost,
            Verdict::Pass,
            format!("{host} answers"),
        ),
        Err(fault) => unreached(DoctorItem::GraphHost, fault),
    }
}

fn odd(item: DoctorItem, host: &str, status: u16) -> DoctorFinding {
    make(
        item,
        Verdict::Warn,
        format!("{host} answers with status {status}"),
    )
    .fix("try again in a while; if it stays, look for a proxy that answers in the host's place")
}

fn unreached(item: DoctorItem, fault: &HostFault) -> DoctorFinding {
    match fault {
        HostFault::NoWay(words) => make(item, Verdict::Warn, words.clone()).fix(WAY_OUT),
        HostFault::Refused(words) => make(item, Verdict::Fail, words.clone()).fix(AUTHORITY),
    }
}

/// `CLOCK-SKEW`
pub(super) fn clock_skew(plan: &Plan, reach: &Reach) -> DoctorFinding {
    let answers = [&reach.graph, &reach.login];
    let found = answers.into_iter().find_map(|tried| {
        let answer = tried.came.as_ref().ok()?;
        Some((answer.date?, answer.here, tried.host.as_str()))
    });
    let Some((theirs, ours, host)) = found else {
        let detail = "no host answered that could tell the time";
        return make(DoctorItem::ClockSkew, Verdict::NotRun, detail);
    };
    let skew = ours.unix().saturating_sub(theirs.unix());
    let most = i64::from(plan.policy.time_skew_seconds);
    let which = if skew < 0 { "behind" } else { "ahead of" };
    let detail = format!("this clock is {} s {which} {host}'s", skew.unsigned_abs());
    if skew.abs() > most {
        make(DoctorItem::ClockSkew, Verdict::Fail, detail)
            .fix("set the clock (sudo timedatectl set-ntp true); sign-ins and records depend on it")
    } else {
        make(DoctorItem::ClockSkew, Verdict::Pass, detail)
    }
}

fn signed_in(reach: &Reach) -> Option<&SignedIn> {
    match &reach.sign_in {
        SignInTried::Done(signed) => Some(signed),
        SignInTried::Not | SignInTried::Failed { .. } => None,
    }
}

fn not_signed_in(item: DoctorItem, reach: &Reach) -> DoctorFinding {
    let detail = match reach.sign_in {
        SignInTried::Failed { .. } => "nobody is signed in",
        SignInTried::Not | SignInTried::Done(_) => {
            "nobody was signed in: --rehearse-sign-in does it"
        }
    };
    make(item, Verdict::NotRun, detail)
}

/// `SIGN-IN`, and one more for Azure where the plan asks for it.
pub(super) fn sign_in(plan: &Plan, reach: &Reach) -> Vec<DoctorFinding> {
    let item = DoctorItem::SignIn;
    let signed = match &reach.sign_in {
        SignInTried::Not => {
            let detail = format!(
                "not tried ({}); `glasskey doctor --rehearse-sign-in` really signs in",
                method(plan.sign_in.method)
            );
            return vec![make(item, Verdict::NotRun, detail)];
        }
        SignInTried::Failed { why, next, refusal } => {
            let by_policy = refusal
                .as_ref()
                .and_then(explain)
                .is_some_and(|known| known.conditional_access);
            let detail = if by_policy && !why.starts_with("Conditional Access") {
                format!("refused by Conditional Access: {why}")
            } else {
                why.clone()
            };
            return vec![make(item, Verdict::Fail, detail).fix(next.clone())];
        }
        SignInTried::Done(signed) => signed,
    };
    let mut findings = vec![who(plan, &signed.claims)];
    match &signed.azure {
        None => {}
        Some(Ok(())) => findings.push(
            DoctorFinding::new(
                item,
                Verdict::Pass,
                "Azure Resource Manager gives a token too",
            )
            .of("azure"),
        ),
        Some(Err(why)) => findings.push(
            DoctorFinding::new(
                item,
                Verdict::Warn,
                format!("no token for Azure Resource Manager: {why}"),
            )
            .of("azure")
            .fix("without it ALERT-RULE and LOG-EXPORT stay unknown: docs/sign-in.md, Azure"),
        ),
    }
    findings
}

fn method(method: SignInMethod) -> &'static str {
    match method {
        SignInMethod::Browser => "browser",
        SignInMethod::DeviceCode => "device-code",
        SignInMethod::AzureCli => "azure-cli",
        SignInMethod::ClientSecret => "client-secret",
        SignInMethod::ClientCertificate => "client-certificate",
        SignInMethod::ManagedIdentity => "managed-identity",
        SignInMethod::WorkloadIdentity => "workload-identity",
    }
}

fn who(plan: &Plan, claims: &Claims) -> DoctorFinding {
    let item = DoctorItem::SignIn;
    let name = claims.who();
    if let Err(NotAllowed::OtherTenant(other)) = refuse_other_tenant(claims, plan.tenant.id) {
        let other = other.map_or_else(|| "no tenant that is named".to_owned(), |id| id.to_string());
        let detail = format!(
            "{name} is of {other}, and not of the plan's {}",
            plan.tenant.id
        );
        return make(item, Verdict::Fail, detail)
            .fix("sign in with an account of the plan's tenant, or correct tenant.id");
    }
    let accounts = plan
        .accounts
        .iter()
        .map(|one| (one.alias.as_str(), one.object_id, one.upn.as_str()));
    if let Err(NotAllowed::EmergencyAccount(alias)) = refuse_emergency_account(claims, accounts) {
        let detail = format!("{name} is the emergency access account {alias}: no way to work");
        return make(item, Verdict::Fail, detail)
            .fix("sign in with your own account, its role activated");
    }
    if is_azure_cli_user(claims) {
        let detail = format!(
            "{name}, through the Azure CLI, whose permissions Microsoft fixed: no policy, no sign-in \
             method, no role can be read"
        );
        return make(item, Verdict::Warn, detail)
            .fix("make a registration of your own: docs/sign-in.md");
    }
    let until = claims
        .expires
        .map_or_else(String::new, |end| format!(", until {end}"));
    make(item, Verdict::Pass, format!("{name}{until}"))
}

/// `PERMISSIONS`, one a command.
pub(super) fn permissions(plan: &Plan, reach: &Reach) -> Vec<DoctorFinding> {
    let item = DoctorItem::Permissions;
    let Some(signed) = signed_in(reach) else {
        return vec![not_signed_in(item, reach)];
    };
    let claims = &signed.claims;
    [Need::Check, Need::Register, Need::Provision]
        .into_iter()
        .map(|need| {
            let command = need.command();
            let lacking: Vec<&str> = missing_permissions(claims, need)
                .map(|permission| permission.name)
                .collect();
            let finding = if need.is_write() && refuse_app_only(claims, false).is_err() {
                make(
                    item,
                    Verdict::Warn,
                    format!("`{command}` does not take an app that signs in by itself"),
                )
                .fix(format!(
                    "for `{command}`, sign in as a person: --sign-in browser"
                ))
            } else if lacking.is_empty() {
                make(item, Verdict::Pass, format!("all that `{command}` needs"))
            } else {
                make(
                    item,
                    Verdict::Warn,
                    format!("for `{command}` lacks {}", lacking.join(", ")),
                )
                .fix(consent(plan, claims, need))
            };
            finding.of(command)
        })
        .collect()
}

fn consent(plan: &Plan, claims: &Claims, need: Need) -> String {
    let address = claims.app.map_or_else(String::new, |app| {
        format!(
            ", then open https://{}/{}/adminconsent?client_id={app} as an administrator",
            host_of(plan.tenant.cloud),
            plan.tenant.id
        )
    });
    let apart = if need.is_write() {
        "; or leave it so, if this sign-in shall only read"
    } else {
        ""
    };
    format!("add them to the registration{address}{apart}")
}

/// `DIRECTORY-ROLE`
pub(super) fn directory_role(reach: &Reach) -> DoctorFinding {
    let item = DoctorItem::DirectoryRole;
    let Some(signed) = signed_in(reach) else {
        return not_signed_in(item, reach);
    };
    let claims = &signed.claims;
    if claims.kind != TokenKind::Person {
        let detail = "an app by itself needs no directory role to read";
        return make(item, Verdict::NotRun, detail);
    }
    let roles = &claims.directory_roles;
    if roles.is_empty() {
        let detail = "the token does not say which roles the person holds";
        return make(item, Verdict::NotRun, detail);
    }
    let reads = READERS.iter().any(|role| roles.contains(role));
    let enrols = [
        GLOBAL_ADMINISTRATOR,
        PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    ]
    .iter()
    .any(|role| roles.contains(role));
    match (reads, enrols) {
        (true, true) => make(
            item,
            Verdict::Pass,
            "a role that reads, and one that registers keys for administrators",
        ),
        (true, false) => make(
            item,
            Verdict::Pass,
            "a role that reads; to register, activate Privileged Authentication Administrator",
        ),
        (false, true) => make(
            item,
            Verdict::Warn,
            "a role that registers keys, and none that reads everything",
        )
        .fix("activate Global Reader too (Privileged Identity Management), then sign in again"),
        (false, false) => make(
            item,
            Verdict::Warn,
            "no role that reads what the checks need",
        )
        .fix("activate Global Reader (Privileged Identity Management), then sign in again"),
    }
}

/// `LICENCE`
pub(super) fn licence(reach: &Reach) -> DoctorFinding {
    let item = DoctorItem::Licence;
    let Some(signed) = signed_in(reach) else {
        return not_signed_in(item, reach);
    };
    match &signed.licence {
        Observed::Known(Licence::P2) => make(item, Verdict::Pass, "Microsoft Entra ID P2"),
        Observed::Known(Licence::P1) => make(
            item,
            Verdict::Pass,
            "Microsoft Entra ID P1: whether a role is permanent stays unknown (P2)",
        ),
        Observed::Known(Licence::Free) => make(
            item,
            Verdict::Warn,
            "neither P1 nor P2: sign-ins cannot be read, nor permanence of roles",
        )
        .fix("with P1 the sign-in log can be read; until then those checks stay unknown"),
        Observed::NotReported => make(item, Verdict::NotRun, "the tenant does not say"),
        Observed::Denied(why) => {
            make(item, Verdict::Warn, why.clone()).fix("what PERMISSIONS names lets it be read")
        }
    }
}
