//! The ledger as a ceremony sees it: heads, and writes that can be interrupted anywhere.
//!
//! Write order of an event: `origin` (genesis only) → `record.json`, which claims the index →
//! people's signatures → roster and its signatures (genesis and people only) → checkpoint → its
//! signature. Each write creates one file; running the same again finishes what was interrupted. No file
//! is replaced: whoever finishes hands in the signatures that are there, as they are.

use super::Checkpoint;
use super::Created;
use super::FileName;
use super::LedgerError;
use super::LedgerStore;
use super::Origin;
use super::Tree;
use super::layout;
use crate::primitives::Digest;
use crate::record::CeremonyRecord;

/// A person's ref and the bytes of that person's armoured signature.
pub type SignatureFile<'s> = (&'s str, &'s [u8]);

/// A ledger in its store.
pub struct Ledger<'a> {
    store: &'a mut dyn LedgerStore,
}

impl<'a> Ledger<'a> {
    /// The ledger in `store`; an empty store is a ledger without records.
    pub fn new(store: &'a mut dyn LedgerStore) -> Self {
        Self { store }
    }

    /// The store, to read from.
    #[must_use]
    pub fn store(&self) -> &dyn LedgerStore {
        self.store
    }

    /// Records there are, without a gap from 0.
    ///
    /// # Errors
    /// [`LedgerError::Store`].
    pub fn size(&self) -> Result<u64, LedgerError> {
        let names = self.store.list("records/")?;
        let mut size = 0;
        let record = |index| FileName::Record(index).to_string();
        while names.binary_search(&record(size)).is_ok() {
            size += 1;
        }
        Ok(size)
    }

    /// The line that names the ledger; `None` before there is one.
    ///
    /// # Errors
    /// [`LedgerError::Origin`] if the file is not one line of that form, [`LedgerError::Store`].
    pub fn origin(&self) -> Result<Option<Origin>, LedgerError> {
        match self.store.read(&FileName::Origin.to_string())? {
            Some(bytes) => Origin::parse_file(&bytes)
                .map(Some)
                .ok_or(LedgerError::Origin),
            None => Ok(None),
        }
    }

    /// The head of the first `size` records, recomputed from them.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] if there are fewer records or no origin, [`LedgerError::Store`].
    pub fn head_of(&self, size: u64) -> Result<Checkpoint, LedgerError> {
        let mut tree = Tree::empty();
        for index in 0..size {
            tree.push(&Digest::of(&self.record_bytes(index)?));
        }
        let origin = self.origin()?.ok_or_else(|| missing(&FileName::Origin))?;
        Ok(Checkpoint {
            origin,
            size,
            root: tree.root(),
        })
    }

    /// The head of all records, recomputed from them.
    ///
    /// # Errors
    /// As [`Self::head_of`].
    pub fn head(&self) -> Result<Checkpoint, LedgerError> {
        self.head_of(self.size()?)
    }

    /// The bytes of a record.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] if it is not there, [`LedgerError::Store`].
    pub fn record_bytes(&self, index: u64) -> Result<Vec<u8>, LedgerError> {
        let name = FileName::Record(index);
        let bytes = self.store.read(&name.to_string())?;
        bytes.ok_or_else(|| missing(&name))
    }

    /// A record, read strictly. Its signatures are not judged: that is the audit's.
    ///
    /// # Errors
    /// [`LedgerError::Missing`], [`LedgerError::Record`], [`LedgerError::Store`].
    pub fn record(&self, index: u64) -> Result<CeremonyRecord, LedgerError> {
        CeremonyRecord::parse(&self.record_bytes(index)?)
            .map_err(|why| LedgerError::Record { index, why })
    }

    /// Names the ledger: the first write of all.
    ///
    /// # Errors
    /// [`LedgerError::Conflict`] if it has another name, [`LedgerError::Store`].
    pub fn begin(&mut self, origin: &Origin) -> Result<(), LedgerError> {
        self.put(&FileName::Origin, &origin.file())
    }

    /// Appends a record at `index`, which must be the size of the ledger, with the signatures there
    /// are. With the same bytes it finishes an append that was interrupted.
    ///
    /// # Errors
    /// [`LedgerError::Moved`] if another record is there; then nothing was written.
    /// [`LedgerError::Gap`], [`LedgerError::Record`], [`LedgerError::Reference`] likewise.
    /// [`LedgerError::Conflict`], [`LedgerError::Store`] after what was written before.
    pub fn append(
        &mut self,
        index: u64,
        record: &[u8],
        signatures: &[SignatureFile<'_>],
    ) -> Result<(), LedgerError> {
        check_references(signatures)?;
        CeremonyRecord::parse(record).map_err(|why| LedgerError::Record { index, why })?;
        let size = self.size()?;
        if index > size {
            return Err(LedgerError::Gap { index, size });
        }
        let name = FileName::Record(index);
        match self.put(&name, record) {
            Err(LedgerError::Conflict { found, .. }) => return Err(self.moved(index, found)?),
            other => other?,
        }
        for (reference, signature) in signatures {
            self.add_signature(index, reference, signature)?;
        }
        Ok(())
    }

    /// Puts a person's signature beside a record that is there.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] if the record is not there, [`LedgerError::Reference`],
    /// [`LedgerError::Conflict`], [`LedgerError::Store`].
    pub fn add_signature(
        &mut self,
        index: u64,
        reference: &str,
        signature: &[u8],
    ) -> Result<(), LedgerError> {
        check_references(&[(reference, signature)])?;
        self.record_bytes(index)?;
        let name = FileName::RecordSignature(index, reference.to_owned());
        self.put(&name, signature)
    }

    /// Puts a person's signature beside a roster that is there.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] if the roster is not there, else as [`Self::add_signature`].
    pub fn add_roster_signature(
        &mut self,
        index: u64,
        reference: &str,
        signature: &[u8],
    ) -> Result<(), LedgerError> {
        check_references(&[(reference, signature)])?;
        let roster = FileName::Roster(index);
        if self.store.read(&roster.to_string())?.is_none() {
            return Err(missing(&roster));
        }
        let name = FileName::RosterSignature(index, reference.to_owned());
        self.put(&name, signature)
    }

    /// Writes the roster that the record at `index` brings, with its signatures.
    ///
    /// # Errors
    /// As [`Self::add_signature`].
    pub fn write_roster(
        &mut self,
        index: u64,
        roster: &[u8],
        signatures: &[SignatureFile<'_>],
    ) -> Result<(), LedgerError> {
        check_references(signatures)?;
        self.record_bytes(index)?;
        self.put(&FileName::Roster(index), roster)?;
        for (reference, signature) in signatures {
            let name = FileName::RosterSignature(index, (*reference).to_owned());
            self.put(&name, signature)?;
        }
        Ok(())
    }

    /// Writes the checkpoint of the first `size` records, recomputed, with its signatures; they
    /// must be over the text of [`Self::head_of`].
    ///
    /// # Errors
    /// As [`Self::head_of`]; [`LedgerError::Reference`], [`LedgerError::Conflict`].
    pub fn write_checkpoint(
        &mut self,
        size: u64,
        signatures: &[SignatureFile<'_>],
    ) -> Result<Checkpoint, LedgerError> {
        check_references(signatures)?;
        let checkpoint = self.head_of(size)?;
        self.put(&FileName::Checkpoint(size), checkpoint.text().as_bytes())?;
        for (reference, signature) in signatures {
            let name = FileName::CheckpointSignature(size, (*reference).to_owned());
            self.put(&name, signature)?;
        }
        Ok(checkpoint)
    }

    /// Keeps a metadata BLOB under its digest.
    ///
    /// # Errors
    /// [`LedgerError::Conflict`], [`LedgerError::Store`].
    pub fn keep_metadata(&mut self, blob: &[u8]) -> Result<Digest, LedgerError> {
        let digest = Digest::of(blob);
        self.put(&FileName::Metadata(digest), blob)?;
        Ok(digest)
    }

    /// Creates a file, or finds it there with the same bytes.
    fn put(&mut self, name: &FileName, bytes: &[u8]) -> Result<(), LedgerError> {
        let name = name.to_string();
        match self.store.create(&name, bytes)? {
            Created::Created => Ok(()),
            Created::Exists => match self.store.read(&name)? {
                Some(found) if found == bytes => Ok(()),
                Some(found) => Err(LedgerError::Conflict {
                    name,
                    found: Digest::of(&found),
                }),
                None => Err(LedgerError::Missing { name }),
            },
        }
    }

    fn moved(&self, index: u64, found: Digest) -> Result<LedgerError, LedgerError> {
        let is = self.record(index).ok();
        Ok(LedgerError::Moved {
            index,
            size: self.size()?,
            found,
            is: is.map(|record| (record.statement.event, record.statement.record_id)),
        })
    }
}

fn check_references(signatures: &[SignatureFile<'_>]) -> Result<(), LedgerError> {
    match signatures
        .iter()
        .find(|(reference, _)| !layout::is_reference(reference))
    {
        Some((reference, _)) => Err(LedgerError::Reference((*reference).to_owned())),
        None => Ok(()),
    }
}

fn missing(name: &FileName) -> LedgerError {
    LedgerError::Missing {
        name: name.to_string(),
    }
}
