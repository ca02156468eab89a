//! Row 6: the append-only ledger of signed records.

mod append;
pub mod audit;
mod book_reading;
mod bundle;
mod checkpoint;
mod error;
mod in_force;
mod kept_metadata;
mod layout;
mod memory_store;
mod on_record;
mod origin;
pub mod signing;
pub mod stamp;
mod store;
mod tree;
mod trust;
mod verifier;

pub use append::Ledger;
pub use append::SignatureFile;
pub use book_reading::BookReading;
pub use bundle::Bundle;
pub use bundle::BundleFault;
pub use bundle::MAX_BUNDLE_BYTES;
pub use bundle::ToSign;
pub use checkpoint::Checkpoint;
pub use error::LedgerError;
pub use in_force::InForce;
pub use layout::FileName;
pub use layout::is_reference;
pub use memory_store::MemoryStore;
pub use origin::Origin;
pub use signing::Signing;
pub use store::Created;
pub use store::LedgerStore;
pub use store::Listed;
pub use store::MAX_FILE_BYTES;
pub use store::Names;
pub use store::RemoteFault;
pub use store::StoreError;
pub use tree::Tree;
pub use trust::MAX_TRUST_BYTES;
pub use trust::Trust;
pub use trust::TrustFault;
pub use trust::TrustedAnchor;
pub use trust::parse_heads;
pub use trust::remember;
pub use verifier::FOR_STRANGERS;
pub use verifier::VERIFY_MD;
pub use verifier::VERIFY_PY;

#[cfg(test)]
mod tests;
