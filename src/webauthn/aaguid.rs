//! The model of an authenticator.

use crate::primitives::Guid;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// The AAGUID: 16 bytes that name a model of authenticator (WebAuthn §6.1); prints with dashes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Aaguid(pub Guid);

impl Aaguid {
    /// The AAGUID of authenticators that do not say what they are: all zero.
    pub const ZERO: Self = Self(Guid([0; 16]));

    /// Reads the dashed form in either case; `None` on anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Guid::parse(text).map(Self)
    }

    /// From exactly 16 bytes; `None` on another length.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Guid(bytes.try_into().ok()?)))
    }

    /// The 16 bytes, in the order of authenticator data.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0.0
    }
}

impl fmt::Display for Aaguid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Aaguid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
