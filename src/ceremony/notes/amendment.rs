//! A record is corrected: it stays as it is, and another says what it should have said.

use super::refused;
use super::said_before;
use super::sentence;
use crate::ceremony::Appended;
use crate::ceremony::CeremonyError;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::plain;
use crate::ceremony::plain::Matter;
use crate::ceremony::plain::Occasion;
use crate::ceremony::scripts::AMENDMENT;
use crate::ledger::Ledger;
use crate::primitives::Digest;
use crate::record::AmendmentPart;
use crate::record::Event;

/// How often a correction that cannot be used is asked for.
const TRIES: u32 = 3;

/// Corrects the record at `index`. Without a text it is asked for.
///
/// # Errors
/// As [`crate::ceremony::hold`]; refused where there is no such record, or it is corrected so
/// already.
pub fn amend(
    room: &mut Room<'_>,
    index: u64,
    text: Option<&str>,
) -> Result<Appended, CeremonyError> {
    let subject = format!("{index:06}");
    let about = format!("record {index:06}");
    let occasion = Occasion {
        script: &AMENDMENT,
        event: Event::Amendment,
        subject: &subject,
        about: &about,
    };
    plain::hold(room, occasion, &mut |room, _, _| matter(room, index, text))
}

fn matter(
    room: &mut Room<'_>,
    index: u64,
    text: Option<&str>,
) -> Result<Matter<'static>, CeremonyError> {
    let ledger = Ledger::new(&mut *room.store);
    let size = ledger.size()?;
    if index >= size {
        return Err(refused(
            format!("there is no record {index:06}: the book has {size}"),
            "`glasskey audit` lists them",
        ));
    }
    let bytes = ledger.record_bytes(index)?;
    let statement = ledger.record(index)?.statement;
    room.operator
        .say(&format!("Record {index:06} says, and will go on saying:"));
    room.operator.sentences(&statement.sentences());
    let text = match text {
        Some(text) => sentence(text, "the correction")?,
        None => asked(room, index)?,
    };
    let part = AmendmentPart {
        record: index,
        sha256: Digest::of(&bytes),
        text,
    };
    if let Some(before) = said_before(room, |one| one.amendment.as_ref() == Some(&part))? {
        return Err(refused(
            format!("record {before:06} corrects it in those very words"),
            "nothing is to be done",
        ));
    }
    Ok(Matter {
        changes: Vec::new(),
        fill: Box::new(move |statement| statement.amendment = Some(part)),
        roster: None,
    })
}

/// The correction as somebody types it; what cannot stand in a record is asked for again.
fn asked(room: &mut Room<'_>, index: u64) -> Result<String, CeremonyError> {
    for _ in 0..TRIES {
        let Some(typed) = room.operator.line(&Prompt::Correction { record: index }) else {
            break;
        };
        match sentence(&typed, "that") {
            Ok(text) => return Ok(text),
            Err(CeremonyError::Matter { why, .. }) => room.operator.say(&format!("{why}.")),
            Err(other) => return Err(other),
        }
    }
    Err(CeremonyError::Declined)
}
