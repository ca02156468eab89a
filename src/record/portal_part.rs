//! The member of a registration that was made at a portal of the tenant, with a pass.

use crate::primitives::UtcTime;
use crate::primitives::bytes;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Error;
use std::fmt;

/// SHA-1 of a certificate, as the tenant names the one that attested a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Thumbprint(pub [u8; 20]);

impl Thumbprint {
    /// Reads 40 hexadecimal digits of either case; `None` otherwise.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        bytes::hex_array(text.to_ascii_lowercase().as_bytes()).map(Self)
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bytes::hex(&self.0))
    }
}

impl Serialize for Thumbprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Thumbprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let read = bytes::hex_array(text.as_bytes()).map(Self);
        read.ok_or_else(|| Error::custom("a thumbprint is 40 lower-case hexadecimal digits"))
    }
}

/// A Temporary Access Pass; never its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassPart {
    /// When the tenant was read back without it.
    pub gone: UtcTime,
    /// When it was made.
    pub made: UtcTime,
}

/// What the tenant says of a passkey that was registered at its portal. There is no attestation of the
/// credential itself: the portal kept it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalPart {
    /// Whether the tenant says that the passkey attested its model (`attestationLevel`).
    pub attested: bool,
    /// The certificates that attested it (`attestationCertificates`); empty where the tenant names
    /// none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<Thumbprint>,
    /// Whether every profile that reaches the account demanded attestation.
    pub enforced: bool,
    /// The pass that the portal was opened with; absent where the ceremony made none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass: Option<PassPart>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_has_one_spelling_in_a_record() {
        let text = "dbe793efdf1945e2df25d93653a1e8a3268a9075";
        let read = Thumbprint::parse(&text.to_ascii_uppercase()).unwrap();
        assert_eq!(read.to_string(), text);
        let json = format!("\"{text}\"");
        assert_eq!(serde_json::from_str::<Thumbprint>(&json).unwrap(), read);
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
        for odd in [text.to_ascii_uppercase().as_str(), "dbe7", ""] {
            assert!(serde_json::from_str::<Thumbprint>(&format!("\"{odd}\"")).is_err());
        }
    }
}
