//! FIDO metadata (MDS3): which models exist, what may attest them, and what is known against them.

mod blob;
mod entry;
mod error;
mod jws;
mod payload;
mod roots;
mod served;
mod status;

pub use blob::Metadata;
pub use entry::EntryMalformed;
pub use entry::MetadataEntry;
pub use error::JwsPart;
pub use error::MetadataError;
pub use roots::fido_roots;
pub use served::Served;
pub use status::Status;
pub use status::StatusReport;

#[cfg(test)]
mod tests;
