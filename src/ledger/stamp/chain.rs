//! From an authority's certificate to a root of the auditor's, as of the stamp's own time.

use super::certificate::Certificate;
use crate::primitives::UtcTime;
use pki_types::CertificateDer;
use pki_types::TrustAnchor;
use pki_types::UnixTime;
use std::time::Duration;
use webpki::ALL_VERIFICATION_ALGS;
use webpki::EndEntityCert;
use webpki::KeyUsage;
use webpki::anchor_from_trusted_cert;

/// id-kp-timeStamping, 1.3.6.1.5.5.7.3.8
const TIME_STAMPING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];

/// The place among `roots` of the one that `leaf` leads to through `issuers`, everything valid at
/// `as_of`.
///
/// # Errors
/// Why there is none, in the path builder's words.
pub(super) fn follow(
    leaf: &[u8],
    issuers: &[&[u8]],
    roots: &[&[u8]],
    as_of: UtcTime,
) -> Result<usize, String> {
    let ders: Vec<CertificateDer<'_>> = roots
        .iter()
        .map(|root| CertificateDer::from(*root))
        .collect();
    let trusted: Vec<(usize, TrustAnchor<'_>)> = ders
        .iter()
        .enumerate()
        .filter(|(_, der)| Certificate::parse(der).is_some_and(|root| root.is_valid_at(as_of)))
        .filter_map(|(place, der)| Some((place, anchor_from_trusted_cert(der).ok()?)))
        .collect();
    // The authority's own certificate may be what the auditor trusts.
    if let Some((place, _)) = trusted
        .iter()
        .find(|(place, _)| roots.get(*place).is_some_and(|root| *root == leaf))
    {
        return Ok(*place);
    }
    let anchors: Vec<TrustAnchor<'_>> = trusted.iter().map(|(_, one)| one.clone()).collect();
    let issuers: Vec<CertificateDer<'_>> = issuers
        .iter()
        .map(|issuer| CertificateDer::from(*issuer))
        .collect();
    let der = CertificateDer::from(leaf);
    let seconds = u64::try_from(as_of.unix()).unwrap_or(0);
    let end = EndEntityCert::try_from(&der).map_err(|error| error.to_string())?;
    let path = end
        .verify_for_usage(
            ALL_VERIFICATION_ALGS,
            &anchors,
            &issuers,
            UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
            KeyUsage::required_if_present(TIME_STAMPING),
            None,
            None,
        )
        .map_err(|error| error.to_string())?;
    let found = path.anchor();
    trusted
        .iter()
        .find(|(_, anchor)| anchor == found)
        .map(|(place, _)| *place)
        .ok_or_else(|| "UnknownIssuer".to_owned())
}
