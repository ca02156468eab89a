//! What people see of a ceremony, apart from being asked.

use crate::findings::Finding;
use crate::primitives::Digest;

/// Where a ceremony is shown.
pub trait Screen {
    /// A part begins: check, registration of a key, audit.
    fn part(&mut self, title: &str);

    /// A step begins.
    fn step(&mut self, number: u32, of: u32, title: &str);

    /// Something was done or seen.
    fn say(&mut self, text: &str);

    /// What the checks said.
    fn findings(&mut self, findings: &[Finding]);

    /// A digest to be read aloud.
    fn digest(&mut self, digest: &Digest);

    /// The key asks for a touch.
    fn touch(&mut self, label: &str);

    /// A question, and what was answered.
    fn answered(&mut self, question: &str, answer: &str);
}
