//! The system's randomness.

use crate::ceremony::EntropySource;
use crate::primitives::Entropy;
use std::process;

/// The system gives no randomness, in its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoEntropy(pub String);

/// The system's random number generator, seen to work.
#[derive(Debug)]
pub struct SystemEntropy(());

impl SystemEntropy {
    /// Asks the generator once, so that a ceremony without one ends before it begins.
    ///
    /// # Errors
    /// [`NoEntropy`] if it does not answer.
    pub fn open() -> Result<Self, NoEntropy> {
        let mut probe = [0; 32];
        getrandom::fill(&mut probe).map_err(|error| NoEntropy(error.to_string()))?;
        Ok(Self(()))
    }
}

impl Entropy for SystemEntropy {
    fn fill(&mut self, buffer: &mut [u8]) {
        if getrandom::fill(buffer).is_err() {
            // A generator that worked does not stop; and nothing may go on with a guessable key.
            process::abort();
        }
    }
}

impl EntropySource for SystemEntropy {
    fn source(&self) -> Box<dyn Entropy> {
        Box::new(Self(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        let mut entropy = SystemEntropy::open().unwrap();
        let (mut one, mut two) = ([0; 32], [0; 32]);
        entropy.fill(&mut one);
        entropy.fill(&mut two);
        assert_ne!(one, [0; 32]);
        assert_ne!(one, two);
    }
}
