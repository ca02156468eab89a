//! DER (X.690 §10), one element at a time.

use der::Decode;
use der::Reader;
use der::SliceReader;
use der::Tag;
use der::TagNumber;
use der::Tagged;
use der::asn1::AnyRef;
use der::asn1::ObjectIdentifier;

/// Tag bytes that are written.
pub(super) const BOOLEAN: u8 = 0x01;
/// INTEGER
pub(super) const INTEGER: u8 = 0x02;
/// OCTET STRING
pub(super) const OCTETS: u8 = 0x04;
/// NULL
pub(super) const NULL: u8 = 0x05;
/// OBJECT IDENTIFIER
pub(super) const OID: u8 = 0x06;
/// SEQUENCE
pub(super) const SEQUENCE: u8 = 0x30;
/// SET
pub(super) const SET: u8 = 0x31;

/// The one element that fills `bytes`.
pub(super) fn whole(bytes: &[u8]) -> Option<AnyRef<'_>> {
    AnyRef::from_der(bytes).ok()
}

/// The elements of a SEQUENCE.
pub(super) fn sequence<'a>(any: &AnyRef<'a>) -> Option<Vec<AnyRef<'a>>> {
    (any.tag() == Tag::Sequence)
        .then(|| children(any.value()))
        .flatten()
}

/// The elements of a SET.
pub(super) fn set<'a>(any: &AnyRef<'a>) -> Option<Vec<AnyRef<'a>>> {
    (any.tag() == Tag::Set)
        .then(|| children(any.value()))
        .flatten()
}

/// The elements that fill `content`.
pub(super) fn children(content: &[u8]) -> Option<Vec<AnyRef<'_>>> {
    let mut reader = SliceReader::new(content).ok()?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        found.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(found)
}

/// The content of the constructed context tag `number`; `None` if it is another element.
pub(super) fn context<'a>(any: &AnyRef<'a>, number: u32) -> Option<&'a [u8]> {
    let tag = any.tag();
    let same = tag.is_context_specific() && TagNumber::value(tag.number()) == number;
    (same && tag.is_constructed()).then(|| any.value())
}

/// The content of the primitive context tag `number`.
pub(super) fn primitive_context<'a>(any: &AnyRef<'a>, number: u32) -> Option<&'a [u8]> {
    let tag = any.tag();
    let same = tag.is_context_specific() && TagNumber::value(tag.number()) == number;
    (same && !tag.is_constructed()).then(|| any.value())
}

/// An OBJECT IDENTIFIER.
pub(super) fn oid(any: &AnyRef<'_>) -> Option<ObjectIdentifier> {
    any.decode_as::<ObjectIdentifier>().ok()
}

/// The content of an OCTET STRING.
pub(super) fn octets<'a>(any: &AnyRef<'a>) -> Option<&'a [u8]> {
    (any.tag() == Tag::OctetString).then(|| any.value())
}

/// The content of an INTEGER in its one spelling.
pub(super) fn integer<'a>(any: &AnyRef<'a>) -> Option<&'a [u8]> {
    let content = any.value();
    let shortest = match content {
        [] => false,
        [0, next, ..] => next & 0x80 != 0,
        [0xff, next, ..] => next & 0x80 == 0,
        [_, ..] => true,
    };
    (any.tag() == Tag::Integer && shortest).then_some(content)
}

/// The algorithm of an AlgorithmIdentifier whose parameters are absent or NULL.
pub(super) fn algorithm(any: &AnyRef<'_>) -> Option<ObjectIdentifier> {
    match sequence(any)?.as_slice() {
        [id] => oid(id),
        [id, none] if none.tag() == Tag::Null && none.value().is_empty() => oid(id),
        _ => None,
    }
}

/// An element of that tag with these parts as its content.
pub(super) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = vec![tag];
    if let Ok(short @ 0..=0x7f) = u8::try_from(length) {
        out.push(short);
    } else {
        let bytes = length.to_be_bytes();
        let bytes: Vec<u8> = bytes.into_iter().skip_while(|byte| *byte == 0).collect();
        out.push(0x80 | u8::try_from(bytes.len()).unwrap_or(0x7f));
        out.extend(bytes);
    }
    out.extend(parts.iter().flat_map(|part| part.iter()));
    out
}
