//! The book's first record: who may sign, which policy holds, which anchors it brings.

use super::Begun;
use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::closing;
use super::closing::Appended;
use super::stating;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::primitives::Digest;
use crate::record::Event;
use crate::record::Evidence;
use crate::record::Namespace;
use crate::record::PersonPart;
use crate::record::Roster;

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
    let open = OpenCeremony::new("genesis", "book");
    let begun = begin(room, &open)?;
    let origin = stating::origin(room)?;
    Ledger::new(&mut *room.store).begin(&origin)?;
    let force = InForce {
        roster: roster.to_vec(),
        roster_index: 0,
        people: people(room),
        policy: room.plan.policy.clone(),
    };
    let statement = if let Some(kept) = open.statement(&*room.desk)? {
        kept
    } else {
        let mut statement = stating::statement(room, Event::Genesis, &begun, &force)?;
        statement.people.clone_from(&force.people);
        statement.policy = Some(force.policy.clone());
        statement.people_sha256 = Some(Digest::of(people_file));
        statement.anchors = anchors.iter().map(|der| Digest::of(der)).collect();
        statement.anchors.sort_unstable();
        open.put(&mut *room.desk, "statement.json", &statement)?;
        statement
    };
    room.operator.digest(&statement.digest()?);
    let (_, appended) = closing::close(room, &open, &statement, Evidence::default(), &force)?;
    let parsed = Roster::parse(roster)
        .map_err(|_| CeremonyError::People("the roster cannot be read".into()))?;
    let mut signatures: Vec<(String, Vec<u8>)> = Vec::new();
    for signer in &mut room.signers {
        let reference = signer.reference().to_owned();
        let signature =
            signer
                .sign(Namespace::Roster, roster)
                .map_err(|why| CeremonyError::Sign {
                    reference: reference.clone(),
                    why,
                })?;
        let at = statement.time.started;
        closing::verified(
            &parsed,
            &reference,
            Namespace::Roster,
            roster,
            &signature,
            at,
        )?;
        signatures.push((reference, signature));
    }
    let borrowed: Vec<(&str, &[u8])> = signatures
        .iter()
        .map(|(who, file)| (who.as_str(), file.as_slice()))
        .collect();
    Ledger::new(&mut *room.store).write_roster(0, roster, &borrowed)?;
    room.desk.put("roster.allowed_signers", roster)?;
    open.close(&mut *room.desk)?;
    Ok(appended)
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

fn people(room: &Room<'_>) -> Vec<PersonPart> {
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
