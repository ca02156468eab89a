//! The ceremonies about words: who may sign, which policy holds, notes, acceptances.

pub(in crate::cli) mod accept;
pub(in crate::cli) mod note;
pub(in crate::cli) mod people;
pub(in crate::cli) mod policy;

use crate::ceremony::Operator;
use crate::ceremony::Prompt;
use crate::cli::at_terminal::AtTerminal;

/// How often an empty answer is asked for again.
const TRIES: u32 = 3;

/// What is said of a ceremony that did not begin.
const NOTHING: &str = "nothing was begun; the book is as it was";

/// What somebody types, trimmed; an empty line is asked for again. `None` if they declined.
fn typed(mut terminal: AtTerminal, question: &str) -> Option<String> {
    for _ in 0..TRIES {
        let line = terminal.line(&Prompt::Question(question.to_owned()))?;
        let line = line.trim();
        if !line.is_empty() {
            return Some(line.to_owned());
        }
    }
    None
}
