//! The metadata that a new statement cites: the newest that the ledger keeps.

use super::FileName;
use super::Ledger;
use super::LedgerError;
use crate::primitives::UtcTime;
use crate::record::MdsInput;
use crate::webauthn::metadata::Metadata;

impl Ledger<'_> {
    /// The metadata BLOB with the highest number among those that are kept and lead to one of `roots`
    /// as of a time; `None` if there is none. A BLOB that is not good then is passed over: `audit`
    /// would refuse a record that cites it.
    ///
    /// # Errors
    /// [`LedgerError::Store`].
    pub fn metadata_to_cite(
        &self,
        roots: &[&[u8]],
        as_of: UtcTime,
    ) -> Result<Option<MdsInput>, LedgerError> {
        let mut newest: Option<MdsInput> = None;
        for name in self.store().list("mds/")? {
            let Some(FileName::Metadata(sha256)) = FileName::parse(&name) else {
                continue;
            };
            let Some(blob) = self.store().read(&name)? else {
                continue;
            };
            let Ok(metadata) = Metadata::verify(&blob, roots, as_of) else {
                continue;
            };
            let Ok(no) = u32::try_from(metadata.number()) else {
                continue;
            };
            if metadata.sha256() == sha256 && newest.as_ref().is_none_or(|newest| newest.no < no) {
                newest = Some(MdsInput { no, sha256 });
            }
        }
        Ok(newest)
    }
}

#[cfg(test)]
mod tests {
    use crate::ledger::Ledger;
    use crate::ledger::MemoryStore;
    use crate::primitives::Digest;
    use crate::primitives::UtcTime;

    const ROOT: &[u8] = include_bytes!("../../tests/vectors/mds/root.der");
    const NO_7: &[u8] = include_bytes!("../../tests/vectors/mds/blob-7.jwt");
    const NO_8: &[u8] = include_bytes!("../../tests/vectors/mds/blob-8.jwt");
    const STRANGER: &[u8] = include_bytes!("../../tests/vectors/mds/blob-other-name.jwt");

    fn cited(kept: &[&[u8]], roots: &[&[u8]], as_of: &str) -> Option<(u32, Digest)> {
        let mut store = MemoryStore::default();
        let mut ledger = Ledger::new(&mut store);
        for blob in kept {
            ledger.keep_metadata(blob).unwrap();
        }
        let as_of = UtcTime::parse(as_of).unwrap();
        let cited = ledger.metadata_to_cite(roots, as_of).unwrap();
        cited.map(|cited| (cited.no, cited.sha256))
    }

    #[test]
    fn the_newest_metadata_that_is_good_is_cited() {
        let now = "2026-11-22T00:00:00Z";
        assert_eq!(cited(&[], &[ROOT], now), None);
        assert_eq!(cited(&[NO_7], &[ROOT], now), Some((7, Digest::of(NO_7))));
        for kept in [[NO_7, NO_8], [NO_8, NO_7]] {
            assert_eq!(cited(&kept, &[ROOT], now), Some((8, Digest::of(NO_8))));
        }
    }

    #[test]
    fn metadata_of_another_signer_root_or_time_is_not_cited() {
        let now = "2026-11-22T00:00:00Z";
        assert_eq!(cited(&[STRANGER], &[ROOT], now), None);
        assert_eq!(cited(&[NO_7], &[], now), None);
        assert_eq!(cited(&[NO_7], &[ROOT], "2025-01-01T00:00:00Z"), None);
        assert_eq!(cited(&[b"no blob"], &[ROOT], now), None);
    }
}
