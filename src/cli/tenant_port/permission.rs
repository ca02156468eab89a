//! Whose sign-in is taken, and what it may: said, refused, and mended.

use super::NOT_ASKED;
use super::Purpose;
use crate::cli::Output;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::page;
use crate::entra::Claims;
use crate::entra::Need;
use crate::entra::NotAllowed;
use crate::entra::Permission;
use crate::entra::is_azure_cli_user;
use crate::entra::login_host;
use crate::entra::refuse_app_only;
use crate::entra::refuse_emergency_account;
use crate::entra::refuse_other_tenant;
use crate::plan::Plan;

/// Whose sign-in is taken.
pub(super) fn allowed(claims: &Claims, plan: &Plan, purpose: Purpose) -> Result<(), Failure> {
    let refuse = |why: NotAllowed| {
        let (why, next) = not_allowed(&why, claims, plan, purpose.need);
        Failure::new(Exit::Tenant, NOT_ASKED, why, next)
    };
    refuse_other_tenant(claims, plan.tenant.id).map_err(refuse)?;
    if purpose.need.is_write() {
        refuse_app_only(claims, purpose.allow_app_only).map_err(refuse)?;
    }
    if purpose.need != Need::AccessTest {
        let accounts = plan.accounts.iter().map(|account| {
            let id = account.object_id;
            (account.alias.as_str(), id, account.upn.as_str())
        });
        refuse_emergency_account(claims, accounts).map_err(refuse)?;
    }
    Ok(())
}

/// Why a sign-in is not taken, and what to do.
fn not_allowed(why: &NotAllowed, claims: &Claims, plan: &Plan, need: Need) -> (String, String) {
    let command = need.command();
    match why {
        NotAllowed::AppOnly => (
            format!(
                "{} signed in by itself, without a person: a standing secret that can {command} is \
                 itself a way in",
                claims.who()
            ),
            format!(
                "sign in as a person (--sign-in browser), or allow it: {command} --allow-app-only"
            ),
        ),
        NotAllowed::OtherTenant(Some(other)) => (
            format!(
                "the sign-in is of tenant {other}, and the plan's is {}",
                plan.tenant.id
            ),
            "sign in with an account of the plan's tenant, or correct tenant.id".to_owned(),
        ),
        NotAllowed::OtherTenant(None) => (
            "the token does not say of which tenant it is".to_owned(),
            "use an app registration of the plan's tenant: docs/sign-in.md".to_owned(),
        ),
        NotAllowed::EmergencyAccount(alias) => (
            format!(
                "{} is the emergency access account {alias}: its use is an alarm, not a way to work",
                claims.who()
            ),
            "sign in with your own account, its role activated: docs/sign-in.md".to_owned(),
        ),
    }
}

/// Who is signed in, and what the token lacks.
pub(super) fn say(claims: &Claims, missing: &[&Permission], need: Need, output: &mut Output<'_>) {
    let mut text = format!("Signed in: {}\n", claims.who());
    if is_azure_cli_user(claims) {
        text.push_str(&page::hang(
            "  ",
            2,
            "This is the Azure CLI's own sign-in: Microsoft fixed what it may read. No policy, no \
             sign-in method, no role; most checks stay unknown. docs/sign-in.md makes a registration \
             that may.",
        ));
    }
    if !need.is_write() {
        for permission in missing {
            let line = format!("without {}: {}", permission.name, permission.what);
            text.push_str(&page::hang("  ", 4, &line));
        }
    }
    // Whoever does not read along loses nothing: findings say the same.
    let shown = crate::primitives::text::printable_lines(&text, false);
    let _ = output.err.write_all(shown.as_bytes());
}

/// A write without its permission.
pub(super) fn lacks(missing: &[&Permission], need: Need, plan: &Plan, claims: &Claims) -> Failure {
    let names: Vec<&str> = missing.iter().map(|permission| permission.name).collect();
    Failure::new(
        Exit::Tenant,
        NOT_ASKED,
        format!(
            "the sign-in lacks what `{}` needs: {}",
            need.command(),
            names.join(", ")
        ),
        consent(plan, claims),
    )
}

/// Where an administrator consents.
fn consent(plan: &Plan, claims: &Claims) -> String {
    let app = claims.app.map_or_else(
        || "the app registration".to_owned(),
        |app| {
            format!(
                "https://{}/{}/adminconsent?client_id={app}",
                login_host(plan.tenant.cloud),
                plan.tenant.id
            )
        },
    );
    format!("add them to the registration (docs/sign-in.md, consent), then consent: {app}")
}
