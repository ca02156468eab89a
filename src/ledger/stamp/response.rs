//! What an authority answers: a TimeStampResp (RFC 3161 §2.4.2), down to its token.

use super::MAX_STAMP_BYTES;
use super::StampFault;
use super::asn1;
use crate::primitives::text;
use der::asn1::AnyRef;

/// Characters of an authority's words that are kept.
const MAX_WORDS: usize = 200;

/// The token (a ContentInfo) of a response that grants it.
pub(super) fn token(bytes: &[u8]) -> Result<AnyRef<'_>, StampFault> {
    if bytes.len() > MAX_STAMP_BYTES {
        return Err(StampFault::TooLarge);
    }
    let parts = asn1::whole(bytes)
        .and_then(|whole| asn1::sequence(&whole))
        .ok_or(StampFault::Malformed("not one SEQUENCE"))?;
    let (status, rest) = parts
        .split_first()
        .ok_or(StampFault::Malformed("no status"))?;
    let status = asn1::sequence(status).ok_or(StampFault::Malformed("its status"))?;
    let number = status
        .first()
        .and_then(asn1::integer)
        .ok_or(StampFault::Malformed("its status"))?;
    match (number, rest) {
        // granted, grantedWithMods
        ([0 | 1], [token]) => Ok(*token),
        ([0 | 1], _) => Err(StampFault::Malformed("no token")),
        ([other], _) => Err(StampFault::Refused {
            status: *other,
            words: status.get(1).map_or_else(String::new, words),
        }),
        (_, _) => Err(StampFault::Malformed("its status")),
    }
}

/// PKIFreeText: its UTF-8 strings, printable, in one line.
fn words(free: &AnyRef<'_>) -> String {
    let parts = asn1::sequence(free).unwrap_or_default();
    let lines: Vec<&str> = parts
        .iter()
        .filter_map(|part| std::str::from_utf8(part.value()).ok())
        .collect();
    let line: String = lines.join("; ").chars().take(MAX_WORDS).collect();
    text::printable(&line)
}
