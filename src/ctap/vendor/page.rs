//! A page of a YubiKey's configuration: its length in a byte, then BER-TLVs.

use crate::ctap::CtapError;

const SERIAL: u32 = 0x02;
const VERSION: u32 = 0x05;
const MORE_PAGES: u32 = 0x10;

/// What a page says of what is looked for; the rest is ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// The serial number; `None` if the page has none or says zero.
    pub(super) serial: Option<u32>,
    /// Major, minor and patch of the firmware; `None` if the page has none or says zeros.
    pub(super) version: Option<[u8; 3]>,
    /// Another page follows.
    pub(super) more: bool,
}

impl Page {
    /// Reads the answer to one request.
    ///
    /// # Errors
    /// [`CtapError::Malformed`] if a length does not fit, or a value has another size than its own.
    pub(super) fn read(answer: &[u8]) -> Result<Self, CtapError> {
        let Some((length, mut rest)) = answer.split_first() else {
            return Err(malformed("vendor page"));
        };
        if usize::from(*length) != rest.len() {
            return Err(malformed("vendor page length"));
        }
        let mut page = Self::default();
        while !rest.is_empty() {
            let (tag, value, after) = tlv(rest).ok_or(malformed("vendor page TLV"))?;
            match tag {
                SERIAL => page.serial = serial(value)?,
                VERSION => page.version = version(value)?,
                MORE_PAGES => page.more = value == [1],
                _ => {}
            }
            rest = after;
        }
        Ok(page)
    }
}

fn serial(value: &[u8]) -> Result<Option<u32>, CtapError> {
    if !(1..=4).contains(&value.len()) {
        return Err(malformed("vendor page serial number"));
    }
    let number = value
        .iter()
        .fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    Ok(Some(number).filter(|number| *number != 0))
}

fn version(value: &[u8]) -> Result<Option<[u8; 3]>, CtapError> {
    let version = <[u8; 3]>::try_from(value).map_err(|_| malformed("vendor page firmware"))?;
    Ok(Some(version).filter(|version| *version != [0; 3]))
}

/// The first TLV of `bytes`: tag, value, and what follows. BER (ISO/IEC 7816-4 §5.2.2.2): tags and
/// lengths of more than one byte are read, though no tag known so far has one.
fn tlv(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let (first, mut rest) = bytes.split_first()?;
    let mut tag = u32::from(*first);
    if first & 0x1f == 0x1f {
        loop {
            let (next, after) = rest.split_first()?;
            rest = after;
            tag = tag.checked_shl(8)?.checked_add(u32::from(*next))?;
            if next & 0x80 == 0 {
                break;
            }
        }
    }
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match *length {
        0x81 => {
            let (length, rest) = rest.split_first()?;
            (usize::from(*length), rest)
        }
        0x82 => {
            let (length, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*length)), rest)
        }
        short if short < 0x80 => (usize::from(short), rest),
        _ => return None,
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some((tag, value, rest))
}

const fn malformed(what: &'static str) -> CtapError {
    CtapError::Malformed { what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A page with the tags of a YubiKey 5 NFC, made by hand: serial number 12345678, firmware 5.4.3.
    const YUBIKEY: &str = "2e0102023f0302023f020400bc614e04010105030504030602000007010f0801000d02023f0e02023f0a01000f0100";

    fn hex(text: &str) -> Vec<u8> {
        data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_page_has_serial_number_and_firmware_among_what_is_ignored() {
        let page = Page::read(&hex(YUBIKEY)).unwrap();
        assert_eq!(page.serial, Some(12_345_678));
        assert_eq!(page.version, Some([5, 4, 3]));
        assert!(!page.more);
    }

    #[test]
    fn more_pages_are_said_by_a_one_alone() {
        assert!(Page::read(&hex("03100101")).unwrap().more);
        assert!(!Page::read(&hex("03100100")).unwrap().more);
        assert!(!Page::read(&hex("021000")).unwrap().more);
    }

    #[test]
    fn zeros_are_no_serial_number_and_no_firmware() {
        let page = Page::read(&hex("0b0204000000000503000000")).unwrap();
        assert_eq!(page, Page::default());
    }

    #[test]
    fn what_does_not_fit_is_malformed_and_named() {
        for (answer, what) in [
            ("", "vendor page"),
            ("05", "vendor page length"),
            ("0002", "vendor page length"),
            ("0102", "vendor page TLV"),
            ("020204", "vendor page TLV"),
            ("0402830000", "vendor page TLV"),
            ("020200", "vendor page serial number"),
            ("0702050000000001", "vendor page serial number"),
            ("0405020504", "vendor page firmware"),
            ("051f80808080", "vendor page TLV"),
        ] {
            let read = Page::read(&hex(answer));
            assert_eq!(read, Err(malformed(what)), "{answer}");
        }
    }

    #[test]
    fn long_forms_of_tag_and_length_are_skipped_whole() {
        // 1f01 (a tag of two bytes), then 0x81 and 0x82 lengths, then a serial number.
        let page = Page::read(&hex("121f0101aa2081022222218200013302040000000700"));
        assert_eq!(page, Err(malformed("vendor page length")));
        let page = Page::read(&hex("141f0101aa208102222221820001330204000000 07"
            .replace(' ', "")
            .as_str()));
        assert_eq!(page.unwrap().serial, Some(7));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Page::read(&bytes);
        }

        #[test]
        fn no_change_of_a_real_page_makes_it_panic_or_invent_a_page(
            at in 0_usize..47, to: u8, cut in 0_usize..48,
        ) {
            let mut bytes = hex(YUBIKEY);
            bytes[at] = to;
            bytes.truncate(cut.max(1));
            if let Ok(page) = Page::read(&bytes) {
                prop_assert!(bytes.len() == usize::from(bytes[0]) + 1);
                prop_assert!(page.serial != Some(0));
            }
        }

        #[test]
        fn what_is_written_is_read_among_other_tags(
            serial in 1_u32.., version in [1_u8.., 0.., 0..], others in prop::collection::vec(
                (0x20_u8..0x7e, prop::collection::vec(any::<u8>(), 0..8)), 0..12),
        ) {
            let mut body = Vec::new();
            for (tag, value) in &others {
                if tag & 0x1f != 0x1f {
                    body.extend([*tag, u8::try_from(value.len()).unwrap()]);
                    body.extend(value);
                }
            }
            body.extend([2, 4]);
            body.extend(serial.to_be_bytes());
            body.extend([5, 3]);
            body.extend(version);
            let mut page = vec![u8::try_from(body.len()).unwrap()];
            page.extend(body);
            let read = Page::read(&page).unwrap();
            prop_assert_eq!(read, Page { serial: Some(serial), version: Some(version), more: false });
        }
    }
}
