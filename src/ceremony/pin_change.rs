//! That a PIN was changed, kept in `open/pins.json` until a record states it.

use super::Desk;
use super::OpenError;
use super::Room;
use crate::facts::follow_up::FollowUps;
use crate::primitives::UtcTime;
use crate::primitives::json;
use serde::Deserialize;
use serde::Serialize;

/// The file's name in the book's folder.
const FILE: &str = "open/pins.json";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    at: UtcTime,
    label: String,
}

/// Notes that the PIN of the key with this label was changed.
///
/// # Errors
/// [`OpenError`] if the note cannot be kept.
pub fn note(desk: &mut dyn Desk, label: &str, at: UtcTime) -> Result<(), OpenError> {
    let mut all = read(desk)?;
    all.retain(|one| one.label != label);
    let label = label.to_owned();
    all.push(Changed { at, label });
    keep(desk, &all)
}

/// When it was changed, by a note that no record states yet; `None` if there is none, or if a new PIN
/// became due after it.
pub(super) fn noted(
    desk: &dyn Desk,
    label: &str,
    due: &FollowUps,
) -> Result<Option<UtcTime>, OpenError> {
    let note = read(desk)?.into_iter().find(|one| one.label == label);
    let still_due = |at: &UtcTime| due.pin_changes_of(label).any(|due| due.since > *at);
    Ok(note.map(|one| one.at).filter(|at| !still_due(at)))
}

/// Whether the statement says that the PIN was changed, which the people are told; `None` if nothing is
/// known.
pub(super) fn stated(
    room: &mut Room<'_>,
    label: &str,
    due: &FollowUps,
) -> Result<Option<bool>, OpenError> {
    let Some(at) = noted(&*room.desk, label, due)? else {
        return Ok(None);
    };
    room.operator.say(&format!(
        "The PIN was changed at {at}, as was noted here: the record will say that it was changed."
    ));
    Ok(Some(true))
}

/// A record says so now.
pub(super) fn strike(desk: &mut dyn Desk, label: &str) -> Result<(), OpenError> {
    let mut all = read(desk)?;
    let before = all.len();
    all.retain(|one| one.label != label);
    if all.len() == before {
        return Ok(());
    }
    if all.is_empty() {
        return Ok(desk.remove(FILE)?);
    }
    keep(desk, &all)
}

fn read(desk: &dyn Desk) -> Result<Vec<Changed>, OpenError> {
    let Some(bytes) = desk.read(FILE)? else {
        return Ok(Vec::new());
    };
    json::decode(&bytes).map_err(|_| damaged())
}

fn keep(desk: &mut dyn Desk, all: &[Changed]) -> Result<(), OpenError> {
    let bytes = json::encode(&all).map_err(|_| damaged())?;
    Ok(desk.put(FILE, &bytes)?)
}

fn damaged() -> OpenError {
    OpenError::Damaged {
        name: FILE.to_owned(),
    }
}
