//! Names with a number in them, taken number by number from a stream that is sorted as text.

use super::inventory::Unknown;
use crate::ledger::FileName;
use crate::ledger::Listed;
use crate::ledger::Names;
use crate::ledger::StoreError;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::iter::Peekable;

/// A file of a ledger, with the name that the store gave.
#[derive(Debug)]
pub(super) struct Named {
    /// What it is.
    pub(super) file: FileName,
    /// Its name.
    pub(super) listed: Listed,
}

/// The names in one of a ledger's folders.
pub(super) struct NumberedNames<'s> {
    names: Peekable<Names<'s>>,
    folder: &'static str,
    /// What follows the number.
    separator: &'static str,
    /// Names met before their turn: as text, 1000000 comes before 100001.
    early: BTreeMap<u64, Vec<Named>>,
    /// Names that are none of a ledger's.
    unknown: Unknown,
    last: String,
    /// With what the names asked for begin.
    own: String,
}

impl<'s> NumberedNames<'s> {
    pub(super) fn new(names: Names<'s>, folder: &'static str, separator: &'static str) -> Self {
        Self {
            names: names.peekable(),
            folder,
            separator,
            early: BTreeMap::new(),
            unknown: Unknown::default(),
            last: String::new(),
            own: String::new(),
        }
    }

    /// Every name with this number, in order. Numbers must be asked for as they rise.
    pub(super) fn of(&mut self, number: u64) -> Result<Vec<Named>, StoreError> {
        let mut found = self.early.remove(&number).unwrap_or_default();
        self.own.clear();
        // Into a text: it never fails.
        let _ = write!(self.own, "{}{number:06}{}", self.folder, self.separator);
        let own = &self.own;
        loop {
            let name = match self.names.peek() {
                Some(Ok(Listed { name, .. })) if name.starts_with(own) || name < own => {
                    match self.names.next() {
                        Some(Ok(name)) => name,
                        Some(Err(error)) => return Err(error),
                        None => return Ok(found),
                    }
                }
                Some(Ok(_)) | None => return Ok(found),
                Some(Err(error)) => return Err(error.clone()),
            };
            match known(name, &mut self.last, &mut self.unknown) {
                Some((its, named)) if its == number => found.push(named),
                Some((its, mut named)) => {
                    // Many may wait, and each would hold its folder open.
                    named.listed.place = None;
                    self.early.entry(its).or_default().push(named);
                }
                None => {}
            }
        }
    }

    /// Takes what is left; whether any of it has a number.
    pub(super) fn rest(&mut self, unknown: &mut Unknown) -> Result<bool, StoreError> {
        let mut any = !self.early.is_empty();
        for name in self.names.by_ref() {
            any |= known(name?, &mut self.last, &mut self.unknown).is_some();
        }
        let (names, more) = std::mem::take(&mut self.unknown).into_parts();
        unknown.join(names, more);
        Ok(any)
    }
}

/// The number and the file; a name that is none of a ledger's is put aside.
fn known(listed: Listed, last: &mut String, unknown: &mut Unknown) -> Option<(u64, Named)> {
    // Two odd names can look alike when they are shown as text.
    if listed.name == *last {
        return None;
    }
    last.clone_from(&listed.name);
    let file = FileName::parse(&listed.name);
    if let Some((number, file)) = file.and_then(|file| Some((number(&file)?, file))) {
        return Some((number, Named { file, listed }));
    }
    unknown.add(listed.name);
    None
}

/// The number in a name; `None` where there is none, or it counts nothing.
const fn number(file: &FileName) -> Option<u64> {
    match file {
        FileName::Checkpoint(0)
        | FileName::CheckpointSignature(0, _)
        | FileName::Origin
        | FileName::Metadata(_) => None,
        FileName::Roster(number)
        | FileName::RosterSignature(number, _)
        | FileName::Record(number)
        | FileName::RecordSignature(number, _)
        | FileName::Checkpoint(number)
        | FileName::CheckpointSignature(number, _) => Some(*number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::LedgerStore;
    use crate::ledger::MemoryStore;

    fn numbered(store: &MemoryStore) -> NumberedNames<'_> {
        NumberedNames::new(store.names("records/", ""), "records/", "/")
    }

    fn files(names: &mut NumberedNames<'_>, number: u64) -> Vec<FileName> {
        let found = names.of(number).unwrap();
        found.into_iter().map(|named| named.file).collect()
    }

    #[test]
    fn numbers_of_seven_digits_are_met_at_their_turn() {
        let store: MemoryStore = [100_000, 100_001, 1_000_000, 1_000_010]
            .into_iter()
            .map(|index| (FileName::Record(index).to_string(), Vec::new()))
            .collect();
        let mut names = numbered(&store);
        for index in (99_999..100_003).chain(999_999..1_000_012) {
            let there = matches!(index, 100_000 | 100_001 | 1_000_000 | 1_000_010);
            let expected = there.then_some(FileName::Record(index));
            assert_eq!(files(&mut names, index), Vec::from_iter(expected));
        }
        assert_eq!(names.rest(&mut Unknown::default()), Ok(false));
    }

    #[test]
    fn what_is_none_of_a_ledgers_is_put_aside_wherever_it_stands() {
        let odd = [
            "records/00000/record.json",
            "records/000000/a b",
            "records/x",
        ];
        let store: MemoryStore = ["records/000000/record.json", "records/000001/op.sig"]
            .into_iter()
            .chain(odd)
            .map(|name| (name.to_owned(), Vec::new()))
            .collect();
        let mut names = numbered(&store);
        assert_eq!(files(&mut names, 0), [FileName::Record(0)]);
        let mut unknown = Unknown::default();
        assert_eq!(names.rest(&mut unknown), Ok(true));
        let (found, more) = unknown.into_parts();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), odd);
        assert_eq!(more, 0);
    }
}
