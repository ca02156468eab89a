//! A ledger in memory: the model of what a store does.

use super::Created;
use super::LedgerStore;
use super::MAX_FILE_BYTES;
use super::Names;
use super::StoreError;
use std::collections::BTreeMap;
use std::ops::Bound;

/// A ledger in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryStore {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryStore {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            files: BTreeMap::new(),
        }
    }

    /// Every file, by name.
    #[must_use]
    pub const fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }
}

impl FromIterator<(String, Vec<u8>)> for MemoryStore {
    fn from_iter<I: IntoIterator<Item = (String, Vec<u8>)>>(files: I) -> Self {
        Self {
            files: files.into_iter().collect(),
        }
    }
}

impl LedgerStore for MemoryStore {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.files.get(name) {
            Some(bytes) if u64::try_from(bytes.len()).is_ok_and(|n| n <= MAX_FILE_BYTES) => {
                Ok(Some(bytes.clone()))
            }
            Some(_) => Err(StoreError::TooLarge {
                name: name.to_owned(),
            }),
            None => Ok(None),
        }
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        Ok(self
            .files
            .range(prefix.to_owned()..)
            .map(|(name, _)| name)
            .take_while(|name| name.starts_with(prefix))
            .cloned()
            .collect())
    }

    fn names(&self, prefix: &str, after: &str) -> Names<'_> {
        let start = if after < prefix {
            Bound::Included(prefix.to_owned())
        } else {
            Bound::Excluded(after.to_owned())
        };
        let prefix = prefix.to_owned();
        let names = self.files.range((start, Bound::Unbounded));
        let names = names.map(|(name, _)| name);
        let names = names.take_while(move |name| name.starts_with(&prefix));
        Box::new(names.cloned().map(|name| Ok(name.into())))
    }

    fn create(&mut self, name: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        if self.files.contains_key(name) {
            return Ok(Created::Exists);
        }
        self.files.insert(name.to_owned(), bytes.to_vec());
        Ok(Created::Created)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_never_changed() {
        let mut store = MemoryStore::new();
        assert_eq!(store.create("a/b", b"1"), Ok(Created::Created));
        assert_eq!(store.create("a/b", b"2"), Ok(Created::Exists));
        assert_eq!(store.read("a/b"), Ok(Some(b"1".to_vec())));
        assert_eq!(store.read("a"), Ok(None));
    }

    #[test]
    fn names_are_listed_by_prefix_and_sorted() {
        let mut store = MemoryStore::new();
        for name in ["b", "a/2", "a/1", "ab"] {
            store.create(name, b"").unwrap();
        }
        assert_eq!(store.list("a/").unwrap(), ["a/1", "a/2"]);
        assert_eq!(store.list("").unwrap(), ["a/1", "a/2", "ab", "b"]);
        let after = |prefix, after| -> Vec<String> {
            let names = store.names(prefix, after);
            names.map(|listed| listed.unwrap().name).collect()
        };
        assert_eq!(after("a", ""), ["a/1", "a/2", "ab"]);
        assert_eq!(after("a", "a/1"), ["a/2", "ab"]);
        assert_eq!(after("a/", "a/2"), [""; 0]);
        assert_eq!(after("a/", "b"), [""; 0]);
    }
}
