use super::*;
use crate::ctap::Firmware;
use crate::ctap::options::Feature;
use crate::primitives::bytes::from_hex;
use crate::primitives::cbor;
use crate::primitives::cbor::Mode;
use proptest::prelude::*;

/// The getInfo answer in python-fido2's tests: a CTAP 2.0 key.
const FIDO_2_0: &str = "a60182665532465f5632684649444f5f325f3002826375766d6b686d61632d7365637265740350f8a011f38c0a4d15800617111f9edc7d04a462726bf5627570f564706c6174f469636c69656e7450696ef4051904b0068101";

fn read(value: &Value) -> AuthenticatorInfo {
    AuthenticatorInfo::read(&value.encode(), value).unwrap()
}

fn texts(texts: &[&str]) -> Value {
    Value::Array(texts.iter().map(|text| Value::text(text)).collect())
}

/// An answer as a firmware 5.7.4 key gives it, with members of CTAP 2.2 and 2.3 added.
fn modern() -> Vec<(i64, Option<Value>)> {
    let options = [
        ("rk", true),
        ("up", true),
        ("plat", false),
        ("alwaysUv", false),
        ("credMgmt", true),
        ("authnrCfg", true),
        ("clientPin", true),
        ("largeBlobs", true),
        ("pinUvAuthToken", true),
        ("setMinPINLength", true),
        ("makeCredUvNotRqd", true),
        ("credentialMgmtPreview", true),
        ("perCredMgmtRO", true),
    ];
    let options = options.map(|(name, truth)| (name, Value::Bool(truth)));
    let algorithm = |number, kind| {
        Value::named(vec![
            ("alg", Value::int(number)),
            ("type", Value::text(kind)),
        ])
    };
    let number = |number| Some(Value::Unsigned(number));
    vec![
        (
            0x01,
            Some(texts(&[
                "U2F_V2",
                "FIDO_2_0",
                "FIDO_2_1_PRE",
                "FIDO_2_1",
                "FIDO_2_2",
            ])),
        ),
        (
            0x02,
            Some(texts(&[
                "credProtect",
                "hmac-secret",
                "largeBlobKey",
                "minPinLength",
            ])),
        ),
        (
            0x03,
            Some(Value::Bytes(
                from_hex("fa2b99dc9e3942578f924a30d23c4118").unwrap(),
            )),
        ),
        (0x04, Some(Value::named(options.to_vec()))),
        (0x05, number(1536)),
        (0x06, Some(Value::Array(vec![Value::int(2), Value::int(1)]))),
        (0x07, number(8)),
        (0x08, number(128)),
        (0x09, Some(texts(&["nfc", "usb"]))),
        (
            0x0a,
            Some(Value::Array(vec![
                algorithm(-7, "public-key"),
                algorithm(-8, "public-key"),
                algorithm(-9, "future"),
            ])),
        ),
        (0x0b, number(4096)),
        (0x0c, Some(Value::Bool(false))),
        (0x0d, number(6)),
        (0x0e, number(0x50704)),
        (0x0f, number(32)),
        (0x10, number(1)),
        (0x11, number(3)),
        (0x12, number(2)),
        (0x13, Some(Value::named(vec![("FIDO", Value::int(2))]))),
        (0x14, number(0)),
        (0x15, Some(Value::Array(vec![Value::Unsigned(u64::MAX)]))),
        (0x16, Some(texts(&["packed", "none"]))),
        (0x17, number(0)),
        (0x18, Some(Value::Bool(false))),
        (0x19, Some(Value::bytes(&[7; 32]))),
        (0x1a, Some(texts(&["usb"]))),
        (0x1b, Some(Value::Bool(true))),
        (0x1c, Some(Value::bytes(b"https://example.com/pin"))),
        (0x1d, number(63)),
        (0x1e, Some(Value::bytes(&[8; 32]))),
        (0x1f, Some(Value::Array(vec![Value::int(2), Value::int(3)]))),
    ]
}

#[test]
fn a_published_answer_of_a_ctap_2_0_key_is_read() {
    let raw = from_hex(FIDO_2_0).unwrap();
    let value = cbor::decode(&raw, Mode::Tolerant).unwrap();
    let info = AuthenticatorInfo::read(&raw, &value).unwrap();
    assert_eq!(info.raw, raw);
    assert!(info.has_version("FIDO_2_0") && !info.has_version("FIDO_2_1"));
    assert!(info.has_extension("hmac-secret") && !info.has_extension("credProtect"));
    assert_eq!(
        info.aaguid.unwrap().to_string(),
        "f8a011f3-8c0a-4d15-8006-17111f9edc7d"
    );
    assert_eq!(info.client_pin(), ClientPin::NotSet);
    assert_eq!(
        info.effective_options().user_verification,
        Feature::NotSupported
    );
    assert_eq!(info.max_msg_size, Some(1200));
    assert_eq!(info.pin_protocol(), Some(PinProtocol::One));
    assert_eq!(info.gives_permissions(), Support::No);
    assert_eq!(info.credential_management(), None);
    assert_eq!(info.min_pin_length, None);
    assert_eq!(info.remaining_discoverable_credentials, None);
    assert_eq!((info.unknown, info.odd), (vec![], vec![]));
}

#[test]
fn every_member_up_to_ctap_2_3_is_read_and_zero_is_not_absent() {
    let info = read(&Value::numbered(modern()));
    assert_eq!(info.versions.as_ref().unwrap().len(), 5);
    assert_eq!(info.client_pin(), ClientPin::Set);
    let options = info.effective_options();
    assert_eq!(options.always_uv, Feature::Off);
    assert_eq!(options.enterprise_attestation, Feature::NotSupported);
    assert_eq!(options.persistent_read_only, Support::Yes);
    assert_eq!(options.platform, Support::No);
    assert_eq!(options.reported.len(), 13);
    assert_eq!(info.gives_permissions(), Support::Yes);
    assert_eq!(
        info.credential_management(),
        Some(Command::CredentialManagement)
    );
    assert_eq!(info.pin_protocol(), Some(PinProtocol::Two));
    assert_eq!(info.algorithms, Some(vec![-7, -8]));
    assert_eq!(info.force_pin_change, Some(false));
    let firmware = info.firmware_version.and_then(Firmware::decode);
    assert_eq!(firmware.unwrap().to_string(), "5.7.4");
    assert_eq!(info.certifications, Some(vec![("FIDO".into(), 2)]));
    assert_eq!(info.remaining_discoverable_credentials, Some(0));
    assert_eq!(info.vendor_prototype_config_commands, Some(vec![u64::MAX]));
    assert_eq!(info.uv_count_since_last_pin_entry, Some(0));
    assert_eq!(info.pin_complexity_policy, Some(true));
    assert_eq!(info.max_pin_length, Some(63));
    assert_eq!(info.authenticator_config_commands, Some(vec![2, 3]));
    assert_eq!((info.unknown, info.odd), (vec![], vec![]));
}

#[test]
fn an_empty_answer_says_nothing_at_all() {
    let info = read(&Value::Map(vec![]));
    assert_eq!(
        info,
        AuthenticatorInfo {
            raw: vec![0xa0],
            ..AuthenticatorInfo::default()
        }
    );
    assert_eq!(info.client_pin(), ClientPin::NotSupported);
    assert_eq!(info.effective_options().user_presence, Support::Yes);
    assert_eq!(
        AuthenticatorInfo::read(&[0x80], &Value::Array(vec![])),
        None
    );
}

#[test]
fn a_member_of_the_wrong_type_is_set_aside_and_spoils_no_other() {
    for (key, good) in modern() {
        let mut members = modern();
        let place = members
            .iter()
            .position(|(number, _)| *number == key)
            .unwrap();
        members[place].1 = Some(Value::Other(0xf9, vec![0, 0]));
        let info = read(&Value::numbered(members.clone()));
        assert_eq!(
            info.odd,
            [(Value::int(key), Value::Other(0xf9, vec![0, 0]))],
            "{key}"
        );
        // All the others are as they would be had it been absent.
        members[place].1 = None;
        let absent = read(&Value::numbered(members));
        assert_eq!(
            AuthenticatorInfo {
                odd: vec![],
                raw: vec![],
                ..info
            },
            AuthenticatorInfo {
                raw: vec![],
                ..absent
            }
        );
        assert!(good.is_some());
    }
}

#[test]
fn near_misses_of_a_type_are_odd() {
    for (key, value) in [
        (
            0x01,
            Value::Array(vec![Value::text("FIDO_2_1"), Value::int(1)]),
        ),
        (0x03, Value::bytes(&[0; 15])),
        (0x05, Value::int(-1)),
        (0x06, Value::Array(vec![Value::int(-2)])),
        (
            0x0a,
            Value::Array(vec![Value::named(vec![("alg", Value::int(-7))])]),
        ),
        (0x0c, Value::int(1)),
        (0x13, Value::Map(vec![(Value::int(1), Value::int(1))])),
    ] {
        let info = read(&Value::numbered(vec![(key, Some(value.clone()))]));
        assert_eq!(info.odd, [(Value::int(key), value)]);
    }
}

#[test]
fn members_without_a_meaning_are_kept() {
    let members = vec![
        (Value::int(0x20), Value::text("new")),
        (Value::int(-1), Value::int(1)),
        (Value::text("vendor"), Value::Null),
        (Value::int(0x0d), Value::int(4)),
    ];
    let info = read(&Value::Map(members.clone()));
    assert_eq!(info.unknown, members[..3]);
    assert_eq!(info.min_pin_length, Some(4));
}

#[test]
fn an_option_that_is_neither_true_nor_false_is_odd() {
    let options = Value::named(vec![
        ("clientPin", Value::int(1)),
        ("uv", Value::Bool(true)),
    ]);
    let info = read(&Value::numbered(vec![(4, Some(options))]));
    let options = info.options.unwrap();
    assert_eq!(options.odd, [(Value::text("clientPin"), Value::int(1))]);
    assert_eq!(options.client_pin, ClientPin::NotSupported);
    assert_eq!(options.user_verification, Feature::On);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn mutated_answers_never_panic_and_lose_no_member(at in any::<prop::sample::Index>(), flip in 1_u8.., cut in any::<prop::sample::Index>(), cuts in any::<bool>()) {
        let mut raw = Value::numbered(modern()).encode();
        let at = at.index(raw.len());
        raw[at] ^= flip;
        if cuts {
            raw.truncate(cut.index(raw.len()));
        }
        let value = cbor::decode(&raw, Mode::Tolerant).unwrap_or(Value::Null);
        if let Some(info) = AuthenticatorInfo::read(&raw, &value) {
            prop_assert_eq!(&info.raw, &raw);
            prop_assert!(info.odd.len() + info.unknown.len() <= value.as_map().unwrap().len());
        }
    }

    #[test]
    fn random_answers_never_panic(raw in proptest::collection::vec(any::<u8>(), 0..200)) {
        let raw = [vec![0xa1, 0x04], raw].concat();
        if let Ok(value) = cbor::decode(&raw, Mode::Tolerant) {
            let _ = AuthenticatorInfo::read(&raw, &value);
        }
    }
}
