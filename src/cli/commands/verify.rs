//! `glasskey verify`: the wiring; the order of things is in `ceremony::verify`.

mod report;

use crate::ceremony::Depth;
use crate::ceremony::begun_verification;
use crate::ceremony::collect_sign_ins;
use crate::ceremony::verify;
use crate::ceremony::verify_due;
use crate::cli::Output;
use crate::cli::args::Verify;
use crate::cli::at_the_safe;
use crate::cli::at_the_safe::AtSafe;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::words;
use crate::entra::Need;
use crate::findings::Due;
use crate::findings::DueStanding;
use crate::findings::dues;
use crate::io::SystemClock;
use crate::ledger::Ledger;
use crate::primitives::Clock;
use crate::webauthn::metadata::fido_roots;

/// What is said of a run that did not begin.
const NOTHING: &str = "nothing was begun; key and tenant were not asked";

/// Runs the command.
pub(crate) fn run(arguments: &Verify, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut safe = AtSafe::open(&arguments.room, NOTHING, output)?;
    let sign_in = arguments.reading.sign_in();
    if arguments.due {
        let walked = safe.with_tenant(Need::Check, &sign_in, output, |room, session| {
            verify_due(room, session)
        })?;
        return report::walked(&mut safe, walked, output);
    }
    if arguments.collect {
        let collected = safe.with_tenant(Need::Check, &sign_in, output, |room, session| {
            collect_sign_ins(room, session)
        })?;
        return report::collected(&collected, output);
    }
    let label = match &arguments.key {
        Some(label) => label.clone(),
        None => open(&safe)?,
    };
    let depth = depth(arguments, &safe, &label)?;
    let sealed = safe.with_tenant(Need::Check, &sign_in, output, |room, session| {
        verify(room, session, &label, depth)
    })?;
    let next = afterwards(&mut safe)?;
    at_the_safe::report::ended(&mut safe, &sealed.appended, &sealed.pages, &next, output)
}

/// The depth that was asked for; without one, that of the verification that is open.
fn depth(arguments: &Verify, safe: &AtSafe, label: &str) -> Result<Depth, Failure> {
    if arguments.depth.sign_in {
        return Ok(Depth::WithSignIn);
    }
    if arguments.depth.without_pin {
        return Ok(Depth::WithoutPin);
    }
    let begun = begun_verification(&safe.book.desk, label);
    let begun = begun.map_err(|error| words::ceremony(&error))?;
    Ok(begun.unwrap_or(Depth::WithPin))
}

/// The key whose verification is open.
fn open(safe: &AtSafe) -> Result<String, Failure> {
    for (_, key) in safe.plan().keys() {
        let begun = begun_verification(&safe.book.desk, &key.label);
        if begun.map_err(|error| words::ceremony(&error))?.is_some() {
            return Ok(key.label.clone());
        }
    }
    Err(Failure::new(
        Exit::Usage,
        NOTHING,
        "no key was named, and no verification is open",
        "name one by its label, or `glasskey verify --due`",
    ))
}

/// What comes after a verification: the next key that is due.
fn afterwards(safe: &mut AtSafe) -> Result<Vec<String>, Failure> {
    let policy = safe.in_force()?.policy;
    let as_of = SystemClock::new().utc();
    let ledger = Ledger::new(&mut safe.book.store);
    let failed = |error| words::ledger(&error);
    let book = ledger.read_book().map_err(failed)?;
    let reported = ledger
        .reported(&book.facts.keys, &fido_roots(), as_of)
        .map_err(failed)?;
    let due = dues(&book.facts, &reported, &policy, as_of);
    let next = due.iter().find(|one| one.standing != DueStanding::Later);
    Ok(next.map(Due::command).into_iter().collect())
}
