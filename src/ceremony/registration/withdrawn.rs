//! Whether anything was done in a registration that stopped: if not, its folder stands in nobody's way.

use super::replaced;
use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Room;
use crate::ceremony::withdrawing;

/// Files in `open/` of which one is there as soon as something was done, on the key or in the tenant.
const DONE: &[&str] = &[
    "sent.json",
    replaced::DELETING,
    "registration.json",
    "method.json",
    "portal.json",
    "found.json",
    "statement.json",
    "presence.json",
    "record.json",
];
/// Files in `open/` that hold what would have to be done again: a refusal lets go of it, an interruption
/// does not.
const ANSWERED: &[&str] = &["replaced.json", "sign-in-entra.json", "signed-in.json"];

/// Whether nothing is left of a ceremony that stopped so.
pub(super) fn leaves_nothing(
    room: &Room<'_>,
    open: &OpenCeremony,
    stopped: &CeremonyError,
) -> Result<bool, CeremonyError> {
    if matches!(stopped, CeremonyError::Halted { .. }) {
        return Ok(false);
    }
    // A folder that cannot be read is gone on from, and what stopped the ceremony is told.
    let Ok(done) = withdrawing::holds_one_of(room, open, DONE) else {
        return Ok(false);
    };
    if done {
        return Ok(false);
    }
    if withdrawing::is_refusal(stopped) {
        return Ok(!replaced::is_gone(room, open)?);
    }
    Ok(!withdrawing::holds_one_of(room, open, ANSWERED)?)
}
