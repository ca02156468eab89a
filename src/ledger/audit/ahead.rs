//! Names read ahead of the records that are judged, so that no thread waits while another lists a
//! folder.

use super::inventory::RecordNames;
use super::inventory::Records;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::TryLockError;

/// Records whose names are read at once.
const BATCH: usize = 16;

/// Fewer than these left, and more are read.
const FEW: usize = 8;

/// The names of the files of each record, for many threads.
pub(super) struct Ahead<'s> {
    /// Held while names are read. They are put into `ready` before it is let go: so they are in
    /// order there.
    records: Mutex<Records<'s>>,
    ready: Mutex<VecDeque<RecordNames>>,
}

impl<'s> Ahead<'s> {
    pub(super) fn new(records: Records<'s>) -> Self {
        Self {
            records: Mutex::new(records),
            ready: Mutex::default(),
        }
    }

    /// The names of the next record's files; `None` after the last.
    pub(super) fn next(&self) -> Option<RecordNames> {
        let (mut names, left) = {
            let mut ready = self.ready();
            (ready.pop_front(), ready.len())
        };
        if names.is_none() {
            let mut records = held(self.records.lock());
            // Whoever held them before has filled it.
            names = self.ready().pop_front().or_else(|| records.next());
            if names.is_some() {
                self.fill(&mut records);
            }
        } else if left < FEW
            && let Some(mut records) = self.unless_held()
        {
            self.fill(&mut records);
        }
        names
    }

    fn fill(&self, records: &mut Records<'_>) {
        for _ in 0..BATCH {
            let Some(names) = records.next() else {
                return;
            };
            self.ready().push_back(names);
        }
    }

    fn ready(&self) -> MutexGuard<'_, VecDeque<RecordNames>> {
        held(self.ready.lock())
    }

    fn unless_held(&self) -> Option<MutexGuard<'_, Records<'s>>> {
        match self.records.try_lock() {
            Ok(records) => Some(records),
            Err(TryLockError::Poisoned(error)) => Some(error.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// The records, once nobody asks for more.
    pub(super) fn into_inner(self) -> Records<'s> {
        self.records
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn held<T>(lock: Result<T, PoisonError<T>>) -> T {
    lock.unwrap_or_else(PoisonError::into_inner)
}
