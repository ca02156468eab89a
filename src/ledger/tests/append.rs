use super::book::Book;
use super::book::sign;
use super::key::SoftKey;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::ledger::MemoryStore;
use crate::primitives::Digest;
use crate::record::Event;
use crate::record::Namespace;

#[test]
fn a_record_that_lost_the_race_is_told_what_it_lost_to() {
    let mut book = Book::new();
    let genesis = book.genesis();
    book.append(&genesis);
    let mine = book.registration(&mut SoftKey::new(1), "BG1-A", "T-1");
    let theirs = book.registration(&mut SoftKey::new(2), "BG1-B", "T-2");
    book.append(&theirs);
    let before = book.store.clone();
    let bytes = mine.record.bytes().unwrap();
    let lost = Ledger::new(&mut book.store).append(1, &bytes, &[]);
    assert_eq!(
        lost,
        Err(LedgerError::Moved {
            index: 1,
            size: 2,
            found: theirs.record.digest().unwrap(),
            is: Some((Event::Registration, theirs.record.statement.record_id)),
        })
    );
    assert_eq!(book.store, before);
}

#[test]
fn a_record_beyond_the_end_is_refused() {
    let mut book = Book::new();
    let bytes = book.genesis().record.bytes().unwrap();
    assert_eq!(
        Ledger::new(&mut book.store).append(1, &bytes, &[]),
        Err(LedgerError::Gap { index: 1, size: 0 })
    );
    assert_eq!(book.store, MemoryStore::new());
}

#[test]
fn what_is_no_record_is_refused() {
    let mut store = MemoryStore::new();
    let error = Ledger::new(&mut store).append(0, b"{}", &[]).unwrap_err();
    assert!(matches!(error, LedgerError::Record { index: 0, .. }));
    assert_eq!(store, MemoryStore::new());
}

#[test]
fn a_ref_that_could_leave_the_folder_is_refused() {
    let mut book = Book::new();
    let bytes = book.genesis().record.bytes().unwrap();
    assert_eq!(
        Ledger::new(&mut book.store).append(0, &bytes, &[("../x", b"")]),
        Err(LedgerError::Reference("../x".into()))
    );
    assert_eq!(book.store, MemoryStore::new());
}

#[test]
fn another_signature_in_the_place_of_one_is_a_conflict() {
    let mut book = Book::of_two();
    let name = "records/000001/op-7.sig";
    let found = Digest::of(&book.store.files()[name]);
    assert_eq!(
        Ledger::new(&mut book.store).add_signature(1, "op-7", b"other"),
        Err(LedgerError::Conflict {
            name: name.into(),
            found,
        })
    );
}

#[test]
fn a_witness_may_sign_after_the_append() {
    let mut book = Book::of_two();
    let bytes = book.store.files()["records/000001/record.json"].clone();
    let without: MemoryStore = book
        .store
        .files()
        .iter()
        .filter(|(name, _)| *name != "records/000001/w-1.sig")
        .map(|(name, bytes)| (name.clone(), bytes.clone()))
        .collect();
    let whole = std::mem::replace(&mut book.store, without);
    let signature = sign("w-1", Namespace::Record, &bytes);
    let mut ledger = Ledger::new(&mut book.store);
    ledger.add_signature(1, "w-1", &signature).unwrap();
    assert_eq!(book.store, whole);
}

#[test]
fn nobody_signs_a_record_that_is_not_there() {
    let mut book = Book::of_two();
    assert_eq!(
        Ledger::new(&mut book.store).add_signature(2, "w-1", b""),
        Err(LedgerError::Missing {
            name: "records/000002/record.json".into()
        })
    );
}
