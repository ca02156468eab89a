//! What is carried to an authority: a TimeStampReq (RFC 3161 §2.4.1).

use super::MAX_STAMP_BYTES;
use super::asn1;
use crate::ledger::Checkpoint;
use crate::primitives::Digest;
use crate::primitives::Entropy;
use der::Tag;
use der::Tagged;
use der::asn1::ObjectIdentifier;

/// SHA-256.
pub(super) const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

/// A request to stamp a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StampRequest {
    /// SHA-256 of the checkpoint's text.
    pub imprint: Digest,
    /// The nonce: the content of a positive INTEGER. `None` if the request has none.
    pub nonce: Option<Vec<u8>>,
}

impl StampRequest {
    /// A request for a head, with a fresh nonce of eight bytes.
    #[must_use]
    pub fn new(checkpoint: &Checkpoint, entropy: &mut dyn Entropy) -> Self {
        let mut nonce = [0; 8];
        entropy.fill(&mut nonce);
        // Positive, and eight bytes long in its one spelling.
        nonce[0] = nonce[0] & 0x7f | 0x40;
        Self {
            imprint: imprint(checkpoint),
            nonce: Some(nonce.to_vec()),
        }
    }

    /// The request's bytes (DER); it asks for the certificates.
    #[must_use]
    pub fn der(&self) -> Vec<u8> {
        let sha256 = asn1::element(asn1::OID, &[SHA256.as_bytes()]);
        let null = asn1::element(asn1::NULL, &[]);
        let algorithm = asn1::element(asn1::SEQUENCE, &[&sha256, &null]);
        let digest = asn1::element(asn1::OCTETS, &[&self.imprint.0]);
        let version = asn1::element(asn1::INTEGER, &[&[1]]);
        let imprint = asn1::element(asn1::SEQUENCE, &[&algorithm, &digest]);
        let nonce = self
            .nonce
            .as_ref()
            .map_or_else(Vec::new, |nonce| asn1::element(asn1::INTEGER, &[nonce]));
        let certificates = asn1::element(asn1::BOOLEAN, &[&[0xff]]);
        asn1::element(asn1::SEQUENCE, &[&version, &imprint, &nonce, &certificates])
    }

    /// Reads a request; `None` if it is none, or of another digest than SHA-256.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MAX_STAMP_BYTES {
            return None;
        }
        let parts = asn1::sequence(&asn1::whole(bytes)?)?;
        let [version, message, rest @ ..] = parts.as_slice() else {
            return None;
        };
        let nonce = rest.iter().find(|part| part.tag() == Tag::Integer);
        Some(Self {
            imprint: (asn1::integer(version)? == [1]).then(|| read_imprint(message))??,
            nonce: match nonce {
                Some(nonce) => Some(asn1::integer(nonce)?.to_vec()),
                None => None,
            },
        })
    }
}

/// SHA-256 of a checkpoint's text: what is stamped.
pub(super) fn imprint(checkpoint: &Checkpoint) -> Digest {
    Digest::of(checkpoint.text().as_bytes())
}

/// The digest of a MessageImprint; `None` if it is not one of SHA-256.
pub(super) fn read_imprint(message: &der::asn1::AnyRef<'_>) -> Option<Digest> {
    match asn1::sequence(message)?.as_slice() {
        [algorithm, digest] if asn1::algorithm(algorithm)? == SHA256 => {
            Some(Digest(asn1::octets(digest)?.try_into().ok()?))
        }
        _ => None,
    }
}
