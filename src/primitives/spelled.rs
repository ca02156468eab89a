//! Values that are read from their text, without keeping the text.

use serde::Deserializer;
use serde::de::Error;
use serde::de::Visitor;
use std::fmt;

/// Reads a text and makes of it what `parse` does; `refusal` is said where that is nothing.
pub(super) fn read<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    refusal: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(Spelled { refusal, parse })
}

struct Spelled<P> {
    refusal: &'static str,
    parse: P,
}

impl<T, P: FnOnce(&str) -> Option<T>> Visitor<'_> for Spelled<P> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.parse)(text).ok_or_else(|| E::custom(self.refusal))
    }
}
