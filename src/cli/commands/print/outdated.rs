//! What makes a page one for the file alone: its key is gone, or lies in another bag since.

use super::Source;
use super::of_book::Chosen;
use crate::cli::words;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::record::Event;

/// Why a page about the key with this label is for the file alone; `None` if it is not, or nothing is
/// recorded yet.
pub(super) fn of_key(source: &mut Source, label: &str) -> Option<String> {
    let store = source.store.as_mut()?;
    said(gone(&Ledger::new(store), label))
}

/// Why a page of this record is for the file alone; `None` if its key lies in that bag still.
pub(super) fn of_record(source: &mut Source, chosen: &Chosen) -> Option<String> {
    let store = source.store.as_mut()?;
    let since = Ledger::new(store).since(chosen.index);
    said(since.map(|since| since.map(|since| since.to_string())))
}

/// The warning. A page is printed from a ledger that cannot be read to its end, too.
fn said(why: Result<Option<String>, LedgerError>) -> Option<String> {
    match why {
        Ok(why) => why.map(|why| format!("{why}: this page is for the file, not for a bag")),
        Err(error) => Some(format!(
            "whether this page may go to a bag is not known: {}",
            words::ledger(&error).why
        )),
    }
}

/// That the key with this label is not in use any more, by which record.
fn gone(ledger: &Ledger<'_>, label: &str) -> Result<Option<String>, LedgerError> {
    let keys = ledger.keys_on_record()?;
    let key = keys.iter().find(|key| key.label == label);
    let Some(index) = key.and_then(|key| key.gone) else {
        return Ok(None);
    };
    let how = match ledger.record(index)?.statement.event {
        Event::Loss => "lost",
        Event::Retirement => "retired",
        Event::Registration
        | Event::Genesis
        | Event::Verification
        | Event::Custody
        | Event::Exception
        | Event::Amendment
        | Event::People
        | Event::Policy
        | Event::Acceptance
        | Event::Training => "replaced",
    };
    Ok(Some(format!("{label} is {how} since record {index:06}")))
}
