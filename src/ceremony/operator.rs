//! The port to the people in the room.

use super::prompt::Prompt;
use crate::ctap::KeepAlive;
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

    /// The key's state while a command runs, once a change; [`KeepAlive::UpNeeded`] asks for a touch.
    fn keep_alive(&mut self, label: &str, state: KeepAlive);

    /// Asks for a line.
    fn line(&mut self, prompt: &Prompt) -> Option<String>;

    /// Asks for a PIN, unseen.
    fn pin(&mut self, prompt: &Prompt) -> Option<Secret<String>>;

    /// Asks whether something was done.
    fn confirm(&mut self, prompt: &Prompt) -> bool;
}
