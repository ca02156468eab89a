//! `glasskey anchor`: time stamps of the ledger's head, made outside and kept beside it, and what
//! else holds it.

mod add;
mod list;
mod probe;
mod request;

pub(crate) use add::run as add;
pub(crate) use list::run as list;
pub(crate) use probe::run as probe;
pub(crate) use request::run as request;

use super::audit;
use super::audit::Audited;
use super::audit::outside;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::pinned;
use crate::cli::place;
use crate::cli::words;
use crate::io::AnyLedger;
use crate::ledger::LedgerStore;
use crate::ledger::StoreError;
use crate::ledger::Trust;
use std::path::Path;

/// The book in `folder`, audited by what is given or pinned, and what that is.
fn audited(folder: &Path, trust: Option<&Path>, what: &str) -> Result<(Audited, Trust), Failure> {
    let ledger = place::ledger_of(folder, what)?;
    let (trust, source) = pinned::trust(trust, &ledger, what)?;
    let audited = audit::book(folder, &trust, &[])?.from(source);
    Ok((audited, trust))
}

/// Demands that the book is whole: a stamp of anything else would be worth nothing.
fn demand_whole(audited: &Audited, what: &str) -> Result<(), Failure> {
    match (audited.exit(), audited.first_bad()) {
        (Exit::Ledger, Some((file, why))) => Err(Failure::new(
            Exit::Ledger,
            what,
            format!("the book must not be trusted; {file}: {why}"),
            "run `glasskey audit` on it",
        )),
        (_, _) => Ok(()),
    }
}

/// The store of the anchors of `book`.
fn anchors(book: &Path, what: &str) -> Result<AnyLedger, Failure> {
    place::around(book, outside::FOLDER, what)?.ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            what,
            format!("{} is a ledger with nothing around it", book.display()),
            "name the book's folder, which keeps its anchors",
        )
    })
}

/// Keeps a file in `anchors/`; `false` if it was there before.
fn keep(book: &Path, name: &str, bytes: &[u8], what: &str) -> Result<bool, Failure> {
    let mut store = anchors(book, what)?;
    match store.create(name, bytes) {
        Ok(created) => Ok(created == crate::ledger::Created::Created),
        Err(error) => Err(unwritten(what, name, &error)),
    }
}

fn unwritten(what: &str, name: &str, error: &StoreError) -> Failure {
    Failure::new(
        Exit::Output,
        what,
        format!("{}/{name}: {}", outside::FOLDER, words::stored(error)),
        "make the book's folder writable for this user and see that there is room",
    )
}
