//! The metadata that a record cites, as of its time.

use super::files::CitedMetadata;
use crate::facts::metadata::BlobFacts;
use crate::facts::metadata::BlobFault;
use crate::facts::metadata::BlobRead;
use crate::ledger::Trust;
use crate::record::Statement;
use crate::webauthn::metadata::Metadata;

/// What the metadata cited by `statement` is worth as of its time, and the metadata if it is good.
pub(super) fn cited<'f>(
    files: &'f CitedMetadata,
    statement: &Statement,
    trust: &Trust,
) -> (Option<BlobFacts>, Option<&'f Metadata>) {
    let Some(stated) = &statement.inputs.mds else {
        return (None, None);
    };
    let at = statement.time.started;
    let judged = match files {
        CitedMetadata::Kept(metadata) if metadata.sha256() == stated.sha256 => {
            match metadata.holds_at(&trust.metadata_roots(), at) {
                Ok(()) => Ok(metadata.as_ref()),
                Err(error) => Err(BlobFault::Refused(error)),
            }
        }
        CitedMetadata::Refused(digest, error) if *digest == stated.sha256 => {
            Err(BlobFault::Refused(error.clone()))
        }
        CitedMetadata::Kept(_)
        | CitedMetadata::Refused(..)
        | CitedMetadata::NotKept(_)
        | CitedMetadata::None => Err(BlobFault::NotKept),
    };
    let facts = BlobFacts {
        at,
        blob: judged
            .as_ref()
            .map(|metadata| BlobRead::of(metadata))
            .map_err(Clone::clone),
        number_stated: Some(u64::from(stated.no)),
        highest_before: None,
    };
    (Some(facts), judged.ok())
}
