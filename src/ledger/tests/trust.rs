//! What an auditor brings from outside.

use super::book::Book;
use super::book::audit_with;
use super::book::time;
use super::book::trust_in;
use super::key::SoftKey;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::ledger::Checkpoint;
use crate::ledger::Ledger;
use crate::ledger::Trust;
use crate::ledger::audit;
use crate::ledger::audit::AuditReport;
use crate::ledger::audit::InOrder;
use crate::ledger::audit::Outside;
use crate::ledger::audit::Standing;
use crate::primitives::Digest;

fn verdicts(report: &AuditReport, check: Check) -> Vec<Verdict> {
    let of = |finding: &&Finding| finding.check == check;
    let all = report.findings.iter().filter(of);
    all.map(|finding| finding.verdict).collect()
}

#[test]
fn without_a_trust_file_the_root_and_the_chain_are_unknown() {
    let book = Book::of_two();
    let report = audit_with(&book.store, &Trust::default());
    assert_eq!(report.faults, []);
    assert_eq!(verdicts(&report, Check::TrustRoot), [Verdict::Unknown]);
    assert_eq!(verdicts(&report, Check::AttChain), [Verdict::Unknown]);
    assert_eq!(verdicts(&report, Check::LedgerHead), [Verdict::NotRun]);
    assert_eq!(report.standing(), Standing::Open);
}

#[test]
fn another_genesis_than_the_trusted_one_breaks_the_book() {
    let book = Book::of_two();
    let trust = Trust {
        genesis: Some(Digest::of(b"another")),
        ..trust_in(&book.store)
    };
    let report = audit_with(&book.store, &trust);
    assert_eq!(verdicts(&report, Check::TrustRoot), [Verdict::Fail]);
    assert_eq!(report.standing(), Standing::Broken);
    let (file, _) = report.first_bad().unwrap();
    assert_eq!(file, "records/000000/record.json");
}

#[test]
fn a_book_rewritten_by_all_its_people_is_found_with_a_trust_file() {
    let genuine = Book::of_two();
    let mut forged = Book::new();
    let mut genesis = forged.genesis();
    genesis.record.statement.reference = Some("forged".into());
    forged.append(&genesis);
    let registration = forged.registration(&mut SoftKey::new(0x66), "BG1-A", "T-0001");
    forged.append(&registration);
    let report = audit_with(&forged.store, &trust_in(&genuine.store));
    assert_eq!(report.faults, []);
    assert_eq!(verdicts(&report, Check::TrustRoot), [Verdict::Fail]);
}

/// Verdicts of `LEDGER-HEAD` on a book of two, with the head of a longer one remembered.
fn remembered(head: impl Fn(&mut Book) -> Checkpoint) -> (Vec<Verdict>, Standing) {
    let mut book = Book::of_two();
    let head = head(&mut book);
    let short = Book::of_two();
    let trust = trust_in(&short.store);
    let outside = Outside {
        trust: &trust,
        heads: &[head],
        as_of: time("2026-01-20T00:00:00Z"),
    };
    let report = audit::audit(&short.store, &outside, &mut InOrder).unwrap();
    (verdicts(&report, Check::LedgerHead), report.standing())
}

#[test]
fn a_cut_tail_is_found_with_a_remembered_head() {
    let found = remembered(|book| {
        let note = book.bare(crate::record::Event::Exception);
        let prepared = book.prepare(note, crate::record::Evidence::default());
        book.append(&prepared);
        Ledger::new(&mut book.store).head().unwrap()
    });
    assert_eq!(found, (vec![Verdict::Fail], Standing::Broken));
}

#[test]
fn a_remembered_head_of_this_ledger_passes_at_any_size() {
    for size in [0, 1, 2] {
        let found = remembered(|book| Ledger::new(&mut book.store).head_of(size).unwrap());
        assert_eq!(found, (vec![Verdict::Pass], Standing::Clean));
    }
}

#[test]
fn a_remembered_head_with_another_root_fails() {
    let found = remembered(|book| Checkpoint {
        root: Digest::of(b"another"),
        ..Ledger::new(&mut book.store).head().unwrap()
    });
    assert_eq!(found, (vec![Verdict::Fail], Standing::Broken));
}

#[test]
fn an_empty_store_is_no_book() {
    let report = audit_with(&crate::ledger::MemoryStore::new(), &Trust::default());
    let files: Vec<&str> = report
        .faults
        .iter()
        .map(|fault| fault.file.as_str())
        .collect();
    assert_eq!(files, ["origin", "records/000000/record.json"]);
    assert_eq!(report.head, None);
}
