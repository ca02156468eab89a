//! The port to the people in the room.

use super::plugging::PlugIn;
use super::prompt::Prompt;
use crate::ctap::KeepAlive;
use crate::ctap::Listen;
use crate::findings::Finding;
use crate::primitives::Digest;
use crate::primitives::Secret;

/// The operator's terminal, or what stands for it. An answer of `None` or `false` is a refusal: it
/// is neither success nor failure, and a ceremony stops there.
pub trait Operator {
    /// A step begins.
    fn step(&mut self, number: u32, of: u32, title: &str);

    /// Something was done or seen.
    fn say(&mut self, text: &str);

    /// What the checks said.
    fn findings(&mut self, findings: &[Finding]);

    /// The statement's digest, to be read aloud and compared.
    fn digest(&mut self, digest: &Digest);

    /// What is about to be signed, in sentences.
    fn sentences(&mut self, sentences: &[String]) {
        for sentence in sentences {
            self.say(sentence);
        }
    }

    /// What somebody said, since this was last asked, was done otherwise than the script has it.
    fn exceptions(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// What was shown and answered since this was last asked, without anything that was typed unseen;
    /// empty where nobody takes notes.
    fn transcript(&mut self) -> String {
        String::new()
    }

    /// Something is to be done at the ports, which is seen by itself: nobody answers.
    fn hands(&mut self, todo: &PlugIn) {
        self.say(&todo.words());
    }

    /// The key's state while a command runs, once a change; [`KeepAlive::UpNeeded`] asks for a touch.
    fn keep_alive(&mut self, label: &str, state: KeepAlive);

    /// How somebody's wish to stop is heard while the key waits for a touch: then the key is asked to
    /// give up, and the ceremony stops.
    fn stops(&self) -> Listen<'static> {
        Box::new(|| Box::new(|| false))
    }

    /// Asks for a line.
    fn line(&mut self, prompt: &Prompt) -> Option<String>;

    /// Asks for a PIN, unseen.
    fn pin(&mut self, prompt: &Prompt) -> Option<Secret<String>>;

    /// Shows a secret once, so that nothing keeps it; `false` if nobody took it. `what` says what it is.
    fn show_once(&mut self, what: &str, secret: &Secret<String>) -> bool {
        let _ = (what, secret);
        false
    }

    /// Asks whether something was done.
    fn confirm(&mut self, prompt: &Prompt) -> bool;
}
