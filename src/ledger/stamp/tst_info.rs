//! What the authority says: TSTInfo (RFC 3161 §2.4.2).

use super::StampFault;
use super::asn1;
use super::request::read_imprint;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use der::Tag;
use der::Tagged;
use der::asn1::AnyRef;

/// What was stamped, and when.
pub(super) struct TstInfo {
    /// SHA-256 of what was stamped.
    pub(super) imprint: Digest,
    /// The stamp's number at the authority.
    pub(super) serial: Vec<u8>,
    /// When, the fraction of the second dropped.
    pub(super) time: UtcTime,
    /// The request's nonce.
    pub(super) nonce: Option<Vec<u8>>,
}

impl TstInfo {
    /// Reads the whole of `bytes`.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, StampFault> {
        let bad = StampFault::Malformed;
        let parts = asn1::whole(bytes)
            .and_then(|whole| asn1::sequence(&whole))
            .ok_or(bad("TSTInfo"))?;
        let [version, policy, imprint, serial, time, rest @ ..] = parts.as_slice() else {
            return Err(bad("TSTInfo"));
        };
        if asn1::integer(version) != Some(&[1]) || asn1::oid(policy).is_none() {
            return Err(bad("TSTInfo's version or policy"));
        }
        Ok(Self {
            imprint: read_imprint(imprint).ok_or(StampFault::OtherDigest)?,
            serial: asn1::integer(serial)
                .ok_or(bad("TSTInfo's serial number"))?
                .to_vec(),
            time: read_time(time).ok_or(bad("TSTInfo's time"))?,
            nonce: read_rest(rest)?,
        })
    }
}

/// The nonce among what may follow the time, each at most once and in order: accuracy, ordering,
/// nonce, tsa, extensions. An extension that is critical is not known here.
fn read_rest(rest: &[AnyRef<'_>]) -> Result<Option<Vec<u8>>, StampFault> {
    let bad = || StampFault::Malformed("TSTInfo");
    let (mut nonce, mut last) = (None, 0);
    for part in rest {
        let tag = part.tag();
        let place = if tag == Tag::Sequence {
            1
        } else if tag == Tag::Boolean {
            2
        } else if tag == Tag::Integer {
            nonce = Some(asn1::integer(part).ok_or_else(bad)?.to_vec());
            3
        } else if asn1::context(part, 0).is_some() {
            4
        } else {
            if !no_critical_extension(part).ok_or_else(bad)? {
                return Err(bad());
            }
            5
        };
        if place <= last {
            return Err(bad());
        }
        last = place;
    }
    Ok(nonce)
}

/// Whether no extension is marked; `None` if these are no extensions.
fn no_critical_extension(part: &AnyRef<'_>) -> Option<bool> {
    for extension in asn1::children(asn1::context(part, 1)?)? {
        let parts = asn1::sequence(&extension)?;
        if parts.iter().any(|one| one.tag() == Tag::Boolean) {
            return Some(false);
        }
    }
    Some(true)
}

/// `YYYYMMDDhhmmss[.s…]Z` (RFC 3161 §2.4.2), the fraction dropped.
fn read_time(any: &AnyRef<'_>) -> Option<UtcTime> {
    if any.tag() != Tag::GeneralizedTime {
        return None;
    }
    let text = std::str::from_utf8(any.value()).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = fraction
        .is_none_or(|part| digits(part) && (1..=9).contains(&part.len()) && !part.ends_with('0'));
    if !plain || whole.len() != 14 || !digits(whole) {
        return None;
    }
    let (date, clock) = whole.split_at_checked(8)?;
    let (year, day) = date.split_at_checked(4)?;
    let (month, day) = day.split_at_checked(2)?;
    let (hour, rest) = clock.split_at_checked(2)?;
    let (minute, second) = rest.split_at_checked(2)?;
    UtcTime::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z"))
}
