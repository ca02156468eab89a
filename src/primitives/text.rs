//! Text that came from outside, made fit to be shown: on a terminal, on paper, in a table.

use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// Whether a character can move, hide or reorder what is shown: controls, line separators, marks of
/// writing direction, invisible format characters and tags.
#[must_use]
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}'                    // soft hyphen
            | '\u{61c}'                 // Arabic letter mark
            | '\u{180e}'                // Mongolian vowel separator
            | '\u{200b}'                // zero width space
            | '\u{200e}' | '\u{200f}'   // left-to-right, right-to-left mark
            | '\u{2028}'..='\u{202e}'   // separators, embeddings, overrides
            | '\u{2060}'..='\u{206f}'   // joiners, isolates, deprecated formats
            | '\u{feff}'                // byte order mark
            | '\u{fff9}'..='\u{fffb}'   // interlinear annotation
            | '\u{e0000}'..='\u{e007f}' // tags
        )
}

/// `text` with each character that could deceive written out, as `\u{1b}`.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_deceptive(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// `json` with each character that could deceive written as JSON escapes (RFC 8259 §7): the same
/// value, in other bytes. Line feeds stay: outside of strings they are white space, and inside of
/// them JSON has none.
#[must_use]
pub fn printable_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || !is_deceptive(c) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

/// `text` of whole lines with each character that could deceive written out, but for line feeds,
/// tabs and, where `coloured`, the sequences that set colours (ECMA-48 SGR: `ESC [ 1 ; 31 m`).
#[must_use]
pub fn printable_lines(text: &str, coloured: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match colour(rest).filter(|_| coloured) {
            Some((sequence, after)) => {
                out.push_str(sequence);
                after
            }
            None if matches!(c, '\n' | '\t') || !is_deceptive(c) => {
                out.push(c);
                after
            }
            None => {
                out.extend(c.escape_unicode());
                after
            }
        };
    }
    out
}

/// Splits a sequence that sets colours off the front of `text`.
fn colour(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix("\u{1b}[")?;
    let after = inside.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
    let after = after.strip_prefix('m')?;
    text.split_at_checked(text.len().checked_sub(after.len())?)
}

/// Columns that `text` takes on a terminal (Unicode Standard Annex #11).
#[must_use]
pub fn display_width(text: &str) -> usize {
    text.width()
}

/// `text` followed by as many spaces as fill `columns`; a longer text is left as it is.
#[must_use]
pub fn pad(text: &str, columns: usize) -> String {
    let spaces = columns.saturating_sub(display_width(text));
    format!("{text}{}", " ".repeat(spaces))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_terminal_escape_becomes_visible() {
        assert_eq!(printable("Key\u{1b}[2J\r\n"), r"Key\u{1b}[2J\u{d}\u{a}");
        assert_eq!(printable("abc\u{202e}def"), r"abc\u{202e}def");
        assert_eq!(printable("Schlüssel 東"), "Schlüssel 東");
    }

    #[test]
    fn json_keeps_its_value_and_shows_no_controls() {
        // C1 CSI, DEL, a bidi override and a tag, which JSON lets stand as they are.
        let value = serde_json::json!({"product": "a\u{9b}2J\u{7f}\u{202e}\u{e0041}\n\u{1b}ü"});
        let shown = printable_json(&format!("{value:#}\n"));
        assert_eq!(
            shown,
            "{\n  \"product\": \"a\\u009b2J\\u007f\\u202e\\udb40\\udc41\\n\\u001bü\"\n}\n"
        );
        let read: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(read, value);
    }

    #[test]
    fn lines_keep_our_colours_and_nothing_else() {
        let text = "\u{1b}[1;31mFAIL\u{1b}[0m\tx\n\u{1b}[2J\u{1b}]0;t\u{7}\u{9b}31m\u{2066}";
        assert_eq!(
            printable_lines(text, true),
            "\u{1b}[1;31mFAIL\u{1b}[0m\tx\n\\u{1b}[2J\\u{1b}]0;t\\u{7}\\u{9b}31m\\u{2066}"
        );
        assert!(printable_lines(text, false).starts_with("\\u{1b}[1;31mFAIL\\u{1b}[0m\tx\n"));
    }

    #[test]
    fn a_wide_character_takes_two_columns() {
        assert_eq!(display_width("東京"), 4);
        assert_eq!(pad("東", 4), "東  ");
        assert_eq!(pad("e\u{301}", 2), "e\u{301} ");
        assert_eq!(pad("longer", 3), "longer");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn json_is_the_same_value_in_other_bytes(text in any::<String>()) {
            let value = serde_json::Value::String(text);
            let shown = printable_json(&value.to_string());
            prop_assert!(!shown.chars().any(|c| c != '\n' && is_deceptive(c)));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        }

        #[test]
        fn lines_hold_nothing_deceptive_but_their_ends(text in any::<String>()) {
            let shown = printable_lines(&text, false);
            let left = shown.chars().any(|c| !matches!(c, '\n' | '\t') && is_deceptive(c));
            prop_assert!(!left);
        }

        #[test]
        fn nothing_deceptive_is_left(text in any::<String>()) {
            let shown = printable(&text);
            prop_assert!(!shown.chars().any(is_deceptive));
            prop_assert_eq!(printable(&shown), shown);
        }
    }
}
