//! Ledgers that try to wear the audit down, and stores that do not give what they list.

use super::book::Book;
use super::book::audit_with;
use super::book::trust_in;
use super::key::SoftKey;
use crate::ledger::Created;
use crate::ledger::LedgerStore;
use crate::ledger::MemoryStore;
use crate::ledger::StoreError;
use crate::ledger::audit;
use crate::ledger::audit::Court;
use crate::ledger::audit::Fault;
use crate::ledger::audit::Judges;
use crate::ledger::audit::Outside;
use crate::ledger::audit::RecordFacts;
use crate::ledger::audit::RecordFiles;
use crate::ledger::audit::Rule;
use crate::ledger::audit::Standing;
use crate::record::Event;
use crate::record::Evidence;

/// A store in which something else than a file has one name.
struct Odd<'a> {
    store: &'a MemoryStore,
    name: &'a str,
    error: StoreError,
}

impl LedgerStore for Odd<'_> {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        if name == self.name {
            return Err(self.error.clone());
        }
        self.store.read(name)
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.store.list(prefix)
    }

    fn create(&mut self, name: &str, _: &[u8]) -> Result<Created, StoreError> {
        Err(StoreError::NotAllowed { name: name.into() })
    }
}

#[test]
fn a_link_a_folder_or_a_huge_file_in_the_place_of_any_file_is_named() {
    let book = Book::of_two();
    let trust = trust_in(&book.store);
    for name in book.store.files().keys() {
        for error in [
            StoreError::NotAFile { name: name.clone() },
            StoreError::TooLarge { name: name.clone() },
            StoreError::NotAllowed { name: name.clone() },
        ] {
            let odd = Odd {
                store: &book.store,
                name,
                error: error.clone(),
            };
            let report = audit_with(&odd, &trust);
            assert_eq!(report.faults[0].file, *name);
            assert_eq!(report.faults[0].fault, Fault::Store(error));
            assert_eq!(report.standing(), Standing::Broken);
        }
    }
}

#[test]
fn a_name_far_beyond_the_end_is_a_gap_and_not_a_long_walk() {
    let book = Book::of_two();
    let trust = trust_in(&book.store);
    let mut store = book.store.clone();
    store
        .create("records/9007199254740991/op-7.sig", b"")
        .unwrap();
    let report = audit_with(&store, &trust);
    assert_eq!(report.faults[0].file, "records/000002/record.json");
    assert_eq!(report.faults[0].fault, Fault::Missing);
}

#[test]
fn more_signers_than_anybody_has_are_refused() {
    let mut book = Book::of_two();
    let mut statement = book.bare(Event::Exception);
    let many = (0..10_000).map(|number| format!("w{number}"));
    statement.expected_signers.extend(many);
    let prepared = book.prepare(statement, Evidence::default());
    let bytes = prepared.record.bytes().unwrap();
    book.store
        .create("records/000002/record.json", &bytes)
        .unwrap();
    let report = book.audit();
    assert!(
        report
            .faults
            .iter()
            .any(|fault| fault.fault == Fault::Rule(Rule::TooMany("expected_signers")))
    );
    assert!(report.faults.len() < 200, "{}", report.faults.len());
}

/// Judges all records on threads of their own, and hands them over as they should be.
struct SideBySide;

impl Judges for SideBySide {
    fn judge(
        &mut self,
        next: &(dyn Fn() -> Option<RecordFiles> + Sync),
        court: &Court<'_>,
        fold: &mut dyn FnMut(RecordFacts),
    ) {
        let mut all: Vec<RecordFacts> = std::thread::scope(|scope| {
            let judges: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        std::iter::from_fn(next)
                            .map(|files| court.judge(&files))
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            let done = judges.into_iter().map(|judge| judge.join().unwrap());
            done.flatten().collect()
        });
        all.sort_by_key(|facts| facts.index);
        all.into_iter().for_each(fold);
    }
}

#[test]
fn records_judged_side_by_side_give_the_same_report() {
    let mut book = Book::of_two();
    for number in 2..20 {
        let label = format!("BG1-{number}");
        let registration = book.registration(
            &mut SoftKey::new(0x30 + number),
            &label,
            &format!("T-{number}"),
        );
        book.append(&registration);
    }
    let trust = trust_in(&book.store);
    let outside = Outside {
        trust: &trust,
        heads: &[],
        as_of: super::book::time("2026-01-30T00:00:00Z"),
    };
    let report = audit::audit(&book.store, &outside, &mut SideBySide).unwrap();
    let in_order = audit::audit(&book.store, &outside, &mut audit::InOrder).unwrap();
    assert_eq!(report.standing(), Standing::Clean, "{:#?}", report.faults);
    assert_eq!(report, in_order);
    assert_eq!(report.records.len(), 20);
}
