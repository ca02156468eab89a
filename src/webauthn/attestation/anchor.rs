//! What a chain of certificates may end at.

use crate::primitives::Digest;

/// Who vouches for an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnchorSource {
    /// The entry of the model in verified metadata (MDS3).
    Metadata,
    /// The auditor's trust file; it stands in for a metadata entry.
    TrustFile,
    /// The book alone, which cannot vouch for itself.
    Book,
}

/// A certificate that is trusted to attest a model; need not be a root, may be the leaf itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The certificate (DER).
    pub der: Vec<u8>,
    /// Who vouches for it.
    pub source: AnchorSource,
    /// How many models (AAGUIDs) it is known to attest; 1 or more.
    pub serves: usize,
}

impl Anchor {
    /// SHA-256 of the certificate.
    #[must_use]
    pub fn sha256(&self) -> Digest {
        Digest::of(&self.der)
    }
}
