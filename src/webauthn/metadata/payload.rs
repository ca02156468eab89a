//! What a metadata BLOB signs (MDS3 §3.1.6), its entries unread.

use crate::primitives::foreign_json::Sound;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde_json::value::RawValue;
use std::fmt;

/// The members that are read. What else is there must be sound; of an entry nothing is asked but
/// that it ends.
pub(super) struct Payload {
    /// The member `no`.
    pub(super) no: u64,
    /// The member `nextUpdate`.
    pub(super) next_update: String,
    /// The member `entries`.
    pub(super) entries: Vec<Box<RawValue>>,
}

impl Payload {
    /// Reads the whole of `json`; `None` if it is no metadata.
    pub(super) fn read(json: &[u8]) -> Option<Self> {
        serde_json::from_str(std::str::from_utf8(json).ok()?).ok()
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Payload;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("metadata")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let (mut no, mut next_update, mut entries) = (None, None, None);
        while let Some(name) = map.next_key::<String>()? {
            let twice = match name.as_str() {
                "no" => no.replace(map.next_value()?).is_some(),
                "nextUpdate" => next_update.replace(map.next_value()?).is_some(),
                "entries" => entries.replace(map.next_value()?).is_some(),
                _ => {
                    map.next_value::<Sound>()?;
                    false
                }
            };
            if twice {
                return Err(M::Error::custom("a member is there twice"));
            }
        }
        Ok(Payload {
            no: no.ok_or_else(|| M::Error::missing_field("no"))?,
            next_update: next_update.ok_or_else(|| M::Error::missing_field("nextUpdate"))?,
            entries: entries.ok_or_else(|| M::Error::missing_field("entries"))?,
        })
    }
}
