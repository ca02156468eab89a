//! `rehearse --hands-on`: the person at the keyboard answers in place of the script.

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
    Failure::new(
        Exit::Declined,
        "nothing was done",
        format!("there is no terminal to ask at ({error:?})"),
        "run it in a terminal, not in a pipe or a service",
    )
}

impl Human for HandsOn {
    fn line(&mut self, question: &str) -> Option<String> {
        self.tty
            .ask_line(&format!("    ? {question} "))
            .ok()
            .flatten()
    }

    fn pin(&mut self, question: &str) -> Option<Secret<String>> {
        self.tty
            .ask_pin(&format!("    ? {question} "))
            .ok()
            .flatten()
    }

    fn confirm(&mut self, question: &str) -> bool {
        for _ in 0..3 {
            let Some(answer) = self.line(&format!("{question} [y/n]")) else {
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

    fn touch(&mut self, label: &str) -> bool {
        self.line(&format!("Press Enter to touch {label}."))
            .is_some()
    }
}
