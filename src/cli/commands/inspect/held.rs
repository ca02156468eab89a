//! `--credentials`: what each key that was read holds.

use super::read;
use super::read::Seen;
use crate::ceremony::Wanted;
use crate::cli::choosing;
use crate::cli::commands::credentials;
use crate::cli::commands::credentials::Held;
use crate::cli::commands::credentials::PinFrom;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::io::SystemClock;
use crate::plan::Policy;

/// Asks for the PIN of each key that was read and lists what it holds. A PIN that was handed over is
/// for the only key, or for the one of several that is chosen.
///
/// # Errors
/// [`Failure`] if none was chosen.
pub(super) fn all(pins: &mut PinFrom, seen: &mut [Seen]) -> Result<(), Failure> {
    let clock = SystemClock::new();
    if !pins.is_for_one() || seen.len() < 2 {
        for one in seen {
            one.held = list(pins, one, &clock);
        }
        return Ok(());
    }
    let mut chosen = choosing::one_key(&clock, Wanted::Any)?;
    let path = &chosen.facts.entry.path;
    let Some(one) = seen.iter_mut().find(|one| one.entry.path == *path) else {
        return Err(Failure::new(
            Exit::Key,
            "the credentials were not listed; no PIN try was spent",
            "another key is plugged in now than those that were read",
            "run the command again",
        ));
    };
    let ctap = &mut chosen.ctap;
    let held = credentials::list(pins, ctap, &chosen.facts, &Policy::default());
    one.held = Some(held);
    Ok(())
}

/// What one key holds; `None` for one that was not read.
fn list(
    pins: &mut PinFrom,
    seen: &Seen,
    clock: &SystemClock,
) -> Option<Result<Vec<Held>, Failure>> {
    let read = seen.read.as_ref().ok()?;
    Some(match read::open(&seen.entry, clock) {
        Ok(mut ctap) => credentials::list(pins, &mut ctap, &read.facts, &Policy::default()),
        Err(why) => Err(why.failure()),
    })
}
