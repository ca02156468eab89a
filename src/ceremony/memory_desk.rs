//! A book's folder in memory: the model of what a desk does.

use super::Desk;
use super::DeskError;
use std::collections::BTreeMap;

/// A book's folder in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryDesk {
    /// Every file, by name.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Desk for MemoryDesk {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, DeskError> {
        Ok(self.files.get(name).cloned())
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), DeskError> {
        self.files.insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), DeskError> {
        self.files.remove(name);
        Ok(())
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, DeskError> {
        let names = self.files.keys().filter(|name| name.starts_with(prefix));
        Ok(names.cloned().collect())
    }
}
