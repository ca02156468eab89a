//! The objects of a PDF, found by its tables (ISO 32000-1 §7.5.4): the tables that we write, and no
//! streams of them, which are inflated before anybody knows how large they are.

use super::PdfFault;
use super::pdf_value::Dict;
use super::pdf_value::Value;
use super::pdf_value::Values;
use super::pdf_value::Work;
use super::pdf_value::whole;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Most tables of one file: the first, and one each time that something was appended.
const MOST_TABLES: usize = 16;
/// Most objects; a page of ours has some hundreds, one of forty sheets some thousands.
const MOST_OBJECTS: usize = 1 << 16;
/// Most objects that do nothing but name the next.
const MOST_STEPS: usize = 4;
/// Bytes of an entry of a table.
const ENTRY: usize = 20;

/// The objects of a file.
#[derive(Clone, Debug)]
pub(super) struct Objects<'b> {
    bytes: &'b [u8],
    /// Where each object begins; `None` where it was taken away.
    places: BTreeMap<usize, Option<usize>>,
    trailer: Dict,
    work: Work,
}

impl<'b> Objects<'b> {
    /// Reads the tables.
    ///
    /// # Errors
    /// `NotPdf`, `TooMuch`; `Foreign` of a file whose tables are not those that we write.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, PdfFault> {
        let mut objects = Self {
            bytes,
            places: BTreeMap::new(),
            trailer: Dict::new(),
            work: Work::new(),
        };
        let mut place = last_table(bytes).ok_or(PdfFault::NotPdf)?;
        for count in 0.. {
            if count == MOST_TABLES {
                return Err(PdfFault::TooMuch);
            }
            let trailer = objects.table(place)?;
            let before = trailer.get(b"Prev".as_slice()).cloned();
            if count == 0 {
                objects.trailer = trailer;
            }
            match before {
                Some(before) => place = before.number().ok_or(PdfFault::NotPdf)?,
                None => break,
            }
        }
        Ok(objects)
    }

    /// What the newest trailer has under `name`, itself.
    ///
    /// # Errors
    /// `NotPdf`, `TooMuch`.
    pub(super) fn of_trailer(&mut self, name: &str) -> Result<Option<Value>, PdfFault> {
        let found = self.trailer.get(name.as_bytes()).cloned();
        found.map(|value| self.itself(value)).transpose()
    }

    /// What a dictionary has under `name`, itself; `None` if it has nothing there.
    ///
    /// # Errors
    /// `NotPdf`, `TooMuch`.
    pub(super) fn get<'v>(
        &mut self,
        dict: &'v Dict,
        name: &[u8],
    ) -> Result<Option<Cow<'v, Value>>, PdfFault> {
        Ok(match dict.get(name) {
            Some(Value::Ref(number)) => Some(Cow::Owned(self.itself(Value::Ref(*number))?)),
            found => found.map(Cow::Borrowed),
        })
    }

    /// The dictionary that another has under `name`; `None` if it has none there.
    ///
    /// # Errors
    /// `NotPdf`, `TooMuch`.
    pub(super) fn dict<'v>(
        &mut self,
        dict: &'v Dict,
        name: &[u8],
    ) -> Result<Option<Cow<'v, Dict>>, PdfFault> {
        Ok(match self.get(dict, name)? {
            Some(Cow::Owned(Value::Dict(dict))) => Some(Cow::Owned(dict)),
            Some(Cow::Borrowed(Value::Dict(dict))) => Some(Cow::Borrowed(dict)),
            _ => None,
        })
    }

    /// The value, or what the object is that it names.
    ///
    /// # Errors
    /// `NotPdf`, `TooMuch`.
    pub(super) fn itself(&mut self, value: Value) -> Result<Value, PdfFault> {
        let mut value = value;
        for _ in 0..MOST_STEPS {
            let Value::Ref(number) = value else {
                return Ok(value);
            };
            (value, _) = self.object(number)?;
        }
        Err(PdfFault::TooMuch)
    }

    /// The dictionary and the bytes, as they stand in the file, of the stream that a dictionary has under
    /// `name`; `None` if it has none there.
    ///
    /// # Errors
    /// `NotPdf`, `TooMuch`.
    pub(super) fn stream(
        &mut self,
        dict: &Dict,
        name: &[u8],
    ) -> Result<Option<(Dict, &'b [u8])>, PdfFault> {
        let Some(Value::Ref(number)) = dict.get(name) else {
            return Ok(None);
        };
        let (Value::Dict(dict), rest) = self.object(*number)? else {
            return Ok(None);
        };
        let rest = self.after_space(rest.rest())?;
        let Some(rest) = rest.strip_prefix(b"stream") else {
            return Ok(None);
        };
        let data = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n"));
        let length = self.get(&dict, b"Length")?.and_then(|one| one.number());
        let split = data.zip(length);
        let split = split.and_then(|(data, length)| data.split_at_checked(length));
        let (data, after) = split.ok_or(PdfFault::NotPdf)?;
        if self.after_space(after)?.starts_with(b"endstream") {
            Ok(Some((dict, data)))
        } else {
            Err(PdfFault::NotPdf)
        }
    }

    /// What follows the spaces, which are paid for.
    fn after_space(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], PdfFault> {
        let rest = bytes.trim_ascii_start();
        self.work.pay(bytes.len() - rest.len())?;
        Ok(rest)
    }

    /// The object of this number, and what follows it.
    fn object(&mut self, number: usize) -> Result<(Value, Values<'b>), PdfFault> {
        let place = self.places.get(&number).copied().flatten();
        let place = place.ok_or(PdfFault::NotPdf)?;
        let mut values = Values::of_object(self.bytes.get(place..).unwrap_or_default());
        let head = [Value::Number(Some(number)), Value::Number(Some(0))];
        for expected in head.into_iter().chain([Value::Word(b"obj".to_vec())]) {
            if values.next(&mut self.work)? != Some(expected) {
                return Err(PdfFault::NotPdf);
            }
        }
        let value = values.next(&mut self.work)?.ok_or(PdfFault::NotPdf)?;
        Ok((value, values))
    }

    /// Reads the table at `place`; its trailer. What a later table says of an object counts.
    fn table(&mut self, place: usize) -> Result<Dict, PdfFault> {
        let table = self.bytes.get(place..).unwrap_or_default();
        let mut rest = table.strip_prefix(b"xref").ok_or(PdfFault::Foreign)?;
        loop {
            rest = rest.trim_ascii_start();
            if let Some(trailer) = rest.strip_prefix(b"trailer") {
                return match Values::of_object(trailer).next(&mut self.work)? {
                    Some(Value::Dict(trailer)) => Ok(trailer),
                    _ => Err(PdfFault::NotPdf),
                };
            }
            let (head, entries) = line(rest).ok_or(PdfFault::NotPdf)?;
            let mut head = head
                .split(|byte| *byte == b' ')
                .filter(|one| !one.is_empty());
            let (first, count) = head
                .next()
                .and_then(whole)
                .zip(head.next().and_then(whole))
                .ok_or(PdfFault::NotPdf)?;
            self.work.pay(count.saturating_mul(ENTRY))?;
            if count > MOST_OBJECTS || self.places.len() + count > MOST_OBJECTS {
                return Err(PdfFault::TooMuch);
            }
            let (entries, after) = entries
                .split_at_checked(count * ENTRY)
                .ok_or(PdfFault::NotPdf)?;
            for (number, entry) in (first..).zip(entries.chunks_exact(ENTRY)) {
                let at = entry.get(..10).and_then(whole).ok_or(PdfFault::NotPdf)?;
                let used = entry.get(17) == Some(&b'n');
                self.places.entry(number).or_insert(used.then_some(at));
            }
            rest = after;
        }
    }
}

/// Where the newest table begins.
fn last_table(bytes: &[u8]) -> Option<usize> {
    let word = b"startxref";
    let at = bytes
        .windows(word.len())
        .rposition(|window| window == word)?;
    let rest = bytes.get(at + word.len()..)?.trim_ascii_start();
    let end = rest.iter().position(|byte| !byte.is_ascii_digit());
    whole(rest.get(..end.unwrap_or(rest.len()))?)
}

/// The first line, and what follows it.
fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes
        .iter()
        .position(|byte| matches!(byte, b'\r' | b'\n'))?;
    let (line, rest) = bytes.split_at(end);
    let rest = rest.strip_prefix(b"\r\n").or(rest.get(1..))?;
    Some((line, rest))
}
