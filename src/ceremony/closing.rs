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
    let signatures = sign_all(room, open, &bytes, &roster, at)?;
    let ledger = Ledger::new(&mut *room.store);
    let index = match index_of(&ledger, statement)? {
        Some(index) => index,
        None => ledger.size()?,
    };
    let borrowed: Vec<(&str, &[u8])> = signatures
        .iter()
        .map(|(who, file)| (who.as_str(), file.as_slice()))
        .collect();
    Ledger::new(&mut *room.store).append(index, &bytes, &borrowed)?;
    let head = checkpoint(room, index + 1, &roster, at)?;
    let appended = Appended {
        index,
        digest: Digest::of(&bytes),
        head,
        signatures,
    };
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
    bytes: &[u8],
    roster: &Roster,
    at: UtcTime,
) -> Result<Vec<(String, Vec<u8>)>, CeremonyError> {
    let mut signatures = Vec::new();
    for number in 0..room.signers.len() {
        let Some(signer) = room.signers.get_mut(number) else {
            continue;
        };
        let reference = signer.reference().to_owned();
        if let Some(kept) = open.signature(&*room.desk, &reference)? {
            verified(roster, &reference, Namespace::Record, bytes, &kept, at)?;
            signatures.push((reference, kept));
            continue;
        }
        let signature =
            signer
                .sign(Namespace::Record, bytes)
                .map_err(|why| CeremonyError::Sign {
                    reference: reference.clone(),
                    why,
                })?;
        verified(roster, &reference, Namespace::Record, bytes, &signature, at)?;
        open.put_bytes(&mut *room.desk, &format!("{reference}.sig"), &signature)?;
        room.operator.say(&format!(
            "{reference} signed the record; the signature verifies."
        ));
        signatures.push((reference, signature));
    }
    Ok(signatures)
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
