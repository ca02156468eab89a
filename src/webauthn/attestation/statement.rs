//! The signature of a statement, format by format.

use super::SignatureFact;
use super::certificate::Certificate;
use super::leaf_signature;
use crate::primitives::Digest;
use crate::webauthn::AttestationObject;
use crate::webauthn::CoseKey;
use crate::webauthn::SignatureCheck;

/// `packed` with certificates (WebAuthn §8.2): the leaf signs authenticator data and the hash.
pub(super) fn packed(object: &AttestationObject, hash: &Digest, x5c: &[&[u8]]) -> SignatureFact {
    let (Some((algorithm, signature)), Some(leaf)) = (algorithm_and_signature(object), x5c.first())
    else {
        return SignatureFact::Malformed;
    };
    match Certificate::parse(leaf) {
        Some(certificate) => leaf_signature::check(
            algorithm,
            &certificate.key,
            &signed(object, hash),
            signature,
        ),
        None => SignatureFact::Malformed,
    }
}

/// `packed` without certificates (WebAuthn §8.2): the credential itself signs.
pub(super) fn packed_self(object: &AttestationObject, hash: &Digest) -> SignatureFact {
    let (Some((algorithm, signature)), Some(made)) = (
        algorithm_and_signature(object),
        object.auth_data().credential(),
    ) else {
        return SignatureFact::Malformed;
    };
    if object.statement().named_member("ecdaaKeyId").is_some() {
        return SignatureFact::UnknownAlgorithm(algorithm);
    }
    if algorithm != made.public_key.algorithm() {
        return SignatureFact::OtherThanKey(algorithm);
    }
    match made.public_key.verify(&signed(object, hash), signature) {
        SignatureCheck::Good => SignatureFact::Good,
        SignatureCheck::Bad => SignatureFact::Bad,
        SignatureCheck::UnknownAlgorithm(other) => SignatureFact::UnknownAlgorithm(other),
    }
}

/// `none` (WebAuthn §8.7): an empty statement.
pub(super) fn none(object: &AttestationObject) -> SignatureFact {
    match object.statement().as_map() {
        Some([]) => SignatureFact::NotApplicable,
        Some(_) | None => SignatureFact::Malformed,
    }
}

/// `fido-u2f` (WebAuthn §8.6): one certificate with a P-256 key, over the U2F registration message
/// about a P-256 key.
pub(super) fn fido_u2f(object: &AttestationObject, hash: &Digest, x5c: &[&[u8]]) -> SignatureFact {
    let signature = object
        .statement()
        .named_member("sig")
        .and_then(|value| value.as_bytes());
    let (Some(signature), [leaf], Some(made)) = (signature, x5c, object.auth_data().credential())
    else {
        return SignatureFact::Malformed;
    };
    let (Some(certificate), Some(point)) = (Certificate::parse(leaf), made.public_key.point())
    else {
        return SignatureFact::Malformed;
    };
    if made.public_key.algorithm() != CoseKey::ES256 {
        return SignatureFact::Malformed;
    }
    let message = [
        [0].as_slice(),
        object.auth_data().rp_id_hash(),
        &hash.0,
        made.credential_id.bytes(),
        point,
    ]
    .concat();
    leaf_signature::check(CoseKey::ES256, &certificate.key, &message, signature)
}

fn algorithm_and_signature(object: &AttestationObject) -> Option<(i64, &[u8])> {
    let statement = object.statement();
    Some((
        statement.named_member("alg")?.as_i64()?,
        statement.named_member("sig")?.as_bytes()?,
    ))
}

fn signed(object: &AttestationObject, hash: &Digest) -> Vec<u8> {
    [object.auth_data().raw(), &hash.0].concat()
}
