//! What there is beneath a folder, odd things included.

use super::Folder;
use super::FolderError;
use super::OpenFolder;
use super::is_part;
use rustix::fs::AtFlags;
#[cfg(not(target_os = "linux"))]
use rustix::fs::Dir;
use rustix::fs::FileType;
#[cfg(target_os = "linux")]
use rustix::fs::RawDir;
use rustix::io::Errno;
use std::ffi::CStr;
#[cfg(target_os = "linux")]
use std::mem::MaybeUninit;
#[cfg(target_os = "linux")]
use std::os::fd::AsFd as _;
use std::os::fd::BorrowedFd;
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// Folders within folders that are looked into; deeper ones are listed as if they were empty.
const DEEPEST: usize = 32;

impl Folder {
    /// Everything whose name begins with `prefix` and that is not a folder with something in it,
    /// sorted; empty folders end in `/`. Bytes that are not UTF-8 are shown as U+FFFD. An error comes
    /// with the folder that cannot be looked into.
    pub(in crate::io) fn list(&self, prefix: &str) -> Result<Vec<String>, (String, FolderError)> {
        let found = self.walk(prefix, "");
        found.map(|found| found.map(|found| found.name)).collect()
    }

    /// The same names, but only those after `after`; a folder is opened when the walk comes to it.
    pub(in crate::io) fn walk(&self, prefix: &str, after: &str) -> Walk<'_> {
        let start = prefix.rsplit_once('/').map_or("", |(folders, _)| folders);
        Walk {
            folder: self,
            prefix: prefix.to_owned(),
            after: after.to_owned(),
            start: Some(start.to_owned()),
            open: Vec::new(),
            passed_by: Vec::new(),
        }
    }

    /// Every name that lies in none of `folders`, which end in `/`: they are not looked into.
    pub(in crate::io) fn walk_beside(&self, folders: &[&str]) -> Walk<'_> {
        let mut walk = self.walk("", "");
        walk.passed_by = folders.iter().map(|folder| (*folder).to_owned()).collect();
        walk
    }
}

/// The folder that cannot be looked into, and why.
type Blocked = (String, FolderError);

/// A walk through a folder, in the order of whole names.
pub(in crate::io) struct Walk<'f> {
    folder: &'f Folder,
    prefix: String,
    after: String,
    /// Where it begins; `None` once it has.
    start: Option<String>,
    /// Folders that it is in, outermost first.
    open: Vec<Entered>,
    /// Folders that it does not go into, with their `/`.
    passed_by: Vec<String>,
}

/// A folder that a walk is in.
struct Entered {
    /// Its name with its `/`; empty for the outermost one.
    name: String,
    folder: Arc<OpenFolder>,
    /// What is left of it.
    entries: std::vec::IntoIter<Entry>,
}

/// Something in a folder; a folder's name ends in `/`.
struct Entry {
    name: String,
    kind: Kind,
}

/// What it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    Other,
}

/// A name beneath the folder that was walked through.
pub(in crate::io) struct Found {
    /// The name.
    pub(in crate::io) name: String,
    /// The folder that it is in, if it is that of a plain file.
    pub(in crate::io) file_in: Option<Arc<OpenFolder>>,
}

impl Walk<'_> {
    /// Goes into the folder `at`, which is empty or ends in `/`; the name to give if nothing is in it.
    fn enter(
        &mut self,
        at: &str,
        opened: Result<Option<OwnedFd>, FolderError>,
    ) -> Result<Option<String>, Blocked> {
        let blocked = |error| (at.trim_end_matches('/').to_owned(), error);
        let Some(folder) = opened.map_err(blocked)? else {
            return Ok(None);
        };
        let entries = entries(&folder).map_err(blocked)?;
        if entries.is_empty() {
            return Ok((!at.is_empty()).then(|| at.to_owned()));
        }
        self.open.push(Entered {
            name: at.to_owned(),
            folder: Arc::new(OpenFolder::new(folder)),
            entries: entries.into_iter(),
        });
        Ok(None)
    }

    fn begin(&mut self, start: &str) -> Result<Option<String>, Blocked> {
        if start.is_empty() {
            return self.enter("", self.folder.open(&[]));
        }
        let parts: Vec<&str> = start.split('/').collect();
        if !parts.iter().all(|part| is_part(part)) {
            return Err((self.prefix.clone(), FolderError::BadName));
        }
        match self.enter(&format!("{start}/"), self.folder.open(&parts)) {
            // The prefix leads through something that is no folder: nothing is beneath it.
            Err((_, FolderError::NotAFile)) => Ok(None),
            other => other,
        }
    }

    /// Whether names that begin with `deeper` may be asked for.
    fn may_hold(&self, deeper: &str) -> bool {
        let asked = deeper.starts_with(&self.prefix) || self.prefix.starts_with(deeper);
        asked && (*deeper > *self.after || self.after.starts_with(deeper))
    }

    /// The next name; `None` at the end.
    fn step(&mut self) -> Result<Option<Found>, Blocked> {
        if let Some(start) = self.start.take()
            && let Some(name) = self.begin(&start)?
            && self.is_asked(&name)
        {
            return Ok(Some(Found {
                name,
                file_in: None,
            }));
        }
        while let Some(at) = self.open.last_mut() {
            let Some(entry) = at.entries.next() else {
                self.open.pop();
                continue;
            };
            let name = [at.name.as_str(), &entry.name].concat();
            let folder = Arc::clone(&at.folder);
            let shown = if entry.kind != Kind::Folder
                || self.open.len() > DEEPEST
                || name.contains('\u{fffd}')
            {
                Some(name)
            } else if self.may_hold(&name) && !self.passed_by.contains(&name) {
                self.enter(&name, folder.enter(&entry.name))?
            } else {
                None
            };
            if let Some(name) = shown.filter(|name| self.is_asked(name)) {
                let file_in = (entry.kind == Kind::File).then_some(folder);
                return Ok(Some(Found { name, file_in }));
            }
        }
        Ok(None)
    }

    fn is_asked(&self, name: &str) -> bool {
        name.starts_with(&self.prefix) && *name > *self.after
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<Found, Blocked>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step();
        if step.is_err() {
            self.open.clear();
        }
        step.transpose()
    }
}

/// What is in one folder, sorted as whole names are.
fn entries(folder: &OwnedFd) -> Result<Vec<Entry>, FolderError> {
    let mut entries = Vec::new();
    each(folder, |folder, name, kind| {
        if matches!(name.to_bytes(), b"." | b"..") {
            return Ok(());
        }
        let kind = if kind == FileType::Unknown {
            match rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => FileType::from_raw_mode(stat.st_mode),
                Err(Errno::NOENT) => return Ok(()),
                Err(errno) => return Err(errno.into()),
            }
        } else {
            kind
        };
        let mut name = name.to_string_lossy().into_owned();
        let kind = match kind {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Folder,
            FileType::Symlink
            | FileType::Fifo
            | FileType::Socket
            | FileType::CharacterDevice
            | FileType::BlockDevice
            | FileType::Unknown => Kind::Other,
        };
        if kind == Kind::Folder {
            name.push('/');
        }
        entries.push(Entry { name, kind });
        Ok(())
    })?;
    entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// Hands each entry of a folder to `take`: in which folder, its name, and what it is as far as the
/// listing says.
#[cfg(target_os = "linux")]
fn each(
    folder: &OwnedFd,
    mut take: impl FnMut(BorrowedFd<'_>, &CStr, FileType) -> Result<(), FolderError>,
) -> Result<(), FolderError> {
    let mut buffer = [MaybeUninit::uninit(); 16 << 10];
    let mut listed = RawDir::new(folder, &mut buffer);
    while let Some(entry) = listed.next() {
        let entry = entry?;
        take(folder.as_fd(), entry.file_name(), entry.file_type())?;
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn each(
    folder: &OwnedFd,
    mut take: impl FnMut(BorrowedFd<'_>, &CStr, FileType) -> Result<(), FolderError>,
) -> Result<(), FolderError> {
    let mut listed = Dir::read_from(folder)?;
    while let Some(entry) = listed.read() {
        let entry = entry?;
        take(listed.fd()?, entry.file_name(), entry.file_type())?;
    }
    Ok(())
}
