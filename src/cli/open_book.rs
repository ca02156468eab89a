//! A book in a folder, held by this process alone: its ledger, its folder, its plan.

use super::exit::Exit;
use super::failure::Failure;
use super::place;
use crate::io::AnyLedger;
use crate::io::FolderDesk;
use crate::io::Lock;
use crate::io::LockError;
use std::path::Path;

/// A book in a folder.
pub(crate) struct OpenBook {
    /// The ledger.
    pub(crate) store: AnyLedger,
    /// The book's folder.
    pub(crate) desk: FolderDesk,
    _lock: Lock,
}

impl OpenBook {
    /// Opens the book in `folder`, which must have a ledger; `what` says what was not done if it
    /// cannot be had.
    ///
    /// # Errors
    /// [`Failure`] with exit 2 if it is none, 6 if another glasskey is at work in it.
    pub(crate) fn open(folder: &Path, what: &str) -> Result<Self, Failure> {
        in_a_folder(folder, what)?;
        let store = place::ledger_of(folder, what)?;
        let lock = lock(folder, what)?;
        Ok(Self {
            store,
            desk: desk(folder),
            _lock: lock,
        })
    }
}

/// The folder of a book, as ceremonies write in it.
pub(crate) fn desk(folder: &Path) -> FolderDesk {
    FolderDesk::new(folder.to_owned(), folder.join("open").join(".tmp"))
}

/// Takes the book for this process alone.
///
/// # Errors
/// [`Failure`] with exit 6 if another has it, 7 if it cannot be had.
pub(crate) fn lock(folder: &Path, what: &str) -> Result<Lock, Failure> {
    Lock::take(folder).map_err(|error| {
        let (exit, why) = match error {
            LockError::AnotherAtWork => (
                Exit::Ledger,
                "another glasskey is at work in this book".to_owned(),
            ),
            LockError::NotAllowed => (
                Exit::Output,
                format!("this user may not write in {}", folder.display()),
            ),
            LockError::Io(words) => (Exit::Output, words),
        };
        Failure::new(
            exit,
            what,
            why,
            "wait for the other one, or look at the folder",
        )
    })
}

/// Refuses a book that was named by an address.
///
/// # Errors
/// [`Failure`] with exit 2.
pub(crate) fn in_a_folder(folder: &Path, what: &str) -> Result<(), Failure> {
    if place::is_address(folder) {
        return Err(Failure::new(
            Exit::Usage,
            what,
            format!(
                "{} is an address; this needs the book's folder",
                folder.display()
            ),
            "name the folder whose glasskey.toml has that address as its ledger",
        ));
    }
    Ok(())
}
