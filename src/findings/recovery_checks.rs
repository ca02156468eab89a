//! Checks of what a loss leaves open, and what falls together.

use super::Finding;
use super::judged::Judged;

/// Every check of what a loss leaves open, and what falls together.
#[must_use]
pub(super) fn recovery(_judged: &Judged<'_>) -> Vec<Finding> {
    Vec::new()
}
