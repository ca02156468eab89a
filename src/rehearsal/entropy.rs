//! Randomness that is the same in every run.

use crate::primitives::Digest;
use crate::primitives::Entropy;

/// A stream of bytes made of a seed and a label: SHA-256 in counter mode.
///
/// Two labels of one seed give unrelated streams. It is no source of secrets: whoever knows the
/// seed knows every byte.
#[derive(Clone, Debug)]
pub struct SeededEntropy {
    key: Digest,
    counter: u64,
    left: Vec<u8>,
}

impl SeededEntropy {
    /// The stream of `seed` and `label`, from its beginning.
    #[must_use]
    pub fn new(seed: &[u8], label: &str) -> Self {
        let (seed, label) = (Digest::of(seed), Digest::of(label.as_bytes()));
        Self {
            key: Digest::of_parts(&[&seed.0, &label.0]),
            counter: 0,
            left: Vec::new(),
        }
    }

    /// The next `N` bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}

impl Entropy for SeededEntropy {
    fn fill(&mut self, buffer: &mut [u8]) {
        for byte in buffer {
            if self.left.is_empty() {
                let block = Digest::of_parts(&[&self.key.0, &self.counter.to_be_bytes()]);
                self.counter = self.counter.wrapping_add(1);
                self.left = block.0.iter().rev().copied().collect();
            }
            *byte = self.left.pop().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_and_label_give_one_stream_however_it_is_cut() {
        let mut whole = SeededEntropy::new(b"seed", "key");
        let mut cut = SeededEntropy::new(b"seed", "key");
        let expected: [u8; 100] = whole.bytes();
        let parts = [
            &cut.bytes::<1>()[..],
            &cut.bytes::<64>(),
            &cut.bytes::<35>(),
        ]
        .concat();
        assert_eq!(parts, expected);
    }

    #[test]
    fn another_label_or_seed_gives_another_stream() {
        let first: [u8; 32] = SeededEntropy::new(b"seed", "key").bytes();
        assert_ne!(first, SeededEntropy::new(b"seed", "kez").bytes());
        assert_ne!(first, SeededEntropy::new(b"seedk", "ey").bytes());
    }
}
