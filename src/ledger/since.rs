//! What became of a key since a record put it into a bag.

use super::Ledger;
use super::LedgerError;
use crate::record::Event;
use crate::record::Statement;
use std::fmt;

/// What a later record says became of a key that lay in a bag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// Index of the record that says so.
    pub record: u64,
    /// What it says.
    pub what: Became,
}

/// What became of a key that lay in a bag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// It was put into the bag of this number.
    Bagged(String),
    /// Its bag was opened, and it was put into none.
    Opened,
    /// Another key is registered in its place.
    Replaced,
    /// It is lost.
    Lost,
    /// It is out of use.
    Retired,
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = self.record;
        match &self.what {
            Became::Bagged(bag) => {
                write!(f, "record {record:06} put the key into bag {bag} since")
            }
            Became::Opened => write!(
                f,
                "record {record:06} opened the key's bag, and none put the key into one since"
            ),
            Became::Replaced => write!(f, "record {record:06} registered another key in its place"),
            Became::Lost => write!(f, "the key is lost since record {record:06}"),
            Became::Retired => write!(f, "the key is retired since record {record:06}"),
        }
    }
}

impl Ledger<'_> {
    /// What became of the key since the record at `index` put it into a bag; `None` if it lies in that
    /// bag still, carried or not, or if that record put none into one. Nothing is judged here: audit
    /// first.
    ///
    /// # Errors
    /// [`LedgerError::Record`], [`LedgerError::Store`], and [`LedgerError::Missing`] if there is no such
    /// record.
    pub fn since(&self, index: u64) -> Result<Option<Since>, LedgerError> {
        let statement = self.record(index)?.statement;
        let (Some(label), Some(custody)) = (label_of(&statement), &statement.custody) else {
            return Ok(None);
        };
        let mut since = None;
        for record in index.saturating_add(1)..self.size()? {
            let later = self.record(record)?.statement;
            let Some(what) = became(label, &later) else {
                continue;
            };
            let registered = later.event == Event::Registration && label_of(&later) == Some(label);
            if holds(since.as_ref(), &custody.bag, &what, registered) {
                since = Some(Since { record, what });
            }
        }
        Ok(since)
    }
}

/// Whether what a later record says takes the place of what is known: a key that is gone comes back by
/// a registration alone, and a bag that is carried is no other bag. `first` is the first bag.
fn holds(known: Option<&Since>, first: &str, what: &Became, registered: bool) -> bool {
    let carried = |bag: &str| *what == Became::Bagged(bag.to_owned());
    match known.map(|since| &since.what) {
        None => !carried(first),
        Some(Became::Bagged(bag)) => !carried(bag),
        Some(Became::Opened) => true,
        Some(Became::Lost | Became::Replaced | Became::Retired) => registered,
    }
}

/// What a statement says became of the key with this label; `None` if nothing did.
fn became(label: &str, statement: &Statement) -> Option<Became> {
    if label_of(statement) != Some(label) {
        let replaced = statement.replaces.as_ref();
        return replaced
            .is_some_and(|old| old.label == label)
            .then_some(Became::Replaced);
    }
    if statement.event == Event::Loss {
        return Some(Became::Lost);
    }
    if statement.event == Event::Retirement {
        return Some(Became::Retired);
    }
    if statement.opening.is_some() {
        return Some(Became::Opened);
    }
    let custody = statement.custody.as_ref();
    custody.map(|custody| Became::Bagged(custody.bag.clone()))
}

/// The label of the key that a statement is about, seen or not.
fn label_of(statement: &Statement) -> Option<&str> {
    let unseen = statement.unseen_key.as_ref().map(|key| key.label.as_str());
    let key = statement.key.as_ref().map(|key| key.label.as_str());
    key.or(unseen)
}
