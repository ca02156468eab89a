use super::fake::HandClock;
use super::key::Key;
use super::key::open;
use super::key::shared;
use crate::ctap::Command;
use crate::ctap::CtapError;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::ctap::PinLengthRule;
use crate::ctap::PinProtocol;
use crate::ctap::config::signed;
use crate::primitives::bytes::hex;
use crate::primitives::cbor::Value;

/// The token and the parameters that WebauthnWorks' migration guide publishes for this command.
const TOKEN: [u8; 32] = [
    0x01, 0x25, 0xfe, 0xcf, 0xd8, 0xbf, 0x3f, 0x67, 0x9b, 0xd9, 0xec, 0x22, 0x13, 0x24, 0xba, 0xa7,
    0x4f, 0x3c, 0xad, 0xe0, 0x31, 0x4b, 0x4f, 0xba, 0x80, 0x29, 0x50, 0x0a, 0x32, 0x06, 0x12, 0xad,
];

#[test]
fn the_published_parameters_come_out() {
    let param = |subcommand| {
        let message = signed(subcommand, None);
        hex(&PinProtocol::Two.authenticate(&TOKEN, &message))
    };
    assert_eq!(
        param(1),
        "4e724bc8af8776d0e92a3961c28bf9980b7b3962c610ba7abf07c74a0972b074"
    );
    assert_eq!(
        param(2),
        "40d0d64f5030fa46d8e27c1bb358d5eb7b0da88fd4955b83ed19335bb35d886c"
    );
}

#[test]
fn parameters_are_signed_as_they_are_sent() {
    let parameters = Value::numbered(vec![(1, Some(Value::Unsigned(16)))]);
    let message = signed(3, Some(&parameters));
    assert_eq!(hex(&message), format!("{}0d03a10110", "ff".repeat(32)));
}

fn configurable() -> Key {
    let mut key = Key::default();
    key.options
        .extend([("authnrCfg", true), ("setMinPINLength", true)]);
    key
}

#[test]
fn what_is_sent_holds_only_what_is_asked_for() {
    let clock = HandClock::default();
    let key = shared(configurable());
    let mut ctap = open(&key, &clock);
    let pin = Pin::new("123456").unwrap();
    let token = ctap
        .token(&pin, Permissions::AUTHENTICATOR_CONFIGURATION, None)
        .unwrap();
    let only_length = PinLengthRule {
        min_length: Some(8),
        force_change: false,
    };
    let only_change = PinLengthRule {
        min_length: None,
        force_change: true,
    };
    ctap.set_min_pin_length(only_length, Some(&token)).unwrap();
    ctap.set_min_pin_length(only_change, None).unwrap();
    ctap.toggle_always_uv(Some(&token)).unwrap();
    let key = key.borrow();
    let sent: Vec<&Value> = key
        .log
        .iter()
        .filter(|(command, _)| *command == 0x0d)
        .map(|(_, parameters)| parameters)
        .collect();
    let [length, change, toggle] = sent.as_slice() else {
        panic!("{sent:?}");
    };
    let params = |members| Value::numbered(members);
    assert_eq!(
        length.at(2),
        Some(&params(vec![(1, Some(Value::Unsigned(8)))]))
    );
    assert_eq!(length.at(3), Some(&Value::Unsigned(2)));
    assert_eq!(length.at(4).unwrap().as_bytes().unwrap().len(), 32);
    assert_eq!(
        change.at(2),
        Some(&params(vec![(3, Some(Value::Bool(true)))]))
    );
    assert_eq!((change.at(3), change.at(4)), (None, None));
    assert_eq!(toggle.at(1), Some(&Value::Unsigned(2)));
    assert_eq!(toggle.at(2), None);
}

#[test]
fn a_key_that_cannot_be_configured_is_sent_nothing() {
    let clock = HandClock::default();
    let key = shared(Key::default());
    let mut ctap = open(&key, &clock);
    let rule = PinLengthRule::default();
    let lacks = |what| Err(CtapError::Unsupported { what });
    assert_eq!(
        ctap.set_min_pin_length(rule, None),
        lacks("setMinPINLength")
    );
    assert_eq!(ctap.toggle_always_uv(None), lacks("authnrCfg"));
    let config = Command::Config.byte();
    assert!(
        key.borrow()
            .log
            .iter()
            .all(|(command, _)| *command != config)
    );
}
