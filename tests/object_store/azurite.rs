//! The store itself, against Azurite.

use crate::support::Rehearsed;
use crate::support::Shelf;
use glasskey::io::object::Answer;
use glasskey::ledger::Created;
use glasskey::ledger::FileName;
use glasskey::ledger::Ledger;
use glasskey::ledger::LedgerError;
use glasskey::ledger::LedgerStore;
use glasskey::ledger::MAX_FILE_BYTES;
use glasskey::ledger::StoreError;
use glasskey::plan::ObjectUrl;
use std::sync::Barrier;
use std::thread;

#[test]
fn a_file_is_created_once_and_never_replaced() {
    let Some(shelf) = Shelf::new() else { return };
    let mut ledger = shelf.ledger("contoso/ledger");
    assert_eq!(ledger.read("origin"), Ok(None));
    assert_eq!(ledger.create("origin", b"first\n"), Ok(Created::Created));
    assert_eq!(ledger.create("origin", b"second\n"), Ok(Created::Exists));
    assert_eq!(ledger.create("origin", b"first\n"), Ok(Created::Exists));
    assert_eq!(ledger.read("origin"), Ok(Some(b"first\n".to_vec())));
    assert_eq!(shelf.read("contoso/ledger/origin"), b"first\n");
}

#[test]
fn of_two_writers_one_wins_and_the_other_is_told_what_it_lost_to() {
    let Some(shelf) = Shelf::new() else { return };
    let files = Rehearsed::new().files();
    let record = |index| &files[&FileName::Record(index).to_string()];
    for round in 0..8 {
        let place = format!("race-{round}");
        let barrier = Barrier::new(2);
        let append = |index: u64| {
            let mut store = shelf.ledger(&place);
            barrier.wait();
            Ledger::new(&mut store).append(0, record(index), &[])
        };
        let ended = thread::scope(|scope| {
            [1, 2]
                .map(|index| scope.spawn(move || append(index)))
                .map(|one| one.join().unwrap())
        });
        let winner: u64 = match ended {
            [Ok(()), Err(LedgerError::Moved { index: 0, .. })] => 1,
            [Err(LedgerError::Moved { index: 0, .. }), Ok(())] => 2,
            other => panic!("{other:?}"),
        };
        let store = shelf.ledger(&place);
        let found = store
            .read(&FileName::Record(0).to_string())
            .unwrap()
            .unwrap();
        assert_eq!(&found, record(winner));
        assert_eq!(store.list("").unwrap(), [FileName::Record(0).to_string()]);
    }
}

#[test]
fn more_names_than_a_page_holds_come_in_order_each_once_and_after_what_was_asked() {
    const FILES: usize = 5_200;
    let Some(shelf) = Shelf::new() else { return };
    let name = |number: usize| format!("checkpoints/{number:06}.txt");
    thread::scope(|scope| {
        for lane in 0..8 {
            let mut store = shelf.ledger("many");
            scope.spawn(move || {
                for number in (lane..FILES).step_by(8) {
                    let made = store.create(&name(number), b"x");
                    assert_eq!(made, Ok(Created::Created));
                }
            });
        }
    });
    shelf.write("manyfold/checkpoints/000000.txt", b"another ledger's");
    shelf.write("many/origin", b"x");
    let store = shelf.ledger("many");
    let all: Vec<String> = (0..FILES).map(name).collect();
    assert_eq!(store.list("checkpoints/").unwrap(), all);
    let rest: Result<Vec<String>, StoreError> = store
        .names("checkpoints/", &name(FILES - 150))
        .map(|listed| Ok(listed?.name))
        .collect();
    assert_eq!(rest.unwrap(), all[FILES - 149..]);
    assert_eq!(store.list("").unwrap().len(), FILES + 1);
    assert_eq!(store.list("checkpoints/00000").unwrap(), all[..10]);
    assert_eq!(store.list("mds/").unwrap(), Vec::<String>::new());
}

#[test]
fn a_huge_file_is_neither_written_nor_read() {
    let Some(shelf) = Shelf::new() else { return };
    let huge = vec![0; usize::try_from(MAX_FILE_BYTES).unwrap() + 1];
    let mut store = shelf.ledger("contoso");
    let refused = StoreError::TooLarge {
        name: "origin".to_owned(),
    };
    assert_eq!(store.create("origin", &huge), Err(refused.clone()));
    assert_eq!(store.read("origin"), Ok(None));
    shelf.write("contoso/origin", &huge);
    assert_eq!(store.read("origin"), Err(refused));
}

#[test]
fn a_container_without_retention_allows_an_overwrite_and_keeps_nothing_of_the_probe() {
    let Some(shelf) = Shelf::new() else { return };
    let place = ObjectUrl::parse(&shelf.url("contoso/.glasskey-probe")).unwrap();
    let probed = shelf.container().probe(&place, "0123").unwrap();
    assert_eq!(probed.object, "contoso/.glasskey-probe/0123");
    assert_eq!(probed.overwrite, Answer::Allowed);
    assert_eq!(probed.delete, Answer::Allowed);
    assert!(!probed.left);
    assert_eq!(
        shelf.ledger("contoso").list("").unwrap(),
        Vec::<String>::new()
    );
}
