//! A ledger in one file, so that the book's bytes are in the page cache and not in the process
//! whose memory is measured: what is held of it is a file handle, and where each file in it ends.

use super::book;
use super::book::File;
use glasskey::ledger::Created;
use glasskey::ledger::FileName;
use glasskey::ledger::LedgerStore;
use glasskey::ledger::Names;
use glasskey::ledger::StoreError;
use std::collections::BTreeMap;
use std::fs;
use std::io::BufWriter;
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

/// Files of each record.
const FILES: u64 = 5;

/// Writes a book of `records` records to `folder`: `data`, and `index` with where each file ends.
pub(crate) fn write(folder: &Path, records: usize) {
    let mut data = BufWriter::new(fs::File::create(folder.join("data")).unwrap());
    let mut index = BufWriter::new(fs::File::create(folder.join("index")).unwrap());
    let mut end = 0_u32;
    book::grow(records, |_, files: Vec<File>| {
        for (place, (name, bytes)) in files.into_iter().enumerate() {
            if u64::try_from(place).unwrap() < FILES {
                data.write_all(&bytes).unwrap();
                end += u32::try_from(bytes.len()).unwrap();
                index.write_all(&end.to_be_bytes()).unwrap();
            } else {
                let name = name.to_string().replace('/', "!");
                fs::write(folder.join("beside").join(name), bytes).unwrap();
            }
        }
    });
    data.flush().unwrap();
    index.flush().unwrap();
}

/// Such a book.
pub(crate) struct Blob {
    data: fs::File,
    /// Where each file ends: held, so that reading one is a copy out of memory and nothing else.
    ends: Vec<u32>,
    records: u64,
    beside: BTreeMap<String, Vec<u8>>,
}

impl Blob {
    pub(crate) fn open(folder: &Path) -> Self {
        let ends: Vec<u32> = {
            let index = fs::read(folder.join("index")).unwrap();
            let (ends, _) = index.as_chunks::<4>();
            ends.iter().map(|end| u32::from_be_bytes(*end)).collect()
        };
        let beside = fs::read_dir(folder.join("beside")).unwrap().map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap().replace('!', "/");
            (name, fs::read(entry.path()).unwrap())
        });
        Self {
            data: fs::File::open(folder.join("data")).unwrap(),
            records: u64::try_from(ends.len()).unwrap() / FILES,
            ends,
            beside: beside.collect(),
        }
    }

    fn place(&self, name: &str) -> Option<u64> {
        let (index, place) = match FileName::parse(name)? {
            FileName::Record(index) => (index, 0),
            FileName::RecordSignature(index, reference) => {
                let place = book::REFS.iter().position(|name| *name == reference)?;
                (index, 1 + u64::try_from(place).unwrap())
            }
            FileName::Checkpoint(size) => (size.checked_sub(1)?, 3),
            FileName::CheckpointSignature(size, reference) if reference == book::REFS[0] => {
                (size.checked_sub(1)?, 4)
            }
            FileName::Origin
            | FileName::Roster(_)
            | FileName::RosterSignature(..)
            | FileName::CheckpointSignature(..)
            | FileName::Metadata(_) => return None,
        };
        (index < self.records).then_some(index * FILES + place)
    }

    fn end(&self, place: u64) -> u64 {
        u64::from(self.ends[usize::try_from(place).unwrap()])
    }

    /// The names that come with records in one of the ledger's folders, sorted.
    fn of_records(&self, folder: &'static str) -> impl Iterator<Item = String> + Send + use<> {
        (0..self.records).flat_map(move |index| {
            let [operator, witness] = book::REFS.map(str::to_owned);
            let names = if folder == "records/" {
                vec![
                    FileName::RecordSignature(index, operator),
                    FileName::Record(index),
                    FileName::RecordSignature(index, witness),
                ]
            } else {
                vec![
                    FileName::Checkpoint(index + 1),
                    FileName::CheckpointSignature(index + 1, operator),
                ]
            };
            names.into_iter().map(|name| name.to_string())
        })
    }
}

impl LedgerStore for Blob {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(place) = self.place(name) else {
            return Ok(self.beside.get(name).cloned());
        };
        let from = place.checked_sub(1).map_or(0, |before| self.end(before));
        let mut bytes = vec![0; usize::try_from(self.end(place) - from).unwrap()];
        self.data.read_exact_at(&mut bytes, from).unwrap();
        Ok(Some(bytes))
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let names = self.names(prefix, "");
        names
            .map(|listed| listed.map(|listed| listed.name))
            .collect()
    }

    fn names(&self, prefix: &str, after: &str) -> Names<'_> {
        let beside: Vec<String> = self.beside.keys().cloned().collect();
        let folder = |folder: &'static str| {
            // Past every name in it, as an audit asks for what lies beside.
            let past = after
                .strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with(char::MAX));
            let asked = folder.starts_with(prefix) || prefix.starts_with(folder);
            let names = (asked && !past && *after < *format!("{folder}{}", char::MAX))
                .then(|| self.of_records(folder));
            names.into_iter().flatten()
        };
        let (low, high): (Vec<String>, Vec<String>) = beside
            .into_iter()
            .partition(|name| name.as_str() < "records/");
        let (prefix, after) = (prefix.to_owned(), after.to_owned());
        let all = folder("checkpoints/")
            .chain(low)
            .chain(folder("records/"))
            .chain(high);
        Box::new(
            all.filter(move |name| name.starts_with(&prefix) && *name > after)
                .map(|name| Ok(name.into())),
        )
    }

    fn create(&mut self, name: &str, _: &[u8]) -> Result<Created, StoreError> {
        Err(StoreError::NotAllowed {
            name: name.to_owned(),
        })
    }
}
