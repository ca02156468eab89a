//! The authority's signature over the signed attributes.

use super::StampFault;
use super::asn1;
use super::request::SHA256;
use super::signed_data::SignedData;
use der::asn1::ObjectIdentifier;
use pki_types::CertificateDer;
use pki_types::SignatureVerificationAlgorithm;
use ring::digest;
use webpki::EndEntityCert;
use webpki::Error;
use webpki::ring as algorithms;

const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
/// rsaEncryption: the digest is named apart.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// A digest that counts here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DigestKind {
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

impl DigestKind {
    /// The digest of that id; `None` of others.
    pub(super) fn of(id: ObjectIdentifier) -> Option<Self> {
        match id {
            SHA256 => Some(Self::Sha256),
            SHA384 => Some(Self::Sha384),
            SHA512 => Some(Self::Sha512),
            _ => None,
        }
    }

    /// How it is made.
    pub(super) fn algorithm(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }

    /// The signature algorithms with this digest: RSA PKCS #1 v1.5, then ECDSA.
    fn signatures(self) -> (ObjectIdentifier, ObjectIdentifier) {
        let (rsa, ecdsa) = match self {
            Self::Sha256 => ("1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"),
            Self::Sha384 => ("1.2.840.113549.1.1.12", "1.2.840.10045.4.3.3"),
            Self::Sha512 => ("1.2.840.113549.1.1.13", "1.2.840.10045.4.3.4"),
        };
        let id = |text| ObjectIdentifier::new(text).unwrap_or(RSA);
        (id(rsa), id(ecdsa))
    }
}

type Verifier = &'static dyn SignatureVerificationAlgorithm;

/// The ways to verify a signature of that algorithm and digest; none if it is not checked here.
fn verifiers(algorithm: ObjectIdentifier, kind: DigestKind) -> Vec<Verifier> {
    let (rsa, ecdsa) = kind.signatures();
    if algorithm == RSA || algorithm == rsa {
        vec![match kind {
            DigestKind::Sha256 => algorithms::RSA_PKCS1_2048_8192_SHA256,
            DigestKind::Sha384 => algorithms::RSA_PKCS1_2048_8192_SHA384,
            DigestKind::Sha512 => algorithms::RSA_PKCS1_2048_8192_SHA512,
        }]
    } else if algorithm == ecdsa {
        match kind {
            DigestKind::Sha256 => {
                vec![algorithms::ECDSA_P256_SHA256, algorithms::ECDSA_P384_SHA256]
            }
            DigestKind::Sha384 => {
                vec![algorithms::ECDSA_P256_SHA384, algorithms::ECDSA_P384_SHA384]
            }
            DigestKind::Sha512 => Vec::new(),
        }
    } else {
        Vec::new()
    }
}

/// Whether the signature is that of `certificate` (DER).
pub(super) fn check(
    signed: &SignedData<'_>,
    kind: DigestKind,
    certificate: &[u8],
) -> Result<(), StampFault> {
    // What is signed is the attributes as a SET, though they are sent with a tag of their own.
    let message = asn1::element(asn1::SET, &[signed.attributes]);
    let der = CertificateDer::from(certificate);
    let certificate = EndEntityCert::try_from(&der)
        .map_err(|_| StampFault::Malformed("the signer's certificate"))?;
    for verifier in verifiers(signed.algorithm, kind) {
        match certificate.verify_signature(verifier, &message, signed.signature) {
            Ok(()) => return Ok(()),
            Err(Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_)) => {}
            Err(_) => return Err(StampFault::SignatureBad),
        }
    }
    Err(StampFault::Algorithm(signed.algorithm.to_string()))
}
