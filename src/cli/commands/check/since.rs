//! What a record stated, to hold the present against.

use super::NOTHING;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::place;
use crate::cli::words;
use crate::findings::Stated;
use crate::ledger::Ledger;
use std::path::Path;

/// What the record with this index stated, and which keys were in use then.
pub(super) fn stated(folder: &Path, record: u64) -> Result<Stated, Failure> {
    let mut store = place::ledger_of(folder, NOTHING)?;
    let ledger = Ledger::new(&mut store);
    let failed = |error| words::ledger(&error).saying(NOTHING);
    let size = ledger.size().map_err(failed)?;
    if record >= size {
        let last = size.saturating_sub(1);
        return Err(Failure::new(
            Exit::Usage,
            NOTHING,
            format!("there is no record {record:06}; the last one is {last:06}"),
            "name a record of the book: `glasskey audit` lists them",
        ));
    }
    ledger.stated(record).map_err(failed)
}
