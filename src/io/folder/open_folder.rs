//! A folder that a walk has opened, and the files that it saw there.

use super::AS_FOLDER;
use super::FolderError;
use super::is_file;
use super::is_part;
use rustix::fs::Mode;
use rustix::fs::OFlags;
use rustix::io::Errno;
use std::os::fd::AsFd;
use std::os::fd::OwnedFd;

/// A folder, held open: it stays the one that was listed, whatever takes its name.
#[derive(Debug)]
pub(in crate::io) struct OpenFolder(OwnedFd);

impl OpenFolder {
    pub(super) const fn new(folder: OwnedFd) -> Self {
        Self(folder)
    }

    /// The folder of this name in it, which may end in `/`; `None` if it went away.
    ///
    /// # Errors
    /// [`FolderError`] if it is none, or this user may not.
    pub(super) fn enter(&self, name: &str) -> Result<Option<OwnedFd>, FolderError> {
        let name = name.trim_end_matches('/');
        match rustix::fs::openat(&self.0, name, AS_FOLDER, Mode::empty()) {
            Ok(folder) => Ok(Some(folder)),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    /// The bytes of the file that the last part of `name` names in it, `most` at most; `None` if
    /// anything is odd, for [`super::Folder::read`] to say what.
    pub(in crate::io) fn read(&self, name: &str, most: u64) -> Option<Vec<u8>> {
        let leaf = name.rsplit_once('/').map_or(name, |(_, leaf)| leaf);
        if !is_part(leaf) {
            return None;
        }
        let file = rustix::fs::openat(&self.0, leaf, AS_FILE, Mode::empty()).ok()?;
        whole(&file, most)
    }
}

/// How a file is opened: never through a link, and without waiting for a pipe's other end.
pub(super) const AS_FILE: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC);

/// What is in a plain file of `most` bytes at most, read at once; `None` if it is none, or does not
/// end where it should.
pub(super) fn whole(file: impl AsFd, most: u64) -> Option<Vec<u8>> {
    let stat = rustix::fs::fstat(&file).ok()?;
    let length = usize::try_from(stat.st_size).ok()?;
    if !is_file(stat.st_mode) || u64::try_from(length).ok()? > most {
        return None;
    }
    // One byte more than there should be: a file that ends where it should is read at once.
    let mut bytes = Vec::with_capacity(length.checked_add(1)?);
    let read = rustix::io::read(&file, rustix::buffer::spare_capacity(&mut bytes)).ok()?;
    (read == length).then_some(bytes)
}
