//! What the records say of each key: what a key that is plugged in is compared with.

use super::Ledger;
use super::LedgerError;
use crate::facts::Observed;
use crate::facts::key::OnRecord;
use crate::facts::key::RecordedCredential;
use crate::record::CeremonyRecord;
use crate::record::Event;
use crate::record::KeyPart;
use crate::webauthn::AttestationObject;
use crate::webauthn::AuthenticatorData;

impl Ledger<'_> {
    /// Every key that the records name, by what its latest records say; those in use first. Nothing
    /// is judged here: audit first.
    ///
    /// # Errors
    /// [`LedgerError::Record`], [`LedgerError::Store`].
    pub fn keys_on_record(&self) -> Result<Vec<OnRecord>, LedgerError> {
        let mut keys: Vec<OnRecord> = Vec::new();
        for index in 0..self.size()? {
            take(&mut keys, index, &self.record(index)?);
        }
        keys.sort_by_key(|key| key.gone.is_some());
        Ok(keys)
    }
}

/// Takes over what a record says of its key.
pub(super) fn take(keys: &mut Vec<OnRecord>, index: u64, record: &CeremonyRecord) {
    let statement = &record.statement;
    let unseen = statement.unseen_key.as_ref().map(|key| &key.label);
    let Some(label) = statement.key.as_ref().map(|key| &key.label).or(unseen) else {
        return;
    };
    let known = keys.iter().position(|key| key.label == *label);
    if let (None, Some(part)) = (known, &statement.key) {
        keys.push(OnRecord {
            label: label.clone(),
            account: String::new(),
            aaguid: part.aaguid,
            serial: None,
            credential: None,
            bag: None,
            safe: None,
            last: (index, statement.time.started),
            gone: None,
        });
    }
    let Some(key) = keys.iter_mut().find(|key| key.label == *label) else {
        return; // a key that no record has shown
    };
    key.last = (index, statement.time.started);
    if let Some(account) = &statement.account {
        key.account.clone_from(&account.alias);
    }
    if statement.opening.is_some() {
        key.bag = None;
    }
    if let Some(custody) = &statement.custody {
        key.bag = Some(custody.bag.clone());
        key.safe = Some(custody.safe.clone());
    }
    if let Some(part) = &statement.key {
        key.aaguid = part.aaguid;
        if let Some(serial) = &part.serial {
            key.serial = Some(serial.value.clone());
        }
        credential(key, part);
    }
    evidence(key, record);
    match statement.event {
        Event::Loss | Event::Retirement => key.gone = Some(index),
        Event::Registration => {
            key.gone = None;
            replaced(keys, index, record);
        }
        Event::Genesis
        | Event::Verification
        | Event::Custody
        | Event::Exception
        | Event::Amendment
        | Event::People
        | Event::Policy
        | Event::Acceptance
        | Event::Training => {}
    }
}

/// The key in whose place another one is registered opens nothing any more.
fn replaced(keys: &mut [OnRecord], index: u64, record: &CeremonyRecord) {
    let statement = &record.statement;
    let (Some(old), Some(new)) = (&statement.replaces, &statement.key) else {
        return;
    };
    let mut others = keys.iter_mut().filter(|key| key.label != new.label);
    if let Some(old) = others.find(|key| key.label == old.label) {
        old.gone = Some(index);
    }
}

/// Takes over the credential that a statement names; what was known of another one is forgotten.
fn credential(key: &mut OnRecord, part: &KeyPart) {
    let (Some(id), Some(public_key), Some(rp_id)) =
        (&part.credential_id, &part.public_key, &part.rp_id)
    else {
        return;
    };
    let same = key
        .credential
        .as_ref()
        .is_some_and(|known| known.id == *id && known.public_key == public_key.cose);
    if !same {
        key.credential = Some(RecordedCredential {
            rp_id: rp_id.clone(),
            id: id.clone(),
            public_key: public_key.cose.clone(),
            cred_protect: Observed::NotReported,
            counter: None,
        });
    }
}

/// Takes over the counters that the key's own bytes show, and how its credential is protected.
fn evidence(key: &mut OnRecord, record: &CeremonyRecord) {
    let Some(credential) = &mut key.credential else {
        return;
    };
    let evidence = &record.evidence;
    if let Some(registration) = &evidence.registration
        && let Some(object) = AttestationObject::parse(&registration.attestation_object.0)
        && object
            .auth_data()
            .credential()
            .is_some_and(|made| made.credential_id == credential.id)
    {
        let data = object.auth_data();
        credential.counter = credential.counter.max(Some(data.counter()));
        if let Some(level) = data.cred_protect() {
            credential.cred_protect = Observed::Known(level);
        }
    }
    for assertion in [&evidence.presence, &evidence.probe].into_iter().flatten() {
        if let Some(data) = AuthenticatorData::parse(&assertion.authenticator_data.0) {
            credential.counter = credential.counter.max(Some(data.counter()));
        }
    }
}
