//! The files of one record: all that judging it takes.

use crate::ledger::StoreError;
use crate::primitives::Digest;
use crate::record::Roster;
use crate::webauthn::metadata::Metadata;
use crate::webauthn::metadata::MetadataError;
use std::sync::Arc;

/// A file's bytes, or why they cannot be read.
pub type Contents = Result<Vec<u8>, StoreError>;

/// A signature file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Whose, by the file's name.
    pub reference: String,
    /// The armoured signature.
    pub contents: Contents,
}

/// A roster that counts, and the digest of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountingRoster {
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// Who may sign.
    pub roster: Roster,
    /// The fingerprints of their keys, in the order of the roster.
    fingerprints: Vec<String>,
}

impl CountingRoster {
    /// A roster, and SHA-256 of its file.
    #[must_use]
    pub fn new(sha256: Digest, roster: Roster) -> Self {
        let entries = roster.entries().iter();
        Self {
            sha256,
            fingerprints: entries.map(|entry| entry.key.fingerprint()).collect(),
            roster,
        }
    }

    /// The fingerprint of a person's key; `None` if nobody has this ref.
    #[must_use]
    pub fn fingerprint(&self, reference: &str) -> Option<&str> {
        let mut all = self.roster.entries().iter().zip(&self.fingerprints);
        let found = all.find(|(entry, _)| entry.reference == reference);
        found.map(|(_, fingerprint)| fingerprint.as_str())
    }
}

/// The metadata BLOB that a record cites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CitedMetadata {
    /// It cites none.
    None,
    /// The ledger has no file of this digest with these bytes.
    NotKept(Digest),
    /// The file of this digest never was good.
    Refused(Digest, MetadataError),
    /// It was good at some time.
    Kept(Arc<Metadata>),
}

/// Everything that came with one record. Each is judged by itself, on any thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordFiles {
    /// The record's index.
    pub index: u64,
    /// `record.json`
    pub record: Contents,
    /// Signatures of the record.
    pub signatures: Vec<Signed>,
    /// The roster of that index; `None` if there is none.
    pub roster: Option<Contents>,
    /// Signatures of that roster.
    pub roster_signatures: Vec<Signed>,
    /// The checkpoint of the size that this record made; `None` if there is none.
    pub checkpoint: Option<Contents>,
    /// Signatures of that checkpoint.
    pub checkpoint_signatures: Vec<Signed>,
    /// The roster that counts for this record; `None` if it is missing or is none.
    pub counting: Option<Arc<CountingRoster>>,
    /// The metadata BLOB that the record cites.
    pub metadata: CitedMetadata,
}

impl RecordFiles {
    /// Bytes held, to bound how many records are held at once.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let length = |contents: &Contents| contents.as_ref().map_or(0, Vec::len);
        let signed = |all: &[Signed]| all.iter().map(|one| length(&one.contents)).sum::<usize>();
        length(&self.record)
            + self.roster.as_ref().map_or(0, length)
            + self.checkpoint.as_ref().map_or(0, length)
            + signed(&self.signatures)
            + signed(&self.roster_signatures)
            + signed(&self.checkpoint_signatures)
    }
}
