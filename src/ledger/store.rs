//! The port to where a ledger lies. It can add and cannot change.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Largest file of a ledger that is read, in bytes; metadata BLOBs are the largest.
pub const MAX_FILE_BYTES: u64 = 32 << 20;

/// What a create came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// The file is there now, whole and on disk.
    Created,
    /// A file of that name was there before; nothing was changed.
    Exists,
}

/// Why the store did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// This user may not.
    NotAllowed {
        /// The file, relative to the ledger.
        name: String,
    },
    /// A symbolic link, a folder or a device stands where a file should.
    NotAFile {
        /// Its name, relative to the ledger.
        name: String,
    },
    /// Larger than [`MAX_FILE_BYTES`].
    TooLarge {
        /// The file, relative to the ledger.
        name: String,
    },
    /// There is no room left.
    Full {
        /// The file, relative to the ledger.
        name: String,
    },
    /// The system's words.
    Io {
        /// The file, relative to the ledger.
        name: String,
        /// The words.
        words: String,
    },
    /// A store elsewhere did not do it.
    Remote {
        /// The file, relative to the ledger; empty for the ledger as a whole.
        name: String,
        /// Why.
        fault: RemoteFault,
    },
}

/// Why a store elsewhere did not do it. It holds no words of the store's: those may repeat what was
/// sent, and with it a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoteFault {
    /// No connection came about.
    Unreachable,
    /// It did not answer in time, or the connection broke.
    NoAnswer,
    /// It does not take these credentials, or they do not reach this far (HTTP 401, 403).
    Refused,
    /// There is no such container.
    NoContainer,
    /// Another answer, of this HTTP status.
    Status(u16),
    /// A name in it is none that a file can have.
    BadName,
    /// It listed names twice, or not in order.
    Disorder,
    /// A write got no answer, and whether it happened could not be read back.
    Unsure,
    /// Anything else that its client found wrong.
    Other,
}

/// A name that a store gives.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Relative to the ledger.
    pub name: String,
    /// Where the store saw a plain file of this name; `None` if it does not know that it is one.
    pub place: Option<Place>,
}

impl From<String> for Listed {
    fn from(name: String) -> Self {
        Self { name, place: None }
    }
}

/// By what a store finds a listed file again without looking for it; only that store can read it.
/// What it holds open stays open with it.
#[derive(Clone)]
pub struct Place(Arc<dyn Any + Send + Sync>);

impl Place {
    /// What the store keeps of it.
    #[must_use]
    pub fn new<T: Any + Send + Sync>(kept: Arc<T>) -> Self {
        Self(kept)
    }

    /// What the store keeps of it; `None` if it is of another kind of store.
    #[must_use]
    pub fn kept<T: Any>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Place")
    }
}

/// Names in order, each once, given one after the other.
pub type Names<'s> = Box<dyn Iterator<Item = Result<Listed, StoreError>> + Send + 's>;

/// Where a ledger lies. Names are relative to it, with `/` between parts.
///
/// An audit reads from many threads at once, so it takes a store that is [`Sync`].
pub trait LedgerStore {
    /// A file's bytes; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`] if something is there that cannot be read as a file.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// As [`Self::read`], of what [`Self::names`] has just given: a plain file need not be looked at
    /// again before it is opened.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn read_listed(&self, listed: &Listed) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(&listed.name)
    }

    /// The names of everything that begins with `prefix` and is not a folder with something in
    /// it, sorted: files, links, devices, empty folders (those end in `/`).
    ///
    /// # Errors
    /// [`StoreError`] if the ledger cannot be read; one that is not there is empty.
    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError>;

    /// The same names, but only those after `after`, one after the other: a store with many files
    /// gives them without holding them all, and reads no further than it is asked. The first error
    /// is the last item.
    fn names(&self, prefix: &str, after: &str) -> Names<'_> {
        match self.list(prefix) {
            Ok(names) => {
                let after = after.to_owned();
                let later = names.into_iter().filter(move |name| *name > after);
                Box::new(later.map(|name| Ok(name.into())))
            }
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    /// Hands `take` the names that lie in none of `folders`, each once and in order. `folders` are
    /// sorted, and each ends in `/`. A store that can pass a folder by without listing it does so.
    ///
    /// # Errors
    /// As [`Self::list`].
    fn each_beside(
        &self,
        folders: &[&str],
        take: &mut dyn FnMut(String),
    ) -> Result<(), StoreError> {
        let mut after = String::new();
        let mut passed = None;
        loop {
            let mut inside = None;
            for listed in self.names("", &after) {
                let name = listed?.name;
                match folders.iter().position(|folder| name.starts_with(folder)) {
                    None => take(name),
                    // It sorts after every sane name in this folder.
                    Some(place) if passed == Some(place) => {}
                    Some(place) => {
                        inside = Some(place);
                        break;
                    }
                }
            }
            let Some(folder) = inside.and_then(|place| folders.get(place)) else {
                return Ok(());
            };
            after = format!("{folder}{}", char::MAX);
            passed = inside;
        }
    }

    /// Creates a file whole, on disk before it returns, unless one of that name is there.
    ///
    /// # Errors
    /// [`StoreError`]; then no file of that name was made.
    fn create(&mut self, name: &str, bytes: &[u8]) -> Result<Created, StoreError>;
}
