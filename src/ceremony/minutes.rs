//! From a record and how its ceremony was held to the page of its minutes: the same for a ceremony and
//! for `print`.

use super::script::Held;
use super::script::Script;
use crate::paper::NotOfRecord;
use crate::paper::Pointer;
use crate::paper::Procedure;
use crate::paper::ProcedureOutcome;
use crate::primitives::Digest;
use crate::record::Exception;
use crate::record::Statement;

/// The minutes of the record at `index` with this digest, held by this script.
///
/// # Errors
/// [`NotOfRecord`].
pub fn minutes_of(
    script: &Script,
    held: &Held,
    statement: &Statement,
    index: u64,
    sha256: Digest,
) -> Result<Procedure, NotOfRecord> {
    let pointer =
        Pointer::new(&statement.ledger.origin, index, sha256).ok_or(NotOfRecord::NoPointer)?;
    let unseen = statement.unseen_key.as_ref().map(|key| key.label.as_str());
    let about = statement.key.as_ref().map(|key| key.label.as_str());
    let about = about.or(unseen).unwrap_or("…");
    let bag = statement.custody.as_ref();
    let exceptions = exceptions_of(statement, &held.exceptions);
    Ok(Procedure {
        rehearsal: statement.rehearsal,
        origin: statement.ledger.origin.clone(),
        plan_sha256: statement.inputs.plan_sha256,
        made: statement.time.started,
        people: statement.expected_signers.clone(),
        outcome: Some(ProcedureOutcome {
            pointer,
            bag: bag.map(|custody| custody.bag.clone()),
            statement: statement.digest()?,
            exceptions: exceptions
                .into_iter()
                .map(|one| (one.step, one.text))
                .collect(),
        }),
        ..script.on_paper(about, &held.ticks)
    })
}

/// Where the script was left: what the record states, what the program itself found among it, and what
/// was `said` besides, after the statement.
pub(super) fn exceptions_of(statement: &Statement, said: &[Exception]) -> Vec<Exception> {
    let mut all = statement.exceptions.clone();
    all.extend(unstated(statement, said).cloned());
    all
}

/// What was `said` and does not stand in the statement.
pub(super) fn unstated<'s>(
    statement: &'s Statement,
    said: &'s [Exception],
) -> impl Iterator<Item = &'s Exception> {
    said.iter()
        .filter(|one| !statement.exceptions.contains(one))
}
