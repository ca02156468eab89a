//! Checks of what each account is and may.

use super::Finding;
use super::judged::Judged;

/// Every check of what each account is and may.
#[must_use]
pub(super) fn standing(_judged: &Judged<'_>) -> Vec<Finding> {
    Vec::new()
}
