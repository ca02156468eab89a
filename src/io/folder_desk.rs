//! The book's folder.

use super::folder::Folder;
use super::folder::FolderError;
use crate::ceremony::Desk;
use crate::ceremony::DeskError;
use std::path::PathBuf;

/// Largest file that is read, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// The book's folder. Names with a part that begins with a dot (drafts, the lock, what editors
/// leave) are not listed.
#[derive(Clone, Debug)]
pub struct FolderDesk {
    folder: Folder,
    scratch: Folder,
}

impl FolderDesk {
    /// The book in `folder`; drafts lie in `scratch`, on the same file system. Neither need exist.
    #[must_use]
    pub fn new(folder: PathBuf, scratch: PathBuf) -> Self {
        Self {
            folder: Folder::new(folder),
            scratch: Folder::new(scratch),
        }
    }
}

impl Desk for FolderDesk {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, DeskError> {
        self.folder
            .read(name, MAX_BYTES)
            .map_err(|error| desk_error(error, name))
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), DeskError> {
        self.folder
            .put(&self.scratch, name, bytes)
            .map_err(|error| desk_error(error, name))
    }

    fn remove(&mut self, name: &str) -> Result<(), DeskError> {
        self.folder
            .remove(name)
            .map_err(|error| desk_error(error, name))
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, DeskError> {
        let mut names = self
            .folder
            .list(prefix)
            .map_err(|(folder, error)| desk_error(error, &folder))?;
        names.retain(|name| !name.split('/').any(|p| p.starts_with('.')) && !name.ends_with('/'));
        Ok(names)
    }
}

fn desk_error(error: FolderError, name: &str) -> DeskError {
    match error {
        FolderError::NotAllowed => DeskError::NotAllowed(name.to_owned()),
        FolderError::Full => DeskError::Full(name.to_owned()),
        FolderError::NotAFile => DeskError::Io(format!("{name}: not a plain file")),
        FolderError::TooLarge => DeskError::Io(format!("{name}: more than {MAX_BYTES} bytes")),
        FolderError::BadName => DeskError::Io(format!("{name}: not a name beneath the book")),
        FolderError::Io(words) => DeskError::Io(format!("{name}: {words}")),
    }
}

#[cfg(test)]
mod tests;
