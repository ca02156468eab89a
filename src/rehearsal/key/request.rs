//! The parameters of a CTAP2 command, read as strictly as strict keys read them.

use super::status::Status;
use crate::primitives::cbor;
use crate::primitives::cbor::Mode;
use crate::primitives::cbor::Value;

/// A map with integer keys (CTAP 2.1 §6).
pub(super) struct Request(Value);

impl Request {
    /// Reads `bytes`, which must be canonical CBOR and a map.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Status> {
        let value = cbor::decode(bytes, Mode::Canonical).map_err(|_| Status::InvalidCbor)?;
        Self::of(value)
    }

    fn of(value: Value) -> Result<Self, Status> {
        value.as_map().ok_or(Status::UnexpectedType)?;
        Ok(Self(value))
    }

    /// The member at `key` if it is there; of another type than `read` expects, it is refused.
    pub(super) fn optional<'a, T: 'a>(
        &'a self,
        key: i64,
        read: fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Status> {
        self.0
            .at(key)
            .map(|value| read(value).ok_or(Status::UnexpectedType))
            .transpose()
    }

    /// The member at `key`, which must be there.
    pub(super) fn required<'a, T: 'a>(
        &'a self,
        key: i64,
        read: fn(&'a Value) -> Option<T>,
    ) -> Result<T, Status> {
        self.optional(key, read)?.ok_or(Status::MissingParameter)
    }

    /// The member at `key` as it is.
    pub(super) fn raw(&self, key: i64) -> Option<&Value> {
        self.0.at(key)
    }

    /// The map at `key`; an empty one if it is not there.
    pub(super) fn nested(&self, key: i64) -> Result<Self, Status> {
        self.0
            .at(key)
            .map_or_else(|| Ok(Self(Value::Map(Vec::new()))), |v| Self::of(v.clone()))
    }

    /// The boolean `name` in the map of options at `key` (CTAP 2.1 §6.1, §6.2).
    pub(super) fn option(&self, key: i64, name: &str) -> Result<Option<bool>, Status> {
        let Some(options) = self.0.at(key) else {
            return Ok(None);
        };
        options.as_map().ok_or(Status::UnexpectedType)?;
        options
            .named_member(name)
            .map(|value| value.as_bool().ok_or(Status::UnexpectedType))
            .transpose()
    }

    /// The ids of the public key credentials in the list at `key`; `None` if there is no list.
    /// Descriptors of another type are left out.
    pub(super) fn descriptors(&self, key: i64) -> Result<Option<Vec<Vec<u8>>>, Status> {
        let Some(list) = self.optional(key, Value::as_array)? else {
            return Ok(None);
        };
        if list.len() > MOST_IN_LIST {
            return Err(Status::LimitExceeded);
        }
        let mut ids = Vec::new();
        for descriptor in list {
            let (id, kind) = descriptor_parts(descriptor)?;
            if kind == "public-key" {
                ids.push(id.to_vec());
            }
        }
        Ok(Some(ids))
    }
}

/// `maxCredentialCountInList` of getInfo.
pub(super) const MOST_IN_LIST: usize = 8;

/// Id and type of a PublicKeyCredentialDescriptor.
pub(super) fn descriptor_parts(value: &Value) -> Result<(&[u8], &str), Status> {
    value.as_map().ok_or(Status::UnexpectedType)?;
    let id = member(value, "id", Value::as_bytes)?;
    let kind = member(value, "type", Value::as_text)?;
    Ok((id, kind))
}

/// Type and algorithm of a PublicKeyCredentialParameters.
pub(super) fn parameter_parts(value: &Value) -> Result<(&str, i64), Status> {
    value.as_map().ok_or(Status::UnexpectedType)?;
    let kind = member(value, "type", Value::as_text)?;
    let algorithm = member(value, "alg", Value::as_i64)?;
    Ok((kind, algorithm))
}

/// A member of a map with text keys, which must be there and of the type `read` expects.
pub(super) fn member<'a, T: 'a>(
    map: &'a Value,
    name: &str,
    read: fn(&'a Value) -> Option<T>,
) -> Result<T, Status> {
    let value = map.named_member(name).ok_or(Status::MissingParameter)?;
    read(value).ok_or(Status::UnexpectedType)
}
