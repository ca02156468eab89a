//! What was begun with a key and cannot be finished once it is out of use: it is given up when the key
//! goes.
//!
//! The opening of its bag and the review of an incident are of what has happened, and need no key: they
//! stay, and are finished afterwards.

use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::closing;
use super::script::Script;
use super::scripts::CUSTODY_MOVE;
use super::scripts::CUSTODY_OPEN;
use super::scripts::CUSTODY_SEAL;
use super::scripts::VERIFICATION;
use crate::ledger::Ledger;

/// The ceremonies of a key that is in use.
const WITH_A_KEY: [&Script; 3] = [&VERIFICATION, &CUSTODY_SEAL, &CUSTODY_MOVE];

/// The ids of what was begun with the key of this label and has no record in the ledger.
pub(super) fn of_key(room: &mut Room<'_>, label: &str) -> Result<Vec<String>, CeremonyError> {
    let mut all = Vec::new();
    for script in WITH_A_KEY {
        let open = OpenCeremony::new(script.name, label);
        if open.begun(&*room.desk)?.is_some() && !is_recorded(room, &open)? {
            all.push(open.id().to_owned());
        }
    }
    Ok(all)
}

/// Gives up all that was begun with the key of this label and has no record in the ledger, and says so. Of
/// an opening that stays it is said how it is finished.
pub(super) fn close(room: &mut Room<'_>, label: &str) -> Result<(), CeremonyError> {
    for id in of_key(room, label)? {
        let open = OpenCeremony::of_id(id);
        let begun = open.begun(&*room.desk)?;
        open.close(&mut *room.desk)?;
        let since = begun.map_or_else(String::new, |begun| format!(", begun {},", begun.started));
        room.operator.say(&format!(
            "{}{since} is given up: {label} goes, and once it is out of use nobody can finish it.",
            open.id()
        ));
    }
    let opening = OpenCeremony::new(CUSTODY_OPEN.name, label);
    if opening.begun(&*room.desk)?.is_some() {
        room.operator.say(&format!(
            "The opening of the bag of {label} that has begun stays: `glasskey custody open {label}` \
             finishes it, also once {label} is out of use."
        ));
    }
    Ok(())
}

/// Whether what was begun with a key that is out of use by record can be finished: its own record is in
/// the ledger, and only papers and minutes are left. What cannot is given up.
pub(super) fn can_finish(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    label: &str,
) -> Result<bool, CeremonyError> {
    let finishes = open.begun(&*room.desk)?.is_some() && is_recorded(room, open)?;
    if !finishes {
        close(room, label)?;
    }
    Ok(finishes)
}

/// Whether the record of what was begun is in the ledger.
pub(super) fn is_recorded(room: &mut Room<'_>, open: &OpenCeremony) -> Result<bool, CeremonyError> {
    let Some(statement) = open.statement(&*room.desk)? else {
        return Ok(false);
    };
    let ledger = Ledger::new(&mut *room.store);
    Ok(closing::index_of(&ledger, &statement)?.is_some())
}
