//! The port to where a ledger lies. It can add and cannot change.

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Relative to the ledger.
    pub name: String,
    /// Whether the store already knows that it is a plain file; it may be one if not.
    pub is_file: bool,
}

impl From<String> for Listed {
    fn from(name: String) -> Self {
        let is_file = false;
        Self { name, is_file }
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

    /// As [`Self::read`], of a name that [`Self::names`] has just given as that of a plain file: it
    /// need not be looked at again before it is opened.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn read_listed(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(name)
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

    /// Creates a file whole, on disk before it returns, unless one of that name is there.
    ///
    /// # Errors
    /// [`StoreError`]; then no file of that name was made.
    fn create(&mut self, name: &str, bytes: &[u8]) -> Result<Created, StoreError>;
}
