//! The parts of a certificate (RFC 5280 §4.1) that path building does not show.

use super::asn1;
use super::signed_data::SignerId;
use crate::primitives::UtcTime;
use crate::primitives::text;
use der::Tag;
use der::Tagged;
use der::asn1::AnyRef;
use der::asn1::GeneralizedTime;
use der::asn1::ObjectIdentifier;
use der::asn1::UtcTime as ShortTime;

const KEY_PURPOSES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ORGANISATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
/// Characters of a name that are kept.
const MAX_NAME: usize = 100;

/// A certificate's parts, borrowed from its bytes.
pub(super) struct Certificate<'a> {
    /// The serial number.
    pub(super) serial: &'a [u8],
    /// The issuer's name: the content of its SEQUENCE.
    pub(super) issuer: &'a [u8],
    subject: AnyRef<'a>,
    validity: (UtcTime, UtcTime),
    /// Extensions: id, whether critical, value.
    extensions: Vec<(ObjectIdentifier, bool, &'a [u8])>,
}

impl<'a> Certificate<'a> {
    /// Reads the whole of `der`; `None` if it is no certificate of version 3.
    pub(super) fn parse(der: &'a [u8]) -> Option<Self> {
        let outer = asn1::sequence(&asn1::whole(der)?)?;
        let [signed, _, _] = outer.as_slice() else {
            return None;
        };
        let parts = asn1::sequence(signed)?;
        let [version, serial, _, issuer, validity, subject, _, rest @ ..] = parts.as_slice() else {
            return None;
        };
        if asn1::integer(&asn1::whole(asn1::context(version, 0)?)?)? != [2] {
            return None;
        }
        let (from, to) = match asn1::sequence(validity)?.as_slice() {
            [from, to] => (time(from)?, time(to)?),
            _ => return None,
        };
        let extensions = match rest.iter().find_map(|part| asn1::context(part, 3)) {
            Some(tagged) => asn1::sequence(&asn1::whole(tagged)?)?
                .iter()
                .map(extension)
                .collect::<Option<Vec<_>>>()?,
            None => Vec::new(),
        };
        Some(Self {
            serial: asn1::integer(serial)?,
            issuer: (issuer.tag() == Tag::Sequence).then(|| issuer.value())?,
            subject: *subject,
            validity: (from, to),
            extensions,
        })
    }

    /// Whether it is the one that signed.
    pub(super) fn is(&self, signer: &SignerId<'_>) -> bool {
        match signer {
            SignerId::Issued(issuer, serial) => self.issuer == *issuer && self.serial == *serial,
            SignerId::Key(key) => self
                .extensions
                .iter()
                .filter(|(id, _, _)| *id == KEY_ID)
                .any(|(_, _, value)| {
                    asn1::whole(value).and_then(|any| asn1::octets(&any)) == Some(*key)
                }),
        }
    }

    /// Whether it is for time stamping, critically, and for nothing else.
    pub(super) fn is_for_time_stamping_alone(&self) -> bool {
        let mut of = self
            .extensions
            .iter()
            .filter(|(id, _, _)| *id == KEY_PURPOSES);
        let Some((_, true, value)) = of.next() else {
            return false;
        };
        let purposes = asn1::whole(value)
            .and_then(|any| asn1::sequence(&any))
            .unwrap_or_default();
        matches!(purposes.as_slice(), [one] if asn1::oid(one) == Some(TIME_STAMPING))
            && of.next().is_none()
    }

    /// Whether `as_of` lies within the validity, both ends included.
    pub(super) fn is_valid_at(&self, as_of: UtcTime) -> bool {
        self.validity.0 <= as_of && as_of <= self.validity.1
    }

    /// Who it is: the common name, else the organisation, else nothing; printable.
    pub(super) fn name(&self) -> String {
        let attribute = |id| {
            asn1::sequence(&self.subject)?
                .iter()
                .filter_map(asn1::set)
                .flatten()
                .filter_map(|one| asn1::sequence(&one))
                .find_map(|pair| match pair.as_slice() {
                    [kind, value] if asn1::oid(kind) == Some(id) => {
                        std::str::from_utf8(value.value()).ok().map(str::to_owned)
                    }
                    _ => None,
                })
        };
        let name: Option<String> = attribute(COMMON_NAME).or_else(|| attribute(ORGANISATION));
        let name: String = name.unwrap_or_default().chars().take(MAX_NAME).collect();
        text::printable(&name)
    }
}

fn extension<'a>(any: &AnyRef<'a>) -> Option<(ObjectIdentifier, bool, &'a [u8])> {
    match asn1::sequence(any)?.as_slice() {
        [id, value] => Some((asn1::oid(id)?, false, asn1::octets(value)?)),
        [id, critical, value] if critical.tag() == Tag::Boolean => Some((
            asn1::oid(id)?,
            critical.value() != [0],
            asn1::octets(value)?,
        )),
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
