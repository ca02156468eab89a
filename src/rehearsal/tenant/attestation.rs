//! What Entra makes of an attestation statement.

use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::primitives::bytes;
use crate::primitives::cbor::Value;
use crate::webauthn::Aaguid;
use crate::webauthn::AttestationObject;
use crate::webauthn::CoseKey;
use crate::webauthn::SignatureCheck;
use der::Decode;
use pki_types::CertificateDer;
use pki_types::SignatureVerificationAlgorithm;
use pki_types::UnixTime;
use ring::digest;
use std::time::Duration;
use webpki::EndEntityCert;
use webpki::KeyUsage;
use x509_cert::Certificate;

/// The AAGUID extension of attestation certificates (WebAuthn §8.2.1).
const AAGUID_EXTENSION: &str = "1.3.6.1.4.1.45724.1.1.4";

/// What an attestation proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// Its chain ends at a trusted root; SHA-1 of the certificate.
    Attested(String),
    /// Nothing is proven about the model.
    NotAttested,
}

/// Judges an attestation; an error is a statement that is wrong in itself.
pub(super) fn judge(
    object: &AttestationObject,
    client_data: &[u8],
    roots: &[Vec<u8>],
    now: UtcTime,
) -> Result<Proof, &'static str> {
    match object.format() {
        "none" => Ok(Proof::NotAttested),
        "packed" => packed(object, client_data, roots, now),
        _ => Err("The attestation format is not supported."),
    }
}

fn packed(
    object: &AttestationObject,
    client_data: &[u8],
    roots: &[Vec<u8>],
    now: UtcTime,
) -> Result<Proof, &'static str> {
    const MALFORMED: &str = "The attestation statement is malformed.";
    const BAD: &str = "The attestation signature is not valid.";
    let credential = object.auth_data().credential().ok_or(MALFORMED)?;
    let statement = object.statement();
    let member = |name: &str| statement.named_member(name);
    let algorithm = member("alg").and_then(Value::as_i64).ok_or(MALFORMED)?;
    let signature = member("sig").and_then(Value::as_bytes).ok_or(MALFORMED)?;
    let signed = [object.auth_data().raw(), &Digest::of(client_data).0].concat();
    let Some(chain) = member("x5c") else {
        let own = credential.public_key.algorithm() == algorithm
            && credential.public_key.verify(&signed, signature) == SignatureCheck::Good;
        return if own {
            Ok(Proof::NotAttested)
        } else {
            Err(BAD)
        };
    };
    let certificates: Vec<CertificateDer<'_>> = chain
        .as_array()
        .ok_or(MALFORMED)?
        .iter()
        .map(|der| der.as_bytes().map(CertificateDer::from))
        .collect::<Option<_>>()
        .ok_or(MALFORMED)?;
    let (leaf, intermediates) = certificates.split_first().ok_or(MALFORMED)?;
    let verifier = verifier(algorithm).ok_or(MALFORMED)?;
    let end = EndEntityCert::try_from(leaf).map_err(|_| MALFORMED)?;
    end.verify_signature(verifier, &signed, signature)
        .map_err(|_| BAD)?;
    if named_aaguid(leaf).is_some_and(|named| named != credential.aaguid) {
        return Err("The certificate names another AAGUID.");
    }
    let trusted = roots
        .iter()
        .any(|root| reaches(&end, intermediates, root, now));
    Ok(if trusted {
        let sha1 = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, leaf);
        Proof::Attested(bytes::hex(sha1.as_ref()))
    } else {
        Proof::NotAttested
    })
}

fn verifier(algorithm: i64) -> Option<&'static dyn SignatureVerificationAlgorithm> {
    match algorithm {
        CoseKey::ES256 => Some(webpki::ring::ECDSA_P256_SHA256),
        CoseKey::ES384 => Some(webpki::ring::ECDSA_P384_SHA384),
        CoseKey::EDDSA => Some(webpki::ring::ED25519),
        CoseKey::RS256 => Some(webpki::ring::RSA_PKCS1_2048_8192_SHA256),
        _ => None,
    }
}

fn reaches(
    end: &EndEntityCert<'_>,
    intermediates: &[CertificateDer<'_>],
    root: &[u8],
    now: UtcTime,
) -> bool {
    let root = CertificateDer::from(root);
    let Ok(anchor) = webpki::anchor_from_trusted_cert(&root) else {
        return false;
    };
    let Ok(seconds) = u64::try_from(now.unix()) else {
        return false;
    };
    end.verify_for_usage(
        webpki::ALL_VERIFICATION_ALGS,
        &[anchor],
        intermediates,
        UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
        KeyUsage::client_auth(),
        None,
        None,
    )
    .is_ok()
}

/// The AAGUID in the certificate's extension; `None` without one.
fn named_aaguid(leaf: &[u8]) -> Option<Aaguid> {
    let certificate = Certificate::from_der(leaf).ok()?;
    let extension = certificate
        .tbs_certificate()
        .extensions()?
        .iter()
        .find(|extension| extension.extn_id.to_string() == AAGUID_EXTENSION)?;
    // An octet string of 16 bytes inside the extension's own.
    Aaguid::from_bytes(
        extension
            .extn_value
            .as_bytes()
            .strip_prefix(&[0x04, 0x10])?,
    )
}
