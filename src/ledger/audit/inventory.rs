//! What lies in a ledger, by name.

use super::files::Contents;
use super::files::CountingRoster;
use super::files::RecordFiles;
use super::files::Signed;
use crate::ledger::FileName;
use crate::ledger::LedgerStore;
use crate::ledger::StoreError;
use crate::primitives::Digest;
use crate::record::Roster;
use std::sync::Arc;

/// Every name in a ledger, sorted.
pub(super) struct Inventory {
    names: Vec<String>,
}

impl Inventory {
    pub(super) fn read(store: &dyn LedgerStore) -> Result<Self, StoreError> {
        let mut names = store.list("")?;
        names.sort_unstable();
        names.dedup();
        Ok(Self { names })
    }

    pub(super) fn has(&self, name: &FileName) -> bool {
        self.names.binary_search(&name.to_string()).is_ok()
    }

    /// Records there are, without a gap from 0.
    pub(super) fn size(&self) -> u64 {
        let mut size = 0;
        while self.has(&FileName::Record(size)) {
            size += 1;
        }
        size
    }

    /// Whether any file came with a record at or after `index`.
    pub(super) fn reaches(&self, index: u64) -> bool {
        self.names
            .iter()
            .filter_map(|name| FileName::parse(name)?.record())
            .any(|record| record >= index)
    }

    /// Names that are none of a ledger's.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &String> {
        self.names.iter().filter(|name| {
            FileName::parse(name).is_none_or(|file| {
                matches!(
                    file,
                    FileName::Checkpoint(0) | FileName::CheckpointSignature(0, _)
                )
            })
        })
    }

    /// The digests that metadata files are named after.
    pub(super) fn metadata(&self) -> impl Iterator<Item = Digest> {
        self.under("mds/")
            .iter()
            .filter_map(|name| match FileName::parse(name)? {
                FileName::Metadata(digest) => Some(digest),
                FileName::Origin
                | FileName::Roster(_)
                | FileName::RosterSignature(..)
                | FileName::Record(_)
                | FileName::RecordSignature(..)
                | FileName::Checkpoint(_)
                | FileName::CheckpointSignature(..) => None,
            })
    }

    fn under(&self, prefix: &str) -> &[String] {
        let start = self.names.partition_point(|name| name.as_str() < prefix);
        let rest = self.names.get(start..).unwrap_or_default();
        let length = rest.partition_point(|name| name.starts_with(prefix));
        rest.get(..length).unwrap_or_default()
    }

    /// Everything that came with the record at `index`. `counting` is the roster before it, and
    /// becomes the one after it.
    pub(super) fn record_files(
        &self,
        store: &dyn LedgerStore,
        index: u64,
        counting: &mut Option<Arc<CountingRoster>>,
    ) -> RecordFiles {
        let signatures = |prefix: String| -> Vec<Signed> {
            self.under(&prefix)
                .iter()
                .filter_map(|name| {
                    let file = FileName::parse(name)?;
                    let reference = file.reference()?.to_owned();
                    Some(Signed {
                        reference,
                        contents: contents(store, &file),
                    })
                })
                .collect()
        };
        let optional = |file: FileName| self.has(&file).then(|| contents(store, &file));
        let roster = optional(FileName::Roster(index));
        let own = roster
            .as_ref()
            .and_then(|roster| roster.as_ref().ok())
            .and_then(|bytes| {
                Some(Arc::new(CountingRoster {
                    sha256: Digest::of(bytes),
                    roster: Roster::parse(bytes).ok()?,
                }))
            });
        let before = if index == 0 {
            own.clone()
        } else {
            counting.clone()
        };
        if roster.is_some() {
            *counting = own;
        }
        let size = index + 1;
        RecordFiles {
            index,
            record: contents(store, &FileName::Record(index)),
            signatures: signatures(format!("records/{index:06}/")),
            roster,
            roster_signatures: signatures(format!("roster/{index:06}.")),
            checkpoint: optional(FileName::Checkpoint(size)),
            checkpoint_signatures: signatures(format!("checkpoints/{size:06}.txt.")),
            counting: before,
        }
    }
}

/// A file's bytes, or why there are none.
pub(super) fn contents(store: &dyn LedgerStore, file: &FileName) -> Contents {
    let name = file.to_string();
    match store.read(&name) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(StoreError::Io {
            name,
            words: "it went away while it was read".to_owned(),
        }),
        Err(error) => Err(error),
    }
}
