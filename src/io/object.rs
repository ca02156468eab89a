//! Ledgers in object storage: Azure Blob Storage, and what speaks S3.

mod container;
mod fault;
mod ledger;
mod probe;
mod settings;

pub use container::Container;
pub use container::Layer;
pub use fault::OpenFault;
pub use ledger::ObjectLedger;
pub use probe::Answer;
pub use probe::Probed;
