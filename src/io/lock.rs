//! One glasskey at a time in a book.

use super::folder::Folder;
use super::folder::FolderError;
use rustix::fs::Mode;
use rustix::fs::OFlags;
use std::fs;
use std::fs::File;
use std::fs::TryLockError;
use std::path::Path;

/// Why the book is not ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockError {
    /// Another glasskey is at work here.
    AnotherAtWork,
    /// This user may not write here.
    NotAllowed,
    /// The system's words.
    Io(String),
}

/// Exclusive use of a book until dropped. It binds programs that take it too, and nobody else.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the book in the folder `book`, and throws away the drafts that a crash left.
    ///
    /// # Errors
    /// [`LockError`] if another holds it or it cannot be had; it is not waited for.
    pub fn take(book: &Path) -> Result<Self, LockError> {
        let open = book.join("open");
        fs::create_dir_all(&open).map_err(FolderError::from)?;
        let how = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(0o666);
        let file = rustix::fs::open(open.join(".lock"), how, mode).map_err(FolderError::from)?;
        let file = File::from(file);
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::AnotherAtWork),
            Err(TryLockError::Error(error)) => return Err(FolderError::from(error).into()),
        }
        Folder::new(open).sweep(".tmp")?;
        Ok(Self { _file: file })
    }
}

impl From<FolderError> for LockError {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::NotAllowed => Self::NotAllowed,
            FolderError::NotAFile => Self::Io("open/.lock is not a plain file".to_owned()),
            FolderError::Full => Self::Io("no room left".to_owned()),
            FolderError::TooLarge | FolderError::BadName => Self::Io("open/.tmp".to_owned()),
            FolderError::Io(words) => Self::Io(words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::temp_dir::TempDir;

    #[test]
    fn a_second_glasskey_is_refused_until_the_first_is_done() {
        let book = TempDir::new();
        let first = Lock::take(book.path()).unwrap();
        assert_eq!(
            Lock::take(book.path()).unwrap_err(),
            LockError::AnotherAtWork
        );
        drop(first);
        assert!(Lock::take(book.path()).is_ok());
    }

    #[test]
    fn taking_the_book_sweeps_what_a_crash_left() {
        let book = TempDir::new();
        let left = book.path().join("open/.tmp/4711-0");
        fs::create_dir_all(left.parent().unwrap()).unwrap();
        fs::write(&left, "half").unwrap();
        let _lock = Lock::take(book.path()).unwrap();
        assert!(!left.exists());
    }

    #[test]
    fn an_empty_folder_of_drafts_is_no_obstacle() {
        let book = TempDir::new();
        fs::create_dir_all(book.path().join("open/.tmp")).unwrap();
        assert!(Lock::take(book.path()).is_ok());
    }

    #[test]
    fn drafts_behind_a_link_are_not_swept() {
        let book = TempDir::new();
        let elsewhere = book.path().join("elsewhere");
        fs::create_dir_all(&elsewhere).unwrap();
        fs::write(elsewhere.join("mine"), "").unwrap();
        fs::create_dir(book.path().join("open")).unwrap();
        std::os::unix::fs::symlink(&elsewhere, book.path().join("open/.tmp")).unwrap();
        let _lock = Lock::take(book.path()).unwrap();
        assert!(elsewhere.join("mine").exists());
    }

    #[test]
    fn a_link_in_the_locks_place_is_not_followed() {
        let book = TempDir::new();
        let elsewhere = book.path().join("elsewhere");
        fs::create_dir(book.path().join("open")).unwrap();
        std::os::unix::fs::symlink(&elsewhere, book.path().join("open/.lock")).unwrap();
        assert!(matches!(Lock::take(book.path()), Err(LockError::Io(_))));
        assert!(!elsewhere.exists());
    }
}
