//! The key in whose place another one comes, by the records: in use, or gone in the meantime.

use crate::ceremony::CeremonyError;
use crate::facts::book::BookKey;
use crate::ledger::BookReading;
use crate::webauthn::CredentialId;

/// The other keys of the account that are in use.
pub(super) fn others<'k>(keys: &'k [BookKey], account: &str, old: &str) -> Vec<&'k BookKey> {
    keys.iter()
        .filter(|key| key.account == account && key.label != old)
        .collect()
}

/// The old one, by the records.
pub(super) struct Old {
    pub(super) label: String,
    pub(super) account: String,
    pub(super) credential_id: Option<CredentialId>,
    /// Whether it went in the meantime: a record says that it is lost or retired.
    pub(super) gone: bool,
}

impl Old {
    pub(super) fn find(book: &BookReading, old: &str, new: &str) -> Result<Self, CeremonyError> {
        if let Some(key) = book.facts.keys.iter().find(|key| key.label == old) {
            return Ok(Self {
                label: key.label.clone(),
                account: key.account.clone(),
                credential_id: key.credential_id.clone(),
                gone: false,
            });
        }
        let recorded = book.on_record.iter().find(|key| key.label == old);
        let key = recorded.ok_or_else(|| CeremonyError::NotInUse(old.to_owned()))?;
        if old == new {
            let record = key.gone.unwrap_or(key.last.0);
            return Err(CeremonyError::Matter {
                why: format!("{old} is out of use by record {record:06}, and its label with it"),
                next: format!("`glasskey lost {old}` gives its open registration up"),
            });
        }
        Ok(Self {
            label: old.to_owned(),
            account: key.account.clone(),
            credential_id: key.credential.as_ref().map(|known| known.id.clone()),
            gone: true,
        })
    }

    /// The other keys of its account that are in use.
    pub(super) fn others<'k>(&self, keys: &'k [BookKey]) -> Vec<&'k BookKey> {
        others(keys, &self.account, &self.label)
    }
}
