//! Who has signed each record, and who is still missing: by the files that are there. Whether a
//! signature is good is the audit's.

use super::FileName;
use super::Ledger;
use super::LedgerError;
use crate::plan::Role;
use crate::primitives::UtcTime;
use crate::record::Event;
use crate::record::Namespace;
use crate::record::PersonPart;
use crate::record::Statement;
use std::collections::BTreeSet;

/// How a record stands with its signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signing {
    /// Its index; `None` while it waits in `open/` for signatures.
    pub index: Option<u64>,
    /// What happened.
    pub event: Event,
    /// When it began.
    pub started: UtcTime,
    /// What it says in one sentence.
    pub happened: String,
    /// Everyone it expects, the operator first.
    pub expected: Vec<String>,
    /// What is missing: a ref, and the documents that this person has not signed.
    pub missing: Vec<(String, Vec<Namespace>)>,
    /// Witnesses in that role who have signed.
    pub witnesses: u32,
    /// Witnesses that the policy demands.
    pub witnesses_needed: u32,
}

impl Signing {
    /// How the record of `statement` stands, if `signed` says who has signed which document, and
    /// `people` and `witnesses_needed` are what counts for it.
    #[must_use]
    pub fn of(
        index: Option<u64>,
        statement: &Statement,
        people: &[PersonPart],
        witnesses_needed: u32,
        signed: &dyn Fn(&str, Namespace) -> bool,
    ) -> Self {
        let documents: &[Namespace] = if statement.event.brings_roster() {
            &[Namespace::Record, Namespace::Roster]
        } else {
            &[Namespace::Record]
        };
        let mut missing = Vec::new();
        let mut witnesses = 0;
        for (place, reference) in statement.expected_signers.iter().enumerate() {
            let lacks: Vec<Namespace> = documents
                .iter()
                .copied()
                .filter(|document| !signed(reference, *document))
                .collect();
            let is_witness = people.iter().any(|person| {
                person.reference == *reference && person.roles.contains(&Role::Witness)
            });
            if place > 0 && is_witness && signed(reference, Namespace::Record) {
                witnesses += 1;
            }
            if !lacks.is_empty() {
                missing.push((reference.clone(), lacks));
            }
        }
        Self {
            index,
            event: statement.event,
            started: statement.time.started,
            happened: statement.happened(),
            expected: statement.expected_signers.clone(),
            missing,
            witnesses,
            witnesses_needed,
        }
    }

    /// Whether everyone who is expected has signed, and enough witnesses.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.witnesses >= self.witnesses_needed
    }

    /// Whether this person has yet to sign it.
    #[must_use]
    pub fn waits_for(&self, reference: &str) -> bool {
        self.missing.iter().any(|(who, _)| who == reference)
    }

    /// Refs of everyone who is missing.
    #[must_use]
    pub fn who_is_missing(&self) -> Vec<&str> {
        let refs = self.missing.iter().map(|(who, _)| who.as_str());
        refs.collect()
    }

    /// Who is missing, in words; `None` if nobody is.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        if self.is_complete() {
            return None;
        }
        if self.missing.is_empty() {
            return Some(witnesses_signed(self.witnesses, self.witnesses_needed));
        }
        let who = self.who_is_missing().join(" and ");
        Some(format!(
            "{who} {} not signed; {}",
            if self.missing.len() == 1 {
                "has"
            } else {
                "have"
            },
            witnesses_signed(self.witnesses, self.witnesses_needed)
        ))
    }
}

/// How many witnesses signed, in the words that an audit has for it too.
#[must_use]
pub fn witnesses_signed(have: u32, need: u32) -> String {
    format!("{have} of {need} witnesses signed")
}

/// That a signature is missing, in the words that an audit has for it too.
#[must_use]
pub fn signature_missing(reference: &str) -> String {
    format!("the record expects a signature of {reference}, and it is not there")
}

impl Ledger<'_> {
    /// How every record stands with its signatures, in order.
    ///
    /// # Errors
    /// [`LedgerError::Record`], [`LedgerError::Store`].
    pub fn signing(&self) -> Result<Vec<Signing>, LedgerError> {
        let mut files = BTreeSet::new();
        for folder in ["records/", "roster/"] {
            let names = self.store().list(folder)?;
            files.extend(names.iter().filter_map(|name| FileName::parse(name)));
        }
        let mut people: Vec<PersonPart> = Vec::new();
        let mut policy = None;
        let mut all = Vec::new();
        for index in 0..self.size()? {
            let statement = self.record(index)?.statement;
            if index == 0 {
                people.clone_from(&statement.people);
                policy.clone_from(&statement.policy);
            }
            let needed = policy
                .as_ref()
                .map_or(0, |policy| statement.event.witnesses(policy));
            let signed = |reference: &str, document: Namespace| {
                let reference = reference.to_owned();
                files.contains(&match document {
                    Namespace::Roster => FileName::RosterSignature(index, reference),
                    Namespace::Record | Namespace::Checkpoint | Namespace::Trial => {
                        FileName::RecordSignature(index, reference)
                    }
                })
            };
            all.push(Signing::of(
                Some(index),
                &statement,
                &people,
                needed,
                &signed,
            ));
            if statement.event == Event::People {
                people = statement.people;
            }
            if let (Event::Policy, Some(new)) = (statement.event, statement.policy) {
                policy = Some(new);
            }
        }
        Ok(all)
    }
}
