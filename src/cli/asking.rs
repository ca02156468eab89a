//! Asking at the terminal: what is no text is asked for again, and costs nothing.

use crate::cli::page;
use crate::io::TerminalError;
use crate::io::Tty;
use crate::primitives::Secret;

/// How often an answer that is no text is asked for again.
const PATIENCE: u32 = 5;
/// What has room behind a question at least: an answer that breaks at the edge reads badly.
const LONGEST_WORD: &str = "yes";

/// A PIN, unseen; `None` if declined, or if nobody can be asked any more.
pub(crate) fn pin(tty: &Tty, question: &str) -> Option<Secret<String>> {
    patiently(tty, || tty.ask_pin(question))
}

/// A line; `None` as for [`pin`].
pub(crate) fn line(tty: &Tty, question: &str) -> Option<String> {
    patiently(tty, || tty.ask_line(question))
}

/// Yes or no to a question in plain words; anything else is asked again, three times at most.
pub(crate) fn confirm(tty: &Tty, words: &str) -> bool {
    let asked = question(&format!("{words} [y/n]"));
    for _ in 0..3 {
        let Some(answer) = line(tty, &asked) else {
            return false;
        };
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => return true,
            "n" | "no" => return false,
            _ => {}
        }
    }
    false
}

/// A question in 80 columns, ready to be typed behind.
pub(crate) fn question(text: &str) -> String {
    let text = crate::primitives::text::printable(text);
    let wrapped = page::hang("    ? ", 6, &format!("{text} {LONGEST_WORD}"));
    let wrapped = wrapped.trim_end_matches('\n');
    let asked = wrapped.strip_suffix(LONGEST_WORD).unwrap_or(wrapped);
    asked.to_owned()
}

fn patiently<T>(tty: &Tty, mut ask: impl FnMut() -> Result<Option<T>, TerminalError>) -> Option<T> {
    for _ in 0..PATIENCE {
        let why = match ask() {
            Ok(answer) => return answer,
            Err(TerminalError::NotText) => "That held an arrow or another key that is no character",
            Err(TerminalError::TooLong) => "That is longer than any answer",
            Err(TerminalError::NoTerminal | TerminalError::Io(_)) => return None,
        };
        let said = format!("{why}: nothing was sent, no try was spent. Once more, please.");
        tty.say(&page::hang("      ", 6, &said)).ok()?;
    }
    None
}
