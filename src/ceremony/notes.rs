//! Records that are words alone: an exception that came late, a correction, a training, a finding
//! that is accepted until a date.

mod acceptance;
mod amendment;
mod exception;
mod training;

pub use acceptance::Accept;
pub use acceptance::accept;
pub use acceptance::acceptance_begun;
pub use amendment::amend;
pub use exception::Told;
pub use exception::exception_begun;
pub use exception::note_exception;
pub use training::Rehearsed;
pub use training::note_training;
pub use training::trainee_of;
pub use training::trainee_reference;
pub use training::training_begun;

use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::script::Script;
use crate::ledger::Ledger;
use crate::record::Statement;

/// The most characters of a sentence in a record.
const MOST: usize = 500;

fn refused(why: impl Into<String>, next: impl Into<String>) -> CeremonyError {
    CeremonyError::Matter {
        why: why.into(),
        next: next.into(),
    }
}

/// A sentence for a record: trimmed, 1 to 500 characters, none that hides or reorders text.
fn sentence(text: &str, what: &str) -> Result<String, CeremonyError> {
    let text = text.trim();
    let deceptive = text.chars().any(crate::primitives::text::is_deceptive);
    if text.is_empty() || deceptive || text.chars().count() > MOST {
        return Err(refused(
            format!("{what} is no text of 1 to {MOST} characters without control characters"),
            "say it in one or two plain sentences",
        ));
    }
    Ok(text.to_owned())
}

/// The first record whose statement says this already; `None` if none does.
fn said_before(
    room: &mut Room<'_>,
    says: impl Fn(&Statement) -> bool,
) -> Result<Option<u64>, CeremonyError> {
    let ledger = Ledger::new(&mut *room.store);
    for index in 0..ledger.size()? {
        if says(&ledger.record(index)?.statement) {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// What is open of a script, by the subject of its folder: `None` if nothing is.
fn open_of(room: &Room<'_>, script: &Script) -> Result<Option<String>, CeremonyError> {
    let head = format!("{}-", script.name);
    let open = OpenCeremony::unfinished(&*room.desk)?;
    let mut subjects = open.iter().filter_map(|id| id.strip_prefix(&head));
    Ok(subjects.next().map(str::to_owned))
}
