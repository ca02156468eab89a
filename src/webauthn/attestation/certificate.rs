//! Reading the parts of an X.509 certificate (RFC 5280 §4.1) that path building does not show.
//!
//! Tolerant of what certificates in use do (version 1, odd serial numbers, any string type); never
//! of broken DER. Trust is decided elsewhere.

use super::oid;
use crate::primitives::UtcTime;
use der::Decode;
use der::Reader;
use der::SliceReader;
use der::Tag;
use der::TagNumber;
use der::Tagged;
use der::asn1::AnyRef;
use der::asn1::BitStringRef;
use der::asn1::GeneralizedTime;
use der::asn1::ObjectIdentifier;
use der::asn1::UtcTime as ShortTime;

/// Bytes of a certificate that are read; real ones have two or three thousand.
const MAX_BYTES: usize = 64 * 1024;

/// An object identifier: the content of its DER, whatever its numbers are.
type Identifier<'a> = &'a [u8];

/// One extension of a certificate.
#[derive(Clone, Copy, Debug)]
pub(in crate::webauthn) struct Extension<'a> {
    id: Identifier<'a>,
    /// A reader that does not know the extension must refuse the certificate.
    pub(in crate::webauthn) critical: bool,
    /// The content of `extnValue`.
    pub(in crate::webauthn) value: &'a [u8],
}

/// The subject's public key (RFC 5280 §4.1.2.7).
#[derive(Clone, Copy, Debug)]
pub(in crate::webauthn) struct SubjectKey<'a> {
    algorithm: Identifier<'a>,
    /// Where the algorithm's parameters name one.
    curve: Option<Identifier<'a>>,
    /// The key's bytes.
    pub(in crate::webauthn) bytes: &'a [u8],
}

impl SubjectKey<'_> {
    /// Whether it is a key for `algorithm`.
    pub(in crate::webauthn) fn is_for(&self, algorithm: ObjectIdentifier) -> bool {
        self.algorithm == algorithm.as_bytes()
    }

    /// Whether it is a point on `curve`.
    pub(in crate::webauthn) fn is_on(&self, curve: ObjectIdentifier) -> bool {
        self.is_for(oid::EC_PUBLIC_KEY) && self.curve == Some(curve.as_bytes())
    }
}

/// A certificate's parts, borrowed from its bytes.
#[derive(Clone, Debug)]
pub(in crate::webauthn) struct Certificate<'a> {
    /// 1, 2 or 3.
    pub(in crate::webauthn) version: u8,
    /// First moment of validity.
    pub(in crate::webauthn) not_before: UtcTime,
    /// Last moment of validity.
    pub(in crate::webauthn) not_after: UtcTime,
    /// The issuer's name: the content of its SEQUENCE.
    pub(in crate::webauthn) issuer: &'a [u8],
    /// The subject's name: the content of its SEQUENCE.
    pub(in crate::webauthn) subject: &'a [u8],
    /// The subject's key.
    pub(in crate::webauthn) key: SubjectKey<'a>,
    attributes: Vec<(Identifier<'a>, AnyRef<'a>)>,
    extensions: Vec<Extension<'a>>,
}

impl<'a> Certificate<'a> {
    /// Reads the whole of `der`; `None` if it is not one certificate of at most 64 KiB, or an
    /// extension is there twice.
    pub(in crate::webauthn) fn parse(der: &'a [u8]) -> Option<Self> {
        if der.len() > MAX_BYTES {
            return None;
        }
        let outer = children(&AnyRef::from_der(der).ok()?)?;
        let [tbs, _, _] = outer.as_slice() else {
            return None;
        };
        let parts = children(tbs)?;
        let (version, parts) = match parts.as_slice() {
            [first, rest @ ..] if context(first.tag()) == Some(0) => {
                (explicit_version(first)?, rest)
            }
            all => (1, all),
        };
        let [_, _, issuer, validity, subject, key, rest @ ..] = parts else {
            return None;
        };
        let (not_before, not_after) = match children(validity)?.as_slice() {
            [from, to] => (time(from)?, time(to)?),
            _ => return None,
        };
        Some(Self {
            version,
            not_before,
            not_after,
            issuer: issuer.value(),
            subject: subject.value(),
            key: subject_key(key)?,
            attributes: attributes(subject)?,
            extensions: extensions(rest)?,
        })
    }

    /// The extension of that id; `None` if there is none.
    pub(in crate::webauthn) fn extension(&self, id: ObjectIdentifier) -> Option<Extension<'a>> {
        self.extensions
            .iter()
            .find(|ext| ext.id == id.as_bytes())
            .copied()
    }

    /// The text of every attribute of the subject of that type, where it is UTF-8.
    pub(in crate::webauthn) fn subject_texts(&self, id: ObjectIdentifier) -> Vec<&'a str> {
        self.attributes
            .iter()
            .filter(|(kind, _)| *kind == id.as_bytes())
            .filter_map(|(_, value)| std::str::from_utf8(value.value()).ok())
            .collect()
    }

    /// Whether `as_of` lies within the validity, both ends included.
    pub(in crate::webauthn) fn is_valid_at(&self, as_of: UtcTime) -> bool {
        self.not_before <= as_of && as_of <= self.not_after
    }
}

/// The content of the OCTET STRING that fills `bytes`; `None` if they are anything else.
pub(in crate::webauthn) fn octet_string(bytes: &[u8]) -> Option<&[u8]> {
    let any = AnyRef::from_der(bytes).ok()?;
    (any.tag() == Tag::OctetString).then(|| any.value())
}

/// Whether a BasicConstraints value (RFC 5280 §4.2.1.9) says CA; `None` if it is malformed.
pub(in crate::webauthn) fn says_authority(value: &[u8]) -> Option<bool> {
    match children(&AnyRef::from_der(value).ok()?)?.first() {
        Some(first) if first.tag() == Tag::Boolean => Some(first.value() != [0]),
        Some(_) | None => Some(false),
    }
}

/// Whether a KeyUsage value (RFC 5280 §4.2.1.3) lets the key sign certificates; not if it is
/// malformed.
pub(in crate::webauthn) fn signs_certificates(value: &[u8]) -> bool {
    let bits = BitStringRef::from_der(value).ok();
    bits.and_then(|bits| bits.bits().nth(5)).unwrap_or(false)
}

/// Whether a value is one SEQUENCE of names (RFC 5280 §4.2.1.6), each of a kind that there is.
pub(in crate::webauthn) fn are_general_names(value: &[u8]) -> bool {
    // otherName, x400Address, directoryName and ediPartyName are constructed.
    let is_name = |name: &AnyRef<'_>| match context(name.tag()) {
        Some(0 | 3 | 4 | 5) => name.tag().is_constructed(),
        Some(1 | 2 | 6 | 7 | 8) => !name.tag().is_constructed(),
        Some(_) | None => false,
    };
    let names = AnyRef::from_der(value).ok();
    let names = names.filter(|names| names.tag() == Tag::Sequence);
    names
        .and_then(|names| children(&names))
        .is_some_and(|names| names.iter().all(is_name))
}

/// The elements of a SEQUENCE, SET or context tag; `None` if it is none of these or broken.
fn children<'a>(parent: &AnyRef<'a>) -> Option<Vec<AnyRef<'a>>> {
    if !parent.tag().is_constructed() {
        return None;
    }
    let mut reader = SliceReader::new(parent.value()).ok()?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        found.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(found)
}

/// The number of a context-specific tag.
fn context(tag: Tag) -> Option<u32> {
    tag.is_context_specific()
        .then(|| TagNumber::value(tag.number()))
}

fn explicit_version(tagged: &AnyRef<'_>) -> Option<u8> {
    match AnyRef::from_der(tagged.value()).ok()? {
        any if any.tag() == Tag::Integer => match any.value() {
            [number @ 0..=2] => Some(number + 1),
            _ => None,
        },
        _ => None,
    }
}

fn time(any: &AnyRef<'_>) -> Option<UtcTime> {
    let since = if any.tag() == Tag::UtcTime {
        any.decode_as::<ShortTime>().ok()?.to_unix_duration()
    } else {
        any.decode_as::<GeneralizedTime>().ok()?.to_unix_duration()
    };
    Some(UtcTime::from_unix(i64::try_from(since.as_secs()).ok()?))
}

/// An object identifier in its one spelling (X.690 §8.19): numbers of any size, each of seven bits
/// a byte, the last byte of each below 0x80 and the first never 0x80.
fn identifier<'a>(any: &AnyRef<'a>) -> Option<Identifier<'a>> {
    let bytes = any.value();
    let mut begins = true;
    for byte in bytes {
        if begins && *byte == 0x80 {
            return None;
        }
        begins = *byte < 0x80;
    }
    (any.tag() == Tag::ObjectIdentifier && begins && !bytes.is_empty()).then_some(bytes)
}

fn subject_key<'a>(any: &AnyRef<'a>) -> Option<SubjectKey<'a>> {
    let parts = children(any)?;
    let [algorithm, bits] = parts.as_slice() else {
        return None;
    };
    let algorithm = children(algorithm)?;
    let bits = bits.decode_as::<BitStringRef<'_>>().ok()?;
    Some(SubjectKey {
        algorithm: identifier(algorithm.first()?)?,
        curve: algorithm.get(1).and_then(identifier),
        bytes: bits.as_bytes()?,
    })
}

fn attributes<'a>(name: &AnyRef<'a>) -> Option<Vec<(Identifier<'a>, AnyRef<'a>)>> {
    let mut found = Vec::new();
    for relative in children(name)? {
        for attribute in children(&relative)? {
            match children(&attribute)?.as_slice() {
                [kind, value] => found.push((identifier(kind)?, *value)),
                _ => return None,
            }
        }
    }
    Some(found)
}

fn extensions<'a>(rest: &[AnyRef<'a>]) -> Option<Vec<Extension<'a>>> {
    let Some(tagged) = rest.iter().find(|part| context(part.tag()) == Some(3)) else {
        return Some(Vec::new());
    };
    let mut found: Vec<Extension<'a>> = Vec::new();
    for element in children(&AnyRef::from_der(tagged.value()).ok()?)? {
        let parts = children(&element)?;
        let (id, critical, value) = match parts.as_slice() {
            [id, value] => (id, false, value),
            [id, critical, value] if critical.tag() == Tag::Boolean => {
                (id, critical.value() != [0], value)
            }
            _ => return None,
        };
        let id = identifier(id)?;
        if value.tag() != Tag::OctetString || found.iter().any(|seen| seen.id == id) {
            return None;
        }
        found.push(Extension {
            id,
            critical,
            value: value.value(),
        });
    }
    Some(found)
}
