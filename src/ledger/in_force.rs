//! What counts for the next record: roster, roles, policy, and what it has to seal.

use super::FileName;
use super::Ledger;
use super::LedgerError;
use crate::plan::Policy;
use crate::primitives::Digest;
use crate::record::CeremonyRecord;
use crate::record::Event;
use crate::record::PersonPart;
use std::collections::BTreeSet;

/// What counts for the next record: that of the latest genesis, `people` or `policy` record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    /// The roster file.
    pub roster: Vec<u8>,
    /// The index of the record that brought it.
    pub roster_index: u64,
    /// The roles.
    pub people: Vec<PersonPart>,
    /// The policy.
    pub policy: Policy,
}

impl InForce {
    /// SHA-256 of the roster file, as a statement's inputs name it.
    #[must_use]
    pub fn roster_sha256(&self) -> Digest {
        Digest::of(&self.roster)
    }
}

impl Ledger<'_> {
    /// What counts for the next record. Nothing is judged here: audit first.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] before genesis, or if a file is not there;
    /// [`LedgerError::Record`], [`LedgerError::Store`].
    pub fn in_force(&self) -> Result<InForce, LedgerError> {
        self.in_force_for(self.size()?)
    }

    /// What counts for the record at `index`: what the records before it brought; for genesis, what
    /// it brings itself. Nothing is judged here: audit first.
    ///
    /// # Errors
    /// As [`Self::in_force`].
    pub fn in_force_for(&self, index: u64) -> Result<InForce, LedgerError> {
        let (mut people, mut policy) = (None, None);
        for index in (0..index.max(1).min(self.size()?)).rev() {
            let statement = self.record(index)?.statement;
            if matches!(statement.event, Event::Genesis | Event::People) && people.is_none() {
                people = Some((index, statement.people));
            }
            if policy.is_none() {
                policy = statement.policy;
            }
            if people.is_some() && policy.is_some() {
                break;
            }
        }
        let missing = |name: FileName| LedgerError::Missing {
            name: name.to_string(),
        };
        let (index, people) = people.ok_or_else(|| missing(FileName::Record(0)))?;
        let policy = policy.ok_or_else(|| missing(FileName::Record(0)))?;
        let name = FileName::Roster(index);
        let roster = self.store().read(&name.to_string())?;
        Ok(InForce {
            roster: roster.ok_or_else(|| missing(name))?,
            roster_index: index,
            people,
            policy,
        })
    }

    /// What counts for whoever goes on with what was begun: as [`Self::in_force`]; but where the last
    /// record changes who may sign and its checkpoint is not signed yet, what counted before it. Those
    /// people finish it, and its own roster may not be written yet.
    ///
    /// # Errors
    /// As [`Self::in_force`].
    pub fn in_force_to_finish(&self) -> Result<InForce, LedgerError> {
        let size = self.size()?;
        let last = size.saturating_sub(1);
        if last > 0 && self.record(last)?.statement.event == Event::People {
            let signatures = format!("{}.", FileName::Checkpoint(size));
            if self.store().list(&signatures)?.is_empty() {
                return self.in_force_for(last);
            }
        }
        self.in_force()
    }

    /// The roles that count for the record at `index`: those of the latest record before it that brought
    /// any; for genesis, its own. Of the roster, which may not be written yet, nothing is asked.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] before genesis; [`LedgerError::Record`], [`LedgerError::Store`].
    pub fn people_for(&self, index: u64) -> Result<Vec<PersonPart>, LedgerError> {
        for index in (0..index.max(1).min(self.size()?)).rev() {
            let statement = self.record(index)?.statement;
            if matches!(statement.event, Event::Genesis | Event::People) {
                return Ok(statement.people);
            }
        }
        Err(LedgerError::Missing {
            name: FileName::Record(0).to_string(),
        })
    }

    /// What the next statement's `sealed` must hold: SHA-256 of every record and roster signature
    /// that no statement has named yet, sorted.
    ///
    /// # Errors
    /// [`LedgerError::Record`], [`LedgerError::Store`].
    pub fn sealed_for_next(&self) -> Result<Vec<Digest>, LedgerError> {
        let size = self.size()?;
        let mut open = BTreeSet::new();
        for folder in ["records/", "roster/"] {
            for name in self.store().list(folder)? {
                let earlier = match FileName::parse(&name) {
                    Some(
                        FileName::RecordSignature(index, _) | FileName::RosterSignature(index, _),
                    ) => index < size,
                    Some(_) | None => false,
                };
                if earlier && let Some(bytes) = self.store().read(&name)? {
                    open.insert(Digest::of(&bytes));
                }
            }
        }
        for index in 0..size {
            for digest in self.record(index)?.statement.sealed {
                open.remove(&digest);
            }
        }
        Ok(open.into_iter().collect())
    }

    /// The latest record about the key with this label that `holds` accepts, and its index; `None`
    /// if there is none.
    ///
    /// # Errors
    /// [`LedgerError::Record`], [`LedgerError::Store`].
    pub fn latest_of_key(
        &self,
        label: &str,
        holds: impl Fn(&CeremonyRecord) -> bool,
    ) -> Result<Option<(u64, CeremonyRecord)>, LedgerError> {
        for index in (0..self.size()?).rev() {
            let record = self.record(index)?;
            let key = record.statement.key.as_ref();
            if key.is_some_and(|key| key.label == label) && holds(&record) {
                return Ok(Some((index, record)));
            }
        }
        Ok(None)
    }
}
