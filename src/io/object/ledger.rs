//! A ledger in a container: it creates objects and never replaces one.

use super::container::Container;
use crate::ledger::Created;
use crate::ledger::LedgerStore;
use crate::ledger::Listed;
use crate::ledger::MAX_FILE_BYTES;
use crate::ledger::Names;
use crate::ledger::RemoteFault;
use crate::ledger::StoreError;
use crate::plan::ObjectUrl;
use std::collections::VecDeque;

/// A ledger beneath a place in a container.
#[derive(Clone)]
pub struct ObjectLedger {
    container: Container,
    url: ObjectUrl,
}

impl ObjectLedger {
    /// The ledger at `url`, which is in `container`. It need not exist.
    #[must_use]
    pub const fn new(container: Container, url: ObjectUrl) -> Self {
        Self { container, url }
    }

    /// Whether a file at `name` has these bytes; `None` if there is none.
    fn holds(&self, name: &str, bytes: &[u8]) -> Result<Option<bool>, StoreError> {
        Ok(self.read(name)?.map(|found| found == bytes))
    }
}

impl LedgerStore for ObjectLedger {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.container.get(&self.url.name_of(name), MAX_FILE_BYTES);
        found.map_err(|fault| {
            let name = name.to_owned();
            match fault {
                None => StoreError::TooLarge { name },
                Some(fault) => StoreError::Remote { name, fault },
            }
        })
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let names = self.names(prefix, "");
        names
            .map(|listed| listed.map(|listed| listed.name))
            .collect()
    }

    fn names(&self, prefix: &str, after: &str) -> Names<'_> {
        Box::new(Walk {
            ledger: self,
            prefix: self.url.name_of(prefix),
            after: after.to_owned(),
            ready: VecDeque::new(),
            next: Next::First,
        })
    }

    /// A write that got no answer may have happened: it is read back, and never sent again.
    fn create(&mut self, name: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        let large = u64::try_from(bytes.len()).map_or(true, |length| length > MAX_FILE_BYTES);
        if large {
            let name = name.to_owned();
            return Err(StoreError::TooLarge { name });
        }
        let failed = |fault| {
            let name = name.to_owned();
            Err(StoreError::Remote { name, fault })
        };
        let fault = match self.container.create(&self.url.name_of(name), bytes) {
            Ok(true) => return Ok(Created::Created),
            // A conflict may have another reason than an object of that name.
            Ok(false) => match self.holds(name, bytes)? {
                Some(_) => return Ok(Created::Exists),
                None => return failed(RemoteFault::Status(409)),
            },
            Err(fault) => fault,
        };
        if !may_have_happened(fault) {
            return failed(fault);
        }
        match self.holds(name, bytes) {
            Ok(Some(true)) => Ok(Created::Created),
            Ok(Some(false)) => Ok(Created::Exists),
            Ok(None) => failed(fault),
            Err(_) => failed(RemoteFault::Unsure),
        }
    }
}

/// Whether a write that failed so may stand nevertheless.
const fn may_have_happened(fault: RemoteFault) -> bool {
    match fault {
        RemoteFault::Unreachable
        | RemoteFault::Refused
        | RemoteFault::NoContainer
        | RemoteFault::BadName
        | RemoteFault::Disorder => false,
        RemoteFault::Status(status) => status >= 500,
        RemoteFault::NoAnswer | RemoteFault::Unsure | RemoteFault::Other => true,
    }
}

/// Names, a page at a time.
struct Walk<'l> {
    ledger: &'l ObjectLedger,
    /// As the container has it.
    prefix: String,
    /// The last name that was given, relative to the ledger.
    after: String,
    ready: VecDeque<String>,
    next: Next,
}

enum Next {
    First,
    Page(String),
    End,
}

impl Walk<'_> {
    /// Fills `ready` with the next page, which may be empty.
    fn turn(&mut self) -> Result<(), RemoteFault> {
        let from = self.ledger.url.name_of(&self.after);
        let (after, page) = match std::mem::replace(&mut self.next, Next::End) {
            Next::First => (Some(from.as_str()).filter(|_| !self.after.is_empty()), None),
            Next::Page(page) => (None, Some(page)),
            Next::End => return Ok(()),
        };
        let (names, next) = self.ledger.container.page(&self.prefix, after, page)?;
        self.next = next.map_or(Next::End, Next::Page);
        // A store that knows no `after` lists from the beginning; one that lists out of order would
        // hide names from whoever reads in order.
        let below = self.ledger.url.name_of("");
        let mut last: Option<String> = None;
        for name in names {
            let Some(name) = name.strip_prefix(&below) else {
                return Err(RemoteFault::Disorder);
            };
            if last.as_deref().is_some_and(|last| last >= name) {
                return Err(RemoteFault::Disorder);
            }
            last = Some(name.to_owned());
            if *name > *self.after {
                self.ready.push_back(name.to_owned());
            }
        }
        Ok(())
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<Listed, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(name) = self.ready.pop_front() {
                // Across pages too.
                if name <= self.after {
                    continue;
                }
                self.after.clone_from(&name);
                return Some(Ok(name.into()));
            }
            if matches!(self.next, Next::End) {
                return None;
            }
            if let Err(fault) = self.turn() {
                self.next = Next::End;
                self.ready.clear();
                let name = String::new();
                return Some(Err(StoreError::Remote { name, fault }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_without_an_answer_may_have_happened() {
        for fault in [
            RemoteFault::NoAnswer,
            RemoteFault::Other,
            RemoteFault::Status(500),
            RemoteFault::Status(503),
        ] {
            assert!(may_have_happened(fault), "{fault:?}");
        }
        for fault in [
            RemoteFault::Unreachable,
            RemoteFault::Refused,
            RemoteFault::NoContainer,
            RemoteFault::Status(400),
        ] {
            assert!(!may_have_happened(fault), "{fault:?}");
        }
    }
}
