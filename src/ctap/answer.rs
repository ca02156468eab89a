//! Parameters and answers of CTAP2 commands: CBOR that is wiped when dropped, since user handles
//! pass through both.

use super::error::CtapError;
use crate::primitives::cbor;
use crate::primitives::cbor::Mode;
use crate::primitives::cbor::Value;
use zeroize::Zeroize;
use zeroize::Zeroizing;

/// A CBOR value whose bytes and texts are overwritten when it is dropped.
pub(super) struct Wiped(Value);

impl Wiped {
    /// A map with integer keys; members that are `None` are left out.
    pub(super) fn numbered(members: Vec<(i64, Option<Value>)>) -> Self {
        Self(Value::numbered(members))
    }

    /// Its canonical bytes (CTAP 2.1 §8).
    pub(super) fn encode(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.encode())
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::Bytes(bytes) | Value::Other(_, bytes) => bytes.zeroize(),
        Value::Text(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Map(members) => {
            for (key, value) in members {
                wipe(key);
                wipe(value);
            }
        }
        Value::Tag(_, inner) => wipe(inner),
        Value::Unsigned(_) | Value::Negative(_) | Value::Bool(_) | Value::Null => {}
    }
}

/// The map that a successful answer holds. A required member is asked for by its number and its
/// name in the specification, which is what an error carries.
pub(super) struct Answer(Wiped);

impl Answer {
    /// Reads the bytes after the status.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, CtapError> {
        let value = cbor::decode(bytes, Mode::Tolerant)
            .map(Wiped)
            .map_err(|_| CtapError::Malformed { what: "CBOR" })?;
        if value.0.as_map().is_none() {
            return Err(CtapError::Malformed { what: "CBOR map" });
        }
        Ok(Self(value))
    }

    /// The member under `key`; `None` if absent.
    pub(super) fn get(&self, key: i64) -> Option<&Value> {
        self.0.0.at(key)
    }

    /// A member that must be there.
    pub(super) fn required(&self, key: i64, what: &'static str) -> Result<&Value, CtapError> {
        self.get(key).ok_or(CtapError::Malformed { what })
    }

    /// A byte string that must be there.
    pub(super) fn bytes(&self, key: i64, what: &'static str) -> Result<&[u8], CtapError> {
        let value = self.required(key, what)?;
        value.as_bytes().ok_or(CtapError::Malformed { what })
    }

    /// A number that must be there.
    pub(super) fn number(&self, key: i64, what: &'static str) -> Result<u64, CtapError> {
        let value = self.required(key, what)?;
        value.as_u64().ok_or(CtapError::Malformed { what })
    }

    /// A number of one byte that must be there.
    pub(super) fn byte(&self, key: i64, what: &'static str) -> Result<u8, CtapError> {
        let number = self.number(key, what)?;
        u8::try_from(number).map_err(|_| CtapError::Malformed { what })
    }

    /// A member that may be absent but, if present, must read as `T`.
    pub(super) fn optional<'v, T>(
        &'v self,
        key: i64,
        what: &'static str,
        read: impl Fn(&'v Value) -> Option<T>,
    ) -> Result<Option<T>, CtapError> {
        optional(self.get(key), what, read)
    }
}

/// Reads a member that may be absent; present and unreadable is malformed.
pub(super) fn optional<'v, T>(
    member: Option<&'v Value>,
    what: &'static str,
    read: impl Fn(&'v Value) -> Option<T>,
) -> Result<Option<T>, CtapError> {
    match member {
        None => Ok(None),
        Some(value) => read(value).map(Some).ok_or(CtapError::Malformed { what }),
    }
}

impl Answer {
    /// What it says as an answer to getInfo.
    pub(super) fn info(&self, raw: &[u8]) -> Result<super::AuthenticatorInfo, CtapError> {
        super::AuthenticatorInfo::read(raw, &self.0.0).ok_or(CtapError::Malformed { what: "CBOR" })
    }
}
