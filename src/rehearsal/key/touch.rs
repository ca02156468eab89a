//! Who touches the key, and when.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// What a touch is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// `authenticatorMakeCredential`, also one that an exclude list will refuse.
    MakeCredential,
    /// `authenticatorGetAssertion`.
    GetAssertion,
    /// `authenticatorSelection`, and its older form: an empty `pinUvAuthParam`.
    Selection,
    /// `authenticatorReset`.
    Reset,
}

/// What becomes of a request for a touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// Touched after this time.
    After(Duration),
    /// Refused after this time, as on a key with a button for no.
    RefusedAfter(Duration),
    /// Nobody comes.
    Never,
    /// Left to a [`Hand`].
    ByHand,
}

/// What happens each time the key asks for a touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TouchScript {
    usual: Touch,
    special: BTreeMap<Operation, Touch>,
}

impl TouchScript {
    /// The same for every operation.
    #[must_use]
    pub const fn always(usual: Touch) -> Self {
        Self {
            usual,
            special: BTreeMap::new(),
        }
    }

    /// Touched after so many milliseconds, whatever for.
    #[must_use]
    pub const fn after_millis(millis: u64) -> Self {
        Self::always(Touch::After(Duration::from_millis(millis)))
    }

    /// The same script, but for one operation.
    #[must_use]
    pub fn with(mut self, operation: Operation, touch: Touch) -> Self {
        self.special.insert(operation, touch);
        self
    }

    pub(super) fn of(&self, operation: Operation) -> Touch {
        self.special.get(&operation).copied().unwrap_or(self.usual)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gesture {
    Touched,
    Refused,
}

/// A person's hand on one key, for [`Touch::ByHand`]. What it does while the key is not waiting has
/// no effect.
#[derive(Clone, Debug, Default)]
pub struct Hand(Rc<Cell<Option<Gesture>>>);

impl Hand {
    /// Touches the key.
    pub fn touch(&self) {
        self.0.set(Some(Gesture::Touched));
    }

    /// Refuses.
    pub fn refuse(&self) {
        self.0.set(Some(Gesture::Refused));
    }

    pub(super) fn take(&self) -> Option<Gesture> {
        self.0.take()
    }
}
