//! A ceremony that was refused while nothing was done yet: nothing of it is left, so that it stands in
//! nobody's way. An interruption is no refusal: it goes on from `open/`.

use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::found;

/// Whether a person, or a check before anything was changed, refused it; neither power nor key nor
/// tenant failed.
pub(super) const fn is_refusal(error: &CeremonyError) -> bool {
    matches!(
        error,
        CeremonyError::Declined
            | CeremonyError::Mismatch(_)
            | CeremonyError::Refused(_)
            | CeremonyError::Matter { .. }
            | CeremonyError::People(_)
    )
}

/// Whether the folder of a ceremony holds one of these files.
pub(super) fn holds_one_of(
    room: &Room<'_>,
    open: &OpenCeremony,
    files: &[&str],
) -> Result<bool, CeremonyError> {
    let names = room.desk.list(&open.name(""))?;
    Ok(files.iter().any(|file| names.contains(&open.name(file))))
}

/// Removes the folder of a ceremony that stopped while nothing was done; what it ends with then. Where
/// the folder cannot be removed, the ceremony goes on from it.
pub(super) fn withdraw(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    stopped: CeremonyError,
) -> CeremonyError {
    let bag = found::kept(room, open).ok().flatten();
    let label = open.begun(&*room.desk).ok().flatten();
    let label = label.and_then(|begun| begun.label);
    if open.close(&mut *room.desk).is_err() {
        return stopped;
    }
    if let (Some(_), Some(label)) = (bag, label) {
        room.operator.say(&format!(
            "Was the bag of {label} opened? `glasskey custody open {label} --reason inspection` \
             records that, and `glasskey custody seal {label}` puts the key into a new one."
        ));
    }
    if let CeremonyError::Mismatch(what) = stopped {
        room.operator
            .say(&format!("The {what} was not typed as asked."));
        return CeremonyError::Withdrawn;
    }
    if stopped == CeremonyError::Declined {
        return CeremonyError::Withdrawn;
    }
    stopped
}
