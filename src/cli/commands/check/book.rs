//! The book beside the tenant: what its records say, whether it is whole, and what is still loose.

use super::NOTHING;
use crate::cli::Output;
use crate::cli::commands::audit;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::pinned;
use crate::cli::place;
use crate::cli::whose;
use crate::cli::words;
use crate::facts::restore;
use crate::facts::restore::RESTORE_FILE;
use crate::ledger::BookReading;
use crate::ledger::Checkpoint;
use crate::ledger::Ledger;
use std::fs;
use std::path::Path;

/// What a check needs of a book.
pub(super) struct Book {
    /// What its records say.
    pub(super) reading: BookReading,
    /// Its head; `None` without a ledger.
    pub(super) head: Option<Checkpoint>,
    /// Why it is not to be trusted; then nothing that it accepts is accepted. `None` if it is whole.
    pub(super) broken: Option<Failure>,
}

/// The book in `folder`; before genesis it has nothing but the plan.
pub(super) fn open(folder: &Path, output: &mut Output<'_>) -> Result<Book, Failure> {
    let Some(mut store) = place::find(folder, NOTHING)? else {
        return Ok(Book {
            reading: BookReading {
                facts: crate::facts::book::BookFacts {
                    restore: loose(folder)?,
                    ..Default::default()
                },
                ..BookReading::default()
            },
            head: None,
            broken: None,
        });
    };
    whose::warn(folder, output);
    let (trust, _) = pinned::trust(None, &store, NOTHING)?;
    let ledger = Ledger::new(&mut store);
    let read = || {
        let size = ledger.size()?;
        let head = if size == 0 {
            None
        } else {
            Some(ledger.head()?)
        };
        Ok((ledger.read_book()?, head))
    };
    let (mut reading, head) = read().map_err(|error| words::ledger(&error).saying(NOTHING))?;
    reading.facts.restore = loose(folder)?;
    let broken = match &head {
        Some(_) => broken(folder, &trust)?,
        None => None,
    };
    Ok(Book {
        reading,
        head,
        broken,
    })
}

/// Why the audit does not trust the book; `None` if it is whole.
fn broken(folder: &Path, trust: &crate::ledger::Trust) -> Result<Option<Failure>, Failure> {
    let audited = audit::book(folder, trust, &[])?;
    if audited.exit() != Exit::Ledger {
        return Ok(None);
    }
    let (file, why) = audited.first_bad().unwrap_or_default();
    Ok(Some(Failure::new(
        Exit::Ledger,
        "the book is not whole: nothing that it accepts counted in this check",
        format!("{file}: {why}"),
        format!("glasskey audit {}", folder.display()),
    )))
}

/// What a ceremony loosened and has not put back. A list that cannot be read may hold anything.
fn loose(folder: &Path) -> Result<Vec<restore::RestoreItem>, Failure> {
    if place::is_address(folder) {
        return Ok(Vec::new());
    }
    let path = folder.join(RESTORE_FILE);
    if fs::symlink_metadata(&path).is_err() {
        return Ok(Vec::new());
    }
    let bytes = super::read(&path)?;
    restore::read_items(&bytes).ok_or_else(|| {
        Failure::new(
            Exit::Ledger,
            NOTHING,
            format!("{}: not what was written", path.display()),
            "look at what it names; run the ceremony again, which writes it anew",
        )
    })
}
