//! The book's first record: who may sign, which policy holds, which anchors it brings.

use super::Begun;
use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::closing;
use super::closing::Appended;
use super::closing::Terms;
use super::follow::Follow;
use super::people;
use super::plain;
use super::scripts::GENESIS;
use super::stating;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::primitives::Digest;
use crate::record::Event;
use crate::record::Evidence;
use crate::record::PersonPart;
use crate::record::Roster;
use crate::record::Statement;

/// Writes the genesis record of the book, or finishes one that was interrupted.
///
/// `roster` is the text of the allowed signers, `anchors` the DER of the trust anchors that the
/// book brings, `people_file` the salted file of names, which stays outside the ledger.
///
/// # Errors
/// [`CeremonyError::HasGenesis`] if the book has a genesis that is finished; another
/// [`CeremonyError`] if it stopped: running it again goes on.
pub fn genesis(
    room: &mut Room<'_>,
    roster: &[u8],
    anchors: &[Vec<u8>],
    people_file: &[u8],
) -> Result<Appended, CeremonyError> {
    let follow = Follow::new(&GENESIS, "book");
    let open = &follow.open;
    let begun = begin(room, open)?;
    let force = InForce {
        roster: roster.to_vec(),
        roster_index: 0,
        people: proposed(room),
        policy: room.plan.policy.clone(),
    };
    people::may_sign(room, &force, Event::Genesis.witnesses(&force.policy))?;
    let origin = stating::origin(room)?;
    Ledger::new(&mut *room.store).begin(&origin)?;
    let statement = if let Some(kept) = kept(room, open, roster, people_file)? {
        kept
    } else {
        follow.step(room, 1, "")?;
        show(room, &force)?;
        let mut statement = stating::statement(room, Event::Genesis, &begun, &force)?;
        statement.people.clone_from(&force.people);
        statement.policy = Some(force.policy.clone());
        statement.people_sha256 = Some(Digest::of(people_file));
        statement.anchors = anchors.iter().map(|der| Digest::of(der)).collect();
        statement.anchors.sort_unstable();
        statement.exceptions = follow.exceptions(room)?;
        statement.inputs.script_sha256 = Some(GENESIS.digest());
        open.put(&mut *room.desk, "statement.json", &statement)?;
        statement
    };
    if open.record(&*room.desk)?.is_none() {
        follow.step(room, 2, "")?;
        if !plain::agree(room, &statement, &[])? {
            // Nothing was signed: what the plan says wrongly can be corrected.
            open.forget_statement(&mut *room.desk)?;
            return Err(CeremonyError::Declined);
        }
    }
    follow.step(room, 3, "")?;
    let terms = Terms {
        roster: Some(roster),
        waits: false,
    };
    let evidence = Evidence::default();
    let (_, appended) = closing::close_on(room, open, &statement, evidence, &force, terms)?;
    room.desk.put("roster.allowed_signers", roster)?;
    follow.minutes(room, &statement, &appended)?;
    open.close(&mut *room.desk)?;
    Ok(appended)
}

/// The statement that an earlier run kept, if it may still be signed: one of another plan, or for
/// others to sign, is made anew, whoever signed it, unless its record is in the ledger. Before that it
/// counts for nothing.
///
/// # Errors
/// [`CeremonyError::Matter`] if the record that is in the ledger names another roster than the plan's.
fn kept(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    roster: &[u8],
    people_file: &[u8],
) -> Result<Option<Statement>, CeremonyError> {
    let Some(kept) = open.statement(&*room.desk)? else {
        return Ok(None);
    };
    let same_roster = kept.inputs.roster_sha256 == Digest::of(roster);
    if closing::index_of(&Ledger::new(&mut *room.store), &kept)?.is_some() {
        return if same_roster {
            Ok(Some(kept))
        } else {
            Err(CeremonyError::Matter {
                why: "the book's first record is in the ledger, and the plan has other people or keys \
                      than it names"
                    .to_owned(),
                next: "put the plan back as it was and run this again; then `glasskey people` changes \
                       who signs"
                    .to_owned(),
            })
        };
    }
    let same = kept.inputs.plan_sha256 == room.plan_sha256
        && kept.people_sha256 == Some(Digest::of(people_file))
        && kept.expected_signers == room.references();
    if same && same_roster {
        return Ok(Some(kept));
    }
    room.operator.say(
        "Plan, names or signers are others than in what was stated, which counts for nothing yet: it \
         is stated anew.",
    );
    open.forget_statement(&mut *room.desk)?;
    Ok(None)
}

/// What the plan says, for all to compare.
fn show(room: &mut Room<'_>, force: &InForce) -> Result<(), CeremonyError> {
    let roster = Roster::parse(&force.roster)
        .map_err(|_| CeremonyError::People("the roster cannot be read".into()))?;
    for (account, key) in room.plan.keys() {
        room.operator.say(&format!(
            "{}: key {}, in safe {}.",
            account.alias, key.label, key.safe
        ));
    }
    for entry in roster.entries() {
        room.operator.say(&format!(
            "{}: {} key {}.",
            entry.reference,
            entry.key.key_type().name(),
            entry.key.fingerprint()
        ));
    }
    Ok(())
}

fn begin(room: &mut Room<'_>, open: &OpenCeremony) -> Result<Begun, CeremonyError> {
    if let Some(begun) = open.begun(&*room.desk)? {
        return Ok(begun);
    }
    // What a finished one left while it was tidied.
    open.close(&mut *room.desk)?;
    if Ledger::new(&mut *room.store).size()? > 0 {
        return Err(CeremonyError::HasGenesis);
    }
    let begun = Begun {
        label: None,
        record_id: stating::fresh_id(room),
        started: room.clock.utc(),
    };
    open.put(&mut *room.desk, "begun.json", &begun)?;
    Ok(begun)
}

/// The people of the plan, as the first record has them.
fn proposed(room: &Room<'_>) -> Vec<PersonPart> {
    room.plan
        .people
        .iter()
        .map(|person| {
            let mut roles = person.roles.clone();
            roles.sort_unstable();
            PersonPart {
                reference: person.reference.clone(),
                roles,
            }
        })
        .collect()
}
