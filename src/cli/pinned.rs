//! Whose word counts: the trust file that was given, or the one that was pinned at first use.

use super::exit::Exit;
use super::failure::Failure;
use super::held;
use crate::io::own_file;
use crate::ledger::Checkpoint;
use crate::ledger::FileName;
use crate::ledger::LedgerStore;
use crate::ledger::Origin;
use crate::ledger::Trust;
use crate::ledger::audit::AuditReport;
use crate::primitives::Digest;
use crate::primitives::TenantId;
use std::env;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Where an auditor's word came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The file given with `--trust`.
    Given(PathBuf),
    /// The file pinned at first use.
    Pinned(PathBuf),
    /// Nobody's word is here. Where it would be pinned: `None` of a rehearsal, which is never
    /// pinned, of a book without a readable origin, and without a home.
    Nobody(Option<PathBuf>),
}

impl Source {
    /// The file; `None` if there is none.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Given(path) | Self::Pinned(path) => Some(path),
            Self::Nobody(_) => None,
        }
    }
}

/// What an auditor holds of the book whose ledger is `store`: the file `given`, else the one pinned
/// for the tenant that its origin names.
///
/// # Errors
/// [`Failure`] with exit 2 if the file cannot be used; `what` says what was not done.
pub(crate) fn trust(
    given: Option<&Path>,
    store: &dyn LedgerStore,
    what: &str,
) -> Result<(Trust, Source), Failure> {
    if let Some(path) = given {
        let trust = held::trust(Some(path), what)?;
        return Ok((trust, Source::Given(path.to_owned())));
    }
    let place = origin(store)
        .filter(|origin| !origin.is_rehearsal())
        .and_then(|origin| place(origin.tenant()));
    match place {
        Some(path) if fs::symlink_metadata(&path).is_ok() => {
            let trust = held::trust(Some(&path), what)?;
            Ok((trust, Source::Pinned(path)))
        }
        place => Ok((Trust::default(), Source::Nobody(place))),
    }
}

/// The origin that the ledger in `store` names; `None` if it cannot be read.
pub(crate) fn origin(store: &dyn LedgerStore) -> Option<Origin> {
    let file = store.read(&FileName::Origin.to_string()).ok()??;
    Origin::parse_file(&file)
}

/// `$XDG_CONFIG_HOME/glasskey/trust/<tenant id>.toml`, else beneath `~/.config`; `None` without a
/// home. A relative path in the variable does not count, as its specification says.
fn place(tenant: &TenantId) -> Option<PathBuf> {
    let absolute = |name: &str| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let config = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
    let file = format!("{tenant}.toml");
    Some(config.join("glasskey").join("trust").join(file))
}

/// What became of a new book's pin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum First {
    /// It was written.
    Pinned(PathBuf),
    /// It was there, with this genesis.
    There(PathBuf),
    /// It was there, with another genesis: another book of the tenant.
    Another(PathBuf),
    /// There is no place for it.
    Nowhere,
}

/// Pins a book that has just begun in `store`: its genesis and head. A pin is never replaced.
///
/// # Errors
/// [`Failure`] with exit 7 if it cannot be written, 2 if what is there cannot be read.
pub(crate) fn first(
    store: &dyn LedgerStore,
    genesis: Digest,
    head: &Checkpoint,
) -> Result<First, Failure> {
    let what = "the book has begun; its trust file was not pinned";
    let path = origin(store)
        .filter(|origin| !origin.is_rehearsal())
        .and_then(|origin| place(origin.tenant()));
    let Some(path) = path else {
        return Ok(First::Nowhere);
    };
    let trust = Trust {
        genesis: Some(genesis),
        heads: vec![head.clone()],
        ..Trust::default()
    };
    match own_file::create_private(&path, trust.text().as_bytes()) {
        Ok(true) => Ok(First::Pinned(path)),
        Ok(false) => {
            let there = held::trust(Some(&path), what)?;
            Ok(if there.genesis == Some(genesis) {
                First::There(path)
            } else {
                First::Another(path)
            })
        }
        Err(error) => Err(Failure::new(
            Exit::Output,
            what,
            format!("{}: {error}", path.display()),
            "make the folder writable for this user, then run the command again",
        )),
    }
}

/// Pins a whole book: its genesis, and the head it has now. Returns what was done, in a sentence.
///
/// # Errors
/// [`Failure`] if there is no place for a pin, or it cannot be written. A pin is never replaced.
pub(crate) fn pin(source: &Source, report: &AuditReport, whole: bool) -> Result<String, Failure> {
    let not = |exit, why: String, next: &str| Failure::new(exit, "nothing was pinned", why, next);
    let path = match source {
        Source::Pinned(path) if whole => {
            return Ok(format!("It was pinned before, in {}.", path.display()));
        }
        Source::Pinned(path) => {
            return Ok(format!(
                "Nothing was pinned: {} holds what was pinned before.",
                path.display()
            ));
        }
        Source::Given(path) => {
            return Ok(format!("Nothing was pinned: you hold {}.", path.display()));
        }
        Source::Nobody(_) if report.rehearsal => {
            return Err(not(
                Exit::Usage,
                "this is a rehearsal, and nothing in it is real".to_owned(),
                "audit it with the trust file that the rehearsal left: `--trust FILE`",
            ));
        }
        Source::Nobody(_) if !whole => {
            return Ok("Nothing was pinned: only a book that is whole is.".to_owned());
        }
        Source::Nobody(None) => {
            return Err(not(
                Exit::Output,
                "neither XDG_CONFIG_HOME nor HOME names a folder".to_owned(),
                "set HOME, or write a trust file by hand: docs/formats/trust.md",
            ));
        }
        Source::Nobody(Some(path)) => path,
    };
    let trust = Trust {
        genesis: report.genesis,
        heads: report.head.iter().cloned().collect(),
        ..Trust::default()
    };
    match own_file::create_private(path, trust.text().as_bytes()) {
        Ok(true) => Ok(format!(
            "Pinned: {} holds this genesis and head from now on. It is worth what your comparing \
             of genesis with the paper of the first day is worth.",
            path.display()
        )),
        Ok(false) => Err(not(
            Exit::Output,
            format!("{} was made meanwhile", path.display()),
            "run the audit again: it will be judged by that file",
        )),
        Err(error) => Err(not(
            Exit::Output,
            format!("{}: {error}", path.display()),
            "make the folder writable for this user, then run the command again",
        )),
    }
}
