//! The token's envelope: CMS SignedData (RFC 5652 §5) with exactly one signer.

use super::StampFault;
use super::asn1;
use der::Tag;
use der::Tagged;
use der::asn1::AnyRef;
use der::asn1::ObjectIdentifier;

/// id-signedData
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// id-ct-TSTInfo
pub(super) const TST_INFO: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
/// Certificates that are read, at most.
const MAX_CERTIFICATES: usize = 16;

/// Who signed, as the signer writes it.
pub(super) enum SignerId<'a> {
    /// The issuer's name (content of its SEQUENCE) and the serial number.
    Issued(&'a [u8], &'a [u8]),
    /// The subject key identifier.
    Key(&'a [u8]),
}

/// A SignedData's parts, borrowed from its bytes.
pub(super) struct SignedData<'a> {
    /// The TSTInfo's bytes.
    pub(super) content: &'a [u8],
    /// The certificates (DER) that came with it.
    pub(super) certificates: Vec<Vec<u8>>,
    /// Who signed.
    pub(super) signer: SignerId<'a>,
    /// With which digest.
    pub(super) digest: ObjectIdentifier,
    /// The content of the signed attributes.
    pub(super) attributes: &'a [u8],
    /// With which algorithm.
    pub(super) algorithm: ObjectIdentifier,
    /// The signature.
    pub(super) signature: &'a [u8],
}

impl<'a> SignedData<'a> {
    /// Reads a token.
    pub(super) fn parse(token: &AnyRef<'a>) -> Result<Self, StampFault> {
        let bad = StampFault::Malformed;
        let parts = unwrap(token).ok_or(bad("its token is no SignedData"))?;
        let [_, _, content, rest @ ..] = parts.as_slice() else {
            return Err(bad("its token is no SignedData"));
        };
        let content = encapsulated(content).ok_or(bad("its token holds no TSTInfo"))?;
        let (certificates, rest) = match rest {
            [first, rest @ ..] if asn1::context(first, 0).is_some() => {
                (certificates(first).ok_or(bad("its certificates"))?, rest)
            }
            all => (Vec::new(), all),
        };
        let rest = match rest {
            [first, rest @ ..] if asn1::context(first, 1).is_some() => rest,
            all => all,
        };
        let signers = match rest {
            [signers] => asn1::set(signers).ok_or(bad("its signers"))?,
            _ => return Err(bad("its signers")),
        };
        let [signer] = signers.as_slice() else {
            return Err(bad("not exactly one signer"));
        };
        let parts = asn1::sequence(signer).ok_or(bad("its signer"))?;
        let [_, id, digest, attributes, algorithm, signature, rest @ ..] = parts.as_slice() else {
            return Err(bad("its signer"));
        };
        let unsigned = match rest {
            [] => true,
            [one] => asn1::context(one, 1).is_some(),
            _ => false,
        };
        if !unsigned {
            return Err(bad("its signer"));
        }
        Ok(Self {
            content,
            certificates,
            signer: signer_id(id).ok_or(bad("who signed"))?,
            digest: asn1::algorithm(digest).ok_or(bad("its digest algorithm"))?,
            attributes: asn1::context(attributes, 0).ok_or(bad("no signed attributes"))?,
            algorithm: asn1::algorithm(algorithm).ok_or(bad("its signature algorithm"))?,
            signature: asn1::octets(signature).ok_or(bad("its signature"))?,
        })
    }
}

/// The parts of the SignedData in a ContentInfo.
fn unwrap<'a>(token: &AnyRef<'a>) -> Option<Vec<AnyRef<'a>>> {
    match asn1::sequence(token)?.as_slice() {
        [kind, content] if asn1::oid(kind)? == SIGNED_DATA => {
            asn1::sequence(&asn1::whole(asn1::context(content, 0)?)?)
        }
        _ => None,
    }
}

fn encapsulated<'a>(info: &AnyRef<'a>) -> Option<&'a [u8]> {
    match asn1::sequence(info)?.as_slice() {
        [kind, content] if asn1::oid(kind)? == TST_INFO => {
            asn1::octets(&asn1::whole(asn1::context(content, 0)?)?)
        }
        _ => None,
    }
}

fn certificates(set: &AnyRef<'_>) -> Option<Vec<Vec<u8>>> {
    let all = asn1::children(asn1::context(set, 0)?)?;
    let found: Vec<Vec<u8>> = all
        .iter()
        .filter(|one| one.tag() == Tag::Sequence)
        .map(|one| asn1::element(asn1::SEQUENCE, &[one.value()]))
        .collect();
    (found.len() <= MAX_CERTIFICATES).then_some(found)
}

fn signer_id<'a>(id: &AnyRef<'a>) -> Option<SignerId<'a>> {
    if let Some(key) = asn1::primitive_context(id, 0) {
        return Some(SignerId::Key(key));
    }
    match asn1::sequence(id)?.as_slice() {
        [issuer, serial] if issuer.tag() == Tag::Sequence => {
            Some(SignerId::Issued(issuer.value(), asn1::integer(serial)?))
        }
        _ => None,
    }
}
