use super::fake::HandClock;
use super::key::Key;
use super::key::open;
use super::key::shared;
use crate::ctap::Command;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::CtapStatus;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::ctap::PinProtocol;
use crate::ctap::PinRetries;
use crate::ctap::TokenKind;
use crate::primitives::cbor::Value;
use crate::webauthn::RpId;
use std::cell::RefCell;
use std::rc::Rc;

fn pin(text: &str) -> Pin {
    Pin::new(text).unwrap()
}

fn keys() -> [Key; 3] {
    let with = |protocols| Key {
        protocols,
        ..Key::default()
    };
    [with(Some(vec![2, 1])), with(Some(vec![1])), with(None)]
}

/// The parameters of every clientPIN command received, by subcommand.
fn sent(key: &Rc<RefCell<Key>>) -> Vec<u64> {
    let key = key.borrow();
    let commands = key.log.iter().filter(|(command, _)| *command == 0x06);
    commands
        .map(|(_, parameters)| parameters.at(0x02).unwrap().as_u64().unwrap())
        .collect()
}

fn refusal(status: u8) -> CtapError {
    CtapError::Status {
        command: Command::ClientPin,
        status: CtapStatus::from_byte(status),
    }
}

#[test]
fn retries_are_read_with_the_power_cycle_state() {
    let clock = HandClock::default();
    let key = shared(Key::default());
    let mut ctap = open(&key, &clock);
    assert_eq!(
        ctap.pin_retries(),
        Ok(PinRetries {
            remaining: 8,
            power_cycle_needed: Some(false)
        })
    );
    assert_eq!(ctap.uv_retries(), Ok(5));
    assert_eq!(key.borrow().log.len(), 3, "getInfo is asked once");
}

#[test]
fn a_power_cycle_state_that_is_not_said_is_unknown_and_missing_retries_are_malformed() {
    let answers = [
        vec![0, 0xa1, 3, 7],
        vec![0, 0xa0],
        vec![0, 0xa1, 3, 0x19, 1, 0],
    ];
    let expected = [
        Ok(PinRetries {
            remaining: 7,
            power_cycle_needed: None,
        }),
        Err(CtapError::Malformed { what: "pinRetries" }),
        Err(CtapError::Malformed { what: "pinRetries" }),
    ];
    for (answer, expected) in answers.into_iter().zip(expected) {
        let clock = HandClock::default();
        let key = shared(Key {
            spoil: Box::new(move |command, good| if command == 6 { answer.clone() } else { good }),
            ..Key::default()
        });
        assert_eq!(open(&key, &clock).pin_retries(), expected);
    }
}

#[test]
fn a_first_pin_is_set_and_then_changed_by_either_protocol() {
    for key in keys() {
        let clock = HandClock::default();
        let key = shared(Key { pin: None, ..key });
        let mut ctap = open(&key, &clock);
        assert_eq!(ctap.set_pin(&pin("pässword")), Ok(()));
        assert_eq!(key.borrow().pin, Some("pässword".as_bytes().to_vec()));
        assert_eq!(ctap.set_pin(&pin("again")), Err(refusal(0x33)));
        let longest = "9".repeat(63);
        assert_eq!(ctap.change_pin(&pin("pässword"), &pin(&longest)), Ok(()));
        assert_eq!(key.borrow().pin, Some(longest.into_bytes()));
        assert_eq!(
            ctap.change_pin(&pin("wrong"), &pin("other")),
            Err(refusal(0x31))
        );
    }
}

#[test]
fn a_token_comes_with_permissions_and_rp_id_where_the_key_gives_them() {
    let clock = HandClock::default();
    let key = shared(Key::default());
    let rp_id = RpId::new("login.microsoft.com");
    let both = Permissions::CREDENTIAL_MANAGEMENT | Permissions::GET_ASSERTION;
    let token = open(&key, &clock)
        .token(&pin("123456"), both, Some(&rp_id))
        .unwrap();
    assert_eq!(token.kind(), TokenKind::WithPermissions);
    assert_eq!(token.protocol(), PinProtocol::Two);
    assert_eq!(token.permissions(), both);
    assert_eq!(token.rp_id(), Some(&rp_id));
    assert_eq!(sent(&key), [0x02, 0x09]);
    let (_, parameters) = key.borrow().log.last().unwrap().clone();
    assert_eq!(parameters.at(0x09), Some(&Value::Unsigned(0x06)));
    assert_eq!(
        parameters.at(0x0a),
        Some(&Value::text("login.microsoft.com"))
    );
}

#[test]
fn a_fido_2_0_key_gives_a_legacy_token_that_says_so() {
    let clock = HandClock::default();
    let key = shared(Key {
        options: vec![("clientPin", true)],
        protocols: None,
        ..Key::default()
    });
    let rp_id = RpId::new("login.microsoft.com");
    let token = open(&key, &clock)
        .token(&pin("123456"), Permissions::GET_ASSERTION, Some(&rp_id))
        .unwrap();
    assert_eq!(token.kind(), TokenKind::Legacy);
    assert_eq!((token.protocol(), token.rp_id()), (PinProtocol::One, None));
    assert_eq!(sent(&key), [0x02, 0x05]);
    let (_, parameters) = key.borrow().log.last().unwrap().clone();
    assert_eq!((parameters.at(0x09), parameters.at(0x0a)), (None, None));
}

#[test]
fn a_wrong_pin_is_sent_once_and_not_again() {
    for key in keys() {
        let clock = HandClock::default();
        let key = shared(key);
        let result = open(&key, &clock).token(&pin("1234"), Permissions::GET_ASSERTION, None);
        assert_eq!(result.err(), Some(refusal(0x31)));
        assert_eq!(sent(&key), [0x02, 0x09]);
    }
}

#[test]
fn a_key_that_speaks_no_protocol_of_ours_is_not_sent_a_pin() {
    let clock = HandClock::default();
    let key = shared(Key {
        protocols: Some(vec![3]),
        ..Key::default()
    });
    let result = open(&key, &clock).token(&pin("123456"), Permissions::GET_ASSERTION, None);
    assert_eq!(
        result.err(),
        Some(CtapError::Unsupported {
            what: "pinUvAuthProtocols"
        })
    );
    assert_eq!(sent(&key), [0_u64; 0]);
}

#[test]
fn a_token_of_another_length_is_malformed() {
    // Under protocol two, 48 bytes are an IV and the 32 of a token.
    for length in [0, 1, 16, 32, 49, 64] {
        let clock = HandClock::default();
        let key = shared(Key {
            spoil: Box::new(move |command, good| {
                // Only the token's answer is a map whose one key is 2.
                if command == 6 && good.get(1..3) == Some(&[0xa1, 2]) {
                    let answer = Value::numbered(vec![(2, Some(Value::bytes(&vec![7; length])))]);
                    [vec![0], answer.encode()].concat()
                } else {
                    good
                }
            }),
            ..Key::default()
        });
        let result = open(&key, &clock).token(&pin("123456"), Permissions::GET_ASSERTION, None);
        assert_eq!(
            result.err(),
            Some(CtapError::Malformed {
                what: "pinUvAuthToken"
            })
        );
    }
}

#[test]
fn a_pin_is_in_nothing_that_is_sent() {
    const CANARY: &str = "canary-canary-16";
    for key in keys() {
        let clock = HandClock::default();
        let key = shared(Key { pin: None, ..key });
        let mut ctap = open(&key, &clock);
        ctap.set_pin(&pin(CANARY)).unwrap();
        ctap.change_pin(&pin(CANARY), &pin(CANARY)).unwrap();
        let token = ctap.token(&pin(CANARY), Permissions::GET_ASSERTION, None);
        assert!(token.is_ok());
        for (_, parameters) in &key.borrow().log {
            let sent = parameters.encode();
            assert!(!sent.windows(16).any(|part| part == CANARY.as_bytes()));
            assert!(!sent.windows(16).any(|part| part == *pin(CANARY).hash()));
        }
    }
}

struct Stuck;

impl crate::primitives::Entropy for Stuck {
    fn fill(&mut self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}

#[test]
fn randomness_that_is_stuck_sends_no_pin() {
    let clock = HandClock::default();
    let key = shared(Key::default());
    let wire = super::fake::Wire::new(Rc::clone(&key), &clock);
    let mut ctap = Ctap::open(Box::new(wire), &clock, Box::new(Stuck)).unwrap();
    let result = ctap.token(&pin("123456"), Permissions::GET_ASSERTION, None);
    assert_eq!(result.err(), Some(CtapError::NoEntropy));
    assert_eq!(sent(&key), [0x02]);
}
