//! `glasskey register [KEY]`: the wiring; the order of things is in `ceremony::register`.

mod report;

use crate::ceremony::RegistrationWish;
use crate::ceremony::next_registration;
use crate::ceremony::register_as;
use crate::ceremony::would_register;
use crate::cli::Output;
use crate::cli::args::Register;
use crate::cli::at_the_safe;
use crate::cli::at_the_safe::AtSafe;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::tenant_port::Purpose;
use crate::cli::words;
use crate::entra::Need;
use crate::ledger::Ledger;

/// What is said of a run that did not begin.
const NOTHING: &str = "nothing was begun; key and tenant were not asked";

/// Runs the command.
pub(crate) fn run(arguments: &Register, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut safe = AtSafe::open(&arguments.room, NOTHING, output)?;
    let label = label(arguments, &mut safe)?;
    let wish = RegistrationWish {
        label: &label,
        via: arguments.via.map(Into::into),
        replaces: arguments.replaces.as_deref(),
    };
    if arguments.dry_run {
        let would =
            safe.with_tenant(Need::Check, &arguments.sign_in, output, |room, session| {
                would_register(room, session, &wish)
            })?;
        let exit = report::exit(&would);
        output.print(&report::page(&would, exit, output))?;
        return Ok(exit);
    }
    let purpose = Purpose {
        need: Need::Register,
        allow_app_only: arguments.allow_app_only,
    };
    let sealed = safe.with_tenant(purpose, &arguments.sign_in, output, |room, session| {
        register_as(room, session, &wish)
    })?;
    let next = afterwards(&mut safe, &label)?;
    at_the_safe::report::ended(&mut safe, &sealed.appended, &sealed.pages, &next, output)
}

/// The key that is meant.
fn label(arguments: &Register, safe: &mut AtSafe) -> Result<String, Failure> {
    if let Some(label) = &arguments.key {
        return Ok(label.clone());
    }
    let next = next(safe)?;
    let Some(old) = &arguments.replaces else {
        return next.ok_or_else(nothing_open);
    };
    let plan = safe.plan();
    let account = |label: &str| plan.key(label).map(|(account, _)| &account.alias);
    let of_the_same = next.filter(|next| account(next) == account(old));
    Ok(of_the_same.unwrap_or_else(|| old.clone()))
}

/// The key that is registered next; `None` if every planned key is.
fn next(safe: &mut AtSafe) -> Result<Option<String>, Failure> {
    let plan = safe.plan().clone();
    let ledger = Ledger::new(&mut safe.book.store);
    next_registration(&plan, &ledger, &safe.book.desk).map_err(|error| words::ceremony(&error))
}

fn nothing_open() -> Failure {
    Failure::new(
        Exit::Usage,
        NOTHING,
        "every key of the plan is registered",
        "add a key to an account in glasskey.toml, or name one with --replaces",
    )
}

/// What comes after the registration of this key: the next key, or the role of its account.
fn afterwards(safe: &mut AtSafe, label: &str) -> Result<Vec<String>, Failure> {
    let next = next(safe)?;
    let plan = safe.plan();
    let of = |label: &str| plan.key(label).map(|(account, _)| account.alias.as_str());
    let own = of(label);
    let mut all = Vec::new();
    if let Some(own) = own.filter(|own| next.as_deref().and_then(of) != Some(own)) {
        all.push(format!("glasskey provision {own}"));
    }
    if let Some(next) = next {
        all.push(format!("glasskey register {next}"));
    }
    Ok(all)
}
