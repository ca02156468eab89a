//! Checks of what the logs tell.

use super::Finding;
use super::judged::Judged;

/// Every check of what the logs tell.
#[must_use]
pub(super) fn log(_judged: &Judged<'_>) -> Vec<Finding> {
    Vec::new()
}
