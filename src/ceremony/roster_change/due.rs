//! What is due when somebody goes.

use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ledger::Ledger;
use crate::plan::Role;

/// What becomes due when this person goes, in sentences: each PIN they knew where to find, each safe
/// they opened, each key that Microsoft's list has validated after a change of staff. Empty for a
/// person who is not on the roster.
///
/// # Errors
/// [`CeremonyError::Ledger`].
pub(super) fn on_leaving(
    room: &mut Room<'_>,
    reference: &str,
) -> Result<Vec<String>, CeremonyError> {
    let ledger = Ledger::new(&mut *room.store);
    let book = ledger.read_book()?.facts;
    let mut people = book.people.iter();
    let Some(person) = people.find(|one| one.reference == reference) else {
        return Ok(Vec::new());
    };
    let in_use = |label: &str| book.keys.iter().any(|key| key.label == label);
    let mut due = Vec::new();
    for (_, key) in room.plan.keys() {
        if !key.pin.held_by.iter().any(|holder| holder == reference) {
            continue;
        }
        let (label, envelope) = (&key.label, &key.pin.envelope);
        due.push(if in_use(label) {
            format!(
                "{reference} holds PIN envelope {envelope}: the PIN of {label} is due to be changed \
                 (`glasskey pin change {label}`), and the envelope to go to somebody else."
            )
        } else {
            format!("{reference} holds PIN envelope {envelope} of {label}: give it to somebody else.")
        });
    }
    if person.roles.contains(&Role::SafeController) {
        let safes: Vec<&str> = room.plan.safes.iter().map(|one| one.id.as_str()).collect();
        due.push(format!(
            "{reference} opens safes: the combinations of {} are due to be changed.",
            safes.join(", ")
        ));
    }
    let labels: Vec<&str> = book.keys.iter().map(|key| key.label.as_str()).collect();
    if !labels.is_empty() {
        due.push(format!(
            "After a change of staff the accounts are to be validated: {} are due (`glasskey verify \
             --due`).",
            labels.join(", ")
        ));
    }
    Ok(due)
}
