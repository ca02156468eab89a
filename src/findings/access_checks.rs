//! Checks of Conditional Access, authentication strengths and security defaults.

use super::Finding;
use super::judged::Judged;

/// Every check of Conditional Access, authentication strengths and security defaults.
#[must_use]
pub(super) fn access(_judged: &Judged<'_>) -> Vec<Finding> {
    Vec::new()
}
