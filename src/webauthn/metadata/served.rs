//! How many models each anchor may have attested.

use crate::primitives::Digest;
use crate::webauthn::Aaguid;
use crate::webauthn::attestation::certificate::Certificate;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The models behind each authority: those that list it, and those that list one it issued, going
/// by the name alone. Counting too many only makes a missing AAGUID extension weigh more.
#[derive(Clone, Debug, Default)]
pub struct Served {
    by_authority: BTreeMap<Digest, BTreeSet<Aaguid>>,
    by_issuer: BTreeMap<Digest, BTreeSet<Aaguid>>,
}

impl Served {
    /// Notes that `der` may attest `model`.
    pub fn add(&mut self, model: Aaguid, der: &[u8]) {
        self.by_authority
            .entry(authority(der))
            .or_default()
            .insert(model);
        if let Some(certificate) = Certificate::parse(der)
            && certificate.issuer != certificate.subject
        {
            self.by_issuer
                .entry(Digest::of(certificate.issuer))
                .or_default()
                .insert(model);
        }
    }

    /// The models that `der` may have attested.
    #[must_use]
    pub fn models(&self, der: &[u8]) -> BTreeSet<Aaguid> {
        let below = Certificate::parse(der)
            .and_then(|certificate| self.by_issuer.get(&Digest::of(certificate.subject)));
        self.by_authority
            .get(&authority(der))
            .into_iter()
            .chain(below)
            .flatten()
            .copied()
            .collect()
    }

    /// How many they are; at least 1.
    #[must_use]
    pub fn count(&self, der: &[u8]) -> usize {
        self.models(der).len().max(1)
    }
}

/// An authority is its name and its key: a certificate that was made anew is the same authority.
fn authority(der: &[u8]) -> Digest {
    match Certificate::parse(der) {
        Some(certificate) => Digest::of_parts(&[
            &Digest::of(certificate.subject).0,
            &Digest::of(certificate.key.bytes).0,
        ]),
        None => Digest::of(der),
    }
}
