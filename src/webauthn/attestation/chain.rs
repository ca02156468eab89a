//! From an attestation certificate to an anchor, as of a time.

use super::Anchor;
use super::AnchorSource;
use super::certificate::Certificate;
use super::certificate::signs_certificates;
use super::oid;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::webauthn::rsa::Counting;
use pki_types::CertificateDer;
use pki_types::SignatureVerificationAlgorithm;
use pki_types::TrustAnchor;
use pki_types::UnixTime;
use std::time::Duration;
use webpki::EndEntityCert;
use webpki::Error;
use webpki::ExtendedKeyUsageValidator;
use webpki::KeyPurposeIdIter;
use webpki::anchor_from_trusted_cert;

/// Certificates that are read from one statement or BLOB; real ones have up to four.
const MAX_CERTIFICATES: usize = 8;

/// Where an attestation's certificates lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainFact {
    /// To one of the anchors, everything valid as of the time.
    ToAnchor {
        /// SHA-256 of the anchor.
        anchor: Digest,
        /// Its place among the anchors given.
        index: usize,
        /// Who vouches for it.
        source: AnchorSource,
        /// How many models it is known to attest.
        serves: usize,
    },
    /// No anchor was given: nothing is known.
    NoAnchorKnown,
    /// Anchors were given, and the certificates lead to none of them.
    NotToAnchor {
        /// Why.
        why: ChainFault,
    },
    /// The statement should have certificates and has none.
    NoCertificates,
    /// The format has no certificates, or they say nothing about a security key.
    NotApplicable,
}

/// Why a path was not found, or was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainFault {
    /// A certificate cannot be read as X.509 version 3.
    Malformed,
    /// No certificate at hand issued it, or none that is an anchor.
    UnknownIssuer,
    /// The issuer of that name did not sign it.
    SignatureInvalid,
    /// Signed with an algorithm that is not checked here: nothing is known.
    UnsupportedAlgorithm,
    /// A certificate is valid only after the time.
    NotValidYet,
    /// A certificate was no longer valid at the time.
    Expired,
    /// The anchors that could be meant were not valid at the time.
    AnchorOutOfDate,
    /// None of the anchors can be read.
    AnchorUnreadable,
    /// The attestation certificate is an authority's.
    LeafIsAuthority,
    /// A certificate that issued another is not an authority's.
    IssuerIsNoAuthority,
    /// An extension that is not known is marked critical.
    UnknownCriticalExtension,
    /// A name constraint or the path length of an issuer forbids it.
    Constrained,
    /// More certificates, or more ways through them, than are tried.
    TooComplex,
    /// Refused for another reason: the path builder's name of it.
    Other(String),
}

/// Follows `x5c`, attestation certificate first, to one of `anchors`, everything valid at `as_of`.
pub(super) fn follow(x5c: &[&[u8]], anchors: &[Anchor], as_of: UtcTime) -> ChainFact {
    let Some((leaf, issuers)) = x5c.split_first() else {
        return ChainFact::NoCertificates;
    };
    if anchors.is_empty() {
        return ChainFact::NoAnchorKnown;
    }
    let ders: Vec<&[u8]> = anchors.iter().map(|anchor| anchor.der.as_slice()).collect();
    match path(leaf, issuers, &ders, as_of) {
        Ok(index) => match anchors.get(index) {
            Some(anchor) => ChainFact::ToAnchor {
                anchor: anchor.sha256(),
                index,
                source: anchor.source,
                serves: anchor.serves,
            },
            None => ChainFact::NoAnchorKnown, // never: the index is of this list
        },
        Err(why) => ChainFact::NotToAnchor { why },
    }
}

/// Which of `anchors` a path from `leaf` through `issuers` ends at, everything valid at `as_of`.
///
/// # Errors
/// Why there is none.
pub(in crate::webauthn) fn path(
    leaf: &[u8],
    issuers: &[&[u8]],
    anchors: &[&[u8]],
    as_of: UtcTime,
) -> Result<usize, ChainFault> {
    if issuers.len() >= MAX_CERTIFICATES {
        return Err(ChainFault::TooComplex);
    }
    if let Some(index) = anchors.iter().position(|anchor| *anchor == leaf) {
        return leaf_is_anchor(leaf, as_of).map(|()| index);
    }
    let ders: Vec<CertificateDer<'_>> = anchors
        .iter()
        .map(|anchor| CertificateDer::from(*anchor))
        .collect();
    let readable = readable_anchors(&ders);
    let trusted: Vec<TrustAnchor<'_>> = readable
        .iter()
        .filter(|(_, certificate, _)| certificate.is_valid_at(as_of))
        .map(|(_, _, anchor)| anchor.clone())
        .collect();
    if Certificate::parse(leaf).is_none() {
        return Err(ChainFault::Malformed);
    }
    let (issuers, left_out) = usable(issuers);
    match build(leaf, &issuers, &trusted, as_of) {
        Ok(found) => readable
            .iter()
            .find(|(_, certificate, anchor)| *anchor == found && certificate.is_valid_at(as_of))
            .map(|(index, _, _)| *index)
            .ok_or(ChainFault::UnknownIssuer),
        Err(_) if readable.is_empty() => Err(ChainFault::AnchorUnreadable),
        Err(Error::UnknownIssuer) if readable.len() > trusted.len() => {
            let every: Vec<TrustAnchor<'_>> = readable
                .iter()
                .map(|(_, _, anchor)| anchor.clone())
                .collect();
            match build(leaf, &issuers, &every, as_of) {
                Ok(_) => Err(ChainFault::AnchorOutOfDate),
                // No anchor is left to end at, whatever the algorithm.
                Err(error) => {
                    let why = fault(&error);
                    let open = why == ChainFault::UnsupportedAlgorithm;
                    Err(if open {
                        ChainFault::AnchorOutOfDate
                    } else {
                        why
                    })
                }
            }
        }
        Err(Error::UnknownIssuer) => Err(left_out.unwrap_or(ChainFault::UnknownIssuer)),
        Err(error) => Err(fault(&error)),
    }
}

/// Those of `issuers` that may have issued a certificate, and why the last of the others may not.
/// Each is read as the leaf is.
fn usable<'a>(issuers: &[&'a [u8]]) -> (Vec<&'a [u8]>, Option<ChainFault>) {
    let mut left_out = None;
    let mut may_issue = |der: &&'a [u8]| {
        let why = match Certificate::parse(der) {
            None => ChainFault::Malformed,
            Some(certificate) => match certificate.extension(oid::KEY_USAGE) {
                Some(usage) if !signs_certificates(usage.value) => ChainFault::IssuerIsNoAuthority,
                Some(_) | None => return true,
            },
        };
        left_out = Some(why);
        false
    };
    let kept = issuers.iter().copied().filter(&mut may_issue).collect();
    (kept, left_out)
}

fn leaf_is_anchor(leaf: &[u8], as_of: UtcTime) -> Result<(), ChainFault> {
    let certificate = Certificate::parse(leaf).ok_or(ChainFault::Malformed)?;
    if as_of < certificate.not_before {
        Err(ChainFault::NotValidYet)
    } else if as_of > certificate.not_after {
        Err(ChainFault::Expired)
    } else {
        Ok(())
    }
}

type ReadableAnchor<'a> = (usize, Certificate<'a>, TrustAnchor<'a>);

fn readable_anchors<'a>(ders: &'a [CertificateDer<'a>]) -> Vec<ReadableAnchor<'a>> {
    ders.iter()
        .enumerate()
        .filter_map(|(index, der)| {
            let certificate = Certificate::parse(der.as_ref())?;
            let anchor = anchor_from_trusted_cert(der).ok()?;
            Some((index, certificate, anchor))
        })
        .collect()
}

fn build(
    leaf: &[u8],
    issuers: &[&[u8]],
    trusted: &[TrustAnchor<'_>],
    as_of: UtcTime,
) -> Result<TrustAnchor<'static>, Error> {
    let leaf = CertificateDer::from(leaf);
    let end = EndEntityCert::try_from(&leaf)?;
    let issuers: Vec<CertificateDer<'_>> = issuers
        .iter()
        .map(|issuer| CertificateDer::from(*issuer))
        .collect();
    let seconds = u64::try_from(as_of.unix()).unwrap_or(0);
    let algorithms: Vec<Counting> = webpki::ALL_VERIFICATION_ALGS
        .iter()
        .map(|algorithm| Counting(*algorithm))
        .collect();
    let mut checked: Vec<&dyn SignatureVerificationAlgorithm> = Vec::new();
    for algorithm in &algorithms {
        checked.push(algorithm);
    }
    let path = end.verify_for_usage(
        &checked,
        trusted,
        &issuers,
        UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
        AnyPurpose,
        None,
        None,
    )?;
    Ok(path.anchor().to_owned())
}

/// Attestation certificates need no extended key usage, and may have any.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        for purpose in purposes {
            purpose?;
        }
        Ok(())
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the path builder's enum is non-exhaustive"
)]
fn fault(error: &Error) -> ChainFault {
    match error {
        Error::BadDer
        | Error::BadDerTime
        | Error::ExtensionValueInvalid
        | Error::InvalidCertValidity
        | Error::InvalidSerialNumber
        | Error::MalformedExtensions
        | Error::TrailingData(_)
        | Error::UnsupportedCertVersion => ChainFault::Malformed,
        Error::UnknownIssuer => ChainFault::UnknownIssuer,
        Error::InvalidSignatureForPublicKey => ChainFault::SignatureInvalid,
        Error::UnsupportedSignatureAlgorithmContext(_)
        | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
            ChainFault::UnsupportedAlgorithm
        }
        Error::CertNotValidYet { .. } => ChainFault::NotValidYet,
        Error::CertExpired { .. } => ChainFault::Expired,
        Error::CaUsedAsEndEntity => ChainFault::LeafIsAuthority,
        Error::EndEntityUsedAsCa => ChainFault::IssuerIsNoAuthority,
        Error::UnsupportedCriticalExtension => ChainFault::UnknownCriticalExtension,
        Error::NameConstraintViolation
        | Error::MalformedNameConstraint
        | Error::PathLenConstraintViolated => ChainFault::Constrained,
        Error::MaximumNameConstraintComparisonsExceeded
        | Error::MaximumPathBuildCallsExceeded
        | Error::MaximumPathDepthExceeded
        | Error::MaximumSignatureChecksExceeded => ChainFault::TooComplex,
        other => ChainFault::Other(format!("{other:?}").chars().take(64).collect()),
    }
}
