//! The signature of a metadata BLOB (MDS3 §3.1.7, RFC 7515), over the raw bytes.

use super::JwsPart;
use super::MetadataError;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::primitives::bytes;
use crate::primitives::foreign_json;
use crate::primitives::foreign_json::present;
use crate::webauthn::attestation::ChainFault;
use crate::webauthn::attestation::certificate::Certificate;
use crate::webauthn::attestation::certificate::SubjectKey;
use crate::webauthn::attestation::certificate::are_general_names;
use crate::webauthn::attestation::chain;
use crate::webauthn::attestation::oid;
use crate::webauthn::rsa;
use pki_types::CertificateDer;
use ring::signature::ECDSA_P256_SHA256_FIXED;
use ring::signature::RSA_PKCS1_2048_8192_SHA256;
use ring::signature::RSA_PSS_2048_8192_SHA256;
use ring::signature::UnparsedPublicKey;
use ring::signature::VerificationAlgorithm;
use serde::Deserialize;
use serde::de::IgnoredAny;
use webpki::EndEntityCert;

/// Bytes of a BLOB that are read; the largest so far has seven million.
const MAX_BLOB: usize = 32 * 1024 * 1024;
/// Characters of a header that are read; real ones have some six thousand.
const MAX_HEADER: usize = 128 * 1024;
/// Moments at which a path is looked for, at most.
const MAX_TIMES: usize = 32;
/// The name the signer's certificate must carry.
const SIGNER: &str = "mds.fidoalliance.org";

/// What a good signature covers.
pub(super) struct Signed {
    /// The payload, decoded.
    pub(super) payload: Vec<u8>,
    /// SHA-256 of the signer's certificate.
    pub(super) signer: Digest,
    /// SHA-256 of the root it leads to.
    pub(super) root: Digest,
    /// The header's certificates (DER), the signer's first.
    pub(super) x5c: Vec<Vec<u8>>,
    /// First and last moment at which every certificate of the header, and that root, is valid.
    pub(super) valid: (UtcTime, UtcTime),
}

/// The time as of which the signer must lead to a root.
#[derive(Clone, Copy)]
pub(super) enum When {
    /// This one.
    At(UtcTime),
    /// Any that there ever was.
    Ever,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default, deserialize_with = "present")]
    x5c: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    crit: Option<IgnoredAny>,
}

/// Verifies the whole of `blob`. The payload is decoded last.
pub(super) fn verify(blob: &[u8], roots: &[&[u8]], when: When) -> Result<Signed, MetadataError> {
    if blob.len() > MAX_BLOB {
        return Err(MetadataError::TooLarge { bytes: blob.len() });
    }
    let text = std::str::from_utf8(blob).map_err(|_| MetadataError::NotCompact)?;
    let (signed, signature) = text.rsplit_once('.').ok_or(MetadataError::NotCompact)?;
    let (header, payload) = signed.split_once('.').ok_or(MetadataError::NotCompact)?;
    if payload.contains('.') {
        return Err(MetadataError::NotCompact);
    }
    let header = read_header(header)?;
    let certificates = read_certificates(header.x5c)?;
    let borrowed: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
    let (leaf, issuers) = borrowed
        .split_first()
        .ok_or(MetadataError::NoCertificates)?;
    let certificate =
        Certificate::parse(leaf).ok_or(MetadataError::CertificateMalformed { index: 0 })?;
    let verifier = verifier(&header.alg, &certificate.key)?;
    check_name(leaf, &certificate)?;
    let index = match when {
        When::At(as_of) => chain::path(leaf, issuers, roots, as_of),
        When::Ever => path_ever(&certificate, leaf, issuers, roots),
    }
    .map_err(MetadataError::NotToRoot)?;
    let signature =
        bytes::from_base64url(signature).ok_or(MetadataError::NotBase64Url(JwsPart::Signature))?;
    if certificate.key.is_for(oid::RSA) && !rsa::key_counts(certificate.key.bytes) {
        return Err(MetadataError::SignatureBad);
    }
    UnparsedPublicKey::new(verifier, certificate.key.bytes)
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| MetadataError::SignatureBad)?;
    let root = roots.get(index).copied().unwrap_or_default();
    let all = borrowed.iter().copied().chain([root]);
    Ok(Signed {
        payload: bytes::from_base64url(payload)
            .ok_or(MetadataError::NotBase64Url(JwsPart::Payload))?,
        signer: Digest::of(leaf),
        root: Digest::of(root),
        valid: common_validity(&certificate, all),
        x5c: certificates,
    })
}

/// As [`chain::path`], as of some time at which the leaf is valid. What is valid only changes where
/// a certificate's validity begins, so those times are all there is to try.
fn path_ever(
    certificate: &Certificate<'_>,
    leaf: &[u8],
    issuers: &[&[u8]],
    roots: &[&[u8]],
) -> Result<usize, ChainFault> {
    let first = chain::path(leaf, issuers, roots, certificate.not_before);
    if first.is_ok() {
        return first;
    }
    let mut times: Vec<UtcTime> = issuers
        .iter()
        .chain(roots)
        .filter_map(|der| Some(Certificate::parse(der)?.not_before))
        .filter(|time| certificate.not_before < *time && *time <= certificate.not_after)
        .collect();
    times.sort_unstable();
    times.dedup();
    times.truncate(MAX_TIMES);
    times
        .into_iter()
        .find_map(|time| chain::path(leaf, issuers, roots, time).ok())
        .map_or(first, Ok)
}

/// When all of `ders` are valid; the first is after the last if they never are.
fn common_validity<'a>(
    certificate: &Certificate<'_>,
    ders: impl Iterator<Item = &'a [u8]>,
) -> (UtcTime, UtcTime) {
    let whole = (certificate.not_before, certificate.not_after);
    ders.filter_map(Certificate::parse)
        .fold(whole, |(first, last), one| {
            (first.max(one.not_before), last.min(one.not_after))
        })
}

fn read_header(part: &str) -> Result<Header, MetadataError> {
    if part.len() > MAX_HEADER {
        return Err(MetadataError::HeaderMalformed);
    }
    let json = bytes::from_base64url(part).ok_or(MetadataError::NotBase64Url(JwsPart::Header))?;
    let header: Header = std::str::from_utf8(&json)
        .ok()
        .and_then(foreign_json::object)
        .ok_or(MetadataError::HeaderMalformed)?;
    match header.crit {
        Some(IgnoredAny) => Err(MetadataError::CriticalHeader),
        None => Ok(header),
    }
}

fn read_certificates(x5c: Option<Vec<String>>) -> Result<Vec<Vec<u8>>, MetadataError> {
    x5c.unwrap_or_default()
        .iter()
        .enumerate()
        .map(|(index, text)| {
            bytes::from_base64(text).ok_or(MetadataError::CertificateMalformed { index })
        })
        .collect()
}

/// How to check a signature of that algorithm by that key; both must fit.
fn verifier(
    algorithm: &str,
    key: &SubjectKey<'_>,
) -> Result<&'static dyn VerificationAlgorithm, MetadataError> {
    let (fits, verifier): (bool, &'static dyn VerificationAlgorithm) = match algorithm {
        "RS256" => (key.is_for(oid::RSA), &RSA_PKCS1_2048_8192_SHA256),
        "PS256" => (key.is_for(oid::RSA), &RSA_PSS_2048_8192_SHA256),
        "ES256" => (key.is_on(oid::P256), &ECDSA_P256_SHA256_FIXED),
        other => {
            return Err(MetadataError::AlgorithmNotAllowed {
                algorithm: other.chars().take(32).collect(),
            });
        }
    };
    if fits {
        Ok(verifier)
    } else {
        Err(MetadataError::AlgorithmOtherThanKey {
            algorithm: algorithm.to_owned(),
        })
    }
}

/// Demands the exact name, no wildcard, among names that can all be read.
fn check_name(leaf: &[u8], certificate: &Certificate<'_>) -> Result<(), MetadataError> {
    let malformed = MetadataError::CertificateMalformed { index: 0 };
    let names = certificate.extension(oid::ALTERNATIVE_NAME);
    if names.is_some_and(|names| !are_general_names(names.value)) {
        return Err(malformed);
    }
    let der = CertificateDer::from(leaf);
    let end = EndEntityCert::try_from(&der).map_err(|_| malformed)?;
    let names: Vec<String> = end.valid_dns_names().map(str::to_owned).collect();
    if names.iter().any(|name| name.eq_ignore_ascii_case(SIGNER)) {
        Ok(())
    } else {
        Err(MetadataError::OtherName { names })
    }
}
