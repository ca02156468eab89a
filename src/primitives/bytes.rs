//! Text forms of bytes (RFC 4648), strict: no padding, no white space, spare bits zero.

use crate::primitives::spelled;
use data_encoding::BASE32_NOPAD;
use data_encoding::BASE64;
use data_encoding::BASE64URL_NOPAD;
use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;

/// Lower-case hexadecimal of `bytes`.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Bytes of lower-case hexadecimal; `None` on any other character or an odd length.
#[must_use]
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    HEXLOWER.decode(text.as_bytes()).ok()
}

/// The `N` bytes that `text` is the lower-case hexadecimal of; `None` on any other character or
/// length.
#[must_use]
pub fn hex_array<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    HEXLOWER.decode_mut(text, &mut bytes).ok()?;
    Some(bytes)
}

/// Unpadded base64url (RFC 4648 §5).
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// Bytes of unpadded base64url; `None` on padding, a foreign character or set spare bits.
#[must_use]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

/// Padded standard base64 (RFC 4648 §4), as PEM and SSHSIG armour use it.
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Bytes of padded standard base64; `None` on a foreign character, wrong padding or set spare bits.
#[must_use]
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    // The library also reads padded texts that follow each other.
    let rest = text.strip_suffix('=').unwrap_or(text);
    let rest = rest.strip_suffix('=').unwrap_or(rest);
    if rest.contains('=') {
        return None;
    }
    BASE64.decode(text.as_bytes()).ok()
}

/// Unpadded upper-case base32 (RFC 4648 §6): every character is in the QR alphanumeric set.
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    BASE32_NOPAD.encode(bytes)
}

/// Bytes of unpadded upper-case base32; `None` on a foreign character or set spare bits.
#[must_use]
pub fn from_base32(text: &str) -> Option<Vec<u8>> {
    BASE32_NOPAD.decode(text.as_bytes()).ok()
}

/// Whether `a` and `b` are equal, in time that depends on their lengths alone.
#[must_use]
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    use subtle::ConstantTimeEq;
    a.ct_eq(b).into()
}

/// Bytes that serialise as unpadded base64url and are read back strictly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64url(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        spelled::read(deserializer, "not unpadded base64url", from_base64url).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_with_set_spare_bits_is_refused() {
        assert_eq!(from_base64url("QQ"), Some(b"A".to_vec()));
        assert_eq!(from_base64url("QR"), None);
        assert_eq!(from_base64url("QQ=="), None);
    }

    #[test]
    fn hexadecimal_of_another_length_or_case_is_no_array() {
        assert_eq!(hex_array(b"00ff"), Some([0, 0xff]));
        assert_eq!(hex_array::<2>(b"00fF"), None);
        assert_eq!(hex_array::<2>(b"00f"), None);
        assert_eq!(hex_array::<2>(b"00ff0"), None);
        assert_eq!(hex_array::<2>(b"00ff00"), None);
    }

    #[test]
    fn base64_is_padded_at_its_end_alone() {
        assert_eq!(from_base64("QQ=="), Some(b"A".to_vec()));
        assert_eq!(from_base64("QUI="), Some(b"AB".to_vec()));
        for text in ["QQ", "QQ=", "QR==", "QQ==QQ==", "QQ==QUJD", "===="] {
            assert_eq!(from_base64(text), None, "{text}");
        }
    }

    #[test]
    fn base32_is_upper_case_and_unpadded() {
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(from_base32("MZXW6YTBOI"), Some(b"foobar".to_vec()));
        assert_eq!(from_base32("mzxw6ytboi"), None);
    }
}
