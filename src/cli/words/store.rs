//! Folders and ledgers in words.

use crate::ceremony::DeskError;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::io::LockError;
use crate::ledger::LedgerError;
use crate::ledger::RemoteFault;
use crate::ledger::StoreError;
use crate::record::RecordError;

/// The book's folder.
pub(crate) fn desk(error: &DeskError) -> Failure {
    let (words, next) = match error {
        DeskError::NotAllowed(words) => (
            words,
            "give this user the right to write in the book's folder",
        ),
        DeskError::Full(words) => (
            words,
            "make room on the disk, then run the command again: it goes on",
        ),
        DeskError::Io(words) => (
            words,
            "look at the disk, then run the command again: it goes on",
        ),
    };
    Failure::new(
        Exit::Output,
        "a file of the book was not written; what was written before stands",
        words.clone(),
        next,
    )
}

/// A book that is not ours to write in; `what` says what was not done.
pub(crate) fn locked(error: &LockError, what: &str) -> Failure {
    let (why, next) = match error {
        LockError::AnotherAtWork => (
            "another glasskey is at work in this book".to_owned(),
            "wait until it is done, then run the command again",
        ),
        LockError::NotAllowed => (
            "this user may not write in the book's folder".to_owned(),
            "give this user the right to it",
        ),
        LockError::Io(words) => (
            words.clone(),
            "look at the disk, then run the command again",
        ),
    };
    Failure::new(Exit::Output, what, why, next)
}

/// The ledger's store.
pub(crate) fn store(error: &StoreError) -> Failure {
    let in_book = |name: &str| format!("ledger/{name}").trim_end_matches('/').to_owned();
    let (why, next, exit) = match error {
        StoreError::NotAllowed { name } => (
            format!("this user may not read or write {}", in_book(name)),
            "give this user the right to the ledger's folder",
            Exit::Ledger,
        ),
        StoreError::NotAFile { name } => (
            format!("{} is not a plain file", in_book(name)),
            "find out who put it there; a ledger holds plain files alone",
            Exit::Ledger,
        ),
        StoreError::TooLarge { name } => (
            format!("{} is larger than 32 MiB", in_book(name)),
            "find out who put it there",
            Exit::Ledger,
        ),
        StoreError::Full { name } => (
            format!("there is no room for {}", in_book(name)),
            "make room on the disk, then run the command again: it goes on",
            Exit::Output,
        ),
        StoreError::Io { name, words } => (
            format!("{}: {words}", in_book(name)),
            "look at the disk, then run the command again: it goes on",
            Exit::Ledger,
        ),
        StoreError::Remote { name, fault } => {
            let what = if *fault == RemoteFault::Unsure {
                "whether the ledger was written is not known; run the command again to find out"
            } else {
                "the ledger was not read or written; what stood before stands"
            };
            let place = if name.is_empty() {
                String::new()
            } else {
                format!("{}: ", in_book(name))
            };
            let why = format!("{place}{}", remote(*fault));
            return Failure::new(Exit::Ledger, what, why, remote_next(*fault));
        }
    };
    Failure::new(
        exit,
        "the ledger was not read or written; what stood before stands",
        why,
        next,
    )
}

/// Why a store elsewhere did not do it.
pub(crate) fn remote(fault: RemoteFault) -> String {
    match fault {
        RemoteFault::Unreachable => "the object store cannot be reached",
        RemoteFault::NoAnswer => "the object store did not answer in time",
        RemoteFault::Refused => "the object store refuses these credentials",
        RemoteFault::NoContainer => "there is no such container in the object store",
        RemoteFault::Status(status) => {
            return format!("the object store answered with HTTP status {status}");
        }
        RemoteFault::BadName => "a name in the object store is none that a file can have",
        RemoteFault::Disorder => "the object store listed its names out of order",
        RemoteFault::Unsure => "the object store did not say whether it wrote",
        RemoteFault::Other => "what the object store answered cannot be used",
    }
    .to_owned()
}

const fn remote_next(fault: RemoteFault) -> &'static str {
    match fault {
        RemoteFault::Unreachable | RemoteFault::NoAnswer => {
            "look at the network, the account and the endpoint, then run the command again"
        }
        RemoteFault::Refused => {
            "give the credentials in AZURE_STORAGE_* or AWS_* the right to it: docs/storage.md"
        }
        RemoteFault::NoContainer => "correct the address, or make the container: docs/storage.md",
        RemoteFault::Status(_) | RemoteFault::Other => {
            "wait a little, then run the command again; look at the store's own health page"
        }
        RemoteFault::BadName => "find out who put it there; a ledger holds plain files alone",
        RemoteFault::Disorder => "use a container that lists in order: docs/storage.md",
        RemoteFault::Unsure => "run the command again: it finds out, and goes on",
    }
}

/// The ledger.
pub(crate) fn ledger(error: &LedgerError) -> Failure {
    let what = "the record was not added to the ledger; nothing in it was changed";
    match error {
        LedgerError::Store(error) => store(error),
        LedgerError::Moved { index, size, .. } => Failure::new(
            Exit::Ledger,
            what,
            format!("another record took index {index:06}; the ledger has {size} now"),
            "run `glasskey audit`, then the command again: it goes on from the new head",
        ),
        LedgerError::Gap { index, size } => Failure::new(
            Exit::Ledger,
            what,
            format!("index {index:06} was asked for and the ledger has {size} records"),
            "run `glasskey audit`: a record is missing",
        ),
        LedgerError::Conflict { name, .. } => Failure::new(
            Exit::Ledger,
            what,
            format!("{name} is there already, with other bytes"),
            "run `glasskey audit`",
        ),
        LedgerError::Reference(reference) => Failure::new(
            Exit::Ledger,
            what,
            format!("{reference} cannot be part of a file's name"),
            "correct the ref in the plan",
        ),
        LedgerError::Missing { name } => Failure::new(
            Exit::Ledger,
            "the ledger was not read; nothing was changed",
            format!("{name} is missing"),
            "run `glasskey audit`",
        ),
        LedgerError::Record { index, why } => Failure::new(
            Exit::Ledger,
            "the ledger was not read; nothing was changed",
            format!("record {index:06}: {}", record(why)),
            "run `glasskey audit`",
        ),
        LedgerError::Origin => Failure::new(
            Exit::Ledger,
            "the ledger was not read; nothing was changed",
            "its file `origin` does not hold an origin",
            "is this the right folder? A ledger's origin is written once, at genesis",
        ),
    }
}

/// A record that was refused.
pub(super) fn record(error: &RecordError) -> String {
    match error {
        RecordError::TooLarge => "larger than 1 MiB".to_owned(),
        RecordError::Json(error) => error.to_string(),
        RecordError::UnknownSchema(schema) => {
            format!("its schema is {schema}, which this program does not know")
        }
    }
}
