//! Which signature files statements have committed to.

use crate::ledger::FileName;
use crate::primitives::Digest;
use std::collections::BTreeMap;

/// Signature files that no statement has named yet.
#[derive(Default)]
pub(super) struct Sealed {
    open: BTreeMap<Digest, FileName>,
    /// Of those, the operators': they are written with their record and never late.
    operators: BTreeMap<u64, Digest>,
    told: bool,
}

impl Sealed {
    /// Notes a signature file that a later statement may name.
    pub(super) fn note(&mut self, file: FileName, digest: Digest) {
        self.open.entry(digest).or_insert(file);
    }

    /// Takes a digest that a statement names; `false` if no file has it, or another statement
    /// named it before.
    pub(super) fn name(&mut self, digest: &Digest) -> bool {
        let Some(file) = self.open.remove(digest) else {
            return false;
        };
        if let Some(index) = file.record()
            && self.operators.get(&index) == Some(digest)
        {
            self.operators.remove(&index);
        }
        true
    }

    /// Notes that the signature file of this digest is that of the operator of a record.
    pub(super) fn note_operator(&mut self, record: u64, digest: Digest) {
        self.operators.insert(record, digest);
    }

    /// The first of the first `size` records whose operator's signature no statement has named yet.
    pub(super) fn first_open(&self, size: u64) -> Option<u64> {
        let (first, _) = self.operators.first_key_value()?;
        (*first < size).then_some(*first)
    }

    /// The first file that is still open: where a statement names a digest that no file has, this
    /// one stands in its place. Told once, for the first such statement; `None` after.
    pub(super) fn stand_in(&mut self) -> Option<FileName> {
        if std::mem::replace(&mut self.told, true) {
            return None;
        }
        self.open.values().min().cloned()
    }
}
