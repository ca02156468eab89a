//! Whether a person may sign a record on their own machine, told from the record, the roster that
//! counts for it, and what this machine remembers.

use super::nonces::NonceFound;
use super::nonces::Nonces;
use crate::findings;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::ledger::ToSign;
use crate::ledger::Trust;
use crate::ledger::audit::CitedMetadata;
use crate::ledger::audit::Court;
use crate::ledger::audit::RecordFiles;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::record::SshPublicKey;
use crate::record::people_changes;
use crate::record::roster_changes;

/// As whom somebody signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Whom the record expects.
    Expected,
    /// Who looks at it later: the signature is kept and does not count for presence.
    Reviewer,
}

/// Why a person may not sign a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignRefusal {
    /// The roster that counts has no such ref, or another key for it.
    NotOnRoster {
        /// Who.
        reference: String,
    },
    /// The record does not expect this person.
    NotExpected {
        /// Who.
        reference: String,
        /// Whom it expects.
        expected: Vec<String>,
    },
    /// The key was not, or no longer, valid when the ceremony began.
    OutsideValidity,
    /// The key was present, and the statement holds no nonce of this person.
    NoNonce,
    /// The statement holds a nonce of this person that this machine did not make.
    NotMyNonce,
    /// The nonce was in another record that was signed here.
    NonceTaken {
        /// That record's id.
        by: Guid,
    },
}

/// What was found out before a person is asked to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// What a person reads, in order.
    pub sentences: Vec<String>,
    /// What the key's own bytes prove; empty where no key was present.
    pub evidence: Vec<Finding>,
    /// When this machine made the nonce in it; `None` where it holds none of this person.
    pub nonce_made: Option<UtcTime>,
}

/// The ref of whoever has this key on the roster that counts for the record; `None` if nobody has.
#[must_use]
pub fn whose(record: &ToSign, key: &SshPublicKey) -> Option<String> {
    let mut entries = record.roster.entries().iter();
    let entry = entries.find(|entry| entry.key == *key)?;
    Some(entry.reference.clone())
}

/// Looks at a record before `reference` signs it.
///
/// # Errors
/// [`SignRefusal`]; nothing may be signed then.
pub fn look(
    record: &ToSign,
    reference: &str,
    standing: Standing,
    nonces: &Nonces,
) -> Result<Looked, SignRefusal> {
    let statement = &record.statement;
    let Some(entry) = record.roster.entry(reference) else {
        return Err(SignRefusal::NotOnRoster {
            reference: reference.to_owned(),
        });
    };
    let at = statement.time.started;
    if entry.valid_after.is_some_and(|after| at < after)
        || entry.valid_before.is_some_and(|before| at > before)
    {
        return Err(SignRefusal::OutsideValidity);
    }
    let place = statement
        .expected_signers
        .iter()
        .position(|one| one == reference);
    if place.is_none() && standing == Standing::Expected {
        return Err(SignRefusal::NotExpected {
            reference: reference.to_owned(),
            expected: statement.expected_signers.clone(),
        });
    }
    let mut own = statement.nonces.iter();
    let own = own.find(|nonce| nonce.reference == reference);
    let found = own.map(|nonce| nonces.find(&nonce.value.0, statement.record_id));
    let needs = statement.event.needs_presence(statement.level) && place != Some(0);
    let nonce_made = match (found, standing) {
        (Some(NonceFound::Mine { made }), _) => Some(made),
        (None, Standing::Expected) if needs => return Err(SignRefusal::NoNonce),
        (Some(NonceFound::NotMine), Standing::Expected) => return Err(SignRefusal::NotMyNonce),
        (Some(NonceFound::TakenBefore { by }), Standing::Expected) => {
            return Err(SignRefusal::NonceTaken { by });
        }
        (
            None | Some(NonceFound::NotMine | NonceFound::TakenBefore { .. }),
            Standing::Expected | Standing::Reviewer,
        ) => None,
    };
    let mut sentences = statement.sentences();
    sentences.extend(changes(record));
    Ok(Looked {
        sentences,
        evidence: evidence(record),
        nonce_made,
    })
}

/// What the record changes of what counted before it.
#[must_use]
pub fn changes(record: &ToSign) -> Vec<String> {
    let mut lines = Vec::new();
    let is_first = record.statement.ledger.size == 0;
    if let Some((_, after)) = record.roster_after.as_ref().filter(|_| !is_first) {
        lines.extend(roster_changes(&record.roster, after));
        lines.extend(people_changes(&record.people, &record.statement.people));
    } else if is_first {
        for entry in record.roster.entries() {
            lines.push(format!(
                "{} signs with {} key {}.",
                entry.reference,
                entry.key.key_type().name(),
                entry.key.fingerprint()
            ));
        }
    }
    if let Some(policy) = record.statement.policy.as_ref().filter(|_| !is_first) {
        lines.extend(record.policy.changes(policy));
    }
    lines
}

/// What the evidence proves by itself: whether the key signed this very statement.
fn evidence(record: &ToSign) -> Vec<Finding> {
    let files = RecordFiles {
        index: record.index.unwrap_or(record.statement.ledger.size),
        record: Ok(record.record.clone()),
        signatures: Vec::new(),
        roster: None,
        roster_signatures: Vec::new(),
        checkpoint: None,
        checkpoint_signatures: Vec::new(),
        counting: None,
        metadata: CitedMetadata::None,
    };
    let trust = Trust::default();
    let facts = Court::new(&trust).judge(&files);
    let told = |one: &Finding| {
        let of_presence = matches!(
            one.check,
            Check::Up | Check::Uv | Check::PresSig | Check::PresBind | Check::RpHash
        );
        one.verdict == Verdict::Fail || (of_presence && one.verdict == Verdict::Pass)
    };
    let all = findings::evidence(&facts.evidence).into_iter();
    all.filter(told).collect()
}
