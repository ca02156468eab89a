use super::book::Book;
use super::key::SoftKey;
use crate::ledger::Became;
use crate::ledger::Ledger;
use crate::ledger::Since;
use crate::record::Event;
use crate::record::Evidence;
use crate::record::OpeningPart;
use crate::record::OpeningReason;
use crate::record::Statement;
use crate::record::UnseenKey;

const LABEL: &str = "BG1-A";

/// A statement about a key that is not in the hand.
fn unseen(book: &mut Book, event: Event, bag: Option<&str>) -> Statement {
    let soft = SoftKey::new(0x21);
    let mut statement = book.at_the_safe(event, &soft, LABEL, bag.unwrap_or_default(), None);
    statement.key = None;
    statement.unseen_key = Some(UnseenKey {
        label: LABEL.to_owned(),
        record: 1,
    });
    if bag.is_none() {
        statement.custody = None;
    }
    statement
}

fn add(book: &mut Book, statement: Statement) {
    let record = book.prepare(statement, Evidence::default());
    book.append(&record);
}

fn opened(book: &mut Book) {
    let mut statement = unseen(book, Event::Custody, None);
    statement.opening = Some(OpeningPart {
        at: statement.time.started,
        bag: None,
        opened_by: Vec::new(),
        reason: OpeningReason::Test,
        text: None,
    });
    add(book, statement);
}

fn put(book: &mut Book, bag: &str) {
    let statement = book.at_the_safe(Event::Custody, &SoftKey::new(0x21), LABEL, bag, None);
    add(book, statement);
}

fn since(book: &mut Book, index: u64) -> Option<Since> {
    Ledger::new(&mut book.store).since(index).unwrap()
}

/// What became of the key since record 1, in words.
fn words(book: &mut Book) -> String {
    since(book, 1).map_or_else(String::new, |since| since.to_string())
}

#[test]
fn a_key_that_lies_where_it_was_put_has_nothing_new() {
    let mut book = Book::of_two();
    assert_eq!(since(&mut book, 1), None);
    assert_eq!(since(&mut book, 0), None, "genesis puts no key away");
    let carried = unseen(&mut book, Event::Custody, Some("T-0001"));
    add(&mut book, carried);
    assert_eq!(since(&mut book, 1), None, "its bag was carried");
    let other = book.registration(&mut SoftKey::new(0x22), "BG1-B", "T-0002");
    book.append(&other);
    assert_eq!(since(&mut book, 1), None, "it is another key");
}

#[test]
fn a_bag_that_was_opened_holds_no_key_until_a_record_puts_it_into_one() {
    let mut book = Book::of_two();
    opened(&mut book);
    assert_eq!(
        words(&mut book),
        "record 000002 opened the key's bag, and none put the key into one since"
    );
    put(&mut book, "T-0002");
    assert_eq!(
        words(&mut book),
        "record 000003 put the key into bag T-0002 since"
    );
    let carried = unseen(&mut book, Event::Custody, Some("T-0002"));
    add(&mut book, carried);
    assert_eq!(
        words(&mut book),
        "record 000003 put the key into bag T-0002 since"
    );
    assert_eq!(since(&mut book, 3), None);
    put(&mut book, "T-0003");
    assert_eq!(
        since(&mut book, 3),
        Some(Since {
            record: 5,
            what: Became::Bagged("T-0003".to_owned())
        })
    );
}

#[test]
fn a_key_that_is_gone_comes_back_by_a_registration_alone() {
    for (event, said) in [
        (Event::Loss, "the key is lost since record 000002"),
        (Event::Retirement, "the key is retired since record 000002"),
    ] {
        let mut book = Book::of_two();
        let gone = unseen(&mut book, event, None);
        add(&mut book, gone);
        put(&mut book, "T-0002");
        assert_eq!(words(&mut book), said);
        let again = book.registration(&mut SoftKey::new(0x23), LABEL, "T-0003");
        book.append(&again);
        assert_eq!(
            words(&mut book),
            "record 000004 put the key into bag T-0003 since"
        );
    }
}

#[test]
fn a_key_whose_place_another_one_takes_is_replaced() {
    let mut book = Book::of_two();
    let soft = SoftKey::new(0x22);
    let mut statement = book.at_the_safe(Event::Registration, &soft, "BG1-C", "T-0002", None);
    statement.replaces = Some(UnseenKey {
        label: LABEL.to_owned(),
        record: 1,
    });
    add(&mut book, statement);
    assert_eq!(
        words(&mut book),
        "record 000002 registered another key in its place"
    );
}
