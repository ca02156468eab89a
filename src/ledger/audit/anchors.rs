//! What a model's attestation may lead to.

use crate::ledger::Trust;
use crate::primitives::Digest;
use crate::webauthn::Aaguid;
use crate::webauthn::attestation::Anchor;
use crate::webauthn::metadata::Metadata;
use crate::webauthn::metadata::Served;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Models whose anchors are remembered; then all are forgotten.
const REMEMBERED: usize = 1_024;

/// A model, and the metadata it was looked for in.
type Place = (Aaguid, Option<Digest>);

/// The anchors of an auditor, and those that were looked up before; asked from many threads.
#[derive(Debug)]
pub(super) struct Anchors<'a> {
    /// What the auditor holds.
    pub(super) trust: &'a Trust,
    served: Served,
    known: Mutex<HashMap<Place, Vec<Anchor>>>,
}

impl<'a> Anchors<'a> {
    /// Those of `trust`.
    pub(super) fn new(trust: &'a Trust) -> Self {
        Self {
            trust,
            served: trust.served(),
            known: Mutex::default(),
        }
    }

    /// The anchors of `model`: those of its metadata entry, then those of the trust file. The models
    /// that an authority serves are counted over both.
    pub(super) fn of(&self, model: Aaguid, metadata: Option<&Metadata>) -> Vec<Anchor> {
        let place = (model, metadata.map(Metadata::sha256));
        {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(anchors) = known.get(&place) {
                return anchors.clone();
            }
        }
        let mut anchors = metadata.map_or_else(Vec::new, |metadata| metadata.anchors_for(model));
        anchors.extend(self.trust.anchors_of(&model));
        for anchor in &mut anchors {
            anchor.serves = self.models_of(&anchor.der, metadata).len().max(1);
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(place, anchors.clone());
        anchors
    }

    fn models_of(&self, der: &[u8], metadata: Option<&Metadata>) -> BTreeSet<Aaguid> {
        let mut models = self.served.models(der);
        if let Some(metadata) = metadata {
            models.extend(metadata.served().models(der));
        }
        models
    }
}
