//! Where the books beneath a folder are, and what there may hide one.

use super::super::NOTHING;
use crate::cli::place;
use crate::cli::place::Planned;
use std::collections::BTreeSet;
use std::fs;
use std::fs::DirEntry;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// Folders within folders that are looked into.
const DEEPEST: usize = 8;

/// The plan of a book.
const PLAN: &str = "glasskey.toml";
/// What a ledger leaves where it lies in its book; one of them makes a book, even without a plan.
const REMAINS: [&str; 3] = ["ledger/origin", "ledger/records", "ledger/checkpoints"];
/// What a book is made of, where no other book is looked for.
const OWN: [&str; 5] = ["ledger", "open", "paper", "anchors", "transcripts"];
/// What a ledger is made of, where no book is looked for.
const LEDGER: [&str; 4] = ["records", "checkpoints", "roster", "mds"];

/// Why records without a book around them are no row of an audit.
const ALONE: &str = "it holds records and is no book: no glasskey.toml, and no folder ledger/";
/// Why a link to a folder is a row.
const LINK: &str = "a symbolic link to a folder: it is not followed, and what is there was not \
                    audited";

/// What was found beneath a folder.
pub(super) enum Found {
    /// A book, or what is left of one.
    Book(PathBuf),
    /// What may be or hold a book, and why it was not audited.
    Unseen(PathBuf, String),
}

impl Found {
    /// Where it is.
    pub(super) fn place(&self) -> &Path {
        match self {
            Self::Book(place) | Self::Unseen(place, _) => place,
        }
    }
}

/// Everything at `folder` or beneath it, sorted by name, a book before what is beneath it.
///
/// # Errors
/// If `folder` itself cannot be listed.
pub(super) fn beneath(folder: &Path) -> io::Result<Vec<Found>> {
    let mut search = Search::default();
    search.look(folder, 0)?;
    Ok(search.found)
}

/// A search that goes on.
#[derive(Default)]
struct Search {
    found: Vec<Found>,
    /// Where the plans of the books that were found say that their ledgers are.
    ledgers: BTreeSet<PathBuf>,
}

impl Search {
    /// Looks at `folder`, and into what it holds.
    fn look(&mut self, folder: &Path, depth: usize) -> io::Result<()> {
        let passed_over = self.judge(folder);
        let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<DirEntry>>>()?;
        entries.retain(|entry| !passed_over.iter().any(|name| entry.file_name() == *name));
        entries.sort_by_key(DirEntry::file_name);
        for entry in entries {
            if let Some(why) = self.enter(&entry, depth) {
                self.found.push(Found::Unseen(entry.path(), why));
            }
        }
        Ok(())
    }

    /// Notes what `folder` itself is; the names in it that are not looked into.
    fn judge(&mut self, folder: &Path) -> &'static [&'static str] {
        let of_a_plan = self.ledgers.contains(&folder.join("ledger"));
        let remains = || REMAINS.iter().any(|name| is_there(&folder.join(name)));
        if is_there(&folder.join(PLAN)) || (!of_a_plan && remains()) {
            if let Ok(Planned::Folder(name)) = place::planned(folder, NOTHING) {
                self.ledgers.insert(folder.join(name));
            }
            self.found.push(Found::Book(folder.to_owned()));
            return &OWN;
        }
        let records = fs::symlink_metadata(folder.join("records"));
        if !records.is_ok_and(|meta| !meta.is_file()) {
            return &[];
        }
        if !self.ledgers.contains(folder) {
            let alone = Found::Unseen(folder.to_owned(), ALONE.to_owned());
            self.found.push(alone);
        }
        &LEDGER
    }

    /// Looks into a folder; why what may be there was not seen.
    fn enter(&mut self, entry: &DirEntry, depth: usize) -> Option<String> {
        let cannot = |error: io::Error| Some(format!("it cannot be looked into: {error}"));
        let path = entry.path();
        match entry.file_type() {
            Err(error) => cannot(error),
            Ok(kind) if kind.is_symlink() => behind(&path),
            Ok(kind) if !kind.is_dir() => None,
            Ok(_) if depth >= DEEPEST => Some(format!(
                "more than {DEEPEST} folders down: it was not looked into"
            )),
            Ok(_) => self.look(&path, depth + 1).err().and_then(cannot),
        }
    }
}

/// Whether anything has this name, a link too.
fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Why what may be behind a link was not seen; `None` if it leads to a file.
fn behind(link: &Path) -> Option<String> {
    match fs::metadata(link) {
        Ok(meta) => meta.is_dir().then(|| LINK.to_owned()),
        Err(error) => Some(format!(
            "a symbolic link, and what it leads to cannot be looked at: {error}"
        )),
    }
}
