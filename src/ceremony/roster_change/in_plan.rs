//! What the plan says of a person once the ledger says otherwise: it follows, or somebody is told.

use super::rosters::roster;
use super::rosters::sorted;
use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Room;
use crate::ledger::Ledger;
use crate::plan::Person;
use crate::plan::Plan;
use crate::plan::with_person;
use crate::plan::without_person;
use crate::record::Roster;
use crate::record::Statement;

/// The plan's file in a book.
const PLAN: &str = "glasskey.toml";

/// The plan follows: the person's entry comes, changes or goes. Where that cannot be written the plan
/// stays as it is; it only proposes.
pub(super) fn write(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    statement: &Statement,
    reference: &str,
) -> Result<(), CeremonyError> {
    let Some(text) = room.desk.read(PLAN)? else {
        return Ok(());
    };
    let (Ok(text), Some(file)) = (String::from_utf8(text), open.roster(&*room.desk)?) else {
        return Ok(());
    };
    let Ok(roster) = Roster::parse(&file) else {
        return Ok(());
    };
    let mut people = statement.people.iter();
    let person = people.find(|one| one.reference == reference);
    let edited = match (person, roster.entry(reference)) {
        (Some(person), Some(entry)) => with_person(
            &text,
            &Person {
                reference: reference.to_owned(),
                roles: person.roles.clone(),
                key: entry.key.to_string(),
            },
        ),
        (None, None) => without_person(&text, reference),
        (Some(_), None) | (None, Some(_)) => None,
    };
    if let Some(edited) = edited.filter(|edited| *edited != text) {
        room.desk.put(PLAN, edited.as_bytes())?;
        room.operator
            .say("glasskey.toml says so too now; every other line stands as it was.");
    }
    Ok(())
}

/// What the plan's file says of a person that the ledger does not, in sentences.
pub(super) fn says_otherwise(
    room: &mut Room<'_>,
    reference: &str,
) -> Result<Vec<String>, CeremonyError> {
    let Some(text) = room.desk.read(PLAN)? else {
        return Ok(Vec::new());
    };
    let Some(plan) = String::from_utf8(text)
        .ok()
        .and_then(|text| Plan::parse(&text).ok())
    else {
        return Ok(Vec::new());
    };
    let force = Ledger::new(&mut *room.store).in_force()?;
    let roster = roster(&force)?;
    let mut planned = plan.people.iter();
    let planned = planned.find(|one| one.reference == reference);
    let mut people = force.people.iter();
    let counts = people.find(|one| one.reference == reference);
    Ok(match (planned, counts, roster.entry(reference)) {
        (Some(_), None, _) => vec![format!(
            "glasskey.toml still has {reference}, who holds a PIN envelope in it or makes its quorum: \
             name somebody else there, then take {reference} out."
        )],
        (None, Some(_), _) => vec![format!(
            "glasskey.toml has no {reference}: add a [[person]] with the roles and the key."
        )],
        (Some(planned), Some(counts), Some(entry))
            if planned.key != entry.key.to_string() || sorted(&planned.roles) != counts.roles =>
        {
            vec![format!(
                "glasskey.toml says otherwise of {reference}: correct the roles or the key there."
            )]
        }
        (None | Some(_), None | Some(_), _) => Vec::new(),
    })
}
