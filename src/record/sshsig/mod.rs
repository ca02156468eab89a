//! SSHSIG (OpenSSH `PROTOCOL.sshsig`), read strictly and checked with ring.
//!
//! Stock `ssh-keygen -Y verify` accepts some second spellings, and security keys that were not
//! touched. This module accepts one spelling, and demands touch and verification.

mod armour;
mod error;
mod raw;
mod signature;
mod verify;
pub(in crate::record) mod wire;

pub use error::SshSigError;
pub use raw::RawSignature;
pub use signature::MAX_SIGNATURE_BYTES;
pub use signature::Message;
pub use signature::SshHash;
pub use signature::SshSignature;
pub use wire::WireFault;

#[cfg(test)]
mod tests;
