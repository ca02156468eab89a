//! Text that came from outside, made fit to be shown: on a terminal, on paper, in a table.

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
    fn a_wide_character_takes_two_columns() {
        assert_eq!(display_width("東京"), 4);
        assert_eq!(pad("東", 4), "東  ");
        assert_eq!(pad("e\u{301}", 2), "e\u{301} ");
        assert_eq!(pad("longer", 3), "longer");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn nothing_deceptive_is_left(text in any::<String>()) {
            let shown = printable(&text);
            prop_assert!(!shown.chars().any(is_deceptive));
            prop_assert_eq!(printable(&shown), shown);
        }
    }
}
