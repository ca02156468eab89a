//! Where a book and its ledger lie: in a folder, or in a container of an object store.

use super::exit::Exit;
use super::failure::Failure;
use super::held;
#[cfg(feature = "object-store")]
use super::words;
use crate::io::AnyLedger;
use crate::io::FolderLedger;
#[cfg(feature = "object-store")]
use crate::io::object::Container;
#[cfg(feature = "object-store")]
use crate::io::object::ObjectLedger;
#[cfg(feature = "object-store")]
use crate::io::object::OpenFault;
#[cfg(feature = "object-store")]
use crate::ledger::RemoteFault;
#[cfg(feature = "object-store")]
use crate::ledger::StoreError;
use crate::plan::ObjectUrl;
use crate::plan::Plan;
use crate::plan::ledger_place;
#[cfg(feature = "object-store")]
use std::env;
use std::fs;
use std::path::Path;

/// Reads and judges at once, where each file costs a round trip.
pub(crate) const FAR: usize = 16;

/// Whether a book was named by an address and not by a folder.
pub(crate) fn is_address(book: &Path) -> bool {
    book.to_str().is_some_and(|text| text.contains("://"))
}

/// The address by which a book was named; `None` if it was named by its folder.
///
/// # Errors
/// [`Failure`] with exit 2 if it is meant as an address and is none.
pub(crate) fn address(book: &Path, what: &str) -> Result<Option<ObjectUrl>, Failure> {
    match book.to_str() {
        Some(text) if text.contains("://") => ObjectUrl::parse(text).map(Some).ok_or_else(|| {
            Failure::new(
                Exit::Usage,
                what,
                format!("{text} is no address of a container"),
                "write az://container/prefix or s3://bucket/prefix: docs/storage.md",
            )
        }),
        Some(_) | None => Ok(None),
    }
}

/// The ledger of `book`, a folder or an address; one that is not there is refused.
///
/// # Errors
/// [`Failure`] with exit 2 if it has none, or cannot be used; 6 if its store does not answer.
/// `what` says what was not done.
pub(crate) fn ledger_of(book: &Path, what: &str) -> Result<AnyLedger, Failure> {
    find(book, what)?.ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            what,
            format!("{} has no ledger", book.display()),
            "name the folder that holds glasskey.toml and its ledger, or its address",
        )
    })
}

/// The ledger of `book`; `None` if there is none.
///
/// # Errors
/// As [`ledger_of`].
pub(crate) fn find(book: &Path, what: &str) -> Result<Option<AnyLedger>, Failure> {
    if let Some(url) = address(book, what)? {
        return beneath(&url, what);
    }
    match planned(book, what)? {
        Planned::Folder(name) => {
            let place = book.join(name);
            let there = fs::symlink_metadata(&place).is_ok_and(|meta| meta.is_dir());
            let scratch = book.join("open").join(".tmp");
            Ok(there.then(|| AnyLedger::Folder(FolderLedger::new(place, scratch))))
        }
        Planned::Address(url) => at(&url, what),
    }
}

/// Where the ledger of a book that begins will be.
///
/// # Errors
/// [`Failure`] with exit 2 if this build cannot write there.
pub(crate) fn new_ledger(book: &Path, plan: &Plan, what: &str) -> Result<AnyLedger, Failure> {
    match ObjectUrl::parse(&plan.book.ledger) {
        Some(url) => new_at(&url, what),
        None => Ok(AnyLedger::Folder(FolderLedger::new(
            book.join(&plan.book.ledger),
            book.join("open").join(".tmp"),
        ))),
    }
}

/// The files around the ledger of `book`, in its folder `name`; `None` where nothing is around it.
///
/// # Errors
/// As [`ledger_of`].
pub(crate) fn around(book: &Path, name: &str, what: &str) -> Result<Option<AnyLedger>, Failure> {
    let Some(url) = address(book, what)? else {
        let folder = FolderLedger::new(book.join(name), book.join("open").join(".tmp"));
        return Ok(Some(AnyLedger::Folder(folder)));
    };
    around_address(&url, name, what)
}

/// What a plan says of where the ledger lies.
pub(crate) enum Planned {
    /// A folder of the book.
    Folder(String),
    /// A place in a container.
    Address(ObjectUrl),
}

/// Where the plan says the ledger is; the folder `ledger` if there is no plan. A plan that points
/// out of the book, or does not say it, is refused: the book must not choose what is audited in its
/// place. Whatever else is wrong with the plan must not keep the book from being audited. An address
/// is not out of the book: what lies there must be the book's by its origin.
///
/// # Errors
/// [`Failure`] with exit 2.
pub(crate) fn planned(book: &Path, what: &str) -> Result<Planned, Failure> {
    let path = book.join("glasskey.toml");
    if fs::symlink_metadata(&path).is_err() {
        return Ok(Planned::Folder("ledger".to_owned()));
    }
    let unusable = |why: &str| {
        Failure::new(
            Exit::Usage,
            what,
            format!("{}: {why}", path.display()),
            "correct the file; docs/formats has an example of each",
        )
    };
    // A pipe would be waited for.
    if fs::metadata(&path).is_ok_and(|meta| !meta.is_file()) {
        return Err(unusable("not a plain file"));
    }
    let ledger = String::from_utf8(held::file(&path, what)?)
        .ok()
        .and_then(|text| ledger_place(&text))
        .ok_or_else(|| unusable("it is no TOML, or [book] ledger is no text"))?;
    if let Some(url) = ObjectUrl::parse(&ledger) {
        return Ok(Planned::Address(url));
    }
    if is_inside(&ledger) {
        Ok(Planned::Folder(ledger))
    } else {
        Err(unusable("its ledger is not a folder of the book"))
    }
}

/// Whether `ledger` is a way into the book and nowhere else: names with one `/` between them.
fn is_inside(ledger: &str) -> bool {
    let plain = |part: &str| !matches!(part, "" | "." | "..");
    ledger.split('/').all(plain) && !ledger.contains(char::is_control)
}

/// The container of `url`, to list books in or to try it.
#[cfg(feature = "object-store")]
pub(crate) fn container(url: &ObjectUrl, what: &str) -> Result<Container, Failure> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    Container::open(url, &variable).map_err(|fault| {
        let (why, next) = match fault {
            OpenFault::Missing(variables) => (
                format!("{url} needs the variable {variables}"),
                "set it: docs/storage.md names each; no plan and no argument takes one",
            ),
            OpenFault::Unusable(variable) => (
                format!("{variable} holds what cannot be used"),
                "correct it: docs/storage.md; without TLS only this machine itself is spoken to",
            ),
            OpenFault::NoClient => (
                "no client could be made".to_owned(),
                "look whether this system has certificates (ca-certificates)",
            ),
        };
        Failure::new(Exit::Usage, what, why, next)
    })
}

/// That a store elsewhere did not answer as it should, in the words of `what`.
#[cfg(feature = "object-store")]
pub(crate) fn failed(fault: RemoteFault, url: &ObjectUrl, what: &str) -> Failure {
    let name = String::new();
    let failure = words::store(&StoreError::Remote { name, fault });
    Failure {
        what: what.to_owned(),
        why: format!("{url}: {}", failure.why),
        ..failure
    }
}

/// The ledger of a book at `url`, or at `url` itself. What has an origin or records is a ledger,
/// whatever else was put into it.
#[cfg(feature = "object-store")]
fn beneath(url: &ObjectUrl, what: &str) -> Result<Option<AnyLedger>, Failure> {
    let container = container(url, what)?;
    let any = |place: &ObjectUrl, name: &str| {
        let found = container.any(&place.name_of(name));
        found.map_err(|fault| failed(fault, url, what))
    };
    let inner = url.join("ledger");
    let place = if any(url, "origin")? || any(url, "records/")? {
        url.clone()
    } else if any(&inner, "")? {
        inner
    } else if any(url, "")? {
        url.clone()
    } else {
        return Ok(None);
    };
    Ok(Some(AnyLedger::Object(ObjectLedger::new(container, place))))
}

/// The ledger at `url` itself.
#[cfg(feature = "object-store")]
fn at(url: &ObjectUrl, what: &str) -> Result<Option<AnyLedger>, Failure> {
    let container = container(url, what)?;
    let found = container.any(&url.name_of(""));
    let there = found.map_err(|fault| failed(fault, url, what))?;
    Ok(there.then(|| AnyLedger::Object(ObjectLedger::new(container, url.clone()))))
}

#[cfg(feature = "object-store")]
fn new_at(url: &ObjectUrl, what: &str) -> Result<AnyLedger, Failure> {
    let container = container(url, what)?;
    Ok(AnyLedger::Object(ObjectLedger::new(container, url.clone())))
}

#[cfg(not(feature = "object-store"))]
fn new_at(url: &ObjectUrl, what: &str) -> Result<AnyLedger, Failure> {
    Err(not_built_in(url, what))
}

#[cfg(feature = "object-store")]
fn around_address(url: &ObjectUrl, name: &str, what: &str) -> Result<Option<AnyLedger>, Failure> {
    let container = container(url, what)?;
    let has = |name: &str| {
        let found = container.any(&url.name_of(name));
        found.map_err(|fault| failed(fault, url, what))
    };
    if has("origin")? || has("records/")? {
        return Ok(None);
    }
    let ledger = ObjectLedger::new(container.clone(), url.join(name));
    Ok(Some(AnyLedger::Object(ledger)))
}

#[cfg(not(feature = "object-store"))]
fn beneath(url: &ObjectUrl, what: &str) -> Result<Option<AnyLedger>, Failure> {
    at(url, what)
}

#[cfg(not(feature = "object-store"))]
fn at(url: &ObjectUrl, what: &str) -> Result<Option<AnyLedger>, Failure> {
    Err(not_built_in(url, what))
}

#[cfg(not(feature = "object-store"))]
fn around_address(url: &ObjectUrl, _: &str, what: &str) -> Result<Option<AnyLedger>, Failure> {
    Err(not_built_in(url, what))
}

/// That this build has no object stores.
#[cfg(not(feature = "object-store"))]
pub(crate) fn not_built_in(url: &ObjectUrl, what: &str) -> Failure {
    Failure::new(
        Exit::Usage,
        what,
        format!("{url} is in an object store, and this build has none"),
        "take a released binary, or build it: `cargo build --features object-store`",
    )
}
