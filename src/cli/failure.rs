//! Errors in three lines: what happened and what was or was not changed, why, what to do next.

use super::exit::Exit;
use std::io::Write;

/// What went wrong, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The exit it leads to.
    pub(crate) exit: Exit,
    /// What happened, and what was or was not changed.
    pub(crate) what: String,
    /// Why.
    pub(crate) why: String,
    /// What to do next.
    pub(crate) next: String,
}

impl Failure {
    /// A failure of these words.
    #[must_use]
    pub(crate) fn new(
        exit: Exit,
        what: impl Into<String>,
        why: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self {
            exit,
            what: what.into(),
            why: why.into(),
            next: next.into(),
        }
    }

    /// The same, where `what` says better what happened, and what was or was not changed.
    #[must_use]
    pub(crate) fn saying(self, what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            ..self
        }
    }

    /// Writes the three lines; a stream that is gone takes nothing more.
    pub(crate) fn write(&self, err: &mut dyn Write) {
        let _ = writeln!(
            err,
            "glasskey: error: {}\nglasskey: because: {}\nglasskey: next: {}",
            one_line(&self.what),
            one_line(&self.why),
            one_line(&self.next)
        );
    }
}

/// Text from outside on one line, its controls made visible.
fn one_line(text: &str) -> String {
    crate::primitives::text::printable(text)
}
