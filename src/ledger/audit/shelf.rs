//! The metadata BLOBs that a ledger keeps, read when a record cites them; a few are held at once.

use super::files::CitedMetadata;
use super::inventory;
use super::inventory::SharedStore;
use crate::ledger::FileName;
use crate::primitives::Digest;
use crate::webauthn::metadata::Metadata;
use crate::webauthn::metadata::MetadataError;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

/// BLOBs held at once.
const HELD: usize = 2;

/// What [`cited`] looks for: these bytes are in canonical JSON where a statement names metadata, and
/// never inside a text, whose quotation marks are escaped.
const MEMBER: &str = "\"mds\":{\"no\":";
const DIGEST: &str = "\"sha256\":\"";

/// The shelf.
pub(super) struct Shelf<'a> {
    store: &'a SharedStore<'a>,
    /// The digests that metadata files are named after.
    there: &'a BTreeSet<Digest>,
    roots: &'a [&'a [u8]],
    read: Mutex<Read>,
}

/// What was read.
#[derive(Default)]
struct Read {
    held: Vec<(Digest, Arc<Metadata>)>,
    refused: BTreeMap<Digest, MetadataError>,
}

impl<'a> Shelf<'a> {
    pub(super) fn new(
        store: &'a SharedStore<'a>,
        there: &'a BTreeSet<Digest>,
        roots: &'a [&'a [u8]],
    ) -> Self {
        Self {
            store,
            there,
            roots,
            read: Mutex::default(),
        }
    }

    /// What the record with these bytes cites.
    pub(super) fn for_record(&self, record: &[u8]) -> CitedMetadata {
        let Some(digest) = cited(record) else {
            return CitedMetadata::None;
        };
        if !self.there.contains(&digest) {
            return CitedMetadata::NotKept(digest);
        }
        // Held while a BLOB is read and verified: whoever else asks, most likely asks for the same.
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = read.refused.get(&digest) {
            return CitedMetadata::Refused(digest, error.clone());
        }
        if let Some((_, metadata)) = read.held.iter().find(|(held, _)| *held == digest) {
            return CitedMetadata::Kept(Arc::clone(metadata));
        }
        let name = FileName::Metadata(digest);
        let bytes = match inventory::contents(self.store, &name) {
            Ok(bytes) if Digest::of(&bytes) == digest => bytes,
            Ok(_) | Err(_) => return CitedMetadata::NotKept(digest),
        };
        match Metadata::verify_ever(&bytes, self.roots) {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                if read.held.len() >= HELD {
                    read.held.remove(0);
                }
                read.held.push((digest, Arc::clone(&metadata)));
                CitedMetadata::Kept(metadata)
            }
            Err(error) => {
                read.refused.insert(digest, error.clone());
                CitedMetadata::Refused(digest, error)
            }
        }
    }
}

/// The digest of the BLOB that a record cites, found without reading all of it; `None` if it cites
/// none. A record that is not canonical is refused later.
fn cited(record: &[u8]) -> Option<Digest> {
    let text = std::str::from_utf8(record).ok()?;
    let (_, member) = text.split_once(MEMBER)?;
    let (_, digest) = member.split_once(DIGEST)?;
    Digest::from_hex(digest.get(..64)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_that_a_record_cites_is_found_and_nothing_that_only_looks_like_it() {
        let digest = Digest::of(b"blob");
        let record = format!(r#"{{"inputs":{{"mds":{{"no":7,"sha256":"{digest}"}}}}}}"#);
        assert_eq!(cited(record.as_bytes()), Some(digest));
        let text = record.replace('"', "\\\"");
        assert_eq!(cited(format!(r#"{{"text":"{text}"}}"#).as_bytes()), None);
        assert_eq!(cited(b"{}"), None);
        assert_eq!(cited(br#""mds":{"no":7,"sha256":"00"}"#), None);
        assert_eq!(cited(&[0xff]), None);
    }
}
