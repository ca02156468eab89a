//! Every check of a tenant against plan and book, in the order of `docs/checks.md`.

use super::Finding;
use super::access_checks;
use super::judged::Judged;
use super::log_checks;
use super::monitoring_checks;
use super::population_checks;
use super::recovery_checks;
use super::standing_checks;

/// Every check of a tenant against plan and book.
#[must_use]
pub fn tenant(judged: &Judged<'_>) -> Vec<Finding> {
    [
        standing_checks::standing,
        population_checks::population,
        access_checks::access,
        log_checks::log,
        monitoring_checks::monitoring,
        recovery_checks::recovery,
    ]
    .into_iter()
    .flat_map(|checks| checks(judged))
    .collect()
}
