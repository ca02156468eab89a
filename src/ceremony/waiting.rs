//! Records that lack signatures: in the ledger, and in `open/` where they wait for them; and the
//! signatures that come back from other machines.

use super::CeremonyError;
use super::Desk;
use super::OpenCeremony;
use super::closing;
use crate::ledger::FileName;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::ledger::Signing;
use crate::ledger::ToSign;
use crate::record::Namespace;
use crate::record::SshSignature;

/// A record that people sign, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The ceremony's folder in `open/`; `None` of a record in the ledger.
    pub open: Option<OpenCeremony>,
    /// How it stands.
    pub signing: Signing,
}

/// Every record that lacks a signature, those of the ledger first.
///
/// # Errors
/// [`CeremonyError::Ledger`], [`CeremonyError::Open`].
pub fn incomplete(ledger: &Ledger<'_>, desk: &dyn Desk) -> Result<Vec<Waiting>, CeremonyError> {
    let mut all: Vec<Waiting> = ledger
        .signing()?
        .into_iter()
        .filter(|one| !one.is_complete())
        .map(|signing| Waiting {
            open: None,
            signing,
        })
        .collect();
    for id in OpenCeremony::unfinished(desk)? {
        let open = OpenCeremony::of_id(id);
        if let Some(signing) = open_signing(ledger, desk, &open)? {
            all.push(Waiting {
                open: Some(open),
                signing,
            });
        }
    }
    Ok(all)
}

/// How the record in an open ceremony stands; `None` if it has none, or it is in the ledger.
fn open_signing(
    ledger: &Ledger<'_>,
    desk: &dyn Desk,
    open: &OpenCeremony,
) -> Result<Option<Signing>, CeremonyError> {
    let Some((_, record)) = open.record(desk)? else {
        return Ok(None);
    };
    let statement = record.statement;
    if closing::index_of(ledger, &statement)?.is_some() {
        return Ok(None);
    }
    let force = match ledger.in_force() {
        Ok(force) => force,
        // A genesis that is not appended yet counts for itself, and everyone is here for it.
        Err(LedgerError::Missing { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut there = Vec::new();
    for reference in &statement.expected_signers {
        if open.signature(desk, reference)?.is_some() {
            there.push((reference.clone(), Namespace::Record));
        }
        if open.roster_signature(desk, reference)?.is_some() {
            there.push((reference.clone(), Namespace::Roster));
        }
    }
    let signed = |reference: &str, document: Namespace| {
        there
            .iter()
            .any(|(who, what)| who == reference && *what == document)
    };
    let needed = statement.event.witnesses(&force.policy);
    let signing = Signing::of(None, &statement, &force.people, needed, &signed);
    Ok(Some(signing))
}

/// A record with all that a person needs to sign it.
///
/// # Errors
/// [`CeremonyError::Ledger`], [`CeremonyError::Open`]; [`CeremonyError::Answer`] if the book's own
/// files do not fit.
pub fn to_sign(
    ledger: &Ledger<'_>,
    desk: &dyn Desk,
    waiting: &Waiting,
) -> Result<ToSign, CeremonyError> {
    let signing = &waiting.signing;
    let unfit =
        |_| CeremonyError::Answer("a record, its roster, its policy and its signatures do not fit");
    match (signing.index, &waiting.open) {
        (Some(index), _) => ToSign::from_ledger(ledger, index)?.map_err(unfit),
        (None, Some(open)) => {
            let Some((bytes, _)) = open.record(desk)? else {
                return Err(CeremonyError::Answer("open/ holds no record"));
            };
            let force = ledger.in_force()?;
            let after = open.roster(desk)?;
            let mut signatures = Vec::new();
            for reference in &signing.expected {
                if let Some(file) = open.signature(desk, reference)? {
                    signatures.push((reference.clone(), file));
                }
            }
            ToSign::new(None, &bytes, &force, after.as_deref(), &signatures).map_err(unfit)
        }
        (None, None) => Err(CeremonyError::Answer("a record that is nowhere")),
    }
}

/// What became of one signature that came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Collected {
    /// It counts, and is kept where it belongs.
    Kept {
        /// Whose.
        reference: String,
        /// What it is over.
        document: Namespace,
        /// The record; `None` of one that waits in `open/`.
        index: Option<u64>,
        /// Whether the record expects this person; otherwise a reviewer's.
        expected: bool,
    },
    /// This person's signature over that document was there before; nothing was changed.
    Before {
        /// Whose.
        reference: String,
        /// The record; `None` of one that waits in `open/`.
        index: Option<u64>,
    },
    /// It is over no record of this book by somebody who may sign it.
    OfNothingHere,
    /// It is not a signature in its one spelling.
    NotASignature,
}

/// Puts a signature that came from another machine where it belongs. Which document it is over, and
/// whose it is, is found out from the signature itself; it is verified as a stranger would before it
/// is written.
///
/// # Errors
/// [`CeremonyError`] if the book cannot be read or written.
pub fn collect(
    ledger: &mut Ledger<'_>,
    desk: &mut dyn Desk,
    armoured: &[u8],
) -> Result<Collected, CeremonyError> {
    let Ok(signature) = SshSignature::parse(armoured) else {
        return Ok(Collected::NotASignature);
    };
    let mut all = incomplete(ledger, desk)?;
    let waits: Vec<Option<u64>> = all.iter().map(|one| one.signing.index).collect();
    // What is complete can have reviewers.
    all.extend(
        ledger
            .signing()?
            .into_iter()
            .filter(|one| !waits.contains(&one.index))
            .map(|signing| Waiting {
                open: None,
                signing,
            }),
    );
    for waiting in all {
        let record = to_sign(ledger, desk, &waiting)?;
        let mut entries = record.roster.entries().iter();
        let Some(entry) = entries.find(|entry| entry.key == *signature.key()) else {
            continue;
        };
        let reference = entry.reference.clone();
        let at = record.statement.time.started;
        for (namespace, message) in record.documents() {
            let roster = &record.roster;
            if roster
                .verify(&reference, namespace, message, armoured, at)
                .is_err()
            {
                continue;
            }
            let index = waiting.signing.index;
            let expected = record.statement.expected_signers.contains(&reference);
            let kept = keep(ledger, desk, &waiting, &reference, namespace, armoured)?;
            return Ok(if kept {
                Collected::Kept {
                    reference,
                    document: namespace,
                    index,
                    expected,
                }
            } else {
                Collected::Before { reference, index }
            });
        }
    }
    Ok(Collected::OfNothingHere)
}

/// Keeps a signature that was found good; `false` if one of this person is there.
///
/// # Errors
/// [`CeremonyError`] if it cannot be written.
pub fn keep(
    ledger: &mut Ledger<'_>,
    desk: &mut dyn Desk,
    waiting: &Waiting,
    reference: &str,
    document: Namespace,
    signature: &[u8],
) -> Result<bool, CeremonyError> {
    if let Some(index) = waiting.signing.index {
        let reference = reference.to_owned();
        let name = match document {
            Namespace::Roster => FileName::RosterSignature(index, reference),
            Namespace::Record | Namespace::Checkpoint | Namespace::Trial => {
                FileName::RecordSignature(index, reference)
            }
        };
        if ledger.store().read(&name.to_string())?.is_some() {
            return Ok(false);
        }
    }
    let kept = match (waiting.signing.index, &waiting.open, document) {
        (Some(index), _, Namespace::Roster) => {
            ledger.add_roster_signature(index, reference, signature)
        }
        (Some(index), _, Namespace::Record | Namespace::Checkpoint | Namespace::Trial) => {
            ledger.add_signature(index, reference, signature)
        }
        (None, Some(open), _) => {
            let file = if document == Namespace::Roster {
                format!("{reference}.roster.sig")
            } else {
                format!("{reference}.sig")
            };
            if desk.read(&open.name(&file))?.is_some() {
                return Ok(false);
            }
            open.put_bytes(desk, &file, signature)?;
            return Ok(true);
        }
        (None, None, _) => return Err(CeremonyError::Answer("a record that is nowhere")),
    };
    match kept {
        Ok(()) => Ok(true),
        // Somebody else was faster; a signature is never replaced.
        Err(LedgerError::Conflict { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The command that goes on with the ceremony of this id, as `open/` names it.
#[must_use]
pub fn command(id: &str) -> String {
    let (name, subject) = id.split_once('-').unwrap_or((id, ""));
    match name {
        "genesis" => "glasskey init".to_owned(),
        "registration" => format!("glasskey register {subject}"),
        "verification" => format!("glasskey verify {subject}"),
        "retirement" => format!("glasskey retire {subject}"),
        "loss" => format!("glasskey lost {subject}"),
        "provision" => format!("glasskey provision {subject}"),
        "custody" => match subject.split_once('-') {
            Some((what @ ("open" | "seal" | "move"), label)) => {
                format!("glasskey custody {what} {label}")
            }
            Some(_) | None => format!("glasskey custody open {subject}"),
        },
        "people" => match subject.split_once('-') {
            Some((what, reference)) => format!("glasskey people {what} {reference}"),
            None => "glasskey policy adopt".to_owned(),
        },
        "policy" => "glasskey policy adopt".to_owned(),
        "exception" => "glasskey note exception".to_owned(),
        "amendment" => format!("glasskey note amendment {subject}"),
        "training" => "glasskey note training".to_owned(),
        "acceptance" => "glasskey accept".to_owned(),
        _ => "glasskey audit".to_owned(),
    }
}
