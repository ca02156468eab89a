//! A ledger in a folder.

use super::folder::Folder;
use super::folder::FolderError;
use super::folder::Found;
use super::folder::OpenFolder;
use crate::ledger::Created;
use crate::ledger::LedgerStore;
use crate::ledger::Listed;
use crate::ledger::MAX_FILE_BYTES;
use crate::ledger::Names;
use crate::ledger::Place;
use crate::ledger::StoreError;
use std::path::PathBuf;

/// A ledger in a folder. Half-written files never lie in it, so a crash leaves it as it was.
#[derive(Clone, Debug)]
pub struct FolderLedger {
    folder: Folder,
    scratch: Folder,
}

impl FolderLedger {
    /// The ledger in `folder`; drafts lie in `scratch`, on the same file system. Neither need exist.
    #[must_use]
    pub fn new(folder: PathBuf, scratch: PathBuf) -> Self {
        Self {
            folder: Folder::new(folder),
            scratch: Folder::new(scratch),
        }
    }
}

impl LedgerStore for FolderLedger {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.folder
            .read(name, MAX_FILE_BYTES)
            .map_err(|error| store_error(error, name))
    }

    fn read_listed(&self, listed: &Listed) -> Result<Option<Vec<u8>>, StoreError> {
        let name = &listed.name;
        let seen = listed.place.as_ref().and_then(Place::kept::<OpenFolder>);
        match seen.and_then(|folder| folder.read(name, MAX_FILE_BYTES)) {
            Some(bytes) => Ok(Some(bytes)),
            None => self.read(name),
        }
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.folder
            .list(prefix)
            .map_err(|(folder, error)| store_error(error, &folder))
    }

    fn names(&self, prefix: &str, after: &str) -> Names<'_> {
        let walk = self.folder.walk(prefix, after);
        Box::new(walk.map(|found| match found {
            Ok(Found { name, file_in }) => Ok(Listed {
                name,
                place: file_in.map(Place::new),
            }),
            Err((folder, error)) => Err(store_error(error, &folder)),
        }))
    }

    fn each_beside(
        &self,
        folders: &[&str],
        take: &mut dyn FnMut(String),
    ) -> Result<(), StoreError> {
        for found in self.folder.walk_beside(folders) {
            take(
                found
                    .map_err(|(folder, error)| store_error(error, &folder))?
                    .name,
            );
        }
        Ok(())
    }

    fn create(&mut self, name: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        let large = u64::try_from(bytes.len()).map_or(true, |length| length > MAX_FILE_BYTES);
        if large {
            return Err(store_error(FolderError::TooLarge, name));
        }
        match self.folder.create(&self.scratch, name, bytes) {
            Ok(true) => Ok(Created::Created),
            Ok(false) => Ok(Created::Exists),
            Err(error) => Err(store_error(error, name)),
        }
    }
}

fn store_error(error: FolderError, name: &str) -> StoreError {
    let name = name.to_owned();
    match error {
        FolderError::NotAllowed => StoreError::NotAllowed { name },
        FolderError::NotAFile => StoreError::NotAFile { name },
        FolderError::TooLarge => StoreError::TooLarge { name },
        FolderError::Full => StoreError::Full { name },
        FolderError::BadName => {
            let words = "not a name beneath a folder".to_owned();
            StoreError::Io { name, words }
        }
        FolderError::Io(words) => StoreError::Io { name, words },
    }
}

#[cfg(test)]
mod tests;
