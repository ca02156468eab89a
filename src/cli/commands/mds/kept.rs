//! The metadata that a ledger keeps and cites.

use crate::cli::failure::Failure;
use crate::cli::words;
use crate::ledger::FileName;
use crate::ledger::Ledger;
use crate::ledger::LedgerStore;
use crate::primitives::Digest;
use crate::record::Event;
use crate::webauthn::Aaguid;
use crate::webauthn::metadata::Metadata;
use crate::webauthn::metadata::MetadataError;
use std::collections::BTreeMap;

/// What a ledger keeps and cites.
pub(super) struct Kept {
    /// Digest → the BLOB, if it was good at some time.
    blobs: BTreeMap<Digest, Result<Metadata, MetadataError>>,
    /// Digest → the records that cite it.
    cited: BTreeMap<Digest, Vec<u64>>,
    /// The highest number that a record states.
    highest_cited: Option<u64>,
    /// Label → model, of keys that are registered.
    keys: BTreeMap<String, Aaguid>,
}

impl Kept {
    /// Reads every record and every BLOB.
    ///
    /// # Errors
    /// [`Failure`] if the ledger cannot be read.
    pub(super) fn read(store: &mut dyn LedgerStore, roots: &[&[u8]]) -> Result<Self, Failure> {
        let mut kept = Self {
            blobs: BTreeMap::new(),
            cited: BTreeMap::new(),
            highest_cited: None,
            keys: BTreeMap::new(),
        };
        let ledger = Ledger::new(store);
        for index in 0..ledger.size().map_err(|error| words::ledger(&error))? {
            let record = ledger
                .record(index)
                .map_err(|error| words::ledger(&error))?;
            let statement = record.statement;
            if let Some(mds) = statement.inputs.mds {
                kept.cited.entry(mds.sha256).or_default().push(index);
                kept.highest_cited = kept.highest_cited.max(Some(u64::from(mds.no)));
            }
            if let (Event::Registration, Some(key)) = (statement.event, statement.key) {
                kept.keys.insert(key.label, key.aaguid);
            }
        }
        for name in store.list("mds/").map_err(|error| words::store(&error))? {
            let Some(FileName::Metadata(digest)) = FileName::parse(&name) else {
                continue;
            };
            let bytes = store.read(&name).map_err(|error| words::store(&error))?;
            let bytes = bytes.unwrap_or_default();
            let read = if Digest::of(&bytes) == digest {
                Metadata::verify_ever(&bytes, roots)
            } else {
                Err(MetadataError::SignatureBad)
            };
            kept.blobs.insert(digest, read);
        }
        Ok(kept)
    }

    /// The highest number that a record states or a kept BLOB has; `None` without either.
    pub(super) fn highest(&self) -> Option<u64> {
        let kept = self.newest().map(Metadata::number);
        kept.max(self.highest_cited)
    }

    /// The BLOB with the highest number; `None` if there is none that was ever good.
    pub(super) fn newest(&self) -> Option<&Metadata> {
        let good = self.blobs.values().filter_map(|read| read.as_ref().ok());
        good.max_by_key(|metadata| metadata.number())
    }

    /// The BLOB with the highest number, taken out; `None` as for [`Self::newest`].
    pub(super) fn into_newest(self) -> Option<Metadata> {
        let good = self.blobs.into_values().filter_map(Result::ok);
        good.max_by_key(Metadata::number)
    }

    /// The BLOBs that were good at some time, lowest number first, with the records that cite them.
    pub(super) fn blobs(&self) -> impl Iterator<Item = (&Metadata, &[u64])> {
        let mut all: Vec<_> = self
            .blobs
            .iter()
            .filter_map(|(digest, read)| {
                let cited = self.cited.get(digest).map_or(&[][..], Vec::as_slice);
                Some((read.as_ref().ok()?, cited))
            })
            .collect();
        all.sort_by_key(|(metadata, _)| metadata.number());
        all.into_iter()
    }

    /// The BLOBs that never were good, and why.
    pub(super) fn refused(&self) -> impl Iterator<Item = (&Digest, &MetadataError)> {
        self.blobs
            .iter()
            .filter_map(|(digest, read)| Some((digest, read.as_ref().err()?)))
    }

    /// Registered keys by label.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&String, &Aaguid)> {
        self.keys.iter()
    }
}
