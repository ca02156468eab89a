//! Why the ledger did not take it.

use super::StoreError;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::record::Event;
use crate::record::RecordError;

/// Why the ledger did not take it. Nothing that was there before is ever changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerError {
    /// The store did not do it.
    Store(StoreError),
    /// Another record has that index by now: somebody else appended first. Go on from the new head.
    Moved {
        /// The index that was expected to be free.
        index: u64,
        /// Records there are now.
        size: u64,
        /// SHA-256 of the record that is there.
        found: Digest,
        /// What it is; `None` if it cannot be read as a record.
        is: Option<(Event, Guid)>,
    },
    /// The records end before that index: a record is missing, or the index is wrong.
    Gap {
        /// The index asked for.
        index: u64,
        /// Records there are.
        size: u64,
    },
    /// A file that should be written is there already, with other bytes.
    Conflict {
        /// The file.
        name: String,
        /// SHA-256 of what is there.
        found: Digest,
    },
    /// Not a ref that may stand in a file name.
    Reference(String),
    /// A file of the ledger is missing.
    Missing {
        /// The file.
        name: String,
    },
    /// A record of the ledger cannot be read, or the one to append is none.
    Record {
        /// Its index.
        index: u64,
        /// Why.
        why: RecordError,
    },
    /// The ledger's `origin` is not one.
    Origin,
}

impl From<StoreError> for LedgerError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
