//! Which bag lies in which safe, by the records.

use super::Checkpoint;
use super::Ledger;
use super::LedgerError;
use super::on_record;
use crate::primitives::UtcTime;
use std::collections::BTreeMap;

/// A bag with a key in it that is in use, where it was sealed in or carried to last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BagInSafe {
    /// The safe.
    pub safe: String,
    /// The shelf; empty if the record names none.
    pub shelf: String,
    /// The key's label.
    pub label: String,
    /// The bag's number.
    pub bag: String,
    /// Index of the record that put it there.
    pub record: u64,
}

/// What lies in all safes by a head of the ledger: what an inventory shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InSafes {
    /// Every bag, in the order of safe, shelf and label.
    pub bags: Vec<BagInSafe>,
    /// When its last record began: since then it is so.
    pub made: UtcTime,
    /// The head.
    pub head: Checkpoint,
}

impl Ledger<'_> {
    /// What lies in all safes by the first `size` records; `empty` is its time where there are none.
    ///
    /// # Errors
    /// As [`Ledger::bags`].
    pub fn in_safes(&self, size: u64, empty: UtcTime) -> Result<InSafes, LedgerError> {
        let made = match size.checked_sub(1) {
            Some(last) => self.record(last)?.statement.time.started,
            None => empty,
        };
        Ok(InSafes {
            bags: self.bags(size)?,
            made,
            head: self.head_of(size)?,
        })
    }

    /// Every bag by the first `size` records, in the order of safe, shelf and label. Nothing is judged
    /// here: audit first.
    ///
    /// # Errors
    /// [`LedgerError::Record`], [`LedgerError::Store`], and [`LedgerError::Missing`] if there are fewer.
    pub fn bags(&self, size: u64) -> Result<Vec<BagInSafe>, LedgerError> {
        let mut keys = Vec::new();
        let mut sealed = BTreeMap::new();
        for index in 0..size {
            let record = self.record(index)?;
            on_record::take(&mut keys, index, &record);
            let statement = record.statement;
            if let (Some(key), Some(custody)) = (statement.key, statement.custody) {
                sealed.insert(key.label, (index, custody.shelf.unwrap_or_default()));
            }
        }
        let mut bags: Vec<BagInSafe> = keys
            .into_iter()
            .filter(|key| key.gone.is_none())
            .filter_map(|key| {
                let (record, at) = sealed.get(&key.label)?;
                Some(BagInSafe {
                    safe: key.safe?,
                    shelf: at.clone(),
                    label: key.label,
                    bag: key.bag?,
                    record: *record,
                })
            })
            .collect();
        bags.sort();
        Ok(bags)
    }
}
