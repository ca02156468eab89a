//! What a metadata BLOB shows as of a time, and what it says of a model.

use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use crate::webauthn::metadata::Metadata;
use crate::webauthn::metadata::MetadataError;
use crate::webauthn::metadata::StatusReport;

/// A metadata BLOB, as of a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobFacts {
    /// The time.
    pub at: UtcTime,
    /// What it is, or why it is of no use.
    pub blob: Result<BlobRead, BlobFault>,
    /// The number that a record states; `None` if none does.
    pub number_stated: Option<u64>,
    /// The highest number seen before; `None` if none was.
    pub highest_before: Option<u64>,
}

/// A BLOB that was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobRead {
    /// Its number (`no`).
    pub number: u64,
    /// The start of the day by which a newer one is there.
    pub next_update: UtcTime,
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// SHA-256 of the root that the signer leads to.
    pub root: Digest,
}

impl BlobRead {
    /// Of a BLOB that was verified.
    #[must_use]
    pub const fn of(metadata: &Metadata) -> Self {
        Self {
            number: metadata.number(),
            next_update: metadata.next_update(),
            sha256: metadata.sha256(),
            root: metadata.root(),
        }
    }
}

/// Why a BLOB is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobFault {
    /// The ledger does not keep it.
    NotKept,
    /// It was refused, as of that time.
    Refused(MetadataError),
}

/// A model that an attestation names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModelFacts {
    /// The model.
    pub aaguid: Aaguid,
    /// SHA-256 of each certificate of the statement and of the anchor that they lead to.
    pub certificates: Vec<Digest>,
    /// The firmware, attested if the certificate names one, else as stated; `None` if neither.
    pub firmware: Option<String>,
}

/// What metadata says of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    /// There is no entry.
    NotListed,
    /// There is one, and it cannot be read.
    Malformed,
    /// Everything reported.
    Listed(Vec<StatusReport>),
}

impl Listing {
    /// What `metadata` says of `model`.
    #[must_use]
    pub fn of(metadata: &Metadata, model: Aaguid) -> Self {
        match metadata.entry(model) {
            Ok(Some(entry)) => Self::Listed(entry.status_reports),
            Ok(None) => Self::NotListed,
            Err(_) => Self::Malformed,
        }
    }
}
