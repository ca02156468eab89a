//! Values as a PDF writes them (ISO 32000-1 §7.2, §7.3), of bytes that anybody may have made: read once
//! from front to back, nested as deep as ours are, and paid for out of what a file may cost.

use super::PdfFault;
use std::collections::BTreeMap;

/// Deepest nesting that is read; what we write nests six deep.
const DEEPEST: usize = 32;
/// What a value costs besides its bytes.
const VALUE: usize = 64;
/// What a file may cost to read: a few times the bytes of the largest.
const MOST_WORK: usize = 64 << 20;

/// A dictionary, by name.
pub(super) type Dict = BTreeMap<Vec<u8>, Value>;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A number; `None` if it is negative, or no whole one.
    Number(Option<usize>),
    /// A name, its escapes resolved.
    Name(Vec<u8>),
    /// The bytes of a string.
    Text(Vec<u8>),
    List(Vec<Self>),
    Dict(Dict),
    /// The number of another object.
    Ref(usize),
    /// A word: `true`, `null`, `endobj`, the operator of a content stream.
    Word(Vec<u8>),
}

impl Value {
    pub(super) const fn number(&self) -> Option<usize> {
        if let Self::Number(number) = self {
            *number
        } else {
            None
        }
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self {
            Some(name)
        } else {
            None
        }
    }

    pub(super) fn text(&self) -> Option<&[u8]> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    pub(super) fn list(&self) -> Option<&[Self]> {
        if let Self::List(list) = self {
            Some(list)
        } else {
            None
        }
    }
}

/// What is left of what a file may cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work(usize);

impl Work {
    pub(super) const fn new() -> Self {
        Self(MOST_WORK)
    }

    /// Pays for `bytes`.
    ///
    /// # Errors
    /// `TooMuch` if no more is left.
    pub(super) fn pay(&mut self, bytes: usize) -> Result<(), PdfFault> {
        self.0 = self.0.checked_sub(bytes).ok_or(PdfFault::TooMuch)?;
        Ok(())
    }
}

/// Bytes that are read from front to back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<'b> {
    rest: &'b [u8],
    /// Whether `5 0 R` is another object: it is not in a content stream.
    refs: bool,
}

impl<'b> Values<'b> {
    /// Those of an object, or of a trailer.
    pub(super) const fn of_object(bytes: &'b [u8]) -> Self {
        let (rest, refs) = (bytes, true);
        Self { rest, refs }
    }

    /// Those of a content stream.
    pub(super) const fn of_content(bytes: &'b [u8]) -> Self {
        let (rest, refs) = (bytes, false);
        Self { rest, refs }
    }

    /// What was not read yet.
    pub(super) const fn rest(&self) -> &'b [u8] {
        self.rest
    }

    /// The next value; `None` at the end.
    ///
    /// # Errors
    /// `NotPdf` if there is none that can be read, `TooMuch` if it is nested too deep or costs too much.
    pub(super) fn next(&mut self, work: &mut Work) -> Result<Option<Value>, PdfFault> {
        self.nested(0, work)
    }

    fn nested(&mut self, depth: usize, work: &mut Work) -> Result<Option<Value>, PdfFault> {
        if depth > DEEPEST {
            return Err(PdfFault::TooMuch);
        }
        let before = self.rest.len();
        self.skip();
        let value = match self.rest {
            [] => None,
            [b'<', b'<', rest @ ..] => {
                self.rest = rest;
                Some(Value::Dict(self.dict(depth, work)?))
            }
            [b'[', rest @ ..] => {
                self.rest = rest;
                let list = self.until(b"]", depth, work)?;
                Some(Value::List(list))
            }
            [b'<', rest @ ..] => {
                self.rest = rest;
                Some(Value::Text(self.hexadecimal()?))
            }
            [b'(', rest @ ..] => {
                self.rest = rest;
                Some(Value::Text(self.literal()?))
            }
            [b'/', rest @ ..] => {
                self.rest = rest;
                Some(Value::Name(unescaped(self.regular())))
            }
            [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => Some(self.numeric()),
            _ => match self.regular() {
                [] => return Err(PdfFault::NotPdf),
                plain => Some(Value::Word(plain.to_vec())),
            },
        };
        // What is nested has paid for itself: each byte is paid for once a level.
        work.pay(before - self.rest.len() + VALUE)?;
        Ok(value)
    }

    /// The values up to `end`.
    fn until(&mut self, end: &[u8], depth: usize, work: &mut Work) -> Result<Vec<Value>, PdfFault> {
        let mut all = Vec::new();
        loop {
            self.skip();
            if let Some(rest) = self.rest.strip_prefix(end) {
                self.rest = rest;
                return Ok(all);
            }
            let value = self.nested(depth + 1, work)?;
            all.push(value.ok_or(PdfFault::NotPdf)?);
        }
    }

    fn dict(&mut self, depth: usize, work: &mut Work) -> Result<Dict, PdfFault> {
        let mut dict = Dict::new();
        let mut all = self.until(b">>", depth, work)?.into_iter();
        while let Some(name) = all.next() {
            let (Value::Name(name), Some(value)) = (name, all.next()) else {
                return Err(PdfFault::NotPdf);
            };
            // Which of two counts, readers do not agree on.
            if dict.insert(name, value).is_some() {
                return Err(PdfFault::NotPdf);
            }
        }
        Ok(dict)
    }

    /// Spaces and comments.
    fn skip(&mut self) {
        while let Some((first, rest)) = self.rest.split_first() {
            self.rest = match first {
                b'%' => {
                    let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
                    rest.get(end.unwrap_or(rest.len())..).unwrap_or_default()
                }
                first if is_space(*first) => rest,
                _ => return,
            };
        }
    }

    /// What reaches to the next space or delimiter.
    fn regular(&mut self) -> &'b [u8] {
        let end = self.rest.iter().position(|byte| !is_regular(*byte));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    /// A number, or with what follows it another object.
    fn numeric(&mut self) -> Value {
        let number = whole(self.regular());
        if let (true, Some(number)) = (self.refs, number) {
            let mut ahead = *self;
            ahead.skip();
            // The generation, which is 0 in files that were not written anew.
            if ahead.regular() == b"0" {
                ahead.skip();
                if ahead.regular() == b"R" {
                    *self = ahead;
                    return Value::Ref(number);
                }
            }
        }
        Value::Number(number)
    }

    fn hexadecimal(&mut self) -> Result<Vec<u8>, PdfFault> {
        let end = self.rest.iter().position(|byte| *byte == b'>');
        let (digits, rest) = self.rest.split_at(end.ok_or(PdfFault::NotPdf)?);
        self.rest = rest.get(1..).unwrap_or_default();
        let digits = digits.iter().filter(|byte| !is_space(**byte));
        let digits = digits.map(|byte| digit(*byte).ok_or(PdfFault::NotPdf));
        let digits = digits.collect::<Result<Vec<u8>, _>>()?;
        let pairs = digits.chunks(2);
        Ok(pairs
            .map(|pair| {
                let at = |place: usize| pair.get(place).copied().unwrap_or_default();
                at(0) << 4 | at(1)
            })
            .collect())
    }

    /// The rest of a string between brackets.
    fn literal(&mut self) -> Result<Vec<u8>, PdfFault> {
        let mut text = Vec::new();
        let mut open = 1_usize;
        loop {
            let (first, rest) = self.rest.split_first().ok_or(PdfFault::NotPdf)?;
            self.rest = rest;
            match first {
                b'\\' => text.extend(self.escape()),
                b')' if open == 1 => return Ok(text),
                first => {
                    match first {
                        b'(' => open += 1,
                        b')' => open -= 1,
                        _ => {}
                    }
                    text.push(*first);
                }
            }
        }
    }

    /// What stands for the characters after a backslash; `None` of a line that goes on.
    fn escape(&mut self) -> Option<u8> {
        let octal = self.rest.iter().take(3);
        let octal = octal.take_while(|byte| matches!(byte, b'0'..=b'7')).count();
        if octal > 0 {
            let (digits, rest) = self.rest.split_at(octal);
            self.rest = rest;
            let value = |sum: u8, digit: &u8| sum.wrapping_mul(8).wrapping_add(digit - b'0');
            return Some(digits.iter().fold(0, value));
        }
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        match first {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\n' => None,
            b'\r' => {
                self.rest = rest.strip_prefix(b"\n").unwrap_or(rest);
                None
            }
            other => Some(*other),
        }
    }
}

/// The bytes with the escapes of names resolved (ISO 32000-1 §7.3.5).
pub(super) fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        let pair = match (first, after) {
            (b'#', [high, low, ..]) => digit(*high).zip(digit(*low)),
            _ => None,
        };
        plain.push(pair.map_or(*first, |(high, low)| high << 4 | low));
        rest = match pair {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
    }
    plain
}

/// A number of at most ten digits and nothing else.
pub(super) fn whole(digits: &[u8]) -> Option<usize> {
    let plain = (1..=10).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits)
        .ok()
        .filter(|_| plain)?
        .parse()
        .ok()
}

fn digit(byte: u8) -> Option<u8> {
    u8::try_from(char::from(byte).to_digit(16)?).ok()
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

const fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(
            byte,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
        )
}

#[cfg(test)]
mod tests;
