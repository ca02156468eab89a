//! What can be configured, and by whom.

use super::*;
use crate::rehearsal::key::Personality;

const ACFG: u64 = 0x20;
const CM: u64 = 4;

/// One authenticatorConfig with these parameters.
fn configure(
    client: &mut Client,
    subcommand: u8,
    parameters: Option<Value>,
    token: Option<&Token>,
) -> Result<Value, u8> {
    let encoded = parameters.as_ref().map(Value::encode).unwrap_or_default();
    let message = [&[0xff; 32][..], &[0x0d, subcommand], &encoded].concat();
    let request = Value::numbered(vec![
        (1, Some(Value::Unsigned(subcommand.into()))),
        (2, parameters),
        (3, token.map(|token| Value::Unsigned(token.protocol))),
        (4, token.map(|token| token.mac(&message))),
    ]);
    client.cbor(0x0d, Some(&request))
}

fn least(length: u64) -> Option<Value> {
    Some(map(vec![(1, Value::Unsigned(length))]))
}

fn force() -> Option<Value> {
    Some(map(vec![(3, Value::Bool(true))]))
}

fn option(client: &mut Client, name: &str) -> Option<bool> {
    client.info().at(4)?.named_member(name)?.as_bool()
}

#[test]
fn the_minimum_grows_and_never_shrinks() {
    for protocol in [1, 2] {
        let (_, mut client) = standard_with_pin();
        let token = client.token(protocol, PIN, Some(ACFG), None).unwrap();
        let mut set = |length| configure(&mut client, 3, least(length), Some(&token)).err();
        assert_eq!(set(6), None);
        assert_eq!(set(5), Some(0x37));
        assert_eq!(set(6), None);
        assert_eq!(set(64), Some(0x37));
        assert_eq!(client.info().at(0x0d), Some(&Value::Unsigned(6)));
        assert_eq!(client.info().at(0x0c), Some(&Value::Bool(false)));
        assert_eq!(client.change_pin(protocol, PIN, "12345").err(), Some(0x37));
    }
}

#[test]
fn a_minimum_above_the_pin_s_length_demands_a_change() {
    let (key, mut client) = standard_with_pin();
    let token = client.token(2, PIN, Some(ACFG), None).unwrap();
    configure(&mut client, 3, least(7), Some(&token)).unwrap();
    assert_eq!(client.info().at(0x0c), Some(&Value::Bool(true)));
    // The token ended, and the right PIN gives none: each way has its own word for it.
    assert_eq!(
        configure(&mut client, 3, least(8), Some(&token)).err(),
        Some(0x33)
    );
    assert_eq!(client.token(2, PIN, Some(CM), None).err(), Some(0x37));
    assert_eq!(client.token(2, PIN, None, None).err(), Some(0x31));
    assert_eq!(client.retries(), (8, Some(false)));
    client.change_pin(2, PIN, "4839201").unwrap();
    assert_eq!(client.info().at(0x0c), Some(&Value::Bool(false)));
    client.token(2, "4839201", Some(CM), None).unwrap();
    assert_eq!(key.statistics().pin_tries_spent, 0);
}

#[test]
fn a_demanded_change_takes_another_pin_and_no_demand_takes_the_same() {
    let (key, mut client) = standard_with_pin();
    client.change_pin(2, PIN, PIN).unwrap();
    let token = client.token(2, PIN, Some(ACFG), None).unwrap();
    configure(&mut client, 3, force(), Some(&token)).unwrap();
    assert_eq!(client.change_pin(2, PIN, PIN).err(), Some(0x37));
    assert_eq!(client.retries(), (8, Some(false)));
    client.change_pin(2, PIN, "other").unwrap();
    assert_eq!(key.statistics().pin_tries_spent, 0);
}

#[test]
fn a_change_is_demanded_of_a_pin_only() {
    let (_, mut client) = standard();
    assert_eq!(configure(&mut client, 3, force(), None).err(), Some(0x35));
    // Without a PIN and without alwaysUv, anybody may raise the minimum.
    configure(&mut client, 3, least(8), None).unwrap();
    assert_eq!(client.set_pin(2, PIN).err(), Some(0x37));
    client.set_pin(2, "48392017").unwrap();
}

#[test]
fn a_protected_key_is_configured_with_its_own_permission_alone() {
    let (_, mut client) = standard_with_pin();
    assert_eq!(configure(&mut client, 2, None, None).err(), Some(0x36));
    let other = client.token(2, PIN, Some(CM), None).unwrap();
    assert_eq!(
        configure(&mut client, 2, None, Some(&other)).err(),
        Some(0x33)
    );
    let token = client.token(2, PIN, Some(ACFG), None).unwrap();
    configure(&mut client, 2, None, Some(&token)).unwrap();
    assert_eq!(
        configure(&mut client, 1, None, Some(&token)).err(),
        Some(0x02)
    );
}

#[test]
fn always_uv_is_switched_on_and_off_and_changes_what_is_asked_for() {
    let (_, mut client) = standard_with_pin();
    assert_eq!(option(&mut client, "alwaysUv"), Some(false));
    assert_eq!(option(&mut client, "makeCredUvNotRqd"), Some(true));
    let token = client.token(2, PIN, Some(ACFG), None).unwrap();
    configure(&mut client, 2, None, Some(&token)).unwrap();
    assert_eq!(option(&mut client, "alwaysUv"), Some(true));
    assert_eq!(option(&mut client, "makeCredUvNotRqd"), Some(false));
    let made = client.make(&Make::resident(b"u"), None);
    assert_eq!(made.err(), Some(0x36));
    configure(&mut client, 2, None, Some(&token)).unwrap();
    assert_eq!(option(&mut client, "alwaysUv"), Some(false));
}

#[test]
fn always_uv_from_the_factory_goes_off_without_a_pin_and_keeps_the_rest_closed() {
    let (_, clock) = key(KeySpec::new("K", 1));
    let spec = KeySpec::new("K", 1).with_personality(Personality::AlwaysUv);
    let key = VirtualKey::new(spec, Rc::clone(&clock));
    key.plug();
    let mut client = Client::open(&key, &clock);
    assert_eq!(configure(&mut client, 3, least(8), None).err(), Some(0x36));
    configure(&mut client, 2, None, None).unwrap();
    assert_eq!(option(&mut client, "alwaysUv"), Some(false));
}

#[test]
fn a_reset_gives_the_factory_s_rules_back() {
    let (_, mut client) = standard_with_pin();
    let token = client.token(2, PIN, Some(ACFG), None).unwrap();
    configure(&mut client, 2, None, Some(&token)).unwrap();
    configure(&mut client, 3, least(12), Some(&token)).unwrap();
    client.cbor(0x07, None).unwrap();
    assert_eq!(client.info().at(0x0d), Some(&Value::Unsigned(4)));
    assert_eq!(client.info().at(0x0c), Some(&Value::Bool(false)));
    assert_eq!(option(&mut client, "alwaysUv"), Some(false));
}

#[test]
fn a_key_of_ctap_2_0_has_no_such_command() {
    let (key, clock) = key(KeySpec::new("K", 1).with_personality(Personality::Fido20Only));
    key.set_pin_directly(PIN);
    let mut client = Client::open(&key, &clock);
    assert_eq!(configure(&mut client, 2, None, None).err(), Some(0x01));
    assert_eq!(option(&mut client, "alwaysUv"), None);
}
