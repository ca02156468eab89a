//! GUIDs as Graph and AAGUIDs write them: lower case, with dashes.

use crate::primitives::bytes;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use std::fmt;

/// A GUID; prints as `8-4-4-4-12` lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub [u8; 16]);

/// The directory (tenant) id: a GUID.
pub type TenantId = Guid;

impl Guid {
    /// Reads `8-4-4-4-12` hexadecimal in either case; `None` on anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let parts: Vec<&str> = lower.split('-').collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        if lengths != [8, 4, 4, 4, 12] {
            return None;
        }
        let bytes = bytes::from_hex(&parts.concat())?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Guid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Guid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a GUID"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_prints_as_it_was_read_but_in_lower_case() {
        let guid = Guid::parse("FA2B99DC-9e39-4257-8f92-4a30d23c4118").unwrap();
        assert_eq!(guid.to_string(), "fa2b99dc-9e39-4257-8f92-4a30d23c4118");
    }

    #[test]
    fn a_guid_with_dashes_elsewhere_is_refused() {
        assert_eq!(Guid::parse("fa2b99dc9e39-4257-8f92-4a30-d23c4118"), None);
        assert_eq!(Guid::parse("{a2b99dc-9e39-4257-8f92-4a30d23c4118"), None);
        assert_eq!(Guid::parse(""), None);
    }
}
