//! Time stamps (RFC 3161): an authority outside says that a head was there at a time.

mod asn1;
mod attributes;
mod certificate;
mod chain;
mod fault;
mod kept;
mod name;
mod request;
mod response;
mod signature;
mod signed_data;
mod tst_info;
mod verify;

pub use fault::StampFault;
pub use kept::KeptFault;
pub use kept::KeptStamp;
pub use kept::answers;
pub use kept::judge_kept;
pub use kept::requests;
pub use name::StampName;
pub use request::StampRequest;
pub use verify::Authority;
pub use verify::Stamp;
pub use verify::verify;

/// Largest request or answer that is read, in bytes; real answers have some six thousand.
pub const MAX_STAMP_BYTES: usize = 64 << 10;

#[cfg(test)]
mod tests;
