//! A signature by a certificate's key, under a COSE algorithm.

use super::SignatureFact;
use super::certificate::SubjectKey;
use super::oid;
use crate::webauthn::CoseKey;
use ring::signature::ECDSA_P256_SHA256_ASN1;
use ring::signature::ECDSA_P384_SHA384_ASN1;
use ring::signature::ED25519;
use ring::signature::RSA_PKCS1_2048_8192_SHA256;
use ring::signature::UnparsedPublicKey;
use ring::signature::VerificationAlgorithm;

/// What checking `signature` over `message` tells; the named algorithm must be one the key makes.
pub(super) fn check(
    algorithm: i64,
    key: &SubjectKey<'_>,
    message: &[u8],
    signature: &[u8],
) -> SignatureFact {
    let (fits, verifier): (bool, &'static dyn VerificationAlgorithm) = match algorithm {
        CoseKey::ES256 => (is_curve(key, oid::P256), &ECDSA_P256_SHA256_ASN1),
        CoseKey::ES384 => (is_curve(key, oid::P384), &ECDSA_P384_SHA384_ASN1),
        CoseKey::EDDSA => (key.algorithm == oid::ED25519, &ED25519),
        CoseKey::RS256 => (key.algorithm == oid::RSA, &RSA_PKCS1_2048_8192_SHA256),
        other => return SignatureFact::UnknownAlgorithm(other),
    };
    if !fits {
        return SignatureFact::OtherThanKey(algorithm);
    }
    match UnparsedPublicKey::new(verifier, key.bytes).verify(message, signature) {
        Ok(()) => SignatureFact::Good,
        Err(_) => SignatureFact::Bad,
    }
}

fn is_curve(key: &SubjectKey<'_>, curve: der::asn1::ObjectIdentifier) -> bool {
    key.algorithm == oid::EC_PUBLIC_KEY && key.curve == Some(curve)
}
