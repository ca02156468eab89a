//! Row 6: the append-only ledger of signed records.

mod store;

pub use store::Created;
pub use store::LedgerStore;
pub use store::MAX_FILE_BYTES;
pub use store::StoreError;
