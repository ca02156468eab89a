//! Another key than the one in the hand was registered at the portal: its passkey goes, and the portal is
//! gone to again.

use super::Course;
use super::Found;
use super::found;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::sign_in;
use crate::ceremony::tenant_change;
use crate::ceremony::tenant_change::Change;
use crate::ceremony::tenant_change::Ended;
use crate::ceremony::tenant_change::Mode;
use crate::entra::Answer;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::MethodId;
use crate::entra::Session;
use crate::entra::ask_fido2_methods;

/// Asks whether the passkey of the other key is deleted, and forgets it once it is gone. What stops the
/// ceremony then.
///
/// # Errors
/// [`CeremonyError`] if it could not be deleted.
pub(in crate::ceremony::registration) fn another_key(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    found: &Found,
) -> Result<CeremonyError, CeremonyError> {
    let (account, label) = (course.object_id, &course.planned.label);
    let Some(method) = MethodId::new(&found.method_id) else {
        return Err(CeremonyError::Answer("open/ holds no id of a passkey"));
    };
    let change = Change {
        id: "delete the other key",
        what: "deleting the passkey of the other key",
        is: format!(
            "The passkey that is new in the tenant is not on the {label} in the hand: another key was \
             registered at the portal."
        ),
        would: "Delete that passkey".to_owned(),
        loosens: None,
    };
    let mut send = |graph: &mut GraphWrite<'_>| graph.delete_method(&account, &method);
    let mut look = |graph: &mut Graph<'_>| {
        let methods = graph.one(ask_fido2_methods(&account));
        methods.and_then(|methods| {
            if methods.iter().any(|one| one.id == method) {
                Answer::Absent
            } else {
                Answer::Known(())
            }
        })
    };
    let why = format!("another key than {label} was registered at the portal");
    let change_course = course.change(Mode::Ask);
    let ended = tenant_change::make(room, session, &change_course, &change, &mut send, &mut look)?;
    match ended {
        Ended::Made(()) | Ended::Found(()) => {
            forget(room, course)?;
            Ok(CeremonyError::Halted {
                what: "the passkey of the other key was deleted, and is gone".to_owned(),
                why,
                next: format!("run the same command again, with {label} at the portal"),
            })
        }
        Ended::Declined | Ended::Would => Ok(CeremonyError::Halted {
            what: "the passkey of the other key still opens the account".to_owned(),
            why,
            next: "run the same command again and have it deleted".to_owned(),
        }),
        Ended::NotLet(no) => Ok(CeremonyError::Halted {
            what: "the passkey of the other key still opens the account".to_owned(),
            why: format!("{why}, and {no}"),
            next: "have it deleted at the portal, then run the same command again".to_owned(),
        }),
        Ended::NotShown => Err(tenant_change::not_shown(&change)),
    }
}

/// What was found, and what was signed in with it, is of no use any more.
pub(super) fn forget(room: &mut Room<'_>, course: &Course<'_>) -> Result<(), CeremonyError> {
    let open = &course.follow.open;
    sign_in::forget(&mut *room.desk, open, &[])?;
    // What was found last: without it the portal is gone to again.
    for file in ["portal.json", found::FOUND] {
        room.desk.remove(&open.name(file))?;
    }
    Ok(())
}
