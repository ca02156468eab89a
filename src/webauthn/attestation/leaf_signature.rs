//! A signature by a certificate's key, under a COSE algorithm.

use super::SignatureFact;
use super::certificate::SubjectKey;
use super::oid;
use crate::primitives::Ed25519Key;
use crate::webauthn::CoseKey;
use crate::webauthn::rsa;
use ring::signature::ECDSA_P256_SHA256_ASN1;
use ring::signature::ECDSA_P384_SHA384_ASN1;
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
    let ring = |verifier: &'static dyn VerificationAlgorithm| {
        UnparsedPublicKey::new(verifier, key.bytes)
            .verify(message, signature)
            .is_ok()
    };
    let good = match algorithm {
        CoseKey::ES256 => key.is_on(oid::P256).then(|| ring(&ECDSA_P256_SHA256_ASN1)),
        CoseKey::ES384 => key.is_on(oid::P384).then(|| ring(&ECDSA_P384_SHA384_ASN1)),
        CoseKey::EDDSA => key.is_for(oid::ED25519).then(|| {
            let bytes = key.bytes.try_into().map(Ed25519Key::new);
            bytes.is_ok_and(|key| key.verifies(message, signature))
        }),
        CoseKey::RS256 => key
            .is_for(oid::RSA)
            .then(|| rsa::key_counts(key.bytes) && ring(&RSA_PKCS1_2048_8192_SHA256)),
        other => return SignatureFact::UnknownAlgorithm(other),
    };
    match good {
        Some(true) => SignatureFact::Good,
        Some(false) => SignatureFact::Bad,
        None => SignatureFact::OtherThanKey(algorithm),
    }
}
