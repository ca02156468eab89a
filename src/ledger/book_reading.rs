//! What a book's records say, for whoever compares something with it: `check`, `lost`, `report`.

use super::Ledger;
use super::LedgerError;
use super::audit::Acceptances;
use super::follow_ups::Outstanding;
use super::on_record;
use super::staff::Staff;
use crate::facts::book::BookFacts;
use crate::facts::book::BookKey;
use crate::facts::book::BookPerson;
use crate::facts::book::RecordedSignIn;
use crate::facts::key::OnRecord;
use crate::findings::Stated;
use crate::plan::Policy;
use crate::primitives::TenantId;
use crate::primitives::UtcTime;
use crate::record::CeremonyRecord;
use crate::record::Event;
use crate::record::KeyPart;
use crate::record::Level;
use crate::record::Statement;
use std::collections::BTreeMap;

/// What the records of a book say. Nothing in it was judged: audit first.
#[derive(Clone, Debug, Default)]
pub struct BookReading {
    /// What a tenant is compared with; what a ceremony loosened is not in the ledger, and not here.
    pub facts: BookFacts,
    /// Every key that the records name, those in use first.
    pub on_record: Vec<OnRecord>,
    /// What is accepted, and until when.
    pub acceptances: Acceptances,
    /// The policy in force; `None` before genesis.
    pub policy: Option<Policy>,
    /// The tenant; `None` before genesis.
    pub tenant: Option<TenantId>,
    /// Whether its records are a rehearsal's.
    pub rehearsal: bool,
    /// When the last record began; `None` before genesis.
    pub last: Option<UtcTime>,
}

/// What [`OnRecord`] does not hold of a key.
struct Further {
    method_id: Option<String>,
    firmware: Option<String>,
    registered: UtcTime,
    pin_proven: Option<UtcTime>,
    sealed: Option<UtcTime>,
    seen: Option<(UtcTime, u64)>,
}

impl Ledger<'_> {
    /// Reads every record once. Nothing is judged here: audit first.
    ///
    /// # Errors
    /// [`LedgerError::Record`], [`LedgerError::Store`].
    pub fn read_book(&self) -> Result<BookReading, LedgerError> {
        self.read_book_of(self.size()?)
    }

    /// As [`Self::read_book`], when there were only the first `size` records.
    ///
    /// # Errors
    /// As [`Self::read_book`], and [`LedgerError::Missing`] if there are fewer.
    pub fn read_book_of(&self, size: u64) -> Result<BookReading, LedgerError> {
        let mut book = BookReading::default();
        let mut further = BTreeMap::new();
        let mut staff = Staff::default();
        let mut outstanding = Outstanding::default();
        let mut labels = BTreeMap::new();
        for index in 0..size {
            let record = self.record(index)?;
            on_record::take(&mut book.on_record, index, &record);
            take(&mut book, &mut labels, index, &record.statement);
            let happened = staff.take(index, &record.statement);
            book.facts.happened.extend(happened);
            outstanding.take(index, &record.statement);
            of_key(&mut further, index, &record);
        }
        book.facts.follow_ups = outstanding.follow_ups();
        book.on_record.sort_by_key(|key| key.gone.is_some());
        let in_use = book.on_record.iter().filter(|key| key.gone.is_none());
        book.facts.keys = in_use
            .filter_map(|key| Some(book_key(key, further.get(&key.label)?)))
            .collect();
        Ok(book)
    }
}

impl Ledger<'_> {
    /// What the record at `index` stated, and which keys were in use when it was appended.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] if there is no such record, [`LedgerError::Record`],
    /// [`LedgerError::Store`].
    pub fn stated(&self, index: u64) -> Result<Stated, LedgerError> {
        let statement = self.record(index)?.statement;
        let book = self.read_book_of(index + 1)?;
        Ok(Stated {
            record: index,
            at: statement.time.started,
            findings: statement.findings,
            keys: book.facts.keys,
        })
    }
}

fn take(
    book: &mut BookReading,
    labels: &mut BTreeMap<u64, String>,
    index: u64,
    statement: &Statement,
) {
    let started = statement.time.started;
    book.acceptances.take(index, statement);
    book.rehearsal |= statement.rehearsal;
    book.tenant = book.tenant.or(Some(statement.tenant_id));
    book.last = Some(started);
    if let Some(policy) = &statement.policy {
        book.policy = Some(policy.clone());
    }
    if matches!(statement.event, Event::Genesis | Event::People) {
        let person = |person: &crate::record::PersonPart| BookPerson {
            reference: person.reference.clone(),
            roles: person.roles.clone(),
        };
        book.facts.people = statement.people.iter().map(person).collect();
    }
    let Some(account) = &statement.account else {
        return;
    };
    book.facts.ceremonies.push((account.alias.clone(), started));
    // At L2 there always is one; a registration may have one; an amendment may bring one that is late.
    let label = match (&statement.key, &statement.amendment) {
        (Some(key), _) => Some(key.label.clone()),
        (None, Some(amendment)) => labels.get(&amendment.record).cloned(),
        (None, None) => None,
    };
    if let Some(key) = &statement.key {
        labels.insert(index, key.label.clone());
    }
    let signed_in = statement.sign_in.is_some() || statement.level == Some(Level::L2);
    if let (true, Some(label)) = (signed_in, label) {
        book.facts.sign_ins.push(RecordedSignIn {
            account: account.alias.clone(),
            label,
            at: match (&statement.amendment, &statement.sign_in) {
                (Some(_), Some(late)) => late.at,
                (Some(_) | None, _) => started,
            },
            record: index,
        });
    }
}

/// Takes over what a record says of its key.
fn of_key(all: &mut BTreeMap<String, Further>, index: u64, record: &CeremonyRecord) {
    let statement = &record.statement;
    let started = statement.time.started;
    let unseen = statement.unseen_key.as_ref().map(|key| &key.label);
    let Some(label) = statement.key.as_ref().map(|key| &key.label).or(unseen) else {
        return;
    };
    let new = || Further {
        method_id: None,
        firmware: None,
        registered: started,
        pin_proven: None,
        sealed: None,
        seen: None,
    };
    let key = all.entry(label.clone()).or_insert_with(new);
    if statement.event == Event::Registration {
        // Another credential, perhaps another key: what was known of the old one is forgotten.
        *key = new();
    }
    if let Some(part) = &statement.key {
        of_part(key, part);
    }
    if record.evidence.presence.is_some() {
        key.pin_proven = Some(started);
    }
    if statement.event.needs_presence(statement.level) {
        key.seen = Some((started, index));
    }
    match (&statement.custody, statement.event) {
        (Some(_), _) => key.sealed = Some(started),
        (None, Event::Custody) => key.sealed = None, // its bag was opened, and it is in no other
        (None, _) => {}
    }
}

fn of_part(key: &mut Further, part: &KeyPart) {
    if let Some(id) = &part.method_id {
        key.method_id = Some(id.clone());
    }
    if let Some(firmware) = &part.firmware {
        key.firmware = Some(firmware.value.clone());
    }
}

fn book_key(key: &OnRecord, further: &Further) -> BookKey {
    BookKey {
        label: key.label.clone(),
        account: key.account.clone(),
        aaguid: key.aaguid,
        credential_id: key.credential.as_ref().map(|known| known.id.clone()),
        method_id: further.method_id.clone(),
        serial: key.serial.clone(),
        firmware: further.firmware.clone(),
        safe: key.safe.clone(),
        registered: further.registered,
        pin_proven: further.pin_proven,
        sealed: further.sealed,
        seen: further.seen,
    }
}
