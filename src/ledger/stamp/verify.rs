//! Judging a time stamp.

use super::StampFault;
use super::attributes;
use super::certificate::Certificate;
use super::chain;
use super::response;
use super::signature;
use super::signature::DigestKind;
use super::signed_data::SignedData;
use super::tst_info::TstInfo;
use crate::primitives::Digest;
use crate::primitives::UtcTime;

/// Who vouches for the authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// A root of the auditor's, everything valid at the stamp's own time.
    Trusted {
        /// SHA-256 of that root.
        root: Digest,
    },
    /// The auditor names no root: nothing is known.
    NoRoots,
    /// The auditor's roots are others.
    NotToRoot {
        /// Why, in the path builder's words.
        why: String,
    },
}

/// A time stamp whose signature is its signer's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// SHA-256 of what was stamped.
    pub imprint: Digest,
    /// When.
    pub time: UtcTime,
    /// The request's nonce; `None` if it had none.
    pub nonce: Option<Vec<u8>>,
    /// The stamp's number at the authority.
    pub serial: Vec<u8>,
    /// The signer's name, by its own certificate; may be empty.
    pub signer: String,
    /// Who vouches for the signer.
    pub authority: Authority,
}

/// Verifies a TimeStampResp (DER) as of its own time. A root that is not among `roots` (DER) never
/// counts: what came with the stamp only leads there.
///
/// # Errors
/// [`StampFault`] if it is none, was refused, or its signature is not its signer's.
pub fn verify(response: &[u8], roots: &[&[u8]]) -> Result<Stamp, StampFault> {
    let signed = SignedData::parse(&response::token(response)?)?;
    let info = TstInfo::parse(signed.content)?;
    let kind = DigestKind::of(signed.digest)
        .ok_or_else(|| StampFault::Algorithm(signed.digest.to_string()))?;
    let (place, certificate) = signed
        .certificates
        .iter()
        .enumerate()
        .find_map(|(place, der)| {
            let certificate = Certificate::parse(der)?;
            certificate
                .is(&signed.signer)
                .then_some((place, certificate))
        })
        .ok_or(StampFault::NoCertificate)?;
    let leaf = signed
        .certificates
        .get(place)
        .ok_or(StampFault::NoCertificate)?;
    attributes::check(signed.attributes, signed.content, kind, leaf)?;
    signature::check(&signed, kind, leaf)?;
    if !certificate.is_for_time_stamping_alone() {
        return Err(StampFault::Purpose);
    }
    let issuers: Vec<&[u8]> = signed
        .certificates
        .iter()
        .filter(|der| *der != leaf)
        .map(Vec::as_slice)
        .collect();
    let authority = if roots.is_empty() {
        Authority::NoRoots
    } else {
        match chain::follow(leaf, &issuers, roots, info.time) {
            Ok(place) => Authority::Trusted {
                root: Digest::of(roots.get(place).copied().unwrap_or_default()),
            },
            Err(why) => Authority::NotToRoot { why },
        }
    };
    Ok(Stamp {
        imprint: info.imprint,
        time: info.time,
        nonce: info.nonce,
        serial: info.serial,
        signer: certificate.name(),
        authority,
    })
}
