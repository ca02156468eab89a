//! GUIDs as Graph and AAGUIDs write them: lower case, with dashes.

use crate::primitives::bytes;
use crate::primitives::spelled;
use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use std::fmt;

/// Characters of the text.
const LENGTH: usize = 36;
/// Where the dashes stand.
const DASHES: [usize; 4] = [8, 13, 18, 23];

/// A GUID; prints as `8-4-4-4-12` lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub [u8; 16]);

/// The directory (tenant) id: a GUID.
pub type TenantId = Guid;

impl Guid {
    /// Reads `8-4-4-4-12` hexadecimal in either case; `None` on anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != LENGTH {
            return None;
        }
        let mut digits = [0; 32];
        let mut places = digits.iter_mut();
        for (at, byte) in text.bytes().enumerate() {
            if DASHES.contains(&at) {
                if byte != b'-' {
                    return None;
                }
            } else {
                *places.next()? = byte.to_ascii_lowercase();
            }
        }
        bytes::hex_array(&digits).map(Self)
    }

    /// Writes the text into `into`.
    fn text<'t>(&self, into: &'t mut [u8; LENGTH]) -> &'t str {
        let mut digits = [0; 32];
        HEXLOWER.encode_mut(&self.0, &mut digits);
        let mut digits = digits.into_iter();
        for (at, place) in into.iter_mut().enumerate() {
            *place = if DASHES.contains(&at) {
                b'-'
            } else {
                digits.next().unwrap_or(b'0') // never: there are as many as places
            };
        }
        std::str::from_utf8(into).unwrap_or_default() // never: digits and dashes
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text(&mut [0; LENGTH]))
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Guid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text(&mut [0; LENGTH]))
    }
}

impl<'de> Deserialize<'de> for Guid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        spelled::read(deserializer, "not a GUID", Self::parse)
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
        assert_eq!(Guid::parse("fa2b99dc-9e39-4257-8f92-4a30d23c41180"), None);
        assert_eq!(Guid::parse("fa2b99dc-9e39-4257-8f92-4a30d23c411g"), None);
        assert_eq!(Guid::parse("fa2b99dc-9e39-4257-8f92-4a30d23c41é"), None);
        assert_eq!(Guid::parse(""), None);
    }
}
