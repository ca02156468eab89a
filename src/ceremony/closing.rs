//! From evidence to the ledger: record → operator signs → verified → appended → checkpoint.
//!
//! Every step looks first for what an earlier run left in `open/`, so running it again finishes it.

use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use crate::ledger::Checkpoint;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::record::CeremonyRecord;
use crate::record::Evidence;
use crate::record::Namespace;
use crate::record::Roster;
use crate::record::Statement;

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

/// What one person signed.
struct Signed {
    reference: String,
    record: Vec<u8>,
    roster: Option<Vec<u8>>,
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
    let roster = Roster::parse(&force.roster)
        .map_err(|_| CeremonyError::People("the roster in force cannot be read".into()))?;
    let at = statement.time.started;
    let signed = sign_all(room, open, &bytes, terms.roster, &roster, at)?;
    let missing: Vec<String> = statement
        .expected_signers
        .iter()
        .filter(|reference| !signed.iter().any(|one| one.reference == **reference))
        .cloned()
        .collect();
    if terms.waits && !missing.is_empty() {
        return Err(CeremonyError::Waiting {
            ceremony: open.id().to_owned(),
            missing,
        });
    }
    let ledger = Ledger::new(&mut *room.store);
    let index = match index_of(&ledger, statement)? {
        Some(index) => index,
        None => ledger.size()?,
    };
    let records: Vec<(&str, &[u8])> = signed
        .iter()
        .map(|one| (one.reference.as_str(), one.record.as_slice()))
        .collect();
    let mut ledger = Ledger::new(&mut *room.store);
    ledger.append(index, &bytes, &records)?;
    if let Some(text) = terms.roster {
        let rosters: Vec<(&str, &[u8])> = signed
            .iter()
            .filter_map(|one| Some((one.reference.as_str(), one.roster.as_deref()?)))
            .collect();
        ledger.write_roster(index, text, &rosters)?;
    }
    let head = checkpoint(room, index + 1, &roster, at)?;
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

fn sign_all(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    record: &[u8],
    brought: Option<&[u8]>,
    roster: &Roster,
    at: UtcTime,
) -> Result<Vec<Signed>, CeremonyError> {
    let mut all = Vec::new();
    for number in 0..room.signers.len() {
        let Some(signer) = room.signers.get(number) else {
            continue;
        };
        let reference = signer.reference().to_owned();
        let one = |room: &mut Room<'_>, namespace, message: &[u8], file: &str| {
            sign_one(
                room,
                open,
                number,
                &reference,
                roster,
                at,
                (namespace, message, file),
            )
        };
        let file = format!("{reference}.sig");
        let (signature, fresh) = one(room, Namespace::Record, record, &file)?;
        let signed_roster = match brought {
            Some(text) => {
                let file = format!("{reference}.roster.sig");
                Some(one(room, Namespace::Roster, text, &file)?.0)
            }
            None => None,
        };
        if fresh {
            room.operator.say(&if signed_roster.is_some() {
                format!("{reference} signed record and roster; both signatures verify.")
            } else {
                format!("{reference} signed the record; the signature verifies.")
            });
        }
        all.push(Signed {
            reference,
            record: signature,
            roster: signed_roster,
        });
    }
    for reference in room.away.clone() {
        // Signatures that came back from elsewhere were put beside the record.
        let Some(signature) = open.signature(&*room.desk, &reference)? else {
            continue;
        };
        verified(
            roster,
            &reference,
            Namespace::Record,
            record,
            &signature,
            at,
        )?;
        let signed_roster = match brought {
            None => None,
            Some(text) => {
                let Some(kept) = open.roster_signature(&*room.desk, &reference)? else {
                    continue;
                };
                verified(roster, &reference, Namespace::Roster, text, &kept, at)?;
                Some(kept)
            }
        };
        all.push(Signed {
            reference,
            record: signature,
            roster: signed_roster,
        });
    }
    Ok(all)
}

/// One document, signed by one person here, or the signature that an earlier run kept; and whether it
/// was made now. `what` is its namespace, its bytes and the file in `open/`.
fn sign_one(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    number: usize,
    reference: &str,
    roster: &Roster,
    at: UtcTime,
    what: (Namespace, &[u8], &str),
) -> Result<(Vec<u8>, bool), CeremonyError> {
    let (namespace, message, file) = what;
    if let Some(kept) = room.desk.read(&open.name(file))? {
        verified(roster, reference, namespace, message, &kept, at)?;
        return Ok((kept, false));
    }
    let Some(signer) = room.signers.get_mut(number) else {
        return Err(CeremonyError::People("nobody is here to sign".into()));
    };
    let signature = signer
        .sign(namespace, message)
        .map_err(|why| CeremonyError::Sign {
            reference: reference.to_owned(),
            why,
        })?;
    verified(roster, reference, namespace, message, &signature, at)?;
    open.put_bytes(&mut *room.desk, file, &signature)?;
    Ok((signature, true))
}

/// Writes the checkpoint of `size` records with the operator's signature.
fn checkpoint(
    room: &mut Room<'_>,
    size: u64,
    roster: &Roster,
    at: UtcTime,
) -> Result<Checkpoint, CeremonyError> {
    let head = Ledger::new(&mut *room.store).head_of(size)?;
    let text = head.text();
    let Some(signer) = room.signers.first_mut() else {
        return Err(CeremonyError::People("nobody is here to sign".into()));
    };
    let reference = signer.reference().to_owned();
    let signature = signer
        .sign(Namespace::Checkpoint, text.as_bytes())
        .map_err(|why| CeremonyError::Sign {
            reference: reference.clone(),
            why,
        })?;
    verified(
        roster,
        &reference,
        Namespace::Checkpoint,
        text.as_bytes(),
        &signature,
        at,
    )?;
    let files = [(reference.as_str(), signature.as_slice())];
    Ok(Ledger::new(&mut *room.store).write_checkpoint(size, &files)?)
}

/// Verifies a signature that was just made, as a stranger would.
pub(super) fn verified(
    roster: &Roster,
    reference: &str,
    namespace: Namespace,
    message: &[u8],
    signature: &[u8],
    at: UtcTime,
) -> Result<(), CeremonyError> {
    roster
        .verify(reference, namespace, message, signature, at)
        .map_err(|why| CeremonyError::Signature {
            reference: reference.to_owned(),
            why,
        })
}
