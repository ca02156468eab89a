use super::book::Book;
use super::book::roster;
use super::key::SoftKey;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::plan::Policy;
use crate::primitives::Digest;
use crate::record::Event;

#[test]
fn what_counts_is_that_of_genesis_until_another_record_brings_more() {
    let mut book = Book::of_two();
    let force = Ledger::new(&mut book.store).in_force().unwrap();
    assert_eq!(force.roster, roster(&["op-7", "w-1"]));
    assert_eq!(force.roster_index, 0);
    assert_eq!(force.policy, Policy::default());
    assert_eq!(force.people, super::book::people(&["op-7", "w-1"]));
}

#[test]
fn nothing_counts_before_genesis() {
    let mut book = Book::new();
    assert_eq!(
        Ledger::new(&mut book.store).in_force(),
        Err(LedgerError::Missing {
            name: "records/000000/record.json".into()
        })
    );
}

#[test]
fn the_next_statement_seals_what_no_statement_named() {
    let mut book = Book::of_two();
    let mut expected: Vec<Digest> = ["records/000001/op-7.sig", "records/000001/w-1.sig"]
        .map(|name| Digest::of(&book.store.files()[name]))
        .to_vec();
    expected.sort_unstable();
    let sealed = Ledger::new(&mut book.store).sealed_for_next().unwrap();
    assert_eq!(sealed, expected);
}

#[test]
fn the_latest_record_of_a_key_is_found_by_its_label() {
    let mut book = Book::of_two();
    let mut key = SoftKey::new(0x21);
    key.counter = 5;
    let verification = book.verification(&mut key, "BG1-A", "T-0002", "T-0001");
    book.append(&verification);
    let ledger = Ledger::new(&mut book.store);
    let latest = |event| {
        ledger
            .latest_of_key("BG1-A", |record| record.statement.event == event)
            .unwrap()
            .map(|(index, _)| index)
    };
    assert_eq!(latest(Event::Registration), Some(1));
    assert_eq!(latest(Event::Verification), Some(2));
    assert_eq!(latest(Event::Loss), None);
    assert_eq!(ledger.latest_of_key("BG1-B", |_| true), Ok(None));
}
