//! Reading CBOR: bounded, never panics, memory within a constant factor of the input.

use super::value::Value;
use super::value::key_order;
use std::cmp::Ordering;

/// Nesting that is read; CTAP 2.1 §8 allows 4, attestation statements go deeper.
const MAX_DEPTH: u8 = 16;

/// How strictly bytes are read. Duplicate keys, indefinite lengths and trailing bytes are
/// refused in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Canonical form (CTAP 2.1 §8): shortest heads, sorted keys, UTF-8, no tags.
    Canonical,
    /// What real authenticators and platforms also send: any key order, long heads, tags, and text
    /// cut inside a character (replaced by U+FFFD).
    Tolerant,
}

/// Why bytes are not the CBOR asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CborFault {
    /// The bytes end inside an item.
    Truncated,
    /// Bytes follow the item.
    Trailing,
    /// An argument is not in its shortest form.
    NotShortest,
    /// Map keys are out of order.
    Unsorted,
    /// A map key occurs twice.
    Duplicate,
    /// Text that is not UTF-8.
    NotUtf8,
    /// Deeper than 16 levels.
    TooDeep,
    /// An indefinite length, a reserved head, or a tag where none is allowed.
    Forbidden,
}

/// Where reading stopped, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CborError {
    /// Offset in bytes.
    pub at: usize,
    /// The reason.
    pub fault: CborFault,
}

/// Reads exactly one item that fills `bytes`.
///
/// # Errors
/// Where and why the bytes are refused.
pub fn decode(bytes: &[u8], mode: Mode) -> Result<Value, CborError> {
    let (value, rest) = decode_prefix(bytes, mode)?;
    if rest.is_empty() {
        Ok(value)
    } else {
        Err(CborError {
            at: bytes.len() - rest.len(),
            fault: CborFault::Trailing,
        })
    }
}

/// Reads one item at the start of `bytes` and returns what follows it.
///
/// # Errors
/// Where and why the bytes are refused.
pub fn decode_prefix(bytes: &[u8], mode: Mode) -> Result<(Value, &[u8]), CborError> {
    let mut reader = Reader { bytes, at: 0, mode };
    let value = reader.item(0)?;
    Ok((value, bytes.get(reader.at..).unwrap_or_default()))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    mode: Mode,
}

impl<'a> Reader<'a> {
    fn item(&mut self, depth: u8) -> Result<Value, CborError> {
        let start = self.at;
        if depth > MAX_DEPTH {
            return Err(self.fault(CborFault::TooDeep));
        }
        let initial = self.byte()?;
        let (major, low) = (initial >> 5, initial & 0x1f);
        if major == 7 {
            return self.simple(initial, low, start);
        }
        let argument = self.argument(low, start)?;
        match major {
            0 => Ok(Value::Unsigned(argument)),
            1 => Ok(Value::Negative(argument)),
            2 => Ok(Value::Bytes(self.take(argument)?.to_vec())),
            3 => self.text(argument),
            4 => {
                let count = self.count(argument, 1)?;
                let mut items = Vec::new();
                for _ in 0..count {
                    items.push(self.item(depth + 1)?);
                }
                Ok(Value::Array(items))
            }
            5 => self.map(argument, depth),
            _ if self.mode == Mode::Tolerant => {
                Ok(Value::Tag(argument, Box::new(self.item(depth + 1)?)))
            }
            _ => Err(CborError {
                at: start,
                fault: CborFault::Forbidden,
            }),
        }
    }

    fn map(&mut self, argument: u64, depth: u8) -> Result<Value, CborError> {
        let count = self.count(argument, 2)?;
        let mut members: Vec<(Value, Value)> = Vec::new();
        let mut seen: Vec<&'a [u8]> = Vec::new();
        let bytes = self.bytes;
        for _ in 0..count {
            let start = self.at;
            let key = self.item(depth + 1)?;
            let raw = bytes.get(start..self.at).unwrap_or_default();
            if self.mode == Mode::Canonical {
                match seen.last().map(|last| key_order(last, raw)) {
                    Some(Ordering::Greater) => {
                        return Err(CborError {
                            at: start,
                            fault: CborFault::Unsorted,
                        });
                    }
                    Some(Ordering::Equal) => {
                        return Err(CborError {
                            at: start,
                            fault: CborFault::Duplicate,
                        });
                    }
                    Some(Ordering::Less) | None => {}
                }
            }
            seen.push(raw);
            members.push((key, self.item(depth + 1)?));
        }
        if self.mode == Mode::Tolerant {
            let mut keys: Vec<Vec<u8>> = members.iter().map(|(key, _)| key.encode()).collect();
            keys.sort_unstable();
            if keys.windows(2).any(|pair| pair.first() == pair.last()) {
                return Err(self.fault(CborFault::Duplicate));
            }
        }
        Ok(Value::Map(members))
    }

    fn text(&mut self, argument: u64) -> Result<Value, CborError> {
        let start = self.at;
        let bytes = self.take(argument)?;
        match (std::str::from_utf8(bytes), self.mode) {
            (Ok(text), _) => Ok(Value::Text(text.to_owned())),
            (Err(_), Mode::Tolerant) => {
                Ok(Value::Text(String::from_utf8_lossy(bytes).into_owned()))
            }
            (Err(_), Mode::Canonical) => Err(CborError {
                at: start,
                fault: CborFault::NotUtf8,
            }),
        }
    }

    fn simple(&mut self, initial: u8, low: u8, start: usize) -> Result<Value, CborError> {
        match low {
            20 => Ok(Value::Bool(false)),
            21 => Ok(Value::Bool(true)),
            22 => Ok(Value::Null),
            0..=23 => Ok(Value::Other(initial, Vec::new())),
            24..=27 => {
                let rest = self.take(1 << (low - 24))?.to_vec();
                // RFC 8949 §3.3: a two-byte simple value below 32 is not well-formed.
                if low == 24 && rest.first().is_some_and(|value| *value < 32) {
                    return Err(CborError {
                        at: start,
                        fault: CborFault::Forbidden,
                    });
                }
                Ok(Value::Other(initial, rest))
            }
            _ => Err(CborError {
                at: start,
                fault: CborFault::Forbidden,
            }),
        }
    }

    fn argument(&mut self, low: u8, start: usize) -> Result<u64, CborError> {
        let (argument, least) = match low {
            0..=23 => return Ok(u64::from(low)),
            24 => (u64::from(self.byte()?), 24),
            25 => (self.big_endian(2)?, 0x100),
            26 => (self.big_endian(4)?, 0x1_0000),
            27 => (self.big_endian(8)?, 0x1_0000_0000),
            _ => {
                return Err(CborError {
                    at: start,
                    fault: CborFault::Forbidden,
                });
            }
        };
        if self.mode == Mode::Canonical && argument < least {
            return Err(CborError {
                at: start,
                fault: CborFault::NotShortest,
            });
        }
        Ok(argument)
    }

    fn big_endian(&mut self, width: u64) -> Result<u64, CborError> {
        Ok(self
            .take(width)?
            .iter()
            .fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    /// A count of items that the remaining bytes can hold at `least` bytes each.
    fn count(&self, argument: u64, least: usize) -> Result<usize, CborError> {
        usize::try_from(argument)
            .ok()
            .filter(|count| *count <= (self.bytes.len() - self.at) / least)
            .ok_or_else(|| self.fault(CborFault::Truncated))
    }

    fn byte(&mut self) -> Result<u8, CborError> {
        let byte = self.bytes.get(self.at).copied();
        let byte = byte.ok_or_else(|| self.fault(CborFault::Truncated))?;
        self.at += 1;
        Ok(byte)
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], CborError> {
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| self.at.checked_add(length));
        let slice = end.and_then(|end| self.bytes.get(self.at..end));
        let slice = slice.ok_or_else(|| self.fault(CborFault::Truncated))?;
        self.at += slice.len();
        Ok(slice)
    }

    const fn fault(&self, fault: CborFault) -> CborError {
        CborError { at: self.at, fault }
    }
}
