//! What follows an audit while it runs: progress, and a line of JSON for each record.

use super::report_json;
use crate::cli::Output;
use crate::cli::failure::Failure;
use crate::cli::progress::Progress;
use crate::ledger::FileName;
use crate::ledger::LedgerStore;
use crate::ledger::audit::RecordRow;
use crate::ledger::audit::Watch;

/// Says how far it is, and with `rows` writes each record as it is taken.
pub(super) struct Follow<'f, 'o> {
    progress: Progress,
    store: &'f dyn LedgerStore,
    rows: Option<Rows<'f, 'o>>,
}

/// The records as members of a JSON list that has begun.
pub(super) struct Rows<'f, 'o> {
    pub(super) output: &'f mut Output<'o>,
    /// Whether one was written.
    pub(super) any: bool,
    /// Why one was not written.
    pub(super) failed: Option<Failure>,
}

impl<'f, 'o> Follow<'f, 'o> {
    pub(super) fn new(store: &'f dyn LedgerStore, rows: Option<Rows<'f, 'o>>) -> Self {
        Self {
            progress: Progress::new("records"),
            store,
            rows,
        }
    }

    /// Why a row was not written; `None` if all were.
    pub(super) fn failed(self) -> Option<Failure> {
        self.rows?.failed
    }
}

impl Watch for Follow<'_, '_> {
    fn record(&mut self, index: u64, row: Option<&RecordRow>) {
        let store = self.store;
        self.progress.step(index + 1, || count(store));
        if let (Some(rows), Some(row)) = (&mut self.rows, row)
            && rows.failed.is_none()
        {
            let comma = if rows.any { "," } else { "" };
            rows.any = true;
            let line = format!("{comma}\n{}", report_json::row(row));
            rows.failed = rows.output.print(&line).err();
        }
    }
}

/// Records there are, found by looking at few; `None` if the store cannot be read.
fn count(store: &dyn LedgerStore) -> Option<u64> {
    let there = |index: u64| {
        let name = FileName::Record(index).to_string();
        store.read(&name).ok().map(|bytes| bytes.is_some())
    };
    let (mut low, mut high) = (0, 1_u64);
    while high < 1 << 40 && there(high)? {
        low = high;
        high *= 2;
    }
    // `low` is there, `high` is not.
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if there(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::MemoryStore;

    #[test]
    fn records_are_counted_by_looking_at_few() {
        for size in [1, 2, 3, 7, 8, 9, 100] {
            let store: MemoryStore = (0..size)
                .map(|index| (FileName::Record(index).to_string(), Vec::new()))
                .collect();
            assert_eq!(count(&store), Some(size));
        }
    }
}
