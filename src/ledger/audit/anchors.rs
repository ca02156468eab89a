//! What a model's attestation may lead to.

use crate::ledger::Trust;
use crate::webauthn::Aaguid;
use crate::webauthn::attestation::Anchor;
use crate::webauthn::metadata::Metadata;

/// The anchors of `model`: those of its metadata entry, then those of the trust file.
pub(super) fn of(model: Aaguid, metadata: Option<&Metadata>, trust: &Trust) -> Vec<Anchor> {
    let mut anchors = metadata.map_or_else(Vec::new, |metadata| metadata.anchors_for(model));
    anchors.extend(trust.anchors_of(&model));
    anchors
}
