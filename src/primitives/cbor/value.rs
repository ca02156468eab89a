//! A CBOR value and its canonical bytes.

/// A CBOR data item (RFC 8949 §3), as far as CTAP and WebAuthn use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Major type 0: 0 to 2^64 - 1.
    Unsigned(u64),
    /// Major type 1: the number −1 − n.
    Negative(u64),
    /// Major type 2.
    Bytes(Vec<u8>),
    /// Major type 3.
    Text(String),
    /// Major type 4.
    Array(Vec<Value>),
    /// Major type 5, in the order read; sorted when encoded.
    Map(Vec<(Value, Value)>),
    /// Major type 6; read tolerantly only.
    Tag(u64, Box<Value>),
    /// True or false.
    Bool(bool),
    /// Null.
    Null,
    /// A float or another simple value: its initial byte and the bytes that follow.
    Other(u8, Vec<u8>),
}

impl Value {
    /// An integer of either sign.
    #[must_use]
    pub fn int(number: i64) -> Self {
        u64::try_from(number).map_or_else(
            |_| Self::Negative(number.unsigned_abs().wrapping_sub(1)),
            Self::Unsigned,
        )
    }

    /// A text string.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// A byte string.
    #[must_use]
    pub fn bytes(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }

    /// A map with integer keys, as CTAP commands use; members that are `None` are left out.
    #[must_use]
    pub fn numbered(members: Vec<(i64, Option<Self>)>) -> Self {
        Self::Map(
            members
                .into_iter()
                .filter_map(|(key, value)| Some((Self::int(key), value?)))
                .collect(),
        )
    }

    /// A map with text keys.
    #[must_use]
    pub fn named(members: Vec<(&str, Self)>) -> Self {
        Self::Map(
            members
                .into_iter()
                .map(|(key, value)| (Self::text(key), value))
                .collect(),
        )
    }

    /// The member of a map under an integer key; `None` if absent or not a map.
    #[must_use]
    pub fn at(&self, key: i64) -> Option<&Self> {
        self.member(&Self::int(key))
    }

    /// The member of a map under a text key; `None` if absent or not a map.
    #[must_use]
    pub fn named_member(&self, key: &str) -> Option<&Self> {
        self.as_map()?
            .iter()
            .find(|(name, _)| name.as_text() == Some(key))
            .map(|(_, value)| value)
    }

    fn member(&self, key: &Self) -> Option<&Self> {
        self.as_map()?
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// The members of a map.
    #[must_use]
    pub fn as_map(&self) -> Option<&[(Self, Self)]> {
        if let Self::Map(members) = self {
            Some(members)
        } else {
            None
        }
    }

    /// The items of an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self {
            Some(items)
        } else {
            None
        }
    }

    /// The bytes of a byte string.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self {
            Some(bytes)
        } else {
            None
        }
    }

    /// The text of a text string.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// An unsigned integer.
    #[must_use]
    pub const fn as_u64(&self) -> Option<u64> {
        if let Self::Unsigned(number) = self {
            Some(*number)
        } else {
            None
        }
    }

    /// An integer that fits 64 bits with sign.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Unsigned(number) => i64::try_from(*number).ok(),
            Self::Negative(number) => i64::try_from(*number).ok().map(|n| -1 - n),
            Self::Bytes(_)
            | Self::Text(_)
            | Self::Array(_)
            | Self::Map(_)
            | Self::Tag(..)
            | Self::Bool(_)
            | Self::Null
            | Self::Other(..) => None,
        }
    }

    /// A boolean.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self {
            Some(*truth)
        } else {
            None
        }
    }

    /// The canonical bytes: shortest heads, map keys sorted.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode_into(&mut out);
        out
    }

    fn encode_into(&self, out: &mut Vec<u8>) {
        match self {
            Self::Unsigned(number) => head(out, 0, *number),
            Self::Negative(number) => head(out, 1, *number),
            Self::Bytes(bytes) => {
                head(out, 2, length(bytes.len()));
                out.extend_from_slice(bytes);
            }
            Self::Text(text) => {
                head(out, 3, length(text.len()));
                out.extend_from_slice(text.as_bytes());
            }
            Self::Array(items) => {
                head(out, 4, length(items.len()));
                for item in items {
                    item.encode_into(out);
                }
            }
            Self::Map(members) => {
                head(out, 5, length(members.len()));
                let mut encoded: Vec<(Vec<u8>, &Self)> = members
                    .iter()
                    .map(|(key, value)| (key.encode(), value))
                    .collect();
                encoded.sort_by(|(a, _), (b, _)| key_order(a, b));
                for (key, value) in encoded {
                    out.extend_from_slice(&key);
                    value.encode_into(out);
                }
            }
            Self::Tag(tag, inner) => {
                head(out, 6, *tag);
                inner.encode_into(out);
            }
            Self::Bool(false) => out.push(0xf4),
            Self::Bool(true) => out.push(0xf5),
            Self::Null => out.push(0xf6),
            Self::Other(initial, rest) => {
                out.push(*initial);
                out.extend_from_slice(rest);
            }
        }
    }
}

/// The order of encoded map keys (CTAP 2.1 §8): major type, then length, then bytes.
pub(super) fn key_order(a: &[u8], b: &[u8]) -> std::cmp::Ordering {
    let major = |key: &[u8]| key.first().map(|byte| byte >> 5);
    (major(a), a.len(), a).cmp(&(major(b), b.len(), b))
}

fn length(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

fn head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let top = major << 5;
    if let Ok(byte) = u8::try_from(argument) {
        if byte < 24 {
            out.push(top | byte);
        } else {
            out.extend_from_slice(&[top | 0x18, byte]);
        }
    } else if let Ok(two) = u16::try_from(argument) {
        out.push(top | 0x19);
        out.extend_from_slice(&two.to_be_bytes());
    } else if let Ok(four) = u32::try_from(argument) {
        out.push(top | 0x1a);
        out.extend_from_slice(&four.to_be_bytes());
    } else {
        out.push(top | 0x1b);
        out.extend_from_slice(&argument.to_be_bytes());
    }
}
