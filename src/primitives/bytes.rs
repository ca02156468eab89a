//! Text forms of bytes (RFC 4648), strict: no padding, no white space, spare bits zero.

use data_encoding::BASE32_NOPAD;
use data_encoding::BASE64;
use data_encoding::BASE64URL_NOPAD;
use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Visitor;
use std::fmt;

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
        deserializer.deserialize_str(Base64Url)
    }
}

/// Reads [`Bytes`] without keeping their text.
struct Base64Url;

impl Visitor<'_> for Base64Url {
    type Value = Bytes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Bytes, E> {
        from_base64url(text)
            .map(Bytes)
            .ok_or_else(|| E::custom("not unpadded base64url"))
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
    fn base32_is_upper_case_and_unpadded() {
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(from_base32("MZXW6YTBOI"), Some(b"foobar".to_vec()));
        assert_eq!(from_base32("mzxw6ytboi"), None);
    }
}
