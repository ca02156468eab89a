//! Choices, made of bytes: of a counter in the tests, of libFuzzer's input in the fuzzer.

/// Bytes that decide. Once they are used up, every choice is the first one.
pub(crate) struct Source<'a>(&'a [u8]);

impl<'a> Source<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    pub(crate) fn word(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    /// A place in something that is `length` long; 0 if it is empty.
    pub(crate) fn place(&mut self, length: usize) -> usize {
        usize::from(self.word()) % length.max(1)
    }

    pub(crate) fn chance(&mut self, one_in: u8) -> bool {
        self.byte().is_multiple_of(one_in)
    }

    /// So many of the bytes that are left, or all of them.
    pub(crate) fn take(&mut self, most: usize) -> Vec<u8> {
        let (taken, rest) = self.0.split_at(most.min(self.0.len()));
        self.0 = rest;
        taken.to_vec()
    }
}
