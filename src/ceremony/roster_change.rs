//! Who may sign, changed: somebody comes, goes, signs with another key, or has other roles. The
//! quorum that counted before signs it. The plan follows where its text lets it.

mod due;
mod in_plan;
mod rosters;
mod trial;

pub use trial::Trial;

use super::Appended;
use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::plain;
use super::plain::Matter;
use super::plain::Occasion;
use super::scripts::PEOPLE;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::plan::PeopleFile;
use crate::plan::Person;
use crate::plan::Role;
use crate::plan::is_name;
use crate::record::Event;
use crate::record::PersonPart;
use crate::record::Roster;
use crate::record::RosterEntry;
use crate::record::SshPublicKey;
use crate::record::people_changes;
use crate::record::roster_changes;
use rosters::entry;
use rosters::names;
use rosters::on_roster;
use rosters::quorum;
use rosters::refused;
use rosters::roster;
use rosters::rostered;
use rosters::sorted;
use rosters::with_roles_of;

/// The subject of the ceremony that takes the plan's roles over.
const ROLES: &str = "roles";

/// Somebody who comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// What this person may do; at least one role.
    pub roles: Vec<Role>,
    /// The name, for the file of names alone.
    pub name: String,
    /// The key that this person will sign with.
    pub key: SshPublicKey,
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The record.
    pub appended: Appended,
    /// What is due because of it, in sentences; empty if nothing is.
    pub due: Vec<String>,
    /// What the plan still says otherwise, in sentences; empty if it agrees.
    pub by_hand: Vec<String>,
}

/// The roster of a book that begins: everybody in the plan, in its order.
///
/// # Errors
/// [`CeremonyError::Matter`] with who cannot stand on one.
pub fn roster_of(people: &[Person]) -> Result<Roster, CeremonyError> {
    let mut entries = Vec::new();
    for person in people {
        let key = SshPublicKey::parse(&person.key).map_err(|_| {
            refused(
                format!("the key of {} is none that signs here", person.reference),
                "paste the whole line of the .pub file into the plan",
            )
        })?;
        entries.push(entry(&person.reference, &key));
    }
    rostered(entries)
}

/// Somebody comes. `newcomer` is asked for only where no earlier run has stated it.
///
/// # Errors
/// As [`super::hold`]; [`CeremonyError::Trial`] if the key does not sign as it must.
pub fn add(
    room: &mut Room<'_>,
    reference: &str,
    newcomer: Option<&Newcomer>,
    trial: Option<Trial<'_>>,
) -> Result<Changed, CeremonyError> {
    let mut trial = trial;
    let about = format!("{reference} comes");
    let mut matter = |room: &mut Room<'_>, force: &InForce, _: &super::Begun| {
        let comer = newcomer.ok_or_else(|| {
            refused(
                format!("who {reference} is was not said"),
                "name roles, name and public key: `glasskey people add REF --help`",
            )
        })?;
        if !is_name(&comer.name) {
            return Err(refused(
                "that is no name: 1 to 120 characters, none that hides or reorders text",
                "name the person as they are called",
            ));
        }
        let before = roster(force)?;
        if before.entry(reference).is_some() {
            return Err(refused(
                format!("{reference} is on the roster already, and a ref is one person"),
                format!("for another key: `glasskey people rotate {reference}`"),
            ));
        }
        if let Some(index) = last_on(room, reference)? {
            return Err(refused(
                format!(
                    "{reference} was on the roster until record {index:06}, and a ref is one person \
                     for ever"
                ),
                "take a ref that nobody had",
            ));
        }
        let mut entries = before.entries().to_vec();
        entries.push(entry(reference, &comer.key));
        let mut people = force.people.clone();
        people.push(PersonPart {
            reference: reference.to_owned(),
            roles: sorted(&comer.roles),
        });
        let after = rostered(entries)?;
        trial::demand(room, reference, &comer.key, trial.take())?;
        let names = names(room)?.with(reference, &comer.name);
        matter_of(room, force, &after, people, names, Vec::new())
    };
    let appended = held(room, "add", reference, &about, &mut matter)?;
    let by_hand = in_plan::says_otherwise(room, reference)?;
    Ok(Changed {
        appended,
        due: Vec::new(),
        by_hand,
    })
}

/// The first record after which somebody who was on the roster was on it no more; `None` if nobody of this
/// ref ever was.
fn last_on(room: &mut Room<'_>, reference: &str) -> Result<Option<u64>, CeremonyError> {
    let ledger = Ledger::new(&mut *room.store);
    let mut was = false;
    let mut gone = None;
    for index in 0..ledger.size()? {
        let statement = ledger.record(index)?.statement;
        if !matches!(statement.event, Event::Genesis | Event::People) {
            continue;
        }
        let is = statement
            .people
            .iter()
            .any(|one| one.reference == reference);
        if was && !is {
            gone = Some(index);
        }
        was = is;
    }
    Ok(gone)
}

/// Somebody goes.
///
/// # Errors
/// As [`super::hold`]; refused where those who stay could hold no ceremony any more.
pub fn remove(room: &mut Room<'_>, reference: &str) -> Result<Changed, CeremonyError> {
    let due = due::on_leaving(room, reference)?;
    let about = format!("{reference} goes");
    let mut matter = |room: &mut Room<'_>, force: &InForce, _: &super::Begun| {
        let before = roster(force)?;
        on_roster(&before, reference)?;
        let entries = before.entries().iter();
        let entries: Vec<RosterEntry> = entries
            .filter(|one| one.reference != reference)
            .cloned()
            .collect();
        let people = force.people.iter();
        let people: Vec<PersonPart> = people
            .filter(|one| one.reference != reference)
            .cloned()
            .collect();
        quorum(force, &people, &format!("without {reference}"))?;
        let after = rostered(entries)?;
        let names = names(room)?.without(reference);
        matter_of(room, force, &after, people, names, due.clone())
    };
    let appended = held(room, "remove", reference, &about, &mut matter)?;
    let by_hand = in_plan::says_otherwise(room, reference)?;
    Ok(Changed {
        appended,
        due,
        by_hand,
    })
}

/// Somebody signs with another key. `key` is asked for only where no earlier run has stated it.
///
/// # Errors
/// As [`add`].
pub fn rotate(
    room: &mut Room<'_>,
    reference: &str,
    key: Option<&SshPublicKey>,
    trial: Option<Trial<'_>>,
) -> Result<Changed, CeremonyError> {
    let mut trial = trial;
    let about = format!("{reference} signs with another key");
    let mut matter = |room: &mut Room<'_>, force: &InForce, _: &super::Begun| {
        let key = key.ok_or_else(|| {
            refused(
                format!("the new key of {reference} was not named"),
                format!("name it: `glasskey people rotate {reference} --public-key FILE`"),
            )
        })?;
        let before = roster(force)?;
        if on_roster(&before, reference)?.key == *key {
            return Err(refused(
                format!("{reference} signs with that very key already"),
                "name the new one",
            ));
        }
        let mut entries = before.entries().to_vec();
        for one in entries.iter_mut().filter(|one| one.reference == reference) {
            *one = entry(reference, key);
        }
        let after = rostered(entries)?;
        trial::demand(room, reference, key, trial.take())?;
        let names = names(room)?;
        matter_of(room, force, &after, force.people.clone(), names, Vec::new())
    };
    let appended = held(room, "rotate", reference, &about, &mut matter)?;
    let by_hand = in_plan::says_otherwise(room, reference)?;
    Ok(Changed {
        appended,
        due: Vec::new(),
        by_hand,
    })
}

/// The roles that the plan has for people of the roster, and the ledger has not; in sentences. Who
/// comes or goes, or has another key, is no change of roles.
#[must_use]
pub fn other_roles(force: &InForce, plan: &[Person]) -> Vec<String> {
    people_changes(&force.people, &with_roles_of(force, plan))
}

/// The plan's roles are taken into the ledger.
///
/// # Errors
/// As [`super::hold`]; refused where there is no difference, or nobody could hold a ceremony then.
pub fn adopt_roles(room: &mut Room<'_>) -> Result<Changed, CeremonyError> {
    let about = "roles as the plan has them";
    let mut matter = |room: &mut Room<'_>, force: &InForce, _: &super::Begun| {
        let people = with_roles_of(force, &room.plan.people);
        if people == force.people {
            return Err(refused(
                "the plan has the very roles that count",
                "change them in glasskey.toml first",
            ));
        }
        quorum(force, &people, "with these roles")?;
        let after = roster(force)?;
        let names = names(room)?;
        matter_of(room, force, &after, people, names, Vec::new())
    };
    let occasion = Occasion {
        script: &PEOPLE,
        event: Event::People,
        subject: ROLES,
        about,
    };
    let appended = plain::hold(room, occasion, &mut matter)?;
    Ok(Changed {
        appended,
        due: Vec::new(),
        by_hand: Vec::new(),
    })
}

/// Whether an earlier run began to take over the plan's roles.
///
/// # Errors
/// [`CeremonyError::Open`] if `open/` cannot be read.
pub fn roles_begun(room: &Room<'_>) -> Result<bool, CeremonyError> {
    let open = OpenCeremony::new(PEOPLE.name, ROLES);
    Ok(open.begun(&*room.desk)?.is_some())
}

fn held(
    room: &mut Room<'_>,
    what: &str,
    reference: &str,
    about: &str,
    matter: &mut plain::MakeMatter<'_>,
) -> Result<Appended, CeremonyError> {
    let subject = format!("{what}-{reference}");
    let occasion = Occasion {
        script: &PEOPLE,
        event: Event::People,
        subject: &subject,
        about,
    };
    plain::hold_then(room, occasion, matter, &mut |room, open, statement| {
        in_plan::write(room, open, statement, reference)
    })
}

/// What is stated: the whole roster and everyone's roles from here on.
fn matter_of(
    room: &mut Room<'_>,
    force: &InForce,
    after: &Roster,
    people: Vec<PersonPart>,
    names: PeopleFile,
    due: Vec<String>,
) -> Result<Matter<'static>, CeremonyError> {
    let mut changes = roster_changes(&roster(force)?, after);
    changes.extend(people_changes(&force.people, &people));
    for line in &changes {
        room.operator.say(line);
    }
    changes.extend(due);
    let mut salt = [0; 16];
    room.entropy.source().fill(&mut salt);
    let names = names.salted(salt).text().into_bytes();
    Ok(Matter {
        changes,
        fill: Box::new(move |statement| statement.people = people),
        roster: Some((after.text().into_bytes(), names)),
    })
}
