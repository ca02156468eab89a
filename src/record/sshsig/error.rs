//! Why a signature was refused.

use super::WireFault;
use crate::record::SshKeyError;
use crate::record::SshKeyType;

/// Why a signature was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SshSigError {
    /// Larger than [`MAX_SIGNATURE_BYTES`](super::MAX_SIGNATURE_BYTES).
    TooLarge,
    /// Not armoured as `ssh-keygen` armours: lines, columns, base64 or final newline.
    Armour,
    /// The bytes do not begin with `SSHSIG`.
    Preamble,
    /// Another version than 1.
    Version(u32),
    /// The public key inside.
    Key(SshKeyError),
    /// A namespace that is empty or not printable ASCII.
    NamespaceForm,
    /// The reserved field is not empty.
    Reserved,
    /// Another hash than `sha512` or `sha256`.
    Hash(String),
    /// A signature of a kind that this key does not make here; SHA-1 is none.
    Kind {
        /// The key.
        key: SshKeyType,
        /// The signature's name.
        signature: String,
    },
    /// The encoding.
    Wire(WireFault),
    /// A raw signature or an integer in it that is too long, too short or zero.
    Length,
    /// It would be written otherwise.
    SecondSpelling,
    /// It was made for another kind of document.
    OtherNamespace(String),
    /// A security key signed without touch or without verification (PIN or fingerprint).
    NotVerified {
        /// The flags it signed: 0x01 touch, 0x04 verification.
        flags: u8,
    },
    /// The key did not make it over this message.
    Bad,
}

impl From<WireFault> for SshSigError {
    fn from(fault: WireFault) -> Self {
        Self::Wire(fault)
    }
}
