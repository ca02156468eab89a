//! Checks of who else could get at the accounts.

mod count;
mod enrolling;
mod exclusion;
mod undeclared;

use super::Finding;
use super::judged::Judged;
use crate::entra::Answer;
use crate::entra::Denial;
use crate::entra::DenialReason;
use crate::entra::Licence;
use crate::plan::Account;
use crate::primitives::Guid;

/// Every check of who else could get at the accounts.
#[must_use]
pub(super) fn population(judged: &Judged<'_>) -> Vec<Finding> {
    [
        count::count,
        undeclared::undeclared,
        exclusion::protected,
        enrolling::paths,
    ]
    .into_iter()
    .flat_map(|check| check(judged))
    .collect()
}

/// Whether the plan pins this object id for one of its accounts.
fn is_declared(judged: &Judged<'_>, id: Guid) -> bool {
    let ours = |account: &Account| account.object_id == Some(id);
    judged.plan.accounts.iter().any(ours)
}

/// Whether an answer of PIM is missing because the tenant has no PIM: then nothing is eligible, and
/// no assignment has an end.
fn is_without_pim<T>(judged: &Judged<'_>, answer: &Answer<T>) -> bool {
    let refused = matches!(
        answer,
        Answer::Denied(Denial {
            reason: DenialReason::Licence,
            ..
        })
    );
    let unlicensed = matches!(
        judged.survey.population.licence,
        Answer::Known(Licence::Free | Licence::P1)
    );
    refused || (unlicensed && !matches!(answer, Answer::Known(_)))
}

#[cfg(test)]
mod tests;
