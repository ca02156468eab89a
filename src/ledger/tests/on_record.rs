use super::book::Book;
use super::key;
use super::key::SoftKey;
use crate::facts::Observed;
use crate::ledger::Ledger;
use crate::primitives::bytes::Bytes;
use crate::record::Event;
use crate::record::Evidence;
use crate::record::Presence;

#[test]
fn a_key_is_what_its_latest_records_say() {
    let mut book = Book::of_two();
    let mut soft = SoftKey::new(0x21);
    soft.counter = 5;
    let verification = book.verification(&mut soft, "BG1-A", "T-0002", "T-0001");
    book.append(&verification);
    let keys = Ledger::new(&mut book.store).keys_on_record().unwrap();
    let [only] = keys.as_slice() else {
        panic!("{keys:?}")
    };
    assert_eq!(
        (only.label.as_str(), only.account.as_str()),
        ("BG1-A", "BG-1")
    );
    assert_eq!(only.bag.as_deref(), Some("T-0002"));
    assert_eq!(only.safe.as_deref(), Some("SAFE-A"));
    assert_eq!((only.last.0, only.gone), (2, None));
    let credential = only.credential.as_ref().unwrap();
    assert_eq!(credential.id, soft.id());
    assert_eq!(credential.rp_id, key::rp_id());
    assert_eq!(credential.counter, Some(6));
    assert_eq!(credential.cred_protect, Observed::NotReported);
}

#[test]
fn a_lost_key_comes_last_and_a_registration_brings_a_label_back() {
    let mut book = Book::of_two();
    let lost = SoftKey::new(0x21);
    let statement = book.at_the_safe(Event::Loss, &lost, "BG1-A", "T-0003", None);
    let record = book.prepare(statement, Evidence::default());
    book.append(&record);
    let other = book.registration(&mut SoftKey::new(0x22), "BG1-B", "T-0004");
    book.append(&other);
    let keys = |book: &mut Book| -> Vec<(String, Option<u64>)> {
        let keys = Ledger::new(&mut book.store).keys_on_record().unwrap();
        keys.into_iter().map(|key| (key.label, key.gone)).collect()
    };
    assert_eq!(
        keys(&mut book),
        [("BG1-B".to_owned(), None), ("BG1-A".to_owned(), Some(2))]
    );
    let again = book.registration(&mut SoftKey::new(0x23), "BG1-A", "T-0005");
    book.append(&again);
    assert_eq!(
        keys(&mut book),
        [("BG1-A".to_owned(), None), ("BG1-B".to_owned(), None)]
    );
    let keys = Ledger::new(&mut book.store).keys_on_record().unwrap();
    let credential = keys[0].credential.as_ref().unwrap();
    assert_eq!(credential.id, SoftKey::new(0x23).id());
    assert_eq!(credential.counter, Some(2), "that of the new credential");
}

#[test]
fn a_probe_on_record_counts_for_the_counter() {
    let mut book = Book::of_two();
    let mut soft = SoftKey::new(0x21);
    soft.counter = 40;
    let statement = book.at_the_safe(Event::Verification, &soft, "BG1-A", "T-0001", None);
    let probe = soft.assertion(&super::book::tenant(), &statement, 0);
    let evidence = Evidence {
        probe: Some(probe),
        ..Evidence::default()
    };
    let record = book.prepare(statement, evidence);
    book.append(&record);
    let keys = Ledger::new(&mut book.store).keys_on_record().unwrap();
    assert_eq!(keys[0].credential.as_ref().unwrap().counter, Some(41));
}

#[test]
fn what_cannot_be_read_is_not_on_record() {
    let mut book = Book::of_two();
    let soft = SoftKey::new(0x21);
    let statement = book.at_the_safe(Event::Verification, &soft, "BG1-A", "T-0001", None);
    let nonsense = || Bytes(vec![0xff; 9]);
    let evidence = Evidence {
        presence: Some(Presence {
            authenticator_data: nonsense(),
            client_data_json: nonsense(),
            signature: nonsense(),
        }),
        ..Evidence::default()
    };
    let record = book.prepare(statement, evidence);
    book.append(&record);
    let keys = Ledger::new(&mut book.store).keys_on_record().unwrap();
    assert_eq!(keys[0].credential.as_ref().unwrap().counter, Some(2));
}

#[test]
fn a_book_without_keys_has_none() {
    let mut book = Book::new();
    assert_eq!(
        Ledger::new(&mut book.store).keys_on_record(),
        Ok(Vec::new())
    );
    let genesis = book.genesis();
    book.append(&genesis);
    assert_eq!(
        Ledger::new(&mut book.store).keys_on_record(),
        Ok(Vec::new())
    );
}
