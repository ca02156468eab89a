//! Vendor commands to scripted keys: what is sent, and what hostile answers come to.

use super::VendorIdentity;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::CtaphidError;
use crate::ctap::hid;
use crate::ctap::tests::fake::GIVEN;
use crate::ctap::tests::fake::HandClock;
use crate::ctap::tests::fake::Scripted;
use crate::ctap::tests::fake::Step;
use crate::ctap::tests::fake::at_once;
use crate::ctap::tests::fake::opened;
use crate::primitives::Clock;
use std::cell::RefCell;
use std::time::Duration;

const YUBICO: (u16, u16) = (0x1050, 0x0407);
const NITROKEY: (u16, u16) = (0x20a0, 0x42b2);

type Asked = Vec<(u8, Vec<u8>)>;
type Said = Result<Option<VendorIdentity>, CtapError>;

/// Asks a key whose pages are made by `answer`, and what it was sent.
fn ask(ids: (u16, u16), mut answer: impl FnMut(u8, &[u8]) -> Vec<Step>) -> (Said, Asked) {
    let (clock, asked) = (HandClock::default(), RefCell::<Asked>::default());
    let device = Scripted(|command: u8, payload: &[u8]| {
        asked.borrow_mut().push((command, payload.to_vec()));
        answer(command, payload)
    });
    let mut ctap: Ctap<'_> = opened(device, &clock).unwrap();
    let said = ctap.vendor_identity(ids.0, ids.1);
    drop(ctap);
    assert!(clock.elapsed() < Duration::from_secs(4));
    (said, asked.into_inner())
}

fn page(body: &[u8]) -> Vec<Step> {
    let length = u8::try_from(body.len()).unwrap();
    at_once(GIVEN, 0x42, &[&[length], body].concat())
}

#[test]
fn two_pages_of_several_reports_are_read_and_each_asked_by_its_number() {
    let (said, asked) = ask(YUBICO, |_, payload| match payload {
        [0] => page(
            &[
                &[0x02, 4, 0x01, 0xdf, 0x5e, 0x76, 0x13, 100][..],
                &[b'x'; 100],
                &[0x10, 1, 1],
            ]
            .concat(),
        ),
        [1] => page(&[0x05, 3, 5, 7, 4]),
        _ => Vec::new(),
    });
    let expected = VendorIdentity {
        serial: Some("31415926".to_owned()),
        firmware: Some("5.7.4".to_owned()),
        answers: 2,
    };
    assert_eq!(said, Ok(Some(expected)));
    assert_eq!(asked, [(0x42, vec![0]), (0x42, vec![1])]);
}

#[test]
fn pages_without_end_are_given_up_after_eight() {
    let (said, asked) = ask(YUBICO, |_, _| page(&[0x10, 1, 1]));
    let what = "vendor pages without end";
    assert_eq!(said, Err(CtapError::Malformed { what }));
    assert_eq!(asked.len(), 8);
}

#[test]
fn pages_that_contradict_each_other_are_malformed() {
    let (said, _) = ask(YUBICO, |_, payload| {
        page(&[0x02, 1, 7 + payload[0], 0x10, 1, 1])
    });
    let what = "vendor page serial number";
    assert_eq!(said, Err(CtapError::Malformed { what }));
}

#[test]
fn a_wrong_length_a_refusal_and_silence_are_typed_errors() {
    let (said, _) = ask(YUBICO, |_, _| at_once(GIVEN, 0x42, &[9, 1]));
    let what = "vendor page length";
    assert_eq!(said, Err(CtapError::Malformed { what }));
    let (said, _) = ask(YUBICO, |_, _| at_once(GIVEN, hid::ERROR, &[1]));
    assert_eq!(said, Err(CtapError::Hid(CtaphidError::InvalidCommand)));
    let (said, _) = ask(YUBICO, |_, _| Vec::new());
    assert_eq!(said, Err(CtapError::Timeout));
    let (said, _) = ask(NITROKEY, |command, _| at_once(GIVEN, command, &[1; 5]));
    let what = "vendor version";
    assert_eq!(said, Err(CtapError::Malformed { what }));
}

#[test]
fn a_nitrokey_is_asked_for_version_and_uuid_and_nothing_else() {
    let (said, asked) = ask(NITROKEY, |command, _| match command {
        0x61 => at_once(GIVEN, 0x61, &(1_u32 << 22 | 8 << 6).to_be_bytes()),
        _ => at_once(GIVEN, command, &[0xab; 16]),
    });
    let expected = VendorIdentity {
        serial: Some("AB".repeat(16)),
        firmware: Some("1.8.0".to_owned()),
        answers: 2,
    };
    assert_eq!(said, Ok(Some(expected)));
    assert_eq!(asked, [(0x61, vec![]), (0x62, vec![])]);
}

#[test]
fn a_key_of_a_vendor_that_is_not_listed_is_sent_nothing() {
    let (said, asked) = ask((0x096e, 0x0858), |_, _| Vec::new());
    assert_eq!(said, Ok(None));
    assert!(asked.is_empty());
}
