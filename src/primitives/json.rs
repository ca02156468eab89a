//! Canonical JSON: the subset of RFC 8785 (JCS) that is signed.
//!
//! Strings, booleans, integers below 2^53 in magnitude, arrays and objects; no null, no fraction,
//! no white space, names sorted by UTF-16 code units, no name twice. [`decode`] proves that bytes
//! are in this one form before anything looks at their meaning.

mod check;
mod write;

pub use check::JsonError;
pub use check::JsonFault;
pub use check::check;
pub use write::NotCanonical;
pub use write::encode;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Largest magnitude of an integer, exclusive: 2^53 (RFC 7493 §2.2).
pub const INTEGER_LIMIT: i64 = 1 << 53;

/// Reads a typed value from canonical bytes and demands that it writes back to the same bytes, so
/// that nothing in them was overlooked.
///
/// # Errors
/// The first offence against the canonical form, or what the type does not accept.
pub fn decode<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, JsonError> {
    check(bytes)?;
    let meaning = |error: serde_json::Error| JsonError {
        at: error.column(),
        fault: JsonFault::Meaning(error.to_string()),
    };
    let value: T = match std::str::from_utf8(bytes) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(bytes), // never: the bytes were found canonical
    }
    .map_err(meaning)?;
    // Bytes found canonical, and the value's: no need to sort them.
    if write::is_plain(&value, bytes) {
        return Ok(value);
    }
    match encode(&value) {
        Ok(again) if again == bytes => Ok(value),
        Ok(_) | Err(_) => Err(JsonError {
            at: 0,
            fault: JsonFault::SecondSpelling,
        }),
    }
}

#[cfg(test)]
mod tests;
