//! The signed attributes of a token (RFC 5652 §5.4, RFC 3161 §2.4.2, RFC 5816 §2.2.1).

use super::StampFault;
use super::asn1;
use super::request::SHA256;
use super::signature::DigestKind;
use super::signed_data::TST_INFO;
use der::asn1::AnyRef;
use der::asn1::ObjectIdentifier;
use ring::digest;

const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
/// SigningCertificate: the certificate's SHA-1 (RFC 2634 §5.4).
const SIGNING_V1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
/// SigningCertificateV2: its digest of any kind (RFC 5035 §3).
const SIGNING_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// Whether the attributes are of this content and this certificate (DER).
pub(super) fn check(
    attributes: &[u8],
    content: &[u8],
    kind: DigestKind,
    certificate: &[u8],
) -> Result<(), StampFault> {
    let all = read(attributes).ok_or(StampFault::Malformed("its signed attributes"))?;
    let of = |wanted: ObjectIdentifier| all.iter().find(|(id, _)| *id == wanted);
    if of(CONTENT_TYPE).and_then(|(_, value)| asn1::oid(value)) != Some(TST_INFO) {
        return Err(StampFault::Attribute("contentType"));
    }
    let digest = digest::digest(kind.algorithm(), content);
    if of(MESSAGE_DIGEST).and_then(|(_, value)| asn1::octets(value)) != Some(digest.as_ref()) {
        return Err(StampFault::Attribute("messageDigest"));
    }
    let named = [(SIGNING_V1, false), (SIGNING_V2, true)]
        .into_iter()
        .filter_map(|(id, second)| of(id).map(|(_, value)| names(value, second, certificate)))
        .collect::<Vec<_>>();
    if named.is_empty() || named.contains(&None) {
        return Err(StampFault::Attribute("signingCertificate"));
    }
    Ok(())
}

/// Each attribute's type and its one value; `None` if it has another number of values, or a type is
/// there twice.
fn read(attributes: &[u8]) -> Option<Vec<(ObjectIdentifier, AnyRef<'_>)>> {
    let mut found: Vec<(ObjectIdentifier, AnyRef<'_>)> = Vec::new();
    for attribute in asn1::children(attributes)? {
        let parts = asn1::sequence(&attribute)?;
        let [id, values] = parts.as_slice() else {
            return None;
        };
        let (id, values) = (asn1::oid(id)?, asn1::set(values)?);
        let [value] = values.as_slice() else {
            return None;
        };
        if found.iter().any(|(other, _)| *other == id) {
            return None;
        }
        found.push((id, *value));
    }
    Some(found)
}

/// Something if the first certificate named is `certificate`.
fn names(value: &AnyRef<'_>, second: bool, certificate: &[u8]) -> Option<()> {
    let parts = asn1::sequence(value)?;
    let certificates = asn1::sequence(parts.first()?)?;
    let first = asn1::sequence(certificates.first()?)?;
    let (algorithm, rest) = match first.as_slice() {
        [first, rest @ ..] if second && asn1::octets(first).is_none() => {
            (algorithm(asn1::algorithm(first)?)?, rest)
        }
        rest if second => (&digest::SHA256, rest),
        rest => (&digest::SHA1_FOR_LEGACY_USE_ONLY, rest),
    };
    let hash = asn1::octets(rest.first()?)?;
    (digest::digest(algorithm, certificate).as_ref() == hash).then_some(())
}

fn algorithm(id: ObjectIdentifier) -> Option<&'static digest::Algorithm> {
    if id == SHA256 {
        return Some(&digest::SHA256);
    }
    DigestKind::of(id).map(DigestKind::algorithm)
}
