//! The newest metadata that the ledger keeps: what a new statement cites, and what it says of the keys.

use super::FileName;
use super::Ledger;
use super::LedgerError;
use crate::facts::book::BookKey;
use crate::facts::due::Concerns;
use crate::facts::due::Happening;
use crate::facts::metadata::Listing;
use crate::findings::grave;
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

    /// What the newest metadata that is kept reports gravely against the models of the keys in use, and
    /// their last records had not heard of: it makes them due. A report counts from its day, or from now
    /// where that is before the key's last record.
    ///
    /// # Errors
    /// [`LedgerError::Store`], [`LedgerError::Record`].
    pub fn reported(
        &self,
        keys: &[BookKey],
        roots: &[&[u8]],
        as_of: UtcTime,
    ) -> Result<Vec<Happening>, LedgerError> {
        let Some(newest) = self.metadata_to_cite(roots, as_of)? else {
            return Ok(Vec::new());
        };
        let Some(metadata) = self.kept(&newest, roots)? else {
            return Ok(Vec::new());
        };
        let mut all = Vec::new();
        for key in keys {
            let (last, heard) = match key.seen {
                Some((last, index)) => (last, self.record(index)?.statement.inputs.mds),
                None => (key.registered, None),
            };
            let known = match &heard {
                Some(heard) if heard.no >= newest.no => None,
                Some(heard) => match self.kept(heard, roots)? {
                    Some(before) => Some(grave(&Listing::of(&before, key.aaguid))),
                    None => Some(Vec::new()),
                },
                None => Some(Vec::new()),
            };
            for report in grave(&Listing::of(&metadata, key.aaguid)) {
                let is_news = known.as_ref().is_some_and(|known| !known.contains(&report));
                let at = match report.0 {
                    Some(from) if from > last => from,
                    Some(_) | None if is_news => as_of,
                    Some(_) | None => continue,
                };
                all.push(Happening {
                    at,
                    concerns: Concerns::Key(key.label.clone()),
                    what: format!("metadata no {} says of its model: {}", newest.no, report.1),
                });
            }
        }
        Ok(all)
    }

    /// A BLOB that is kept, if it leads to one of `roots`, whatever the time.
    fn kept(&self, cited: &MdsInput, roots: &[&[u8]]) -> Result<Option<Metadata>, LedgerError> {
        let name = FileName::Metadata(cited.sha256).to_string();
        let blob = self.store().read(&name)?;
        Ok(blob.and_then(|blob| Metadata::verify_ever(&blob, roots).ok()))
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::book::BookKey;
    use crate::ledger::Ledger;
    use crate::ledger::MemoryStore;
    use crate::primitives::Digest;
    use crate::primitives::Guid;
    use crate::primitives::UtcTime;
    use crate::webauthn::Aaguid;

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

    #[test]
    fn what_is_reported_after_a_key_s_last_record_makes_it_due() {
        let key = |model: &str, seen: &str| BookKey {
            label: "BG1-A".to_owned(),
            account: "BG-1".to_owned(),
            aaguid: Aaguid(Guid::parse(model).unwrap()),
            credential_id: None,
            method_id: None,
            serial: None,
            firmware: None,
            safe: None,
            registered: UtcTime::parse(seen).unwrap(),
            pin_proven: None,
            sealed: None,
            seen: None,
        };
        let reported = |kept: &[&[u8]], key: BookKey| {
            let mut store = MemoryStore::default();
            let mut ledger = Ledger::new(&mut store);
            for blob in kept {
                ledger.keep_metadata(blob).unwrap();
            }
            let as_of = UtcTime::parse("2026-11-22T00:00:00Z").unwrap();
            let all = ledger.reported(&[key], &[ROOT], as_of).unwrap();
            let words = all.into_iter().map(|one| (one.at.day(), one.what));
            words.collect::<Vec<_>>()
        };
        let revoked = "aaaaaaaa-0000-4000-8000-000000000001";
        let other = "bbbbbbbb-0000-4000-8000-000000000002";
        let words = |day: &str| {
            let what = "metadata no 8 says of its model: REVOKED".to_owned();
            vec![(day.to_owned(), what)]
        };
        let (before, after) = ("2026-11-01T00:00:00Z", "2026-11-21T00:00:00Z");
        assert_eq!(reported(&[NO_7], key(revoked, before)), []);
        assert_eq!(
            reported(&[NO_7, NO_8], key(revoked, before)),
            words("2026-11-20")
        );
        assert_eq!(
            reported(&[NO_8], key(revoked, after)),
            words("2026-11-22"),
            "it counts since a day when nobody had heard of it"
        );
        assert_eq!(reported(&[NO_8], key(other, before)), []);
    }
}
