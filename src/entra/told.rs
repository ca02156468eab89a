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

/// Tells null (`Some(None)`) from absent (`None`, by `serde(default)`).
#[expect(clippy::option_option, reason = "null and absent mean two things here")]
pub(super) fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
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
