//! Breaking text into lines that fit a width. Nothing is dropped: a line that was broken at a space
//! ends with it, so that words stay apart where the text is copied or listened to.

use super::face::Metrics;

/// After these an identifier may be broken without a doubt about what belongs to it.
const SEAMS: [char; 6] = ['@', '.', '-', '/', '_', ':'];

/// The lines of `text` at `size` in `width` micrometres, broken at spaces, and inside a word
/// only where that word alone is wider than a line. The space at the end of a line hangs over its
/// edge.
///
/// # Errors
/// The first character without a glyph.
pub(super) fn lines(
    metrics: &Metrics,
    size: i32,
    tracking: i32,
    width: i32,
    text: &str,
) -> Result<Vec<String>, char> {
    let fits = |candidate: &str| -> Result<bool, char> {
        Ok(metrics.width(candidate, size, tracking)? <= width)
    };
    let mut done = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let joined = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if fits(&joined)? {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
            done.push(std::mem::take(&mut line));
        }
        let mut rest = word;
        while !fits(rest)? {
            let (head, tail) = broken(rest, &fits)?;
            done.push(head.to_owned());
            rest = tail;
        }
        rest.clone_into(&mut line);
    }
    if !line.is_empty() {
        done.push(line);
    }
    Ok(done)
}

/// Splits a word that is wider than a line; the head holds at least one character.
fn broken<'a>(
    word: &'a str,
    fits: &impl Fn(&str) -> Result<bool, char>,
) -> Result<(&'a str, &'a str), char> {
    let mut longest = word.chars().next().map_or(0, char::len_utf8);
    let mut seam = None;
    for (start, character) in word.char_indices() {
        let end = start + character.len_utf8();
        if !fits(word.get(..end).unwrap_or(word))? {
            break;
        }
        longest = end.max(longest);
        if SEAMS.contains(&character) {
            seam = Some(end);
        }
    }
    // A seam far to the left would leave most of the line empty.
    let cut = seam.filter(|end| end * 2 >= longest).unwrap_or(longest);
    Ok(word.split_at_checked(cut).unwrap_or((word, "")))
}

#[cfg(test)]
mod tests {
    use super::super::face::Face;
    use super::*;
    use proptest::prelude::*;

    fn mono(width: i32, text: &str) -> Vec<String> {
        // JetBrains Mono is 0.6 em wide: at 10 mm a character takes 6 mm.
        lines(
            &Metrics::of(Face::Mono).unwrap(),
            10_000,
            0,
            width * 6_000,
            text,
        )
        .unwrap()
    }

    #[test]
    fn text_breaks_at_spaces() {
        assert_eq!(
            mono(9, "the key is in the bag"),
            ["the key ", "is in the ", "bag"]
        );
        assert_eq!(mono(9, ""), Vec::<String>::new());
    }

    #[test]
    fn a_long_identifier_breaks_after_a_seam_or_where_it_must() {
        assert_eq!(
            mono(10, "breakglass1@contoso.example"),
            ["breakglass", "1@contoso.", "example"]
        );
        assert_eq!(mono(4, "ABCDEFGHIJ"), ["ABCD", "EFGH", "IJ"]);
        assert_eq!(mono(0, "AB"), ["A", "B"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn nothing_but_spaces_is_lost(text in "[a-zA-Z0-9@. -]{0,80}", width in 1..30) {
            let kept: String = mono(width, &text).concat();
            prop_assert_eq!(
                kept.replace(' ', ""),
                text.replace(' ', "")
            );
        }

        #[test]
        fn no_line_is_wider_than_asked(text in "[a-z0-9@. ]{0,80}", width in 1..30) {
            for line in mono(width, &text) {
                prop_assert!(i32::try_from(line.trim_end().chars().count()).unwrap() <= width, "{line}");
            }
        }
    }
}
