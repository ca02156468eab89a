//! The two pages of a sealing: the inside sheet from the statement, the bag face from the record.

use super::CeremonyError;
use super::Room;
use super::closing::Appended;
use crate::paper::NotOfRecord;
use crate::paper::bag_face;
use crate::paper::bag_face_name;
use crate::paper::bag_face_of;
use crate::paper::inside_name;
use crate::paper::inside_of;
use crate::paper::inside_sheet;
use crate::paper::with_record;
use crate::record::Presence;
use crate::record::Statement;

/// Prints the inside sheet, before the bag is closed; its name, relative to the book.
pub(super) fn inside(
    room: &mut Room<'_>,
    statement: &Statement,
    presence: &Presence,
    roster_index: u64,
) -> Result<String, CeremonyError> {
    let (sheet, attachments) =
        inside_of(room.plan, statement, presence, roster_index).map_err(lacks)?;
    let pdf = inside_sheet(&sheet, &attachments, room.paper)?;
    let name = format!("paper/{}", inside_name(statement).map_err(lacks)?);
    room.desk.put(&name, &pdf.bytes)?;
    room.operator.say(&format!("Inside sheet: {name}"));
    Ok(name)
}

/// Prints the bag face, after the append; its name, relative to the book.
pub(super) fn bag(
    room: &mut Room<'_>,
    statement: &Statement,
    record: &[u8],
    appended: &Appended,
) -> Result<String, CeremonyError> {
    let face = bag_face_of(room.plan, statement, appended.index, appended.digest).map_err(lacks)?;
    let attachments = with_record(record, &appended.signatures);
    let pdf = bag_face(&face, &attachments, room.paper)?;
    let name = bag_face_name(statement, appended.index).map_err(lacks)?;
    let name = format!("paper/{name}");
    // A run that is cut again and again must get further.
    if room.desk.read(&name)?.as_deref() != Some(pdf.bytes.as_slice()) {
        room.desk.put(&name, &pdf.bytes)?;
    }
    room.operator.say(&format!("Bag face: {name}"));
    Ok(name)
}

fn lacks(why: NotOfRecord) -> CeremonyError {
    match why {
        NotOfRecord::NotCanonical => CeremonyError::NotCanonical,
        NotOfRecord::NoBag
        | NotOfRecord::NoPresence
        | NotOfRecord::NotPlanned
        | NotOfRecord::NoPointer => CeremonyError::Answer("the record lacks what its pages show"),
    }
}
