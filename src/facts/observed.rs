//! A fact that may be missing, and why.

/// Something that was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed<T> {
    /// It was seen.
    Known(T),
    /// The one who was asked does not say.
    NotReported,
    /// Looking was not allowed; what would allow it.
    Denied(String),
}

impl<T> Observed<T> {
    /// The value, if it was seen.
    #[must_use]
    pub const fn known(&self) -> Option<&T> {
        if let Self::Known(value) = self {
            Some(value)
        } else {
            None
        }
    }
}

impl<T> From<Option<T>> for Observed<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::NotReported, Self::Known)
    }
}
