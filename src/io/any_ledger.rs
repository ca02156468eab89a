//! A ledger wherever it lies.

use super::FolderLedger;
#[cfg(feature = "object-store")]
use super::object::ObjectLedger;
use crate::ledger::Created;
use crate::ledger::LedgerStore;
use crate::ledger::Listed;
use crate::ledger::Names;
use crate::ledger::StoreError;

/// A ledger in a folder, or in a container of an object store.
#[derive(Clone)]
pub enum AnyLedger {
    /// In a folder.
    Folder(FolderLedger),
    /// In a container.
    #[cfg(feature = "object-store")]
    Object(ObjectLedger),
}

impl AnyLedger {
    fn store(&self) -> &(dyn LedgerStore + Sync) {
        match self {
            Self::Folder(ledger) => ledger,
            #[cfg(feature = "object-store")]
            Self::Object(ledger) => ledger,
        }
    }

    /// Whether each file read costs a round trip: then more are asked for at once.
    #[must_use]
    pub const fn is_far(&self) -> bool {
        match self {
            Self::Folder(_) => false,
            #[cfg(feature = "object-store")]
            Self::Object(_) => true,
        }
    }
}

impl LedgerStore for AnyLedger {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.store().read(name)
    }

    fn read_listed(&self, listed: &Listed) -> Result<Option<Vec<u8>>, StoreError> {
        self.store().read_listed(listed)
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.store().list(prefix)
    }

    fn names(&self, prefix: &str, after: &str) -> Names<'_> {
        self.store().names(prefix, after)
    }

    fn each_beside(
        &self,
        folders: &[&str],
        take: &mut dyn FnMut(String),
    ) -> Result<(), StoreError> {
        self.store().each_beside(folders, take)
    }

    fn create(&mut self, name: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        match self {
            Self::Folder(ledger) => ledger.create(name, bytes),
            #[cfg(feature = "object-store")]
            Self::Object(ledger) => ledger.create(name, bytes),
        }
    }
}
