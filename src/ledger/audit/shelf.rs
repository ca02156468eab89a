//! The metadata BLOBs that a ledger keeps, read when a record cites them; a few are held at once.

use super::files::CitedMetadata;
use super::inventory;
use super::inventory::Inventory;
use crate::ledger::FileName;
use crate::ledger::LedgerStore;
use crate::primitives::Digest;
use crate::webauthn::metadata::Metadata;
use crate::webauthn::metadata::MetadataError;
use std::collections::BTreeMap;
use std::sync::Arc;

/// BLOBs held at once.
const HELD: usize = 2;

/// What [`cited`] looks for: these bytes are in canonical JSON where a statement names metadata, and
/// never inside a text, whose quotation marks are escaped.
const MEMBER: &str = "\"mds\":{\"no\":";
const DIGEST: &str = "\"sha256\":\"";

/// The shelf.
pub(super) struct Shelf<'a> {
    store: &'a dyn LedgerStore,
    inventory: &'a Inventory,
    roots: &'a [&'a [u8]],
    held: Vec<(Digest, Arc<Metadata>)>,
    refused: BTreeMap<Digest, MetadataError>,
}

impl<'a> Shelf<'a> {
    pub(super) const fn new(
        store: &'a dyn LedgerStore,
        inventory: &'a Inventory,
        roots: &'a [&'a [u8]],
    ) -> Self {
        Self {
            store,
            inventory,
            roots,
            held: Vec::new(),
            refused: BTreeMap::new(),
        }
    }

    /// What the record with these bytes cites, and the bytes of memory that it adds to those held.
    pub(super) fn for_record(&mut self, record: &[u8]) -> (CitedMetadata, usize) {
        let Some(digest) = cited(record) else {
            return (CitedMetadata::None, 0);
        };
        if let Some(error) = self.refused.get(&digest) {
            return (CitedMetadata::Refused(digest, error.clone()), 0);
        }
        if let Some((_, metadata)) = self.held.iter().find(|(held, _)| *held == digest) {
            return (CitedMetadata::Kept(Arc::clone(metadata)), 0);
        }
        let name = FileName::Metadata(digest);
        if !self.inventory.has(&name) {
            return (CitedMetadata::NotKept(digest), 0);
        }
        let bytes = match inventory::contents(self.store, &name) {
            Ok(bytes) if Digest::of(&bytes) == digest => bytes,
            Ok(_) | Err(_) => return (CitedMetadata::NotKept(digest), 0),
        };
        match Metadata::verify_ever(&bytes, self.roots) {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                if self.held.len() >= HELD {
                    self.held.remove(0);
                }
                self.held.push((digest, Arc::clone(&metadata)));
                (CitedMetadata::Kept(metadata), bytes.len())
            }
            Err(error) => {
                self.refused.insert(digest, error.clone());
                (CitedMetadata::Refused(digest, error), 0)
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
