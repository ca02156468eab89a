//! Plain text for people: 80 columns, no cursor tricks, colour only where asked for.

use crate::findings::Finding;
use crate::findings::Verdict;
use crate::primitives::text;
use std::fmt::Write as _;

/// Columns a line may fill.
pub(crate) const WIDTH: usize = 80;

/// Whether words are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    /// ANSI colours are written.
    pub(crate) colour: bool,
}

impl Style {
    /// `word` as a heading.
    #[must_use]
    pub(crate) fn strong(self, word: &str) -> String {
        self.paint("1", word)
    }

    /// `word` as something less important.
    #[must_use]
    pub(crate) fn faint(self, word: &str) -> String {
        self.paint("2", word)
    }

    /// A verdict in its colour; those that lift the exit code are in capitals.
    #[must_use]
    pub(crate) fn verdict(self, verdict: Verdict, width: usize) -> String {
        let (code, word) = match verdict {
            Verdict::Pass => ("32", "pass"),
            Verdict::Warn => ("33", "warn"),
            Verdict::Fail => ("1;31", "FAIL"),
            Verdict::Unknown => ("1;35", "UNKNOWN"),
            Verdict::NotRun => ("2", "not run"),
            Verdict::Accepted => ("36", "accepted"),
        };
        self.paint(code, &text::pad(word, width))
    }

    /// A verdict as `doctor` writes it.
    #[must_use]
    pub(crate) fn item(self, verdict: Verdict, width: usize) -> String {
        let (code, word) = match verdict {
            Verdict::Pass => ("32", "ok"),
            Verdict::Warn => ("33", "warn"),
            Verdict::Fail => ("1;31", "FAIL"),
            Verdict::Unknown => ("1;35", "?"),
            Verdict::NotRun => ("2", "n/a"),
            Verdict::Accepted => ("36", "acc."),
        };
        self.paint(code, &text::pad(word, width))
    }

    fn paint(self, code: &str, word: &str) -> String {
        if self.colour {
            format!("\u{1b}[{code}m{word}\u{1b}[0m")
        } else {
            word.to_owned()
        }
    }
}

/// `text` broken at spaces into lines of at most `width` columns; a longer word is broken, after a slash
/// where it has one.
#[must_use]
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let wide = text::display_width(word);
        if used > 0 && used + 1 + wide > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for piece in pieces(word, width) {
            let wide = text::display_width(piece);
            if wide <= width && used + wide > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            for character in piece.chars() {
                let one = text::display_width(character.encode_utf8(&mut [0; 4]));
                if used + one > width {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push(character);
                used += one;
            }
        }
    }
    lines.push(line);
    lines
}

/// A word; one that is too long for a line in pieces that end at its slashes.
fn pieces(word: &str, width: usize) -> Vec<&str> {
    if text::display_width(word) > width {
        word.split_inclusive('/').collect()
    } else {
        vec![word]
    }
}

/// `text` wrapped, with `first` before its first line and as many spaces before the others.
#[must_use]
pub(crate) fn hang(first: &str, first_width: usize, text: &str) -> String {
    let mut out = String::new();
    let room = WIDTH.saturating_sub(first_width).max(20);
    for (index, line) in wrap(text, room).iter().enumerate() {
        if index == 0 {
            let _ = writeln!(out, "{first}{line}");
        } else {
            let _ = writeln!(out, "{}{line}", " ".repeat(first_width));
        }
    }
    out
}

/// A finding: verdict, check, what was seen; below it what to do.
#[must_use]
pub(crate) fn finding(style: Style, finding: &Finding) -> String {
    let id = text::pad(finding.check.id(), 15);
    let head = format!("  {} {id} ", style.verdict(finding.verdict, 8));
    let width = 2 + 8 + 1 + text::display_width(&id) + 1;
    let mut out = hang(&head, width, &text::printable(&finding.detail));
    if let Some(fix) = &finding.fix {
        let label = "                           do: ";
        out.push_str(&hang(label, label.len(), &text::printable(fix)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_long_words_are_broken() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("on ab/cdef/gh", 7), ["on", "ab/", "cdef/gh"]);
        assert_eq!(wrap("", 3), [""]);
    }
}
