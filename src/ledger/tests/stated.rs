//! What statements say of themselves, what acceptances cover, and the evidence beside presence.

use super::book::Book;
use super::book::audit_of;
use super::book::audit_with;
use super::book::tenant;
use super::book::time;
use super::book::trust_in;
use super::key;
use super::key::SoftKey;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::ledger::audit::AuditReport;
use crate::ledger::audit::Fault;
use crate::ledger::audit::Rule;
use crate::ledger::audit::Standing;
use crate::primitives::UtcTime;
use crate::primitives::bytes::Bytes;
use crate::record::*;
use crate::webauthn::ClientData;

/// A book whose third record carries these findings.
fn stating(findings: Vec<Finding>) -> Book {
    let mut book = Book::of_two();
    let mut statement = book.bare(Event::Exception);
    statement.findings = findings;
    let prepared = book.prepare(statement, Evidence::default());
    book.append(&prepared);
    book
}

fn accept(book: &mut Book, check: Check, subject: Subject, until: UtcTime) {
    let mut statement = book.bare(Event::Acceptance);
    statement.acceptance = Some(AcceptancePart {
        check,
        reason: None,
        subject,
        until,
    });
    let prepared = book.prepare(statement, Evidence::default());
    book.append(&prepared);
}

fn of(report: &AuditReport, check: Check, subject: &Subject) -> Vec<Verdict> {
    let all = report.findings.iter();
    all.filter(|one| one.check == check && one.subject == *subject)
        .map(|one| one.verdict)
        .collect()
}

fn site_pair(verdict: Verdict) -> Finding {
    let account = Subject::account("BG-1");
    Finding::new(Check::SitePair, verdict, account, "one site")
}

#[test]
fn what_a_statement_says_is_open_is_open_in_the_audit() {
    let record = Subject::record(2);
    for verdict in [Verdict::Fail, Verdict::Unknown] {
        let report = stating(vec![site_pair(verdict)]).audit();
        assert_eq!(of(&report, Check::SitePair, &record), [verdict]);
        assert_eq!(report.standing(), Standing::Open);
    }
    for verdict in [
        Verdict::Pass,
        Verdict::Warn,
        Verdict::NotRun,
        Verdict::Accepted,
    ] {
        let report = stating(vec![site_pair(verdict)]).audit();
        assert_eq!(of(&report, Check::SitePair, &record), []);
        assert_eq!(report.standing(), Standing::Clean);
    }
}

#[test]
fn a_statement_that_says_its_own_evidence_fails_breaks_the_book() {
    let stated = Finding::new(Check::MdsSig, Verdict::Fail, Subject::book(), "not FIDO's");
    let report = stating(vec![stated]).audit();
    assert_eq!(report.standing(), Standing::Broken);
    let (file, _) = report.first_bad().unwrap();
    assert_eq!(file, "records/000002/record.json");
}

#[test]
fn what_fails_is_accepted_until_the_end_date_and_not_a_second_longer() {
    // The audit is as of this time.
    let now = time("2026-01-20T00:00:00Z");
    for (until, verdict, standing) in [
        (now, Verdict::Accepted, Standing::Clean),
        (now.plus_seconds(-1), Verdict::Fail, Standing::Open),
    ] {
        let mut book = stating(vec![site_pair(Verdict::Fail)]);
        accept(&mut book, Check::SitePair, Subject::account("BG-1"), until);
        let report = book.audit();
        let found = of(&report, Check::SitePair, &Subject::record(2));
        assert_eq!(found, [verdict]);
        assert_eq!(report.standing(), standing);
    }
}

#[test]
fn an_acceptance_covers_its_own_check_and_subject_and_nothing_unknown() {
    let later = time("2027-01-01T00:00:00Z");
    for (check, subject, verdict) in [
        (Check::BagUnique, Subject::account("BG-1"), Verdict::Fail),
        (Check::SitePair, Subject::account("BG-2"), Verdict::Fail),
        (Check::SitePair, Subject::account("BG-1"), Verdict::Unknown),
    ] {
        let mut book = stating(vec![site_pair(verdict)]);
        accept(&mut book, check, subject, later);
        assert_eq!(book.audit().standing(), Standing::Open);
    }
}

#[test]
fn what_breaks_a_book_cannot_be_accepted() {
    let mut book = Book::of_two();
    let later = time("2027-01-01T00:00:00Z");
    accept(&mut book, Check::TrustRoot, Subject::book(), later);
    let mut trust = trust_in(&book.store);
    trust.genesis = Some(crate::primitives::Digest::of(b"another"));
    let report = audit_with(&book.store, &trust);
    assert_eq!(report.standing(), Standing::Broken);
}

#[test]
fn a_statement_that_seals_nothing_of_what_it_builds_on_breaks_the_book() {
    let mut book = Book::of_two();
    let mut statement = book.bare(Event::Exception);
    assert!(!statement.sealed.is_empty());
    statement.sealed.clear();
    let prepared = book.prepare(statement, Evidence::default());
    book.append(&prepared);
    let report = book.audit();
    assert_eq!(report.faults.len(), 1, "{:?}", report.faults);
    assert_eq!(report.faults[0].file, "records/000002/record.json");
    let rule = Rule::SealsNothing { first: 1 };
    assert_eq!(report.faults[0].fault, Fault::Rule(rule));
}

/// A book with an L0 verification, whose probe `change` had its way with.
fn probed(change: impl Fn(&mut Presence)) -> AuditReport {
    let mut book = Book::new();
    let genesis = book.genesis();
    book.append(&genesis);
    let mut key = SoftKey::new(0x21);
    let registration = book.registration(&mut key, "BG1-A", "T-0001");
    book.append(&registration);
    let mut statement = book.at_the_safe(Event::Verification, &key, "BG1-A", "T-2", Some("T-0001"));
    statement.level = Some(Level::L0);
    let client = ClientData::probe(&tenant(), &[9; 16]);
    let mut probe = key.signed(client.json(), 0);
    change(&mut probe);
    let evidence = Evidence {
        probe: Some(probe),
        ..Evidence::default()
    };
    let prepared = book.prepare(statement, evidence);
    book.append(&prepared);
    audit_of(&book.store)
}

#[test]
fn a_probe_is_held_to_the_recorded_key() {
    let record = Subject::record(2);
    let good = probed(|_| {});
    assert_eq!(of(&good, Check::CredMatch, &record), [Verdict::Pass]);
    assert_eq!(of(&good, Check::Up, &record), [Verdict::NotRun]);
    assert_eq!(good.standing(), Standing::Clean, "{:?}", good.first_bad());
    let forged = probed(|probe| probe.signature.0[5] ^= 1);
    assert_eq!(of(&forged, Check::CredMatch, &record), [Verdict::Fail]);
    assert_eq!(forged.standing(), Standing::Broken);
    let other = ClientData::probe(&tenant(), &[9; 16]).json().to_vec();
    let spaced = probed(move |probe| probe.client_data_json = Bytes([&other[..], b" "].concat()));
    assert_eq!(of(&spaced, Check::CredMatch, &record), [Verdict::Fail]);
}

#[test]
fn a_credential_made_to_attest_is_over_this_statement_and_for_our_own_rp_id() {
    for ours in [true, false] {
        let mut book = Book::of_two();
        let mut statement = book.bare(Event::Custody);
        statement.account = Some(AccountPart {
            alias: "BG-1".into(),
            object_id: crate::primitives::Guid([0xb1; 16]),
        });
        let client = ClientData::attest(&tenant(), &statement.bytes().unwrap());
        let mut key = SoftKey::new(0x44);
        let rp_id = if ours {
            crate::webauthn::RpId::ceremony()
        } else {
            key::rp_id()
        };
        let evidence = Evidence {
            attest: Some(key.registered(&rp_id, client.json())),
            ..Evidence::default()
        };
        let prepared = book.prepare(statement, evidence);
        book.append(&prepared);
        let report = book.audit();
        let record = Subject::record(2);
        assert_eq!(of(&report, Check::AttChain, &record), [Verdict::Pass]);
        let expected = if ours { Verdict::NotRun } else { Verdict::Fail };
        assert_eq!(of(&report, Check::RpHash, &record), [expected]);
        assert_eq!(report.standing() == Standing::Broken, !ours);
    }
}
