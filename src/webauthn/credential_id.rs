//! The name of a credential.

use crate::primitives::bytes;
use crate::primitives::bytes::Bytes;
use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;
use std::fmt;

/// A credential id: 1 to 1,023 bytes (WebAuthn §6.5.1); prints as unpadded base64url.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "Bytes")]
pub struct CredentialId(Vec<u8>);

impl CredentialId {
    /// Takes 1 to 1,023 bytes; `None` on another length.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        (1..=1023).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<Bytes> for CredentialId {
    type Error = &'static str;

    fn try_from(bytes: Bytes) -> Result<Self, Self::Error> {
        Self::new(bytes.0).ok_or("a credential id has 1 to 1,023 bytes")
    }
}

impl Serialize for CredentialId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&bytes::base64url(&self.0))
    }
}

impl fmt::Display for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bytes::base64url(&self.0))
    }
}

impl fmt::Debug for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
