//! Proves that bytes are canonical JSON of our subset.

use super::INTEGER_LIMIT;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

/// Nesting that is read.
const MAX_DEPTH: u8 = 32;

/// Why bytes are not the JSON asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonFault {
    /// A byte that cannot stand there, white space included.
    Unexpected,
    /// The bytes end inside a value.
    Truncated,
    /// Bytes follow the value.
    Trailing,
    /// Text that is not UTF-8, or a lone surrogate.
    NotUtf8,
    /// A string has a shorter or another escape in the canonical form.
    Escape,
    /// A fraction, an exponent, a leading zero, minus zero, or a magnitude of 2^53 or more.
    Number,
    /// Names out of order.
    Unsorted,
    /// A name twice in one object.
    Duplicate,
    /// `null` is not used: what is absent is left out.
    Null,
    /// Deeper than 32 levels.
    TooDeep,
    /// The type does not accept it; the words are the reader's.
    Meaning(String),
    /// The value was understood but would be written otherwise.
    SecondSpelling,
}

/// Where reading stopped, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Offset in bytes.
    pub at: usize,
    /// The reason.
    pub fault: JsonFault,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match &self.fault {
            JsonFault::Unexpected => "a byte that cannot stand there",
            JsonFault::Truncated => "it ends too early",
            JsonFault::Trailing => "bytes follow its end",
            JsonFault::NotUtf8 => "text that is not UTF-8",
            JsonFault::Escape => "a string in a second spelling",
            JsonFault::Number => "a number that is not a plain integer below 2^53",
            JsonFault::Unsorted => "names out of order",
            JsonFault::Duplicate => "a name twice in one object",
            JsonFault::Null => "a null, which is never written",
            JsonFault::TooDeep => "more than 32 levels",
            JsonFault::Meaning(words) => words,
            JsonFault::SecondSpelling => "a value that would be written otherwise",
        };
        write!(f, "{words}, at byte {}", self.at)
    }
}

/// Checks the canonical form of the whole of `bytes`.
///
/// # Errors
/// The first offence and its offset.
pub fn check(bytes: &[u8]) -> Result<(), JsonError> {
    let text = std::str::from_utf8(bytes).ok();
    let mut reader = Reader { bytes, text, at: 0 };
    reader.value(0)?;
    if reader.at == bytes.len() {
        Ok(())
    } else {
        Err(reader.fault(JsonFault::Trailing))
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    /// The same, if all of it is UTF-8: then no part has to be looked at for that.
    text: Option<&'a str>,
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: u8) -> Result<(), JsonError> {
        if depth > MAX_DEPTH {
            return Err(self.fault(JsonFault::TooDeep));
        }
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(|_| ()),
            b't' => self.literal(b"true"),
            b'f' => self.literal(b"false"),
            b'n' => Err(self.fault(JsonFault::Null)),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(self.fault(JsonFault::Unexpected)),
        }
    }

    fn object(&mut self, depth: u8) -> Result<(), JsonError> {
        self.at += 1;
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(());
        }
        let mut last: Option<Cow<'a, str>> = None;
        loop {
            let start = self.at;
            let name = self.string()?;
            match last.as_deref().map(|last| utf16_order(last, &name)) {
                Some(Ordering::Greater) => {
                    return Err(JsonError {
                        at: start,
                        fault: JsonFault::Unsorted,
                    });
                }
                Some(Ordering::Equal) => {
                    return Err(JsonError {
                        at: start,
                        fault: JsonFault::Duplicate,
                    });
                }
                Some(Ordering::Less) | None => last = Some(name),
            }
            self.literal(b":")?;
            self.value(depth + 1)?;
            match self.next()? {
                b',' => {}
                b'}' => return Ok(()),
                _ => return Err(self.before(JsonFault::Unexpected)),
            }
        }
    }

    fn array(&mut self, depth: u8) -> Result<(), JsonError> {
        self.at += 1;
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.value(depth + 1)?;
            match self.next()? {
                b',' => {}
                b']' => return Ok(()),
                _ => return Err(self.before(JsonFault::Unexpected)),
            }
        }
    }

    /// Reads a string and demands the escapes of RFC 8785 §3.2.2.2.
    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        let start = self.at;
        if self.next()? != b'"' {
            return Err(self.before(JsonFault::Unexpected));
        }
        if let Some(plain) = self.plain() {
            return Ok(plain);
        }
        let mut raw = Vec::new();
        loop {
            match self.next()? {
                b'"' => break,
                b'\\' => raw.push(self.escape()?),
                0..=0x1f => return Err(self.before(JsonFault::Escape)),
                byte => raw.push(byte),
            }
        }
        String::from_utf8(raw)
            .map(Cow::Owned)
            .map_err(|_| JsonError {
                at: start,
                fault: JsonFault::NotUtf8,
            })
    }

    /// The rest of a string without escapes, as it stands; `None`, and nothing read, for others.
    fn plain(&mut self) -> Option<Cow<'a, str>> {
        let rest = self.bytes.get(self.at..)?;
        let length = plain_length(rest);
        if rest.get(length) != Some(&b'"') {
            return None;
        }
        let end = self.at + length;
        let text = match self.text {
            Some(text) => text.get(self.at..end)?,
            None => std::str::from_utf8(rest.get(..length)?).ok()?,
        };
        self.at = end + 1;
        Some(Cow::Borrowed(text))
    }

    /// The byte an escape stands for: the short ones, and `\u00xx` where there is no short one.
    fn escape(&mut self) -> Result<u8, JsonError> {
        match self.next()? {
            b'"' => Ok(b'"'),
            b'\\' => Ok(b'\\'),
            b'b' => Ok(0x08),
            b't' => Ok(0x09),
            b'n' => Ok(0x0a),
            b'f' => Ok(0x0c),
            b'r' => Ok(0x0d),
            b'u' => {
                let mut code = 0_u32;
                for _ in 0..4 {
                    let digit = match self.next()? {
                        byte @ b'0'..=b'9' => byte - b'0',
                        byte @ b'a'..=b'f' => byte - b'a' + 10,
                        _ => return Err(self.before(JsonFault::Escape)),
                    };
                    code = code * 16 + u32::from(digit);
                }
                match u8::try_from(code) {
                    Ok(byte) if byte < 0x20 && !matches!(byte, 8 | 9 | 10 | 12 | 13) => Ok(byte),
                    Ok(_) | Err(_) => Err(self.before(JsonFault::Escape)),
                }
            }
            _ => Err(self.before(JsonFault::Escape)),
        }
    }

    fn number(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while matches!(
            self.bytes.get(self.at),
            Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
        ) {
            self.at += 1;
        }
        let text = self.bytes.get(start..self.at).unwrap_or_default();
        std::str::from_utf8(text)
            .ok()
            .and_then(|text| Some((text, text.parse::<i64>().ok()?)))
            .filter(|(text, _)| is_shortest(text))
            .filter(|(_, number)| (1 - INTEGER_LIMIT..INTEGER_LIMIT).contains(number))
            .map(|_| ())
            .ok_or(JsonError {
                at: start,
                fault: JsonFault::Number,
            })
    }

    fn literal(&mut self, word: &[u8]) -> Result<(), JsonError> {
        for byte in word {
            if self.next()? != *byte {
                return Err(self.before(JsonFault::Unexpected));
            }
        }
        Ok(())
    }

    fn peek(&self) -> Result<u8, JsonError> {
        let byte = self.bytes.get(self.at).copied();
        byte.ok_or_else(|| self.fault(JsonFault::Truncated))
    }

    fn next(&mut self) -> Result<u8, JsonError> {
        let byte = self.peek()?;
        self.at += 1;
        Ok(byte)
    }

    const fn fault(&self, fault: JsonFault) -> JsonError {
        JsonError { at: self.at, fault }
    }

    const fn before(&self, fault: JsonFault) -> JsonError {
        JsonError {
            at: self.at.saturating_sub(1),
            fault,
        }
    }
}

/// Whether an integer has no plus sign, no leading zero, and is not minus zero.
fn is_shortest(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    match digits {
        [b'0'] => text.len() == 1,
        [first, ..] => matches!(first, b'1'..=b'9'),
        [] => false,
    }
}

/// How many bytes come before the first quotation mark, backslash or control; all, without one.
fn plain_length(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    // Eight bytes at a time: https://graphics.stanford.edu/~seander/bithacks.html, "Determine if a
    // word has a byte less than n". A byte that stands out is never missed; after one, others may
    // seem to, so the first is looked for byte by byte.
    let plain = words
        .iter()
        .take_while(|word| {
            let word = u64::from_le_bytes(**word);
            let below = |word: u64, n: u8| word.wrapping_sub(LOW * u64::from(n)) & !word & HIGH;
            let is = |byte: u8| below(word ^ (LOW * u64::from(byte)), 1);
            (below(word, 0x20) | is(b'"') | is(b'\\')) == 0
        })
        .count();
    let from = plain * 8;
    let left = words.get(plain).map_or(rest, |word| word.as_slice());
    from + left
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))
        .unwrap_or(left.len())
}

/// 1 in every byte.
const LOW: u64 = 0x0101_0101_0101_0101;
/// The highest bit of every byte.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The order of names: by UTF-16 code units (RFC 8785 §3.2.3).
pub(super) fn utf16_order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        return a.cmp(b);
    }
    a.encode_utf16().cmp(b.encode_utf16())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn byte() -> impl Strategy<Value = u8> {
        prop_oneof![
            any::<u8>(),
            Just(b'"'),
            Just(b'\\'),
            0x1f_u8..=0x24,
            b'a'..=b'z'
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn the_plain_bytes_end_at_the_first_that_stands_out(
            plain in proptest::collection::vec(b'#'..=b'Z', 0..40),
            any in proptest::collection::vec(byte(), 0..40),
        ) {
            let bytes = [plain, any].concat();
            let first = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
            prop_assert_eq!(plain_length(&bytes), first.unwrap_or(bytes.len()));
        }
    }
}
