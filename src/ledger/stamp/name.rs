//! The names of files in `anchors/`.

use super::StampRequest;
use crate::primitives::Digest;
use crate::primitives::bytes;
use std::fmt;

/// A stamp's name: `000005.<sha256 of the file>.tsr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StampName {
    /// Records in the head that was stamped.
    pub size: u64,
    /// SHA-256 of the file.
    pub sha256: Digest,
}

impl StampName {
    /// Reads a name; `None` if it is none of ours.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (size, rest) = name.split_once('.')?;
        let found = Self {
            size: size.parse().ok().filter(|size| *size < 1 << 53)?,
            sha256: Digest::from_hex(rest.strip_suffix(".tsr")?)?,
        };
        (found.to_string() == name).then_some(found)
    }

    /// The name of a kept request: `000005.<nonce in hexadecimal>.tsq`.
    #[must_use]
    pub fn of_request(size: u64, request: &StampRequest) -> String {
        let nonce = request.nonce.as_deref().unwrap_or_default();
        format!("{size:06}.{}.tsq", bytes::hex(nonce))
    }
}

impl fmt::Display for StampName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}.{}.tsr", self.size, self.sha256)
    }
}
