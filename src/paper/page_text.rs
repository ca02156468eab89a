//! What the text layer of a page says. It tells where two pages differ, and proves nothing: the layer
//! need not say what is drawn.

use super::PdfFault;
use super::pdf_value::Value;
use super::pdf_value::Values;
use super::pdf_value::Work;
use crate::primitives::bytes;
use std::collections::BTreeMap;

/// Most lines that a page has.
const MOST_LINES: usize = 4_096;
/// Most operands of an operation; ours have six.
const MOST_OPERANDS: usize = 64;
/// Most fonts of a page; ours have four faces.
const MOST_FONTS: usize = 16;
/// Most codes that a font's map names.
const MOST_MAPPED: usize = 1 << 12;
/// Longest text of one code, in bytes: a ligature, or a letter with its marks.
const LONGEST_MAPPED: usize = 16;
/// Most text of a page, in bytes.
const MOST_SAID: usize = 1 << 20;

type Map = BTreeMap<u16, String>;

/// The lines of a content stream in the order in which they are drawn, one a text object, `map` giving
/// the `ToUnicode` map of a font by its name; `None` where it has none.
///
/// # Errors
/// `TooMuch` where it has more than a page of ours, or images within it, which no page of ours has;
/// `NotPdf` where it cannot be read; what `map` refuses.
pub(super) fn lines(
    content: &[u8],
    mut map: impl FnMut(&[u8]) -> Result<Option<Vec<u8>>, PdfFault>,
) -> Result<Vec<String>, PdfFault> {
    let mut work = Work::new();
    let mut values = Values::of_content(content);
    let mut maps: BTreeMap<Vec<u8>, Map> = BTreeMap::new();
    let mut current = Vec::new();
    let mut said = Said::default();
    let mut operands = Vec::new();
    while let Some(value) = values.next(&mut work)? {
        let Value::Word(operator) = value else {
            operands.push(value);
            if operands.len() > MOST_OPERANDS {
                return Err(PdfFault::TooMuch);
            }
            continue;
        };
        match operator.as_slice() {
            b"Tf" => {
                if let Some(name) = operands.iter().find_map(Value::name) {
                    current = name.to_vec();
                    if !maps.contains_key(name) {
                        let read = map(name)?.map_or_else(|| Ok(Map::new()), |map| mapped(&map))?;
                        maps.insert(current.clone(), read);
                    }
                    if maps.len() > MOST_FONTS {
                        return Err(PdfFault::TooMuch);
                    }
                }
            }
            b"Tj" | b"TJ" => {
                if let Some(map) = maps.get(&current) {
                    said.shown(&operands, map)?;
                }
            }
            b"ET" => said.end()?,
            // An inline image (ISO 32000-1 §8.9.7): bytes that are no operations.
            b"BI" => return Err(PdfFault::TooMuch),
            _ => {}
        }
        operands.clear();
    }
    let mut lines = said.lines;
    lines.retain(|line| !line.trim().is_empty());
    Ok(lines)
}

/// What a page says so far.
#[derive(Default)]
struct Said {
    lines: Vec<String>,
    line: String,
    /// Bytes of all of it.
    bytes: usize,
}

impl Said {
    /// Adds the characters of what an operation shows: codes of two bytes.
    fn shown(&mut self, operands: &[Value], map: &Map) -> Result<(), PdfFault> {
        for operand in operands {
            // One text, or a list of texts and the distances between them.
            let one = std::slice::from_ref(operand);
            let texts = operand.list().unwrap_or(one);
            for text in texts.iter().filter_map(Value::text) {
                for code in text.chunks_exact(2) {
                    let code = u16::from_be_bytes(code.try_into().unwrap_or_default());
                    let text = map.get(&code).map_or("\u{fffd}", String::as_str);
                    self.bytes += text.len();
                    if self.bytes > MOST_SAID {
                        return Err(PdfFault::TooMuch);
                    }
                    self.line.push_str(text);
                }
            }
        }
        Ok(())
    }

    /// A text object ends.
    fn end(&mut self) -> Result<(), PdfFault> {
        self.lines.push(std::mem::take(&mut self.line));
        if self.lines.len() > MOST_LINES {
            return Err(PdfFault::TooMuch);
        }
        Ok(())
    }
}

/// A `ToUnicode` map of codes of two bytes (ISO 32000-1 §9.10.3).
fn mapped(map: &[u8]) -> Result<Map, PdfFault> {
    let text = String::from_utf8_lossy(map);
    let mut map = Map::new();
    let mut count = 0;
    for (name, step) in [("bfchar", 2), ("bfrange", 3)] {
        let (begin, end) = (format!("begin{name}"), format!("end{name}"));
        let sections = text.split(&begin).skip(1);
        for section in sections.filter_map(|rest| rest.split(&end).next()) {
            let codes = section.split('<').skip(1);
            let codes = codes.filter_map(|rest| hex(rest.split_once('>')?.0));
            let codes: Vec<Vec<u8>> = codes.collect();
            for entry in codes.chunks_exact(step) {
                let (Some(first), Some(last), Some(text)) =
                    (code(entry.first()), code(entry.get(step - 2)), entry.last())
                else {
                    continue;
                };
                for at in first..=last {
                    count += 1;
                    let text = character(text, at - first);
                    if count > MOST_MAPPED || text.len() > LONGEST_MAPPED {
                        return Err(PdfFault::TooMuch);
                    }
                    map.insert(at, text);
                }
            }
        }
    }
    Ok(map)
}

fn hex(digits: &str) -> Option<Vec<u8>> {
    bytes::from_hex(&digits.trim().to_ascii_lowercase())
}

fn code(bytes: Option<&Vec<u8>>) -> Option<u16> {
    Some(u16::from_be_bytes(bytes?.as_slice().try_into().ok()?))
}

/// UTF-16 text whose last unit is `further` on; more than [`LONGEST_MAPPED`] is not read to its end.
fn character(utf16: &[u8], further: u16) -> String {
    let mut units: Vec<u16> = utf16
        .chunks_exact(2)
        .take(LONGEST_MAPPED + 1)
        .map(|unit| u16::from_be_bytes(unit.try_into().unwrap_or_default()))
        .collect();
    if let Some(last) = units.last_mut() {
        *last = last.wrapping_add(further);
    }
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &[u8] = b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n\
        2 beginbfchar\n<0001> <0041>\n<0002><00660069>\nendbfchar\n\
        1 beginbfrange\n<0003> <0005> <03B1>\nendbfrange\n";

    fn said(content: &[u8]) -> Result<Vec<String>, PdfFault> {
        lines(content, |_| Ok(Some(MAP.to_vec())))
    }

    #[test]
    fn each_text_object_is_a_line() {
        let content =
            b"BT /f0 12 Tf <00010002> Tj ET q BT /f0 9 Tf [<0003> -20 <00040005>] TJ ET Q";
        let expected = vec!["Afi".to_owned(), "αβγ".to_owned()];
        assert_eq!(said(content), Ok(expected));
    }

    #[test]
    fn what_the_map_lacks_is_a_mark_and_images_are_refused() {
        assert_eq!(
            said(b"BT /f0 1 Tf <0009> Tj ET"),
            Ok(vec!["\u{fffd}".to_owned()])
        );
        assert_eq!(said(b"q BI /W 1 ID x EI Q"), Err(PdfFault::TooMuch));
        assert_eq!(said(b""), Ok(Vec::new()));
    }

    #[test]
    fn a_map_that_makes_much_of_little_is_refused() {
        let with =
            |map: &str, content: &[u8]| lines(content, |_| Ok(Some(map.as_bytes().to_vec())));
        let show = b"BT /f0 1 Tf <0001> Tj ET";
        let of = |units: usize| format!("beginbfchar <0001> <{}> endbfchar", "0041".repeat(units));
        assert_eq!(with(&of(16), show), Ok(vec!["A".repeat(16)]));
        assert_eq!(with(&of(17), show), Err(PdfFault::TooMuch));
        assert_eq!(with(&of(1 << 20), show), Err(PdfFault::TooMuch));
        // Every code there is.
        let every = "beginbfrange <0000> <ffff> <0041> endbfrange";
        assert_eq!(with(every, show), Err(PdfFault::TooMuch));
        // Sixteen bytes of text for two.
        let two = format!("<{}>", "0001".repeat(1 << 16));
        let content =
            |times: usize| format!("BT /f0 1 Tf {} ET", format!("{two} Tj ").repeat(times));
        assert!(with(&of(16), content(1).as_bytes()).is_ok());
        let fault = with(&of(16), content(2).as_bytes());
        assert_eq!(fault, Err(PdfFault::TooMuch));
    }

    #[test]
    fn more_fonts_lines_or_operands_than_ours_have_are_refused() {
        let fonts: Vec<String> = (0..17).map(|number| format!("/f{number} 1 Tf")).collect();
        for content in [fonts.join(" "), "BT ET ".repeat(4_097), "1 ".repeat(65)] {
            assert_eq!(said(content.as_bytes()), Err(PdfFault::TooMuch));
        }
    }
}
