//! Checks of log export and alert rules.

use super::Finding;
use super::judged::Judged;

/// Every check of log export and alert rules.
#[must_use]
pub(super) fn monitoring(_judged: &Judged<'_>) -> Vec<Finding> {
    Vec::new()
}
