//! Which signature files statements have committed to.

use crate::ledger::FileName;
use crate::primitives::Digest;
use std::collections::BTreeMap;

/// Signature files that no statement has named yet.
#[derive(Default)]
pub(super) struct Sealed {
    open: BTreeMap<Digest, FileName>,
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
        self.open.remove(digest).is_some()
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
