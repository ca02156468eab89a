//! Why nothing more is done with a PIN.

use super::PolicyChange;
use super::TypedFault;
use crate::ctap::CtapError;

/// Why a PIN was not proven, set, changed or ruled. What it cost is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinStop {
    /// A person declined, or nobody could be asked. No try was spent by that.
    Declined,
    /// The key takes no PIN at all.
    NoPinSupport,
    /// It has a PIN: it is changed, not set.
    AlreadySet,
    /// It has none: it is set first.
    NotSet,
    /// It gives nothing before the PIN is changed; the PIN is not wrong, and none was asked for.
    ChangeDemanded,
    /// The tries left are at the floor, and none was spent.
    AtFloor {
        /// Tries left.
        left: u32,
    },
    /// It takes no PIN until it is unplugged.
    Replug {
        /// Tries that this run spent on the last PIN it sent: 0 or 1.
        spent: u32,
        /// Tries left; `None` if the key does not say.
        left: Option<u32>,
    },
    /// No try is left: the PIN is blocked for good.
    Blocked,
    /// The PIN was wrong, and no other was typed.
    Wrong {
        /// Tries left.
        left: u32,
    },
    /// What was typed or handed over cannot be the PIN; it was not sent.
    Typed(TypedFault),
    /// The new PIN was typed differently each time; nothing was set.
    Mismatch,
    /// A generated PIN of that length would break the rules.
    Length {
        /// The length asked for.
        asked: u32,
        /// The fewest characters.
        least: u32,
        /// The most.
        most: u32,
    },
    /// No randomness was to be had.
    NoEntropy,
    /// The key refused the new PIN by a rule of its own; the PIN is as it was.
    RefusedByKey,
    /// The key lacks what is needed, in the specification's words; nothing was sent.
    Lacks(&'static str),
    /// A minimum can only grow.
    WouldShrink {
        /// The minimum now.
        now: u32,
        /// The minimum asked for.
        asked: u32,
    },
    /// The key said that it was done, and does not show it.
    NotShown,
    /// Some rules were changed and then it stopped.
    Partly {
        /// What was changed.
        done: Vec<PolicyChange>,
        /// Why it stopped.
        why: Box<PinStop>,
    },
    /// A key command failed. No try was spent that the key counted.
    Key(CtapError),
}

impl From<CtapError> for PinStop {
    fn from(error: CtapError) -> Self {
        Self::Key(error)
    }
}
