//! Which key is registered next: the one whose registration is open, else the first of the plan that
//! no record registers.

use crate::ceremony::CeremonyError;
use crate::ceremony::Desk;
use crate::ceremony::OpenCeremony;
use crate::ledger::Ledger;
use crate::plan::Plan;
use crate::record::Event;
use std::collections::BTreeSet;

/// The label of the key that is to be registered next; `None` if every planned key is.
///
/// # Errors
/// [`CeremonyError::Ledger`], [`CeremonyError::Open`] if book or folder cannot be read.
pub fn next_registration(
    plan: &Plan,
    ledger: &Ledger<'_>,
    desk: &dyn Desk,
) -> Result<Option<String>, CeremonyError> {
    let open = OpenCeremony::unfinished(desk)?;
    let under_way = open.iter().find_map(|id| id.strip_prefix("registration-"));
    if let Some(label) = under_way {
        return Ok(Some(label.to_owned()));
    }
    let registered = registered(ledger)?;
    let mut labels = plan
        .accounts
        .iter()
        .flat_map(|account| &account.keys)
        .map(|key| &key.label);
    Ok(labels.find(|label| !registered.contains(*label)).cloned())
}

/// Every label that a record registers, in use or not: none is ever used again.
pub(super) fn registered(ledger: &Ledger<'_>) -> Result<BTreeSet<String>, CeremonyError> {
    let mut labels = BTreeSet::new();
    for index in 0..ledger.size()? {
        let statement = ledger.record(index)?.statement;
        if statement.event == Event::Registration {
            labels.extend(statement.key.map(|key| key.label));
        }
    }
    Ok(labels)
}
