//! A training is noted: somebody played the ceremonies by hand, and the record cites the ledger that
//! they left.

use super::open_of;
use super::refused;
use super::said_before;
use crate::ceremony::Appended;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::plain;
use crate::ceremony::plain::Matter;
use crate::ceremony::plain::Occasion;
use crate::ceremony::scripts::TRAINING;
use crate::record::Event;
use crate::record::LedgerHead;
use crate::record::Statement;
use crate::record::TrainingPart;
use crate::record::is_reference;

/// The subject of the ceremony.
const SUBJECT: &str = "rehearsal";
/// What the reference of a rehearsal's records begins with, if somebody is trained in it.
const TRAINEE: &str = "trainee ";

/// A rehearsal that was audited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsed {
    /// The head that its ledger ended with.
    pub head: LedgerHead,
    /// Who was trained, as its first record has it; `None` if it names nobody.
    pub trainee: Option<String>,
    /// What was held in it, a word an event, genesis apart.
    pub events: Vec<&'static str>,
}

/// The reference that the records of a rehearsal carry in which `trainee` is trained.
#[must_use]
pub fn trainee_reference(trainee: &str) -> String {
    format!("{TRAINEE}{trainee}")
}

/// Who is trained in the rehearsal of this first record; `None` if nobody is.
#[must_use]
pub fn trainee_of(genesis: &Statement) -> Option<String> {
    let reference = genesis.reference.as_deref()?.strip_prefix(TRAINEE)?;
    (genesis.rehearsal && is_reference(reference)).then(|| reference.to_owned())
}

/// Whether an earlier run began to note a training.
///
/// # Errors
/// [`CeremonyError::Open`] if `open/` cannot be read.
pub fn training_begun(room: &Room<'_>) -> Result<bool, CeremonyError> {
    Ok(open_of(room, &TRAINING)?.is_some())
}

/// Notes a training, or goes on with one that an earlier run began: then `rehearsed` may be `None`.
///
/// # Errors
/// As [`crate::ceremony::hold`]; refused where the rehearsal names no trainee, holds nothing but its
/// beginning, or was noted before.
pub fn note_training(
    room: &mut Room<'_>,
    rehearsed: Option<&Rehearsed>,
) -> Result<Appended, CeremonyError> {
    let about = rehearsed.map_or_else(String::new, |one| {
        let who = one.trainee.as_deref().unwrap_or("nobody");
        format!("{who}, {} records", one.head.size)
    });
    let occasion = Occasion {
        script: &TRAINING,
        event: Event::Training,
        subject: SUBJECT,
        about: &about,
    };
    plain::hold(room, occasion, &mut |room, force, _| {
        let Some(rehearsed) = rehearsed else {
            return Err(refused(
                "no rehearsal was named",
                "name its folder: `glasskey note training --from DIR`",
            ));
        };
        let Some(trainee) = &rehearsed.trainee else {
            return Err(refused(
                "the rehearsal does not say who was trained in it",
                "play it with `glasskey rehearse --hands-on --trainee REF --out DIR`",
            ));
        };
        if rehearsed.events.is_empty() {
            return Err(refused(
                "nothing was held in that rehearsal but its beginning",
                "play it to the end",
            ));
        }
        let part = TrainingPart {
            head: rehearsed.head.clone(),
            people: vec![trainee.clone()],
        };
        let said = |one: &Statement| one.training.as_ref() == Some(&part);
        if let Some(index) = said_before(room, said)? {
            return Err(refused(
                format!("record {index:06} notes that very rehearsal"),
                "nothing is to be done",
            ));
        }
        let held = format!("{trainee} held {}.", rehearsed.events.join(", "));
        room.operator.say(&held);
        let mut changes = vec![held];
        if !force.people.iter().any(|one| one.reference == *trainee) {
            changes.push(format!("{trainee} is not on the roster yet."));
        }
        Ok(Matter {
            changes,
            fill: Box::new(move |statement| statement.training = Some(part)),
            roster: None,
        })
    })
}
