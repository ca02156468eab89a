//! The firmware an attestation certificate was made for.

use std::fmt;

/// A firmware version; prints as `5.7.4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FirmwareVersion {
    /// The first number.
    pub major: u8,
    /// The second.
    pub minor: u8,
    /// The third.
    pub patch: u8,
}

impl FirmwareVersion {
    /// Below every version.
    pub const ZERO: Self = Self {
        major: 0,
        minor: 0,
        patch: 0,
    };

    /// From the three bytes of the certificate extension; `None` on another length.
    #[must_use]
    pub const fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [major, minor, patch] => Some(Self {
                major,
                minor,
                patch,
            }),
            _ => None,
        }
    }

    /// Reads `5.7.4`; `None` on any other form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let numbers: Option<Vec<u8>> = text.split('.').map(|part| part.parse().ok()).collect();
        let version = Self::from_bytes(&numbers?)?;
        (version.to_string() == text).then_some(version)
    }
}

impl fmt::Display for FirmwareVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}
