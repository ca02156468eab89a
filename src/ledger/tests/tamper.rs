//! Every change to a book of genesis and one registration is found, and the right file is named.

use super::book::Book;
use super::book::audit_with;
use super::book::sign;
use super::book::tenant;
use super::book::trust_in;
use super::key::SoftKey;
use crate::findings::Check;
use crate::findings::Verdict;
use crate::ledger::Ledger;
use crate::ledger::MemoryStore;
use crate::ledger::audit::AuditReport;
use crate::ledger::audit::Fault;
use crate::ledger::audit::Standing;
use crate::ledger::audit::Why;
use crate::record::CeremonyRecord;
use crate::record::Namespace;
use proptest::prelude::*;
use std::sync::LazyLock;

/// The book with one file changed; `None` takes it away.
fn with(book: &Book, name: &str, bytes: Option<Vec<u8>>) -> MemoryStore {
    let mut files = book.store.files().clone();
    match bytes {
        Some(bytes) => files.insert(name.to_owned(), bytes),
        None => files.remove(name),
    };
    files.into_iter().collect()
}

fn first_bad(report: &AuditReport) -> Option<String> {
    assert_eq!(
        report.first_bad().is_some(),
        report.standing() == Standing::Broken
    );
    report.first_bad().map(|(file, _)| file)
}

#[test]
fn a_whole_book_is_clean() {
    let report = Book::of_two().audit();
    assert_eq!(report.faults, []);
    assert_eq!(report.standing(), Standing::Clean, "{report:#?}");
    assert_eq!(report.records.len(), 2);
    let passed = |check| {
        report
            .findings
            .iter()
            .any(|finding| finding.check == check && finding.verdict == Verdict::Pass)
    };
    for check in [
        Check::AttFmt,
        Check::AttSig,
        Check::AttChain,
        Check::AttAaguidExt,
        Check::AttCertReq,
        Check::FwAttested,
        Check::Up,
        Check::Uv,
        Check::PresSig,
        Check::PresBind,
        Check::RpHash,
        Check::CredMatch,
        Check::CtrMono,
        Check::CtrDelta,
        Check::TrustRoot,
        Check::BagContinuity,
        Check::BagUnique,
        Check::WitnessCount,
        Check::RoleSeparation,
        Check::TimeOrder,
        Check::Due,
    ] {
        assert!(passed(check), "{check}");
    }
}

#[test]
fn a_bit_flipped_in_any_byte_of_any_file_is_found_in_that_file() {
    let book = Book::of_two();
    let trust = trust_in(&book.store);
    let places: Vec<(&String, usize)> = book
        .store
        .files()
        .iter()
        .flat_map(|(name, bytes)| (0..bytes.len()).map(move |at| (name, at)))
        .collect();
    assert!(places.len() > 5_000, "{}", places.len());
    std::thread::scope(|scope| {
        for part in places.chunks(places.len().div_ceil(4)) {
            let (book, trust) = (&book, &trust);
            scope.spawn(move || {
                for (name, at) in part {
                    let mut flipped = book.store.files()[*name].clone();
                    flipped[*at] ^= 1 << (at % 8);
                    let report = audit_with(&with(book, name, Some(flipped)), trust);
                    assert_eq!(first_bad(&report).as_ref(), Some(*name), "byte {at}");
                }
            });
        }
    });
}

#[test]
fn every_file_that_is_taken_away_is_named() {
    let book = Book::of_two();
    let trust = trust_in(&book.store);
    for name in book.store.files().keys() {
        let report = audit_with(&with(&book, name, None), &trust);
        assert_eq!(first_bad(&report).as_ref(), Some(name));
    }
}

#[test]
fn every_file_that_is_cut_short_or_grown_is_named() {
    let book = Book::of_two();
    let trust = trust_in(&book.store);
    for (name, bytes) in book.store.files() {
        for length in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            let cut = bytes[..length].to_vec();
            let report = audit_with(&with(&book, name, Some(cut)), &trust);
            assert_eq!(first_bad(&report).as_ref(), Some(name), "{length} bytes");
        }
        let grown = [bytes.as_slice(), b"\n"].concat();
        let report = audit_with(&with(&book, name, Some(grown)), &trust);
        assert_eq!(first_bad(&report).as_ref(), Some(name), "grown");
    }
}

#[test]
fn of_two_files_that_are_swapped_one_is_named() {
    let book = Book::of_two();
    let trust = trust_in(&book.store);
    let files: Vec<(&String, &Vec<u8>)> = book.store.files().iter().collect();
    for (place, (one, one_bytes)) in files.iter().enumerate() {
        for (other, other_bytes) in &files[place + 1..] {
            let mut swapped = book.store.files().clone();
            swapped.insert((*one).clone(), (*other_bytes).clone());
            swapped.insert((*other).clone(), (*one_bytes).clone());
            let report = audit_with(&swapped.into_iter().collect::<MemoryStore>(), &trust);
            let named = first_bad(&report).unwrap();
            assert!(
                named == **one || named == **other,
                "{one} and {other}: {named}"
            );
        }
    }
}

#[test]
fn a_file_replayed_in_the_place_of_another_is_named() {
    let book = Book::of_two();
    let trust = trust_in(&book.store);
    for (name, bytes) in book.store.files() {
        for (other, replayed) in book.store.files() {
            if bytes == replayed {
                continue;
            }
            let report = audit_with(&with(&book, name, Some(replayed.clone())), &trust);
            assert_eq!(first_bad(&report).as_ref(), Some(name), "by {other}");
        }
    }
}

#[test]
fn every_file_that_is_renamed_leaves_a_gap_or_a_stranger() {
    let book = Book::of_two();
    let trust = trust_in(&book.store);
    for (name, bytes) in book.store.files() {
        let renamed = format!("{name}~");
        let mut files = book.store.files().clone();
        files.remove(name);
        files.insert(renamed.clone(), bytes.clone());
        let report = audit_with(&files.into_iter().collect::<MemoryStore>(), &trust);
        assert_eq!(first_bad(&report).as_ref(), Some(name));
        let strangers: Vec<&str> = report
            .faults
            .iter()
            .filter(|fault| fault.fault == Fault::Unknown)
            .map(|fault| fault.file.as_str())
            .collect();
        assert_eq!(strangers, [renamed]);
    }
}

#[test]
fn a_stranger_in_the_ledger_is_named() {
    let book = Book::of_two();
    let trust = trust_in(&book.store);
    for name in [
        ".DS_Store",
        "records/000001/",
        "records/000001/notes.txt",
        "checkpoints/000000.txt",
        "roster/000001.allowed_signers",
        "roster/000001.op-7.sig",
        "records/000001/w-9.sig",
        "checkpoints/000002.txt.w-9.sig",
        "mds/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b856.jwt",
    ] {
        let report = audit_with(&with(&book, name, Some(Vec::new())), &trust);
        assert_eq!(first_bad(&report).as_deref(), Some(name));
    }
}

#[test]
fn a_tail_that_is_cut_but_for_one_file_leaves_a_gap() {
    let book = Book::of_two();
    let trust = trust_in(&book.store);
    let later = |name: &&String| name.contains("/000001/") || name.contains("/000002.");
    for kept in book.store.files().keys().filter(later) {
        if kept == "records/000001/record.json" {
            continue;
        }
        let cut: MemoryStore = book
            .store
            .files()
            .iter()
            .filter(|(name, _)| *name == kept || !later(name))
            .map(|(name, bytes)| (name.clone(), bytes.clone()))
            .collect();
        let report = audit_with(&cut, &trust);
        assert_eq!(
            first_bad(&report).as_deref(),
            Some("records/000001/record.json")
        );
    }
}

/// Appends a registration whose evidence `change` has its way with, signed by the people.
fn registered(change: impl Fn(&mut CeremonyRecord)) -> AuditReport {
    let mut book = Book::new();
    let genesis = book.genesis();
    book.append(&genesis);
    let mut registration = book.registration(&mut SoftKey::new(0x21), "BG1-A", "T-0001");
    change(&mut registration.record);
    book.append(&registration);
    book.audit()
}

fn failing(report: &AuditReport) -> Vec<Check> {
    assert_eq!(report.faults, []);
    assert_eq!(report.standing(), Standing::Broken);
    let (file, why) = report.first_bad().unwrap();
    assert_eq!(file, "records/000001/record.json");
    assert!(matches!(why, Why::Finding(_)));
    report
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail)
        .map(|finding| finding.check)
        .collect()
}

#[test]
fn a_presence_by_another_key_is_found_though_the_people_signed() {
    let report = registered(|record| {
        let mut other = SoftKey::new(0x22);
        other.counter = 9;
        record.evidence.presence = Some(other.presence(&tenant(), &record.statement));
    });
    assert_eq!(failing(&report), [Check::PresSig]);
}

#[test]
fn a_statement_edited_and_signed_again_by_the_people_but_not_the_key_is_found() {
    let report = registered(|record| {
        record.statement.custody.as_mut().unwrap().bag = "T-9999".into();
    });
    assert_eq!(failing(&report), [Check::PresBind]);
}

#[test]
fn a_presence_without_touch_or_verification_is_found() {
    for (flags, check) in [(0x04, Check::Up), (0x01, Check::Uv)] {
        let report = registered(|record| {
            let mut key = SoftKey::new(0x21);
            key.counter = 7;
            record.evidence.presence = Some(key.assertion(&tenant(), &record.statement, flags));
        });
        assert_eq!(failing(&report), [check]);
    }
}

#[test]
fn another_keys_registration_is_found() {
    let report = registered(|record| {
        record.evidence.registration = Some(SoftKey::new(0x22).register());
    });
    assert_eq!(failing(&report), [Check::CredMatch]);
}

#[test]
fn a_counter_that_does_not_rise_fails_and_does_not_break_the_book() {
    let report = registered(|record| {
        let mut key = SoftKey::new(0x21);
        record.evidence.presence = Some(key.presence(&tenant(), &record.statement));
    });
    assert_eq!(report.faults, []);
    assert_eq!(report.standing(), Standing::Open);
    let failed: Vec<Check> = report
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail)
        .map(|finding| finding.check)
        .collect();
    assert_eq!(failed, [Check::CtrMono]);
}

#[test]
fn a_late_signature_that_was_sealed_and_then_taken_away_is_missed() {
    let mut book = Book::of_two();
    let bytes = book.store.files()["records/000001/record.json"].clone();
    let mut people = book.bare(crate::record::Event::People);
    people.people = super::book::people(&["op-7", "w-1", "w-2"]);
    let roster = super::book::roster(&["op-7", "w-1", "w-2"]);
    people.inputs.roster_sha256 = crate::primitives::Digest::of(&roster);
    let mut prepared = book.prepare(people, crate::record::Evidence::default());
    prepared.roster = Some(roster);
    book.append(&prepared);
    let note = |book: &mut Book, ticket: &str| {
        let mut statement = book.bare(crate::record::Event::Exception);
        statement.reference = Some(ticket.into());
        let prepared = book.prepare(statement, crate::record::Evidence::default());
        book.append(&prepared);
    };
    note(&mut book, "CHG-1");
    let late = sign(
        "w-2",
        Namespace::Record,
        &book.store.files()["records/000003/record.json"],
    );
    let mut ledger = Ledger::new(&mut book.store);
    ledger.add_signature(3, "w-2", &late).unwrap();
    note(&mut book, "CHG-2");
    assert_eq!(
        book.audit().standing(),
        Standing::Clean,
        "{:#?}",
        book.audit()
    );
    let trust = trust_in(&book.store);
    let report = audit_with(&with(&book, "records/000003/w-2.sig", None), &trust);
    assert_eq!(
        first_bad(&report).as_deref(),
        Some("records/000004/record.json")
    );
    // Somebody who was not on the roster then does not count for the record before.
    let early = sign("w-2", Namespace::Record, &bytes);
    let report = audit_with(&with(&book, "records/000001/w-2.sig", Some(early)), &trust);
    assert_eq!(
        first_bad(&report).as_deref(),
        Some("records/000001/w-2.sig")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::whole_test_cases()))]

    #[test]
    fn no_bytes_in_any_file_make_the_audit_panic_or_pass(
        which in any::<prop::sample::Index>(),
        noise in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        static BOOK: LazyLock<Book> = LazyLock::new(Book::of_two);
        let book = &*BOOK;
        let trust = trust_in(&book.store);
        let names: Vec<&String> = book.store.files().keys().collect();
        let name = which.get(&names);
        let report = audit_with(&with(book, name, Some(noise)), &trust);
        prop_assert_eq!(first_bad(&report), Some((*name).clone()));
    }
}
