use super::book::Book;
use super::book::tenant;
use super::book::time;
use super::key::SoftKey;
use super::key::aaguid;
use crate::facts::book::BookKey;
use crate::facts::book::BookPerson;
use crate::facts::book::RecordedSignIn;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::ledger::BookReading;
use crate::ledger::Ledger;
use crate::plan::Role;
use crate::record::*;

fn read(book: &mut Book) -> BookReading {
    Ledger::new(&mut book.store).read_book().unwrap()
}

#[test]
fn a_book_without_records_says_nothing() {
    let reading = read(&mut Book::new());
    assert_eq!(reading.facts, crate::facts::book::BookFacts::default());
    assert_eq!(
        (reading.policy, reading.tenant, reading.last),
        (None, None, None)
    );
}

#[test]
fn a_key_in_use_is_what_its_records_say_together() {
    let mut book = Book::of_two();
    let mut soft = SoftKey::new(0x21);
    let mut prepared = book.verification(&mut soft, "BG1-A", "T-0002", "T-0001");
    prepared.record.statement.level = Some(Level::L2);
    book.append(&prepared);
    let reading = read(&mut book);
    assert_eq!(
        reading.facts.keys,
        [BookKey {
            label: "BG1-A".into(),
            account: "BG-1".into(),
            aaguid: aaguid(),
            credential_id: Some(soft.id()),
            method_id: Some("method".into()),
            serial: None,
            firmware: Some("5.7.4".into()),
            safe: Some("SAFE-A".into()),
            registered: time("2026-01-02T12:00:00Z"),
            pin_proven: Some(time("2026-01-03T12:00:00Z")),
            sealed: Some(time("2026-01-03T12:00:00Z")),
            seen: Some((time("2026-01-03T12:00:00Z"), 2)),
        }]
    );
    assert_eq!(
        reading.facts.sign_ins,
        [RecordedSignIn {
            account: "BG-1".into(),
            label: "BG1-A".into(),
            at: time("2026-01-03T12:00:00Z"),
            record: 2,
        }]
    );
    let ceremonies: Vec<_> = ["2026-01-02T12:00:00Z", "2026-01-03T12:00:00Z"]
        .map(|at| ("BG-1".to_owned(), time(at)))
        .to_vec();
    assert_eq!(reading.facts.ceremonies, ceremonies);
    let person = |reference: &str, role| BookPerson {
        reference: reference.into(),
        roles: vec![role],
    };
    assert_eq!(
        reading.facts.people,
        [person("op-7", Role::Operator), person("w-1", Role::Witness)]
    );
    assert_eq!(reading.tenant, Some(tenant()));
    assert_eq!(reading.last, Some(time("2026-01-03T12:00:00Z")));
    assert!(!reading.rehearsal && reading.policy.is_some());
}

#[test]
fn a_check_without_pin_proves_no_pin_and_an_opened_bag_is_sealed_no_more() {
    let mut book = Book::of_two();
    let soft = SoftKey::new(0x21);
    let mut statement = book.at_the_safe(Event::Verification, &soft, "BG1-A", "T-0001", None);
    statement.level = Some(Level::L0);
    statement.custody = None;
    let prepared = book.prepare(statement, Evidence::default());
    book.append(&prepared);
    let registered = Some(time("2026-01-02T12:00:00Z"));
    let key = read(&mut book).facts.keys.remove(0);
    assert_eq!((key.pin_proven, key.sealed), (registered, registered));
    let mut statement = book.at_the_safe(Event::Custody, &soft, "BG1-A", "T-0001", None);
    statement.custody = None;
    let prepared = book.prepare(statement, Evidence::default());
    book.append(&prepared);
    let key = read(&mut book).facts.keys.remove(0);
    assert_eq!((key.pin_proven, key.sealed), (registered, None));
    assert_eq!(key.safe.as_deref(), Some("SAFE-A"));
}

#[test]
fn a_lost_key_is_in_use_no_more_and_a_new_registration_forgets_the_old() {
    let mut book = Book::of_two();
    let lost = SoftKey::new(0x21);
    let statement = book.at_the_safe(Event::Loss, &lost, "BG1-A", "T-0003", None);
    let prepared = book.prepare(statement, Evidence::default());
    book.append(&prepared);
    let reading = read(&mut book);
    assert_eq!(reading.facts.keys, []);
    assert_eq!(reading.on_record.len(), 1);
    let mut soft = SoftKey::new(0x22);
    let mut prepared = book.registration(&mut soft, "BG1-A", "T-0004");
    let part = prepared.record.statement.key.as_mut().unwrap();
    (part.method_id, part.firmware) = (None, None);
    book.append(&prepared);
    let key = read(&mut book).facts.keys.remove(0);
    assert_eq!(key.credential_id, Some(soft.id()));
    assert_eq!((key.method_id, key.firmware), (None, None));
    assert_eq!(key.registered, time("2026-01-04T12:00:00Z"));
}

#[test]
fn what_is_accepted_is_so_until_its_end_and_not_a_second_longer() {
    let until = time("2026-06-30T00:00:00Z");
    let mut book = Book::of_two();
    let mut statement = book.bare(Event::Acceptance);
    statement.acceptance = Some(AcceptancePart {
        check: Check::Recovery,
        reason: Some("one safe until the new site opens".into()),
        subject: Subject::book(),
        until,
    });
    let prepared = book.prepare(statement, Evidence::default());
    book.append(&prepared);
    let reading = read(&mut book);
    let fails = Finding::new(Check::Recovery, Verdict::Fail, Subject::book(), "SAFE-A");
    let mut findings = [fails.clone()];
    reading.acceptances.apply(&mut findings, until);
    assert_eq!(findings[0].verdict, Verdict::Accepted);
    assert_eq!(
        findings[0].detail,
        "SAFE-A; accepted until 2026-06-30T00:00:00Z by record 000002"
    );
    let mut findings = [fails.clone()];
    reading
        .acceptances
        .apply(&mut findings, until.plus_seconds(1));
    assert_eq!(findings, [fails]);
}
