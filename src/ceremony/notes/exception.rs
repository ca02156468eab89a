//! What went otherwise than a script is noted in a record of its own: what came after the statement
//! of its ceremony, or what nobody's ceremony was.

use super::open_of;
use super::refused;
use super::said_before;
use super::sentence;
use crate::ceremony::Appended;
use crate::ceremony::CeremonyError;
use crate::ceremony::LateException;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Room;
use crate::ceremony::plain;
use crate::ceremony::plain::Matter;
use crate::ceremony::plain::Occasion;
use crate::ceremony::scripts::EXCEPTION;
use crate::ledger::Ledger;
use crate::record::Event;
use crate::record::Exception;

/// What went otherwise, as somebody tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The step of the script, as printed: `4`, `4.2`; `None` outside of every script.
    pub step: Option<String>,
    /// The record of the ceremony; `None` if it belongs to none.
    pub record: Option<u64>,
    /// What was done instead, and why.
    pub text: String,
}

/// Of the step, where there is none.
const NO_STEP: &str = "none";
/// What the folder in `open/` is named after, for what waited.
const LATE: &str = "late";
/// And for what was told.
const TOLD: &str = "told";
/// What waited and is noted, beside the statement.
const NOTED: &str = "late.json";

/// Whether an earlier run began to note an exception.
///
/// # Errors
/// [`CeremonyError::Open`] if `open/` cannot be read.
pub fn exception_begun(room: &Room<'_>) -> Result<bool, CeremonyError> {
    Ok(open_of(room, &EXCEPTION)?.is_some())
}

/// Notes what was told, or without that all that waits since it came after the statement of its
/// ceremony; or goes on with what an earlier run began.
///
/// # Errors
/// As [`crate::ceremony::hold`]; refused where nothing waits.
pub fn note_exception(room: &mut Room<'_>, told: Option<&Told>) -> Result<Appended, CeremonyError> {
    let begun = open_of(room, &EXCEPTION)?;
    let subject = begun.unwrap_or_else(|| {
        let new = if told.is_some() { TOLD } else { LATE };
        new.to_owned()
    });
    if told.is_some() && subject == LATE {
        return Err(CeremonyError::Unfinished(format!(
            "{}-{LATE}",
            EXCEPTION.name
        )));
    }
    let open = OpenCeremony::new(EXCEPTION.name, &subject);
    let occasion = Occasion {
        script: &EXCEPTION,
        event: Event::Exception,
        subject: &subject,
        about: if subject == LATE {
            "what came after its statement"
        } else {
            "what is told"
        },
    };
    plain::hold_then(
        room,
        occasion,
        &mut |room, _, _| {
            let all = match told {
                Some(told) => vec![of_told(room, told)?],
                None if subject == LATE => late(room, &open)?,
                None => {
                    return Err(refused(
                        "what went otherwise was not said",
                        "say it: `glasskey note exception --text TEXT`",
                    ));
                }
            };
            for one in &all {
                room.operator
                    .say(&format!("At step {}: {}", one.step, one.text));
            }
            // The ceremony's own list of exceptions begins with them: what is said meanwhile follows.
            let mut listed = all.clone();
            let said = open.exceptions(&*room.desk)?;
            listed.extend(said.into_iter().filter(|one| !all.contains(one)));
            open.put(&mut *room.desk, "exceptions.json", &listed)?;
            Ok(Matter {
                changes: Vec::new(),
                fill: Box::new(|_| ()),
                roster: None,
            })
        },
        &mut |room, open, _| {
            let noted: Vec<LateException> = open.value(&*room.desk, NOTED)?.unwrap_or_default();
            if noted.is_empty() {
                return Ok(());
            }
            let mut left = LateException::all(&*room.desk)?;
            left.retain(|one| !noted.contains(one));
            Ok(LateException::keep(&mut *room.desk, &left)?)
        },
    )
}

/// All that waits, as the record has it.
fn late(room: &mut Room<'_>, open: &OpenCeremony) -> Result<Vec<Exception>, CeremonyError> {
    let waits = LateException::all(&*room.desk)?;
    if waits.is_empty() {
        return Err(refused(
            "no exception waits to be noted",
            "say one yourself: `glasskey note exception --text TEXT`",
        ));
    }
    open.put(&mut *room.desk, NOTED, &waits)?;
    let all = waits.iter().map(|one| Exception {
        step: one.step.clone(),
        text: of_record(one.record, &one.text),
    });
    Ok(all.collect())
}

fn of_told(room: &mut Room<'_>, told: &Told) -> Result<Exception, CeremonyError> {
    let text = sentence(&told.text, "what went otherwise")?;
    let size = Ledger::new(&mut *room.store).size()?;
    let text = match told.record {
        Some(record) if record >= size => {
            return Err(refused(
                format!("there is no record {record:06}: the book has {size}"),
                "`glasskey audit` lists them",
            ));
        }
        Some(record) => of_record(record, &text),
        None => text,
    };
    let step = told.step.as_deref().unwrap_or(NO_STEP);
    let exception = Exception {
        step: sentence(step, "the step")?,
        text,
    };
    let before = said_before(room, |one| {
        one.event == Event::Exception && one.exceptions.contains(&exception)
    })?;
    match before {
        Some(index) => Err(refused(
            format!("record {index:06} notes it in those very words"),
            "nothing is to be done",
        )),
        None => Ok(exception),
    }
}

fn of_record(record: u64, text: &str) -> String {
    format!("record {record:06}: {text}")
}
