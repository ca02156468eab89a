//! A key of the plan that the records say is in use.

use super::CeremonyError;
use super::Room;
use crate::facts::key::OnRecord;
use crate::ledger::BookReading;
use crate::ledger::Ledger;
use crate::plan::Account;
use crate::plan::PlannedKey;
use crate::primitives::Guid;
use crate::record::AccountPart;
use crate::record::UnseenKey;

/// A key of the plan, and what the records say of it.
pub(super) struct KeyOfBook<'a> {
    pub(super) account: &'a Account,
    pub(super) object_id: Guid,
    pub(super) planned: &'a PlannedKey,
    pub(super) recorded: OnRecord,
    /// The last record that shows the key itself.
    pub(super) shown_by: u64,
    pub(super) book: BookReading,
}

impl KeyOfBook<'_> {
    /// The account as a statement names it.
    pub(super) fn account_part(&self) -> AccountPart {
        AccountPart {
            alias: self.account.alias.clone(),
            object_id: self.object_id,
        }
    }

    /// The key as a statement names it where it is not plugged in.
    pub(super) fn unseen(&self) -> UnseenKey {
        UnseenKey {
            label: self.planned.label.clone(),
            record: self.shown_by,
        }
    }
}

/// The key with this label, in use or not.
///
/// # Errors
/// [`CeremonyError::NoSuchKey`], [`CeremonyError::NoObjectId`], [`CeremonyError::NotInUse`] if no
/// record shows it.
pub(super) fn on_record<'a>(
    room: &mut Room<'a>,
    label: &str,
) -> Result<KeyOfBook<'a>, CeremonyError> {
    let plan = room.plan;
    let (account, planned) = plan
        .key(label)
        .ok_or_else(|| CeremonyError::NoSuchKey(label.to_owned()))?;
    let object_id = account
        .object_id
        .ok_or_else(|| CeremonyError::NoObjectId(account.alias.clone()))?;
    let ledger = Ledger::new(&mut *room.store);
    let book = ledger.read_book()?;
    let shown = ledger.latest_of_key(label, |_| true)?;
    let recorded = book.on_record.iter().find(|key| key.label == label);
    let not_in_use = || CeremonyError::NotInUse(label.to_owned());
    let recorded = recorded.cloned().ok_or_else(not_in_use)?;
    let (shown_by, _) = shown.ok_or_else(not_in_use)?;
    Ok(KeyOfBook {
        account,
        object_id,
        planned,
        recorded,
        shown_by,
        book,
    })
}

/// The key with this label, in use.
///
/// # Errors
/// As [`on_record`]; [`CeremonyError::NotInUse`] if it is lost or retired.
pub(super) fn in_use<'a>(room: &mut Room<'a>, label: &str) -> Result<KeyOfBook<'a>, CeremonyError> {
    let key = on_record(room, label)?;
    if key.recorded.gone.is_some() {
        return Err(CeremonyError::NotInUse(label.to_owned()));
    }
    Ok(key)
}
