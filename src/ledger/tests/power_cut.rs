use super::book::Book;
use super::book::Failing;
use super::book::Prepared;
use super::book::audit_of;
use super::book::sign;
use super::book::write;
use super::key::SoftKey;
use crate::ledger::LedgerError;
use crate::ledger::StoreError;
use crate::ledger::audit::Fault;
use crate::ledger::audit::Standing;
use crate::plan::Role;
use crate::record::Namespace;

/// Cuts the power after each write of `prepared` in turn, and runs it again.
fn survives_every_cut(book: &Book, prepared: &Prepared, writes: usize) {
    let origin = book.origin();
    let mut whole = book.store.clone();
    write(&mut whole, &origin, prepared).unwrap();
    assert_eq!(whole.files().len() - book.store.files().len(), writes);
    for cut in 0..writes {
        let mut store = book.store.clone();
        let mut failing = Failing {
            store: &mut store,
            writes_left: cut,
        };
        let stopped = write(&mut failing, &origin, prepared);
        assert!(
            matches!(stopped, Err(LedgerError::Store(StoreError::Full { .. }))),
            "{cut}"
        );
        let before = book.store.files();
        assert_eq!(store.files().len(), before.len() + cut);
        assert!(
            before
                .iter()
                .all(|(name, bytes)| store.files()[name] == *bytes)
        );
        if cut > 0 {
            let broken = audit_of(&store);
            assert_eq!(broken.standing(), Standing::Broken, "{cut}");
        }
        write(&mut store, &origin, prepared).unwrap();
        assert_eq!(store, whole, "{cut}");
        write(&mut store, &origin, prepared).unwrap();
        assert_eq!(store, whole, "a third run changes nothing");
    }
    let report = audit_of(&whole);
    assert_eq!(report.standing(), Standing::Clean, "{report:#?}");
}

#[test]
fn a_cut_after_any_write_of_genesis_is_finished_by_the_next_run() {
    let mut book = Book::new();
    let genesis = book.genesis();
    // origin, record, 2 signatures, roster, 2 signatures, checkpoint, signature
    survives_every_cut(&book, &genesis, 9);
}

#[test]
fn a_cut_after_any_write_of_a_registration_is_finished_by_the_next_run() {
    let mut book = Book::new();
    let genesis = book.genesis();
    book.append(&genesis);
    let registration = book.registration(&mut SoftKey::new(1), "BG1-A", "T-1");
    survives_every_cut(&book, &registration, 5);
}

#[test]
fn an_unfinished_write_names_the_file_and_the_command() {
    let mut book = Book::new();
    let genesis = book.genesis();
    book.append(&genesis);
    let registration = book.registration(&mut SoftKey::new(1), "BG1-A", "T-1");
    let origin = book.origin();
    for (cut, file, command) in [
        (1, "records/000001/op-7.sig", "glasskey sign 000001"),
        (2, "records/000001/w-1.sig", "glasskey sign 000001"),
        (3, "checkpoints/000002.txt", "glasskey"),
        (4, "checkpoints/000002.txt.op-7.sig", "glasskey"),
    ] {
        let mut store = book.store.clone();
        let mut failing = Failing {
            store: &mut store,
            writes_left: cut,
        };
        write(&mut failing, &origin, &registration).unwrap_err();
        let report = audit_of(&store);
        assert_eq!(report.faults[0].file, file);
        assert_eq!(report.faults[0].command().as_deref(), Some(command));
    }
}

#[test]
fn a_checkpoint_is_signed_by_an_operator_of_its_record_and_by_nobody_else() {
    for roles in [vec![Role::Witness], vec![Role::Operator, Role::Witness]] {
        let operates = roles.contains(&Role::Operator);
        let mut book = Book::new();
        let mut genesis = book.genesis();
        let people = &mut genesis.record.statement.people;
        let other = people.iter_mut().find(|one| one.reference == "w-1");
        other.unwrap().roles = roles;
        book.append(&genesis);
        let registration = book.registration(&mut SoftKey::new(1), "BG1-A", "T-1");
        book.append(&registration);
        let own = "checkpoints/000002.txt.op-7.sig";
        let mut files = book.store.files().clone();
        assert!(files.remove(own).is_some());
        let text = &files["checkpoints/000002.txt"];
        let signature = sign("w-1", Namespace::Checkpoint, text);
        files.insert("checkpoints/000002.txt.w-1.sig".to_owned(), signature);
        let report = audit_of(&files.into_iter().collect());
        let found: Vec<_> = report
            .faults
            .into_iter()
            .map(|one| (one.file, one.fault))
            .collect();
        let unsigned = Fault::CheckpointNotSigned {
            reference: "op-7".to_owned(),
        };
        let expected = (!operates).then(|| (own.to_owned(), unsigned));
        assert_eq!(found, Vec::from_iter(expected));
    }
}
