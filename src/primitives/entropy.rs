//! The port through which randomness comes in.

/// A source of unpredictable bytes; in a rehearsal, of seeded ones.
pub trait Entropy {
    /// Fills `buffer` whole.
    fn fill(&mut self, buffer: &mut [u8]);
}

impl<E: Entropy + ?Sized> Entropy for &mut E {
    fn fill(&mut self, buffer: &mut [u8]) {
        (**self).fill(buffer);
    }
}
