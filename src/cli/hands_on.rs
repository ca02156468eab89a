//! `rehearse --hands-on`: the person at the keyboard answers in place of the script.

use super::asking;
use super::at_terminal::show_once;
use super::exit::Exit;
use super::failure::Failure;
use crate::io::TerminalError;
use crate::io::Tty;
use crate::primitives::Secret;
use crate::rehearsal::Human;

/// A person at the terminal.
pub(crate) struct HandsOn {
    tty: Tty,
}

impl HandsOn {
    /// Opens the terminal.
    ///
    /// # Errors
    /// [`Failure`] with exit 3 if there is none.
    pub(crate) fn open() -> Result<Self, Failure> {
        Tty::open()
            .map(|tty| Self { tty })
            .map_err(|error| no_terminal(&error))
    }
}

/// Nobody can be asked.
pub(crate) fn no_terminal(error: &TerminalError) -> Failure {
    let why = match error {
        TerminalError::NoTerminal => "there is no terminal to ask at".to_owned(),
        TerminalError::TooLong => "the answer is longer than any".to_owned(),
        TerminalError::NotText => {
            "the answer held an arrow or another key that is no character".to_owned()
        }
        TerminalError::Io(words) => format!("the terminal cannot be used: {words}"),
    };
    Failure::new(
        Exit::Declined,
        "nothing was done",
        why,
        "run it in a terminal, not in a pipe or a service",
    )
}

impl Human for HandsOn {
    fn line(&mut self, question: &str) -> Option<String> {
        asking::line(&self.tty, &asking::question(question))
    }

    fn pin(&mut self, question: &str) -> Option<Secret<String>> {
        asking::pin(&self.tty, &asking::question(question))
    }

    fn confirm(&mut self, question: &str) -> bool {
        asking::confirm(&self.tty, question)
    }

    fn show_once(&mut self, what: &str, secret: &Secret<String>) -> bool {
        show_once(&self.tty, what, secret)
    }

    fn touch(&mut self, label: &str) -> bool {
        self.line(&format!("Press Enter to touch {label}."))
            .is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_s_fault_is_said_in_words() {
        for error in [
            TerminalError::NoTerminal,
            TerminalError::TooLong,
            TerminalError::NotText,
            TerminalError::Io("gone".to_owned()),
        ] {
            let failure = no_terminal(&error);
            assert_eq!(failure.exit, Exit::Declined);
            let debug = format!("{error:?}");
            assert!(!failure.why.contains(&debug), "{}", failure.why);
        }
    }
}
