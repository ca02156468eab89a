//! The port to the book's folder, outside its ledger: open ceremonies, paper, copies.

/// Why the folder did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskError {
    /// This user may not.
    NotAllowed(String),
    /// There is no room left.
    Full(String),
    /// The system's words.
    Io(String),
}

/// The book's folder. Names are relative to the book, with `/` between parts.
pub trait Desk {
    /// A file's bytes; `None` if there is none.
    ///
    /// # Errors
    /// [`DeskError`] if it is there and cannot be read.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, DeskError>;

    /// Writes a file whole or not at all, on disk before it returns; replaces an older one.
    ///
    /// # Errors
    /// [`DeskError`]; then the older file, if any, still stands.
    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), DeskError>;

    /// Removes a file; one that is not there is no error.
    ///
    /// # Errors
    /// [`DeskError`] if it is there and cannot be removed.
    fn remove(&mut self, name: &str) -> Result<(), DeskError>;

    /// The names of all files that begin with `prefix`, sorted.
    ///
    /// # Errors
    /// [`DeskError`] if the folder cannot be read; a folder that is not there is empty.
    fn list(&self, prefix: &str) -> Result<Vec<String>, DeskError>;
}
