//! `--credentials`: what each key that was read holds.

use super::read;
use super::read::Seen;
use crate::cli::commands::credentials;
use crate::cli::commands::credentials::Held;
use crate::cli::failure::Failure;
use crate::io::SystemClock;
use crate::io::Tty;
use crate::plan::Policy;

/// Asks for the PIN of a key that was read and lists what it holds; `None` for one that was not.
pub(super) fn list(tty: &Tty, seen: &Seen) -> Option<Result<Vec<Held>, Failure>> {
    let read = seen.read.as_ref().ok()?;
    let clock = SystemClock::new();
    Some(match read::open(&seen.entry, &clock) {
        Ok(mut ctap) => credentials::list(tty, &mut ctap, &read.facts, &Policy::default()),
        Err(why) => Err(why.failure()),
    })
}
