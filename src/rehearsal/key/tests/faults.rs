//! The product's client against every fault of the line: a typed error, in time, no try spent, and
//! the next command as if nothing had been.

use super::PIN;
use super::key;
use crate::ctap::Command;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::CtapStatus;
use crate::ctap::CtaphidError;
use crate::ctap::MakeCredential;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::primitives::Clock;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::rehearsal::RehearsalClock;
use crate::rehearsal::SeededEntropy;
use crate::rehearsal::key::Fault;
use crate::rehearsal::key::KeySpec;
use crate::rehearsal::key::VirtualKey;
use crate::rehearsal::key::When;
use crate::webauthn::ClientData;
use crate::webauthn::RpId;
use std::rc::Rc;
use std::time::Duration;

fn opened(key: &VirtualKey, clock: &'static RehearsalClock) -> Ctap<'static> {
    let entropy = Box::new(SeededEntropy::new(b"faults", "client"));
    Ctap::open(Box::new(key.open().unwrap()), clock, entropy).unwrap()
}

/// A key with a PIN, opened, and its clock.
fn stage() -> (VirtualKey, &'static RehearsalClock, Ctap<'static>) {
    let (key, clock) = key(KeySpec::new("BG1-A", 1));
    key.set_pin_directly(PIN);
    // A test's clock may live as long as the test program.
    let clock: &'static Rc<RehearsalClock> = Box::leak(Box::new(clock));
    let ctap = opened(&key, clock);
    (key, clock, ctap)
}

/// What getInfo ends in under a fault, and how long it takes; then all must be well.
fn under(fault: Fault, when: When) -> (Result<(), CtapError>, Duration) {
    let (key, clock, mut ctap) = stage();
    let info = ctap.get_info().unwrap();
    key.arm(fault, when);
    let before = clock.elapsed();
    let ended = ctap.get_info().map(|again| assert_eq!(again, info));
    let took = clock.elapsed().saturating_sub(before);
    assert_eq!(ctap.pin_retries().unwrap().remaining, 8, "{fault:?}");
    assert_eq!(ctap.get_info().unwrap(), info, "{fault:?}");
    assert_eq!(key.statistics().pins_compared, 0);
    (ended, took)
}

const ANSWER: When = When::Message(1);
/// The deadline of a plain command.
const PLAIN: Duration = Duration::from_secs(3);

#[test]
fn a_late_answer_is_taken_in_time_and_never_for_the_next_one() {
    let second = Duration::from_secs(1);
    assert_eq!(under(Fault::Late(second), ANSWER), (Ok(()), second));
    assert_eq!(
        under(Fault::Late(second), When::Report(2)),
        (Ok(()), second)
    );
    let too_late = Fault::Late(PLAIN + second);
    assert_eq!(under(too_late, ANSWER), (Err(CtapError::Timeout), PLAIN));
}

#[test]
fn reports_that_come_twice_or_not_at_all_are_noticed() {
    let (ended, took) = under(Fault::Repeated, ANSWER);
    let sequence = CtapError::Malformed {
        what: "CTAPHID packet inside a message",
    };
    assert_eq!((ended, took), (Err(sequence), Duration::ZERO));
    let sequence = || {
        Err(CtapError::Malformed {
            what: "CTAPHID SEQ",
        })
    };
    assert_eq!(under(Fault::Repeated, When::Report(2)).0, sequence());
    assert_eq!(under(Fault::WrongSequence, ANSWER).0, sequence());
    assert_eq!(under(Fault::WrongSequence, When::Report(3)).0, sequence());
    // Without its beginning the rest is stray; without its middle it is out of sequence.
    let (ended, took) = under(Fault::Silence, When::Report(1));
    assert_eq!(ended, Err(CtapError::Timeout));
    // Stray reports count too, a tenth of a millisecond each.
    assert!(took <= PLAIN && PLAIN.saturating_sub(took) < Duration::from_millis(1));
    assert_eq!(under(Fault::Silence, When::Report(2)).0, sequence());
}

#[test]
fn an_answer_that_came_twice_is_not_the_answer_to_the_next_command() {
    let (key, _, mut ctap) = stage();
    ctap.get_info().unwrap();
    key.arm(Fault::Repeated, ANSWER);
    assert_eq!(ctap.pin_retries().unwrap().remaining, 8);
    key.arm(Fault::Status(0x31), ANSWER);
    key.arm(Fault::Repeated, ANSWER);
    assert_eq!(
        ctap.pin_retries().unwrap_err().status(),
        Some(CtapStatus::PinInvalid)
    );
    assert_eq!(ctap.pin_retries().unwrap().remaining, 8);
}

#[test]
fn a_flood_of_keep_alives_moves_no_deadline() {
    let (ended, took) = under(Fault::KeepAliveFlood, ANSWER);
    assert_eq!((ended, took), (Err(CtapError::Timeout), PLAIN));
}

#[test]
fn every_status_is_an_error_of_its_own() {
    for byte in 0..=u8::MAX {
        let status = CtapStatus::from_byte(byte);
        let expected = match byte {
            0x00 => CtapError::Malformed { what: "CBOR" },
            0x2d => CtapError::Cancelled,
            _ => CtapError::Status {
                command: Command::GetInfo,
                status,
            },
        };
        let (ended, took) = under(Fault::Status(byte), ANSWER);
        assert_eq!((ended, took), (Err(expected), Duration::ZERO));
    }
}

#[test]
fn every_ctaphid_error_is_an_error_of_its_own_but_busy_which_is_asked_again() {
    for code in 0..=u8::MAX {
        let expected = match CtapError::from(CtaphidError::from_payload(&[code])) {
            CtapError::Busy => Ok(()),
            error => Err(error),
        };
        assert_eq!(under(Fault::HidError(code), ANSWER).0, expected, "{code}");
    }
}

#[test]
fn counts_that_lie_are_refused_and_not_obeyed() {
    let (key, _, mut ctap) = stage();
    let pin = Pin::new(PIN).unwrap();
    let rp_id = RpId::ceremony();
    let data = ClientData::attest(&Guid([7; 16]), b"{}");
    let request = MakeCredential {
        client_data: &data,
        rp_id: &rp_id,
        rp_name: "",
        user: &Secret::new(vec![1]),
        user_name: "",
        user_display_name: "",
        algorithms: &[-7],
        exclude: &[],
        resident: true,
        cred_protect: None,
        enforce_cred_protect: false,
        hmac_secret: false,
    };
    let token = ctap.token(&pin, Permissions::MAKE_CREDENTIAL, Some(&rp_id));
    let token = token.unwrap();
    ctap.make_credential(&request, Some(&token), &mut |_| {})
        .unwrap();
    let token = ctap.token(&pin, Permissions::CREDENTIAL_MANAGEMENT, None);
    let token = token.unwrap();
    let too_many = |what| CtapError::TooMany {
        what,
        claimed: 300_000,
    };
    key.arm(Fault::LyingCounts(300_000), ANSWER);
    let ended = ctap.relying_parties(&token).err();
    assert_eq!(ended, Some(too_many("totalRPs")));
    key.arm(Fault::LyingCounts(300_000), ANSWER);
    let ended = ctap.credentials(&token, &rp_id.hash()).err();
    assert_eq!(ended, Some(too_many("totalCredentials")));
    let seen = key.statistics();
    assert_eq!(seen.seen("credentialManagement/enumerateRPs"), 1);
    assert_eq!(seen.seen("credentialManagement/enumerateCredentials"), 1);
    // Two that there are not: asked for once, and the key says no.
    key.arm(Fault::LyingCounts(2), ANSWER);
    let ended = ctap.relying_parties(&token).err();
    assert!(matches!(ended, Some(CtapError::Status { .. })), "{ended:?}");
    assert_eq!(ctap.relying_parties(&token).map(|list| list.len()), Ok(1));
}

#[test]
fn a_wrong_pin_try_is_spent_once_however_its_answer_is_spoilt() {
    for fault in [
        Fault::Silence,
        Fault::Late(Duration::from_secs(11)),
        Fault::Repeated,
        Fault::WrongSequence,
        Fault::KeepAliveFlood,
        Fault::Status(0x31),
        Fault::HidError(0x06),
        Fault::Garbage,
        Fault::Truncation,
        Fault::LyingCounts(1),
    ] {
        let (key, _, mut ctap) = stage();
        ctap.get_info().unwrap();
        key.arm(fault, When::Message(2)); // after the key agreement
        let pin = Pin::new("000000").unwrap();
        let ended = ctap.token(&pin, Permissions::CREDENTIAL_MANAGEMENT, None);
        assert!(ended.is_err(), "{fault:?}");
        assert_eq!(key.statistics().pins_compared, 1, "{fault:?}");
        assert_eq!(ctap.pin_retries().unwrap().remaining, 7, "{fault:?}");
    }
}
