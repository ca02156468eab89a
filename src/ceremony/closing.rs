//! From evidence to the ledger: record → operator signs → verified → appended → checkpoint.
//!
//! Every step looks first for what an earlier run left, in `open/` and in the ledger, so running it again
//! finishes it.

mod signatures;

use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use crate::ledger::Checkpoint;
use crate::ledger::FileName;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::primitives::Digest;
use crate::record::CeremonyRecord;
use crate::record::Event;
use crate::record::Evidence;
use crate::record::Roster;
use crate::record::Statement;
use signatures::Papers;

/// A record that is in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Its index.
    pub index: u64,
    /// SHA-256 of `record.json`.
    pub digest: Digest,
    /// The ledger's head with it.
    pub head: Checkpoint,
    /// Each signer's ref and signature file.
    pub signatures: Vec<(String, Vec<u8>)>,
    /// Refs of those who are expected to sign and have not yet.
    pub missing: Vec<String>,
}

/// What a record brings beside itself, and when it may be appended.
#[derive(Clone, Copy, Default)]
pub(super) struct Terms<'t> {
    /// The roster that it brings; each signer signs it too.
    pub(super) roster: Option<&'t [u8]>,
    /// Whether it waits in `open/` until everyone who is expected has signed.
    pub(super) waits: bool,
}

/// Puts the signatures that are kept in `open/` beside the records that are in the ledger and whose
/// ceremonies were cut off before that: a statement that is made now seals them, or it would seem to have
/// been made without them. Each is verified before it is written, for nothing in a ledger is replaced.
///
/// # Errors
/// [`CeremonyError::Signature`] if one does not count: then nothing may be stated beside its record yet;
/// what ledger and folder say.
pub(super) fn bring_signatures(room: &mut Room<'_>) -> Result<(), CeremonyError> {
    for id in OpenCeremony::unfinished(&*room.desk)? {
        let open = OpenCeremony::of_id(id);
        let Some((bytes, record)) = open.record(&*room.desk)? else {
            continue;
        };
        let statement = &record.statement;
        let ledger = Ledger::new(&mut *room.store);
        // Nothing is stated beside genesis.
        let Some(index) = index_of(&ledger, statement)?.filter(|index| *index > 0) else {
            continue;
        };
        let roster = ledger.in_force_for(index)?.roster;
        let roster = Roster::parse(&roster)
            .map_err(|_| CeremonyError::People("the roster in force cannot be read".into()))?;
        let brought = open.roster(&*room.desk)?;
        let brought = brought.filter(|text| Digest::of(text) == statement.inputs.roster_sha256);
        let papers = Papers {
            open: &open,
            statement,
            record: &bytes,
            brought: brought.as_deref(),
            roster: &roster,
            there: Some(index),
        };
        let signed = papers.kept_of_all(room)?;
        papers.append(room, index, &signed)?;
    }
    Ok(())
}

/// Refuses to state anything while the last record lacks its operator's signature in the ledger: a
/// statement that seals nothing would seem, once it is there, to have been made without it. What this desk
/// has of it was brought before; it is at work, or was cut off, at another one. A loss, and what was done
/// with a bag, wait for nobody.
///
/// # Errors
/// [`CeremonyError::Unsigned`] with who signs it; what the ledger says.
pub(super) fn last_is_signed(room: &mut Room<'_>, event: Event) -> Result<(), CeremonyError> {
    let ledger = Ledger::new(&mut *room.store);
    let Some(index) = ledger.size()?.checked_sub(1) else {
        return Ok(());
    };
    let urgent = matches!(event, Event::Loss | Event::Custody);
    if urgent || !ledger.sealed_for_next()?.is_empty() {
        return Ok(());
    }
    let signers = ledger.record(index)?.statement.expected_signers;
    let Some(operator) = signers.into_iter().next() else {
        return Ok(());
    };
    let name = FileName::RecordSignature(index, operator.clone());
    match room.store.read(&name.to_string())? {
        Some(_) => Ok(()),
        None => Err(CeremonyError::Unsigned { index, operator }),
    }
}

/// Puts statement and evidence together, has everyone present sign, and appends.
///
/// # Errors
/// [`CeremonyError`]; what was made until then is in `open/` and is taken up again.
pub(super) fn close(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    statement: &Statement,
    evidence: Evidence,
    force: &InForce,
) -> Result<(Vec<u8>, Appended), CeremonyError> {
    close_on(room, open, statement, evidence, force, Terms::default())
}

/// As [`close`], of a record that brings a roster or waits for signatures.
///
/// # Errors
/// As [`close`]; [`CeremonyError::Waiting`] with who has to sign before it is appended.
pub(super) fn close_on(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    statement: &Statement,
    evidence: Evidence,
    force: &InForce,
    terms: Terms<'_>,
) -> Result<(Vec<u8>, Appended), CeremonyError> {
    let bytes = if let Some((bytes, _)) = open.record(&*room.desk)? {
        bytes
    } else {
        let bytes = CeremonyRecord {
            evidence,
            statement: statement.clone(),
        }
        .bytes()?;
        open.put_bytes(&mut *room.desk, "record.json", &bytes)?;
        bytes
    };
    // Re-read strictly what will be signed: it must be the record that was stated.
    let again = CeremonyRecord::parse(&bytes).map_err(|why| LedgerError::Record {
        index: statement.ledger.size,
        why,
    })?;
    if again.statement != *statement {
        return Err(CeremonyError::Answer(
            "open/ holds another record than its statement",
        ));
    }
    let ledger = Ledger::new(&mut *room.store);
    let there = index_of(&ledger, statement)?;
    // What is in the ledger is judged by what counted before it, whoever came or left since.
    let then = there.filter(|index| *index > 0);
    let then = then.map(|index| ledger.in_force_for(index)).transpose()?;
    let roster = then.map_or_else(|| force.roster.clone(), |then| then.roster);
    let roster = Roster::parse(&roster)
        .map_err(|_| CeremonyError::People("the roster in force cannot be read".into()))?;
    let papers = Papers {
        open,
        statement,
        record: &bytes,
        brought: terms.roster,
        roster: &roster,
        there,
    };
    papers.may_be_finished(room)?;
    let signed = papers.sign_all(room)?;
    let missing: Vec<String> = statement
        .expected_signers
        .iter()
        .filter(|reference| !signed.iter().any(|one| one.reference == **reference))
        .cloned()
        .collect();
    if terms.waits && there.is_none() && !missing.is_empty() {
        return Err(CeremonyError::Waiting {
            ceremony: open.id().to_owned(),
            missing,
        });
    }
    let index = match there {
        Some(index) => index,
        None => Ledger::new(&mut *room.store).size()?,
    };
    papers.append(room, index, &signed)?;
    let head = papers.checkpoint(room, index + 1)?;
    let appended = Appended {
        index,
        digest: Digest::of(&bytes),
        head,
        signatures: signed
            .into_iter()
            .map(|one| (one.reference, one.record))
            .collect(),
        missing,
    };
    if !appended.missing.is_empty() {
        room.operator.say(&format!(
            "{} has yet to sign. Take the record along: `glasskey sign --export {index:06} -o FILE`.",
            appended.missing.join(" and ")
        ));
    }
    Ok((bytes, appended))
}

/// Where the record of this statement is in the ledger; `None` if it was not appended.
pub(super) fn index_of(
    ledger: &Ledger<'_>,
    statement: &Statement,
) -> Result<Option<u64>, CeremonyError> {
    for index in statement.ledger.size..ledger.size()? {
        if ledger.record(index)?.statement.record_id == statement.record_id {
            return Ok(Some(index));
        }
    }
    Ok(None)
}
