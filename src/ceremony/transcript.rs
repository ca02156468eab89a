//! What was on the terminal in a ceremony, kept beside its minutes: shown, asked and answered, in order.
//!
//! What is typed unseen is never in it: it never comes past here as text, and only that it was typed is
//! noted. What the terminal shows once, such as a new PIN, does not come past here at all.

use super::Operator;
use super::PlugIn;
use super::Prompt;
use crate::ctap::KeepAlive;
use crate::ctap::Listen;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::primitives::Digest;
use crate::primitives::Secret;
use crate::primitives::text::printable;
use std::fmt::Write as _;

/// An operator, and a note of everything that is shown to them and that they answer.
pub struct Transcribing<'o> {
    operator: &'o mut dyn Operator,
    text: String,
}

impl<'o> Transcribing<'o> {
    /// Takes notes of this operator from now on.
    pub const fn new(operator: &'o mut dyn Operator) -> Self {
        Self {
            operator,
            text: String::new(),
        }
    }

    fn note(&mut self, head: &str, text: &str) {
        let _ = writeln!(self.text, "{head}{}", printable(text));
    }

    fn answered(&mut self, prompt: &Prompt, answer: &str) {
        let question = format!("{} {answer}", prompt.words());
        self.note("    ? ", &question);
    }
}

impl Operator for Transcribing<'_> {
    fn step(&mut self, number: u32, of: u32, title: &str) {
        self.note("", &format!("{number}/{of} {title}"));
        self.operator.step(number, of, title);
    }

    fn say(&mut self, text: &str) {
        self.note("      ", text);
        self.operator.say(text);
    }

    fn findings(&mut self, findings: &[Finding]) {
        for one in findings {
            let mut line = format!("{:8} {} {}", one.verdict.word(), one.check, one.subject);
            if one.verdict != Verdict::Pass {
                let _ = write!(line, ": {}", one.detail);
            }
            self.note("      ", &line);
        }
        self.operator.findings(findings);
    }

    fn digest(&mut self, digest: &Digest) {
        self.note("      Digest of the statement: ", &digest.to_string());
        self.note("      ", &digest.words().join(" "));
        self.operator.digest(digest);
    }

    fn sentences(&mut self, sentences: &[String]) {
        for sentence in sentences {
            self.note("      ", sentence);
        }
        self.operator.sentences(sentences);
    }

    fn exceptions(&mut self) -> Vec<String> {
        let said = self.operator.exceptions();
        for one in &said {
            self.note("    ! ", one);
        }
        said
    }

    fn hands(&mut self, todo: &PlugIn) {
        self.note("    > ", &todo.words());
        self.operator.hands(todo);
    }

    fn keep_alive(&mut self, label: &str, state: KeepAlive) {
        if state == KeepAlive::UpNeeded {
            self.note("    > ", &format!("Touch {label} now."));
        }
        self.operator.keep_alive(label, state);
    }

    fn stops(&self) -> Listen<'static> {
        self.operator.stops()
    }

    fn line(&mut self, prompt: &Prompt) -> Option<String> {
        let answer = self.operator.line(prompt);
        self.answered(prompt, answer.as_deref().unwrap_or("(declined)"));
        answer
    }

    fn pin(&mut self, prompt: &Prompt) -> Option<Secret<String>> {
        let typed = self.operator.pin(prompt);
        let answer = if typed.is_some() {
            "(typed, unseen)"
        } else {
            "(declined)"
        };
        self.answered(prompt, answer);
        typed
    }

    fn show_once(&mut self, what: &str, secret: &Secret<String>) -> bool {
        let taken = self.operator.show_once(what, secret);
        let said = if taken {
            "shown once, kept nowhere"
        } else {
            "not taken"
        };
        self.note("      ", &format!("{what}: ({said})"));
        taken
    }

    fn confirm(&mut self, prompt: &Prompt) -> bool {
        let agreed = self.operator.confirm(prompt);
        self.answered(prompt, if agreed { "yes" } else { "no" });
        agreed
    }

    fn transcript(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}
