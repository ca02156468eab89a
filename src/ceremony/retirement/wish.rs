//! What becomes of the key: what was wished, as long as nothing else was done to it.

use super::erase;
use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Room;
use crate::record::KeyEnd;
use serde::Deserialize;
use serde::Serialize;

/// The file in `open/` that holds what was wished.
const FILE: &str = "wish.json";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    end: KeyEnd,
}

/// What becomes of the key: what an earlier run was asked for, unless this one is asked for another end
/// and nobody signed the record of the first. Once the key's erasure has begun, it is that end, or the
/// key is not in the hand: a record states nothing that was not done, and nothing is done that nobody
/// agreed to.
pub(super) fn wished(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    label: &str,
    end: KeyEnd,
) -> Result<KeyEnd, CeremonyError> {
    let wish = open.value::<Wish>(&*room.desk, FILE)?;
    let refused = |why: String| {
        Err(CeremonyError::Matter {
            why,
            next: format!("run `glasskey retire {label}`: it goes on as it was begun"),
        })
    };
    match wish {
        Some(wish) if end == KeyEnd::Deleted || wish.end == end => return Ok(wish.end),
        Some(_) if open.record(&*room.desk)?.is_some() => {
            return refused(format!(
                "the retirement of {label} that is open is signed as it was begun"
            ));
        }
        Some(wish) => {
            if let Some(erasure) = erase::begun(room, open)? {
                let was = erasure.end.unwrap_or(wish.end);
                if end == KeyEnd::NotInHand && erasure.done.is_some() {
                    room.operator
                        .say("What was to be done to the key is done: it is not needed any more.");
                    return Ok(was);
                }
                if end != KeyEnd::NotInHand && was != end {
                    return refused(erasure.stands_against(label));
                }
            }
            room.operator
                .say("It was begun with other options: it goes on with these.");
            open.forget_statement(&mut *room.desk)?;
        }
        None => {}
    }
    open.put(&mut *room.desk, FILE, &Wish { end })?;
    Ok(end)
}

/// Forgets what was wished: the next run does what it is asked for.
pub(super) fn forget(room: &mut Room<'_>, open: &OpenCeremony) -> Result<(), CeremonyError> {
    Ok(room.desk.remove(&open.name(FILE))?)
}
