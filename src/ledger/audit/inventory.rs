//! What lies in a ledger, by name: given record by record, never held as a whole.

use super::files::CitedMetadata;
use super::files::Contents;
use super::files::CountingRoster;
use super::files::RecordFiles;
use super::files::Signed;
use super::stream::Named;
use super::stream::NumberedNames;
use crate::ledger::FileName;
use crate::ledger::LedgerStore;
use crate::ledger::StoreError;
use crate::primitives::Digest;
use crate::record::Roster;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A store that many threads read from.
pub type SharedStore<'s> = dyn LedgerStore + Sync + 's;

/// Names of no ledger's that are listed; more are counted.
const MAX_UNKNOWN: usize = 10_000;

/// The folders that hold files of records.
const RECORDS: &str = "records/";
const ROSTERS: &str = "roster/";
const CHECKPOINTS: &str = "checkpoints/";

/// Names that are none of a ledger's: the first ones in order.
#[derive(Default)]
pub(super) struct Unknown {
    names: BTreeSet<String>,
    more: u64,
}

impl Unknown {
    pub(super) fn add(&mut self, name: String) {
        self.names.insert(name);
        if self.names.len() > MAX_UNKNOWN {
            self.names.pop_last();
            self.more += 1;
        }
    }

    /// Adds what was met elsewhere.
    pub(super) fn join(&mut self, names: BTreeSet<String>, more: u64) {
        self.more += more;
        for name in names {
            self.add(name);
        }
    }

    /// The names, sorted, and how many more there are.
    pub(super) fn into_parts(self) -> (BTreeSet<String>, u64) {
        (self.names, self.more)
    }
}

/// What lies beside the records.
pub(super) struct Beside {
    /// Whether there is an `origin`.
    pub(super) origin: bool,
    /// The digests that metadata files are named after.
    pub(super) metadata: BTreeSet<Digest>,
    /// What is none of a ledger's, as far as it was met.
    pub(super) unknown: Unknown,
}

impl Beside {
    /// Everything that is in none of the folders of records.
    pub(super) fn read(store: &SharedStore<'_>) -> Result<Self, StoreError> {
        let mut beside = Self {
            origin: false,
            metadata: BTreeSet::new(),
            unknown: Unknown::default(),
        };
        store.each_beside(&[CHECKPOINTS, RECORDS, ROSTERS], &mut |name| {
            beside.note(name);
        })?;
        Ok(beside)
    }

    fn note(&mut self, name: String) {
        match FileName::parse(&name) {
            Some(FileName::Origin) => self.origin = true,
            Some(FileName::Metadata(digest)) => {
                self.metadata.insert(digest);
            }
            Some(
                FileName::Roster(_)
                | FileName::RosterSignature(..)
                | FileName::Record(_)
                | FileName::RecordSignature(..)
                | FileName::Checkpoint(_)
                | FileName::CheckpointSignature(..),
            )
            | None => self.unknown.add(name),
        }
    }
}

/// The names of the files of each record, one record after the other.
pub(super) struct Records<'s> {
    store: &'s SharedStore<'s>,
    own: NumberedNames<'s>,
    rosters: NumberedNames<'s>,
    checkpoints: NumberedNames<'s>,
    next: u64,
    /// The roster that counts for the next record.
    counting: Option<Arc<CountingRoster>>,
    ended: bool,
    /// Whether any file is of a record at or after the end.
    reaches: bool,
    error: Option<StoreError>,
}

/// What the names came to.
pub(super) struct End {
    /// Records there are, without a gap from 0.
    pub(super) size: u64,
    /// Whether any file came with a record after them.
    pub(super) reaches: bool,
}

impl<'s> Records<'s> {
    pub(super) fn new(store: &'s SharedStore<'s>) -> Self {
        Self {
            store,
            own: NumberedNames::new(store.names(RECORDS, ""), RECORDS, "/"),
            rosters: NumberedNames::new(store.names(ROSTERS, ""), ROSTERS, "."),
            checkpoints: NumberedNames::new(store.names(CHECKPOINTS, ""), CHECKPOINTS, "."),
            next: 0,
            counting: None,
            ended: false,
            reaches: false,
            error: None,
        }
    }

    /// The names of the next record's files; `None` after the last.
    pub(super) fn next(&mut self) -> Option<RecordNames> {
        if self.ended {
            return None;
        }
        match self.step() {
            Ok(names) => {
                self.ended = names.is_none();
                names
            }
            Err(error) => {
                self.ended = true;
                self.error = Some(error);
                None
            }
        }
    }

    fn step(&mut self) -> Result<Option<RecordNames>, StoreError> {
        let index = self.next;
        let mut own = self.own.of(index)?;
        let rosters = self.rosters.of(index)?;
        let mut checkpoints = self.checkpoints.of(index + 1)?;
        let Some(record) = taken(&mut own, &FileName::Record(index)) else {
            self.reaches = !own.is_empty() || !rosters.is_empty() || !checkpoints.is_empty();
            return Ok(None);
        };
        self.next += 1;
        let roster = rosters
            .iter()
            .find(|named| named.file == FileName::Roster(index))
            .map(|named| named.contents(self.store));
        let brought = roster
            .as_ref()
            .and_then(|roster| roster.as_ref().ok())
            .and_then(|bytes| {
                let roster = Roster::parse(bytes).ok()?;
                Some(Arc::new(CountingRoster::new(Digest::of(bytes), roster)))
            });
        let counting = if index == 0 {
            brought.clone()
        } else {
            self.counting.clone()
        };
        if roster.is_some() {
            self.counting = brought;
        }
        Ok(Some(RecordNames {
            index,
            record,
            signatures: signatures(own),
            roster,
            roster_signatures: signatures(rosters),
            checkpoint: taken(&mut checkpoints, &FileName::Checkpoint(index + 1)),
            checkpoint_signatures: signatures(checkpoints),
            counting,
        }))
    }

    /// How it ended; what is none of a ledger's is added to `unknown`.
    pub(super) fn end(mut self, unknown: &mut Unknown) -> Result<End, StoreError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        for names in [&mut self.own, &mut self.rosters, &mut self.checkpoints] {
            self.reaches |= names.rest(unknown)?;
        }
        Ok(End {
            size: self.next,
            reaches: self.reaches,
        })
    }
}

/// Takes one file's name out of `names`; `None` if it is not among them.
fn taken(names: &mut Vec<Named>, file: &FileName) -> Option<Named> {
    let place = names.iter().position(|named| named.file == *file)?;
    Some(names.remove(place))
}

fn signatures(names: Vec<Named>) -> Vec<Named> {
    let mut names = names;
    names.retain(|name| name.file.reference().is_some());
    names
}

/// The names of one record's files, and its roster.
pub(super) struct RecordNames {
    index: u64,
    record: Named,
    signatures: Vec<Named>,
    roster: Option<Contents>,
    roster_signatures: Vec<Named>,
    checkpoint: Option<Named>,
    checkpoint_signatures: Vec<Named>,
    counting: Option<Arc<CountingRoster>>,
}

impl RecordNames {
    /// The files; which metadata the record cites is for the shelf.
    pub(super) fn read(self, store: &SharedStore<'_>) -> RecordFiles {
        let signed = |names: Vec<Named>| -> Vec<Signed> {
            names
                .into_iter()
                .map(|named| Signed {
                    contents: named.contents(store),
                    reference: named.file.into_reference().unwrap_or_default(),
                })
                .collect()
        };
        RecordFiles {
            index: self.index,
            record: self.record.contents(store),
            signatures: signed(self.signatures),
            roster: self.roster,
            roster_signatures: signed(self.roster_signatures),
            checkpoint: self.checkpoint.map(|named| named.contents(store)),
            checkpoint_signatures: signed(self.checkpoint_signatures),
            counting: self.counting,
            metadata: CitedMetadata::None,
        }
    }
}

/// A file's bytes, or why there are none.
pub(super) fn contents(store: &SharedStore<'_>, file: &FileName) -> Contents {
    let name = file.to_string();
    found(store.read(&name), &name)
}

impl Named {
    /// As [`contents`], of a name that the store has just given.
    fn contents(&self, store: &SharedStore<'_>) -> Contents {
        found(store.read_listed(&self.listed), &self.listed.name)
    }
}

fn found(read: Result<Option<Vec<u8>>, StoreError>, name: &str) -> Contents {
    read?.ok_or_else(|| StoreError::Io {
        name: name.to_owned(),
        words: "it went away while it was read".to_owned(),
    })
}
