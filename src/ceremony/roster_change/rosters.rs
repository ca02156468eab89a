//! Rosters, roles and names as they were, and as they are to be; and why not.

use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ledger::InForce;
use crate::plan::PEOPLE_FILE;
use crate::plan::PeopleFile;
use crate::plan::Person;
use crate::plan::Role;
use crate::plan::can_meet;
use crate::record::Namespace;
use crate::record::PersonPart;
use crate::record::Roster;
use crate::record::RosterEntry;
use crate::record::RosterError;
use crate::record::RosterFault;
use crate::record::SshPublicKey;
use std::collections::BTreeSet;

pub(super) fn refused(why: impl Into<String>, next: impl Into<String>) -> CeremonyError {
    CeremonyError::Matter {
        why: why.into(),
        next: next.into(),
    }
}

/// The roster in force.
pub(super) fn roster(force: &InForce) -> Result<Roster, CeremonyError> {
    Roster::parse(&force.roster)
        .map_err(|_| CeremonyError::People("the roster in force cannot be read".to_owned()))
}

pub(super) fn on_roster<'r>(
    roster: &'r Roster,
    reference: &str,
) -> Result<&'r RosterEntry, CeremonyError> {
    roster.entry(reference).ok_or_else(|| {
        let all: Vec<&str> = roster
            .entries()
            .iter()
            .map(|one| one.reference.as_str())
            .collect();
        refused(
            format!("{reference} is not on the roster in force"),
            format!("name one of {}", all.join(", ")),
        )
    })
}

/// A roster of these entries, or why there is none.
pub(super) fn rostered(entries: Vec<RosterEntry>) -> Result<Roster, CeremonyError> {
    Roster::new(entries).map_err(|RosterError { fault, .. }| match fault {
        RosterFault::DuplicateReference(reference) => refused(
            format!("{reference} differs from a ref on the roster in case alone"),
            "choose another ref",
        ),
        RosterFault::DuplicateKey { held_by } => refused(
            format!("that is the key of {held_by}"),
            "each person signs with a key of their own",
        ),
        RosterFault::Reference(reference) => refused(
            format!("{reference} is no ref: 1 to 64 letters, digits, `-` or `_`, a letter first"),
            "choose another ref",
        ),
        RosterFault::Empty => refused("nobody would be left on the roster", "add somebody first"),
        RosterFault::TooLarge
        | RosterFault::NotText
        | RosterFault::Form
        | RosterFault::Option(_)
        | RosterFault::Namespace(_)
        | RosterFault::Namespaces
        | RosterFault::Time(_)
        | RosterFault::Interval
        | RosterFault::Key(_)
        | RosterFault::SecondSpelling => refused("such a roster cannot be written", "report this"),
    })
}

pub(super) fn entry(reference: &str, key: &SshPublicKey) -> RosterEntry {
    RosterEntry {
        reference: reference.to_owned(),
        namespaces: vec![Namespace::Record, Namespace::Checkpoint, Namespace::Roster],
        valid_after: None,
        valid_before: None,
        key: key.clone(),
    }
}

/// Refuses people among whom no ceremony could be held.
pub(super) fn quorum(
    force: &InForce,
    people: &[PersonPart],
    how: &str,
) -> Result<(), CeremonyError> {
    let roles: Vec<&[Role]> = people.iter().map(|one| one.roles.as_slice()).collect();
    can_meet(&roles, &force.policy).map_err(|lacks| {
        refused(
            format!("{how}, {}", lacks.words()),
            "add somebody in that role first: `glasskey people add`",
        )
    })
}

/// The people in force, each with the roles that the plan has for them.
pub(super) fn with_roles_of(force: &InForce, plan: &[Person]) -> Vec<PersonPart> {
    let mut people = force.people.clone();
    for one in &mut people {
        let mut planned = plan.iter();
        let planned = planned.find(|person| person.reference == one.reference);
        if let Some(person) = planned.filter(|person| !person.roles.is_empty()) {
            one.roles = sorted(&person.roles);
        }
    }
    people
}

pub(super) fn sorted(roles: &[Role]) -> Vec<Role> {
    let roles: BTreeSet<Role> = roles.iter().copied().collect();
    roles.into_iter().collect()
}

/// The file of names; a new one where there is none that can be read.
pub(super) fn names(room: &Room<'_>) -> Result<PeopleFile, CeremonyError> {
    let file = room.desk.read(PEOPLE_FILE)?;
    let Some(file) = file else {
        return Ok(PeopleFile::default());
    };
    PeopleFile::parse(&file).ok_or_else(|| {
        refused(
            "people.toml is no file of names, and would be written over",
            "correct it by hand: docs/formats/people.md",
        )
    })
}
