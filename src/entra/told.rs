//! Members of Graph's answers: what was told, and what was not.

use crate::primitives::UtcTime;
use serde::Deserialize;
use serde::Deserializer;

/// A Boolean member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Told {
    /// `true`
    Yes,
    /// `false`
    No,
    /// Absent or null: nothing is known.
    #[default]
    NotTold,
}

impl From<Option<bool>> for Told {
    fn from(told: Option<bool>) -> Self {
        match told {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::NotTold,
        }
    }
}

/// A member whose null says something; absent by `serde(default)`.
#[derive(Default)]
pub(super) enum Nullable<T> {
    #[default]
    Absent,
    Null,
    Is(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(|value| value.map_or(Self::Null, Self::Is))
    }
}

/// A moment. Absent, null and Graph's zero (year 1) are `None`; unreadable text is an error.
pub(super) fn moment<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<UtcTime>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    if text.starts_with("0001-01-01") {
        return Ok(None);
    }
    UtcTime::parse_rfc3339(&text)
        .map(Some)
        .ok_or_else(|| serde::de::Error::custom("not a moment"))
}
