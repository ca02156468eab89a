//! Whether the people there are can hold a ceremony: somebody runs it, and others watch.

use super::Faults;
use crate::plan::Person;
use crate::plan::Plan;
use crate::plan::Role;
use crate::plan::fault::What;

/// Adds a fault if no ceremony could ever meet its quorum.
pub(super) fn lint(plan: &Plan, faults: &mut Faults) {
    if plan.people.is_empty() {
        faults.add("person", What::Missing);
        return;
    }
    let has = |person: &&Person, role: Role| person.roles.contains(&role);
    let operators: Vec<&Person> = plan
        .people
        .iter()
        .filter(|person| has(person, Role::Operator))
        .collect();
    if operators.is_empty() {
        faults.add("person", What::NoOperator);
        return;
    }
    let witnesses = plan
        .people
        .iter()
        .filter(|person| has(person, Role::Witness))
        .count();
    // Whoever runs a ceremony does not witness it.
    let one_is_busy = operators.iter().all(|person| has(person, Role::Witness));
    let found = witnesses.saturating_sub(usize::from(one_is_busy));
    let policy = &plan.policy.witnesses;
    let wanted = policy.registration.max(policy.loss).max(policy.other);
    if usize::try_from(wanted).is_ok_and(|wanted| found < wanted) {
        faults.add("person", What::TooFewWitnesses { found, wanted });
    }
}
