//! What an auditor brings from outside: the trust file and remembered heads. A book cannot vouch
//! for itself.

mod fault;
mod file;
mod heads;

pub use fault::TrustFault;
pub use heads::parse_heads;
pub use heads::remember;

use super::Checkpoint;
use crate::primitives::Digest;
use crate::webauthn::Aaguid;
use crate::webauthn::attestation::Anchor;
use crate::webauthn::attestation::AnchorSource;
use crate::webauthn::metadata::Metadata;
use crate::webauthn::metadata::Served;
use crate::webauthn::metadata::fido_roots;
use std::sync::Arc;

/// Largest trust file or file of heads that is read, in bytes.
pub const MAX_TRUST_BYTES: usize = 1 << 20;

/// A certificate that the auditor trusts to attest one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedAnchor {
    /// The model.
    pub aaguid: Aaguid,
    /// The certificate (DER).
    pub der: Vec<u8>,
}

/// What an auditor holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// SHA-256 of record 000000's `record.json`; `None` leaves `TRUST-ROOT` unknown.
    pub genesis: Option<Digest>,
    /// Further roots (DER) that may sign metadata.
    pub mds_roots: Vec<Vec<u8>>,
    /// Roots (DER) of authorities whose time stamps count.
    pub tsa_roots: Vec<Vec<u8>>,
    /// Anchors that stand in for metadata entries.
    pub anchors: Vec<TrustedAnchor>,
    /// Remembered heads.
    pub heads: Vec<Checkpoint>,
    /// Metadata of the auditor's own, verified; no part of the file.
    pub metadata: Option<Arc<Metadata>>,
}

impl Trust {
    /// The roots (DER) that may sign metadata: FIDO's, and those of the file.
    #[must_use]
    pub fn metadata_roots(&self) -> Vec<&[u8]> {
        let own = self.mds_roots.iter().map(Vec::as_slice);
        fido_roots().into_iter().chain(own).collect()
    }

    /// The anchors of a model, in the order of the file, with the number of models each serves.
    #[must_use]
    pub fn anchors_of(&self, aaguid: &Aaguid) -> Vec<Anchor> {
        let served = self.served();
        self.anchors
            .iter()
            .filter(|anchor| anchor.aaguid == *aaguid)
            .map(|anchor| Anchor {
                der: anchor.der.clone(),
                source: AnchorSource::TrustFile,
                serves: served.count(&anchor.der),
            })
            .collect()
    }

    /// The models behind each anchor of the file.
    #[must_use]
    pub fn served(&self) -> Served {
        let mut served = Served::default();
        for anchor in &self.anchors {
            served.add(anchor.aaguid, &anchor.der);
        }
        served
    }
}

fn text(file: &[u8]) -> Result<&str, TrustFault> {
    if file.len() > MAX_TRUST_BYTES {
        return Err(TrustFault::TooLarge);
    }
    std::str::from_utf8(file).map_err(|_| TrustFault::NotUtf8)
}

#[cfg(test)]
mod tests;
