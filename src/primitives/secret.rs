//! A value that is wiped when dropped and cannot be printed, cloned or serialised.

use zeroize::Zeroize;

/// Holds a secret. It has no `Debug`, `Display`, `Clone` or `Serialize`, on purpose.
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes ownership of `value`; the caller keeps no copy.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Lends the secret for one use. Never store or print what comes out.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
