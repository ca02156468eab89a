//! Registration at the tenant's portal (DESIGN §5): a pass made last, one a key; the key is registered
//! there by a person; the new method is found in the tenant, the pass is deleted and gone, and the new
//! credential is found on the key by the method's credential id.

mod another;
mod found;
mod guide;
pub(super) mod listed;
mod pass;

pub(super) use another::another_key;
pub(super) use found::before;
pub(super) use found::kept as kept_found;
pub(super) use pass::until_listed as until_pass_is_listed;

use super::Course;
use crate::ceremony::CeremonyError;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::error::TenantWhy;
use crate::entra::Answer;
use crate::entra::Graph;
use crate::entra::ReadBack;
use crate::entra::Session;
use crate::entra::ask_fido2_methods;
use crate::primitives::UtcTime;
use found::AtPortal;
pub(super) use found::Before;
pub(super) use found::Found;
use std::time::Duration;

/// How often a pass is made before the ceremony stops.
const PATIENCE: u32 = 3;
/// How long the tenant may be late with what it was told.
const SHOWN_AFTER: Duration = Duration::from_mins(3);

/// The passkey that was registered at the portal, as the tenant shows it, and the pass that is gone.
pub(super) fn register(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    held: &[String],
) -> Result<AtPortal, CeremonyError> {
    let open = &course.follow.open;
    if let Some(kept) = found::kept(room, open)?
        && is_there_still(room, session, course, &kept)?
    {
        room.operator
            .say("The tenant has the new passkey already: no pass was made again.");
        return Ok(AtPortal {
            pass_gone: gone(room, session, course, &kept)?,
            found: kept,
        });
    }
    let mut seen = match before(room, open)? {
        Some(seen) => seen,
        None => found::look(room, session, course, held)?,
    };
    let found = by_hand(room, session, course, &mut seen)?;
    found::keep(room, open, &found)?;
    Ok(AtPortal {
        pass_gone: gone(room, session, course, &found)?,
        found,
    })
}

/// Whether the tenant has the passkey that an earlier run found; `true` where it cannot be asked. One that
/// is gone is forgotten with all that was signed in with it, if the portal is to be gone to again.
///
/// # Errors
/// [`CeremonyError::Declined`] if it is not.
fn is_there_still(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    kept: &Found,
) -> Result<bool, CeremonyError> {
    let clock = room.clock;
    let is_gone = |room: &mut Room<'_>, session: &mut Session| {
        let mut graph = Graph::new(&mut *room.tenant, clock, session);
        let methods = graph.one(ask_fido2_methods(&course.object_id));
        methods.map(|all| all.iter().all(|one| one.id.as_str() != kept.method_id))
            == Answer::Known(true)
    };
    if !is_gone(room, session) {
        return Ok(true);
    }
    room.operator.say(
        "The tenant does not show the passkey of the interrupted run; it is given 3 more minutes.",
    );
    clock.wait(SHOWN_AFTER);
    if !is_gone(room, session) {
        return Ok(true);
    }
    let label = &course.planned.label;
    let question = Prompt::Question(format!(
        "It was deleted there. Register {label} at the portal anew, with another pass?"
    ));
    if !room.operator.confirm(&question) {
        return Err(CeremonyError::Declined);
    }
    another::forget(room, course)?;
    Ok(false)
}

/// The pass is deleted and proven gone, whether it was used or not.
fn gone(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    found: &Found,
) -> Result<Option<UtcTime>, CeremonyError> {
    if found.pass_made.is_none() {
        return Ok(None);
    }
    pass::delete(room, session, course)?;
    Ok(Some(room.clock.utc()))
}

/// A pass, the person at the portal, and the tenant until it shows what they registered.
fn by_hand(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    before: &mut Before,
) -> Result<Found, CeremonyError> {
    // A run that was cut off while somebody was at the portal: it may be there.
    if before.pass_made.is_some()
        && let Some(found) = found::new(room, session, course, before, false)?
    {
        return Ok(found);
    }
    for _ in 0..PATIENCE {
        let made = pass::make(room, session, course)?;
        before.pass_made = Some(made.at);
        found::keep_before(room, &course.follow.open, before)?;
        guide::say(room, course, &made);
        let prompt = Prompt::AtPortal {
            label: course.planned.label.clone(),
            upn: course.account.upn.clone(),
        };
        if !room.operator.confirm(&prompt) {
            pass::delete(room, session, course)?;
            return Err(CeremonyError::Declined);
        }
        if let Some(found) = found::new(room, session, course, before, true)? {
            return Ok(found);
        }
        room.operator.say(
            "The tenant shows no new passkey of the account. A pass is for one sign-in and for a \
             short time: it is deleted, and another one can be made.",
        );
        pass::delete(room, session, course)?;
        let again = Prompt::Question(format!(
            "Make another pass and go to the portal once more for {}?",
            course.planned.label
        ));
        if !room.operator.confirm(&again) {
            return Err(CeremonyError::Declined);
        }
    }
    Err(CeremonyError::Tenant {
        what: "registering the passkey at the portal",
        why: TenantWhy::ReadBack(ReadBack::NotSeen),
    })
}
