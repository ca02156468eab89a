//! Writes canonical JSON.

use super::INTEGER_LIMIT;
use super::check::check;
use super::check::utf16_order;
use serde::Serialize;
use serde_json::Value;
use std::io;

/// A value has no canonical form: a null, a fraction, an integer of 2^53 or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotCanonical;

/// The canonical bytes of `value`, without a trailing newline.
///
/// # Errors
/// [`NotCanonical`] if it holds what the subset does not have.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, NotCanonical> {
    // Most values are written in order: then nothing has to be sorted.
    if let Some(plain) = plain(value).filter(|plain| check(plain).is_ok()) {
        return Ok(plain);
    }
    let value = serde_json::to_value(value).map_err(|_| NotCanonical)?;
    let mut out = Vec::new();
    write(&value, &mut out)?;
    Ok(out)
}

/// The bytes of `value` with its members in the order of its type, which may be the canonical one.
fn plain<T: Serialize + ?Sized>(value: &T) -> Option<Vec<u8>> {
    serde_json::to_vec(value).ok()
}

/// Whether `bytes` are those of `value` with its members in the order of its type.
pub(super) fn is_plain<T: Serialize + ?Sized>(value: &T, bytes: &[u8]) -> bool {
    let mut left = Expected(bytes);
    serde_json::to_writer(&mut left, value).is_ok() && left.0.is_empty()
}

/// Takes the bytes that it holds, in their order, and no others.
struct Expected<'b>(&'b [u8]);

impl io::Write for Expected<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.strip_prefix(bytes).ok_or(io::ErrorKind::Other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    match value {
        Value::Null => return Err(NotCanonical),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => {
            let number = number.as_i64().ok_or(NotCanonical)?;
            if !(1 - INTEGER_LIMIT..INTEGER_LIMIT).contains(&number) {
                return Err(NotCanonical);
            }
            out.extend_from_slice(number.to_string().as_bytes());
        }
        Value::String(text) => string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
            sorted.sort_by(|(a, _), (b, _)| utf16_order(a, b));
            out.push(b'{');
            for (index, (name, member)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                string(name, out);
                out.push(b':');
                write(member, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

/// RFC 8785 §3.2.2.2: short escapes where there are some, `\u00xx` for the other controls.
fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x09 => out.extend_from_slice(b"\\t"),
            0x0a => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            0x0d => out.extend_from_slice(b"\\r"),
            0..=0x1f => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}
