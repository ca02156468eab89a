//! Checks of who else could get at the accounts.

use super::Finding;
use super::judged::Judged;

/// Every check of who else could get at the accounts.
#[must_use]
pub(super) fn population(_judged: &Judged<'_>) -> Vec<Finding> {
    Vec::new()
}
