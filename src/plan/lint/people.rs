//! Whether the people there are can hold a ceremony: somebody runs it, and others watch.

use super::Faults;
use crate::plan::NoQuorum;
use crate::plan::Plan;
use crate::plan::Role;
use crate::plan::can_meet;
use crate::plan::fault::What;

/// Adds a fault if no ceremony could ever meet its quorum.
pub(super) fn lint(plan: &Plan, faults: &mut Faults) {
    if plan.people.is_empty() {
        faults.add("person", What::Missing);
        return;
    }
    let roles: Vec<&[Role]> = plan
        .people
        .iter()
        .map(|person| person.roles.as_slice())
        .collect();
    match can_meet(&roles, &plan.policy) {
        Ok(()) => {}
        Err(NoQuorum::NoOperator) => faults.add("person", What::NoOperator),
        Err(NoQuorum::TooFewWitnesses { found, wanted }) => {
            faults.add("person", What::TooFewWitnesses { found, wanted });
        }
    }
}
