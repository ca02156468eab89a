//! The PIN, its tries and its tokens.

use super::*;
use crate::rehearsal::key::Personality;

const MC: u64 = 1;
const GA: u64 = 2;
const CM: u64 = 4;

#[test]
fn a_pin_is_set_and_changed_under_either_protocol() {
    for protocol in [1, 2] {
        let (_, mut client) = standard();
        let options = client.info().at(4).unwrap().clone();
        assert_eq!(options.named_member("clientPin"), Some(&Value::Bool(false)));
        client.set_pin(protocol, PIN).unwrap();
        let options = client.info().at(4).unwrap().clone();
        assert_eq!(options.named_member("clientPin"), Some(&Value::Bool(true)));
        assert_eq!(client.set_pin(protocol, "other").err(), Some(0x33));
        assert_eq!(
            client.change_pin(protocol, "wrong", "other").err(),
            Some(0x31)
        );
        client.change_pin(protocol, PIN, "other").unwrap();
        assert_eq!(client.retries(), (8, Some(false)));
        assert_eq!(
            client.token(protocol, PIN, Some(CM), None).err(),
            Some(0x31)
        );
        client.token(protocol, "other", Some(CM), None).unwrap();
    }
}

#[test]
fn a_pin_below_the_minimum_or_without_end_is_refused() {
    let (_, mut client) = standard();
    assert_eq!(client.set_pin(2, "123").err(), Some(0x37));
    assert_eq!(client.set_pin(2, "äöü").err(), Some(0x37)); // three code points, six bytes
    assert_eq!(client.set_pin(2, &"7".repeat(64)).err(), Some(0x37));
    client.set_pin(2, &"7".repeat(63)).unwrap();
}

#[test]
fn three_misses_in_a_row_need_a_power_cycle_and_eight_in_all_a_reset() {
    let (key, mut client) = standard_with_pin();
    let clock = Rc::clone(&client.clock);
    let miss = |client: &mut Client| client.token(2, "0000", Some(CM), None).err();
    assert_eq!(client.retries(), (8, Some(false)));
    assert_eq!(miss(&mut client), Some(0x31));
    assert_eq!(miss(&mut client), Some(0x31));
    assert_eq!(miss(&mut client), Some(0x34));
    assert_eq!(client.retries(), (5, Some(true)));
    assert_eq!(client.token(2, PIN, Some(CM), None).err(), Some(0x34));
    assert_eq!(client.retries(), (5, Some(true)));
    key.power_cycle();
    let mut client = Client::open(&key, &clock);
    assert_eq!(client.retries(), (5, Some(false)));
    assert_eq!(miss(&mut client), Some(0x31));
    client.token(2, PIN, Some(CM), None).unwrap();
    assert_eq!(client.retries(), (8, Some(false)));
    for _ in 0..2 {
        for expected in [0x31, 0x31, 0x34] {
            assert_eq!(miss(&mut client), Some(expected));
        }
        key.power_cycle();
        client = Client::open(&key, &clock);
    }
    assert_eq!(miss(&mut client), Some(0x31));
    assert_eq!(miss(&mut client), Some(0x32));
    assert_eq!(client.token(2, PIN, Some(CM), None).err(), Some(0x32));
    key.power_cycle();
    client = Client::open(&key, &clock);
    assert_eq!(client.token(2, PIN, Some(CM), None).err(), Some(0x32));
    assert_eq!(client.retries(), (0, Some(false)));
    assert_eq!(key.statistics().pin_tries_spent, 12);
    assert_eq!(client.cbor(0x07, None), Ok(Value::Null));
    assert_eq!(client.retries(), (8, Some(false)));
    assert_eq!(client.token(2, PIN, Some(CM), None).err(), Some(0x35));
}

#[test]
fn a_miss_changes_the_key_agreement_key() {
    let (_, mut client) = standard_with_pin();
    let request = map(vec![(1, Value::Unsigned(2)), (2, Value::Unsigned(2))]);
    let before = client.cbor(0x06, Some(&request)).unwrap();
    assert_eq!(client.cbor(0x06, Some(&request)).unwrap(), before);
    client.token(2, "0000", Some(CM), None).err();
    assert_ne!(client.cbor(0x06, Some(&request)).unwrap(), before);
}

#[test]
fn permissions_are_asked_for_as_the_table_says() {
    let (_, mut client) = standard_with_pin();
    assert_eq!(client.token(2, PIN, Some(0), None).err(), Some(0x02));
    assert_eq!(client.token(2, PIN, Some(MC), None).err(), Some(0x14));
    assert_eq!(client.token(2, PIN, Some(GA | CM), None).err(), Some(0x14));
    assert_eq!(client.token(2, PIN, Some(0x10), None).err(), Some(0x40));
    assert_eq!(client.retries(), (8, Some(false)));
}

#[test]
fn a_token_is_spent_by_the_touch() {
    for protocol in [1, 2] {
        let (_, mut client) = standard_with_pin();
        let token = client
            .token(protocol, PIN, Some(MC | GA), Some(RP))
            .unwrap();
        client.make(&Make::resident(b"u"), Some(&token)).unwrap();
        let again = client.make(&Make::resident(b"v"), Some(&token));
        assert_eq!(again.err(), Some(0x33));
        let assertion = client.assert(&Get::discoverable(), Some(&token));
        assert_eq!(assertion.err(), Some(0x33));
    }
}

#[test]
fn a_refused_touch_leaves_the_token_as_it_was() {
    let (key, mut client) = standard_with_pin();
    let refused = crate::rehearsal::key::Touch::RefusedAfter(Duration::from_millis(10));
    key.touch_script(TouchScript::always(refused));
    let token = client.token(2, PIN, Some(MC), Some(RP)).unwrap();
    let made = client.make(&Make::resident(b"u"), Some(&token));
    assert_eq!(made.err(), Some(0x27));
    key.touch_script(TouchScript::after_millis(10));
    client.make(&Make::resident(b"u"), Some(&token)).unwrap();
}

#[test]
fn a_silent_assertion_spends_nothing() {
    let (_, mut client) = standard_with_pin();
    let token = client.token(2, PIN, Some(MC), Some(RP)).unwrap();
    let made = client.make(&Make::resident(b"u"), Some(&token)).unwrap();
    let token = client.token(2, PIN, Some(GA), Some(RP)).unwrap();
    let silent = client
        .assert(&Get::silent(made.id()), Some(&token))
        .unwrap();
    let (data, _) = asserted(&silent);
    assert_eq!((data.user_present(), data.user_verified()), (false, true));
    let answer = client.assert(&Get::of(made.id()), Some(&token)).unwrap();
    let (data, _) = asserted(&answer);
    assert_eq!((data.user_present(), data.user_verified()), (true, true));
}

#[test]
fn an_unused_token_dies_after_30_seconds_and_a_used_one_after_ten_minutes() {
    let (_, mut client) = standard_with_pin();
    let token = client.token(2, PIN, Some(CM), None).unwrap();
    client.wait(29);
    client.manage(1, None, Some(&token)).unwrap();
    client.wait(60);
    client.manage(1, None, Some(&token)).unwrap();
    client.wait(600);
    assert_eq!(client.manage(1, None, Some(&token)).err(), Some(0x33));
    let token = client.token(2, PIN, Some(CM), None).unwrap();
    client.wait(30);
    assert_eq!(client.manage(1, None, Some(&token)).err(), Some(0x33));
}

#[test]
fn a_token_serves_one_rp_one_protocol_and_until_the_next() {
    let (_, mut client) = standard_with_pin();
    let token = client.token(2, PIN, Some(MC), Some("example.org")).unwrap();
    let made = client.make(&Make::resident(b"u"), Some(&token));
    assert_eq!(made.err(), Some(0x33));
    let first = client.token(2, PIN, Some(MC), Some(RP)).unwrap();
    let second = client.token(1, PIN, Some(MC), Some(RP)).unwrap();
    let made = client.make(&Make::resident(b"u"), Some(&first));
    assert_eq!(made.err(), Some(0x33));
    let swapped = Token {
        protocol: 2,
        ..second.clone()
    };
    let made = client.make(&Make::resident(b"u"), Some(&swapped));
    assert_eq!(made.err(), Some(0x33));
    client.make(&Make::resident(b"u"), Some(&second)).unwrap();
}

#[test]
fn a_legacy_token_makes_and_asserts_but_does_not_manage() {
    let (_, mut client) = standard_with_pin();
    let token = client.token(2, PIN, None, None).unwrap();
    assert_eq!(client.manage(1, None, Some(&token)).err(), Some(0x33));
    client.make(&Make::resident(b"u"), Some(&token)).unwrap();
    assert_eq!(
        client.assert(&Get::discoverable(), Some(&token)).err(),
        Some(0x33)
    );
}

#[test]
fn a_token_of_ctap_2_0_lasts_until_the_power_is_cut() {
    let (key, clock) = key(KeySpec::new("K", 1).with_personality(Personality::Fido20Only));
    key.set_pin_directly(PIN);
    let mut client = Client::open(&key, &clock);
    assert_eq!(client.token(1, PIN, Some(MC), Some(RP)).err(), Some(0x02));
    let agreement = map(vec![(1, Value::Unsigned(2)), (2, Value::Unsigned(2))]);
    assert_eq!(client.cbor(0x06, Some(&agreement)).err(), Some(0x02));
    let token = client.token(1, PIN, None, None).unwrap();
    client.make(&Make::resident(b"u"), Some(&token)).unwrap();
    client.wait(3_600);
    client.assert(&Get::discoverable(), Some(&token)).unwrap();
    key.power_cycle();
    let mut client = Client::open(&key, &clock);
    let assertion = client.assert(&Get::discoverable(), Some(&token));
    assert_eq!(assertion.err(), Some(0x33));
}

#[test]
fn an_empty_param_asks_for_a_touch_and_tells_whether_a_pin_is_set() {
    let (key, mut client) = standard();
    let Value::Map(mut members) = Make::resident(b"u").request(None) else {
        panic!()
    };
    members.push((Value::int(8), Value::Bytes(vec![])));
    let request = Value::Map(members);
    assert_eq!(client.cbor(0x01, Some(&request)).err(), Some(0x35));
    key.set_pin_directly(PIN);
    assert_eq!(client.cbor(0x01, Some(&request)).err(), Some(0x31));
    assert_eq!(client.retries(), (8, Some(false)));
    assert_eq!(key.statistics().touches_asked, 2);
}
