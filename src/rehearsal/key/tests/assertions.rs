//! getAssertion and getNextAssertion.

use super::*;
use crate::rehearsal::key::Touch;
use crate::webauthn::SignatureCheck;

fn made(client: &mut Client, user: &[u8], protection: u64) -> Made {
    let token = client.token(2, PIN, Some(1), Some(RP)).unwrap();
    let wish = Make {
        extensions: vec![("credProtect", Value::Unsigned(protection))],
        ..Make::resident(user)
    };
    client.make(&wish, Some(&token)).unwrap()
}

fn good(made: &Made, answer: &Value) -> bool {
    let (data, signature) = asserted(answer);
    let key = &made.data.credential().unwrap().public_key;
    let signed = [data.raw(), &HASH[..]].concat();
    key.verify(&signed, &signature) == SignatureCheck::Good
}

#[test]
fn an_assertion_is_signed_by_the_credential_over_what_was_asked() {
    let (_, mut client) = standard_with_pin();
    let made = made(&mut client, b"u", 1);
    let answer = client.assert(&Get::of(made.id()), None).unwrap();
    assert!(good(&made, &answer));
    let (data, _) = asserted(&answer);
    assert_eq!((data.user_present(), data.user_verified()), (true, false));
    assert_eq!(data.counter(), 2);
    assert_eq!(data.rp_id_hash(), made.data.rp_id_hash());
    assert_eq!(answer.at(1), Some(&descriptor(made.id())));
    let user = Value::named(vec![("id", Value::bytes(b"u"))]);
    assert_eq!(answer.at(4), Some(&user));
}

#[test]
fn a_silent_probe_is_answered_at_once_unless_the_credential_needs_verification() {
    let (key, mut client) = standard_with_pin();
    let open = made(&mut client, b"1", 1);
    let listed = made(&mut client, b"2", 2);
    let closed = made(&mut client, b"3", 3);
    let touches = key.statistics().touches_asked;
    let answer = client.assert(&Get::silent(open.id()), None).unwrap();
    assert!(good(&open, &answer));
    let (data, _) = asserted(&answer);
    assert_eq!((data.user_present(), data.user_verified()), (false, false));
    let answer = client.assert(&Get::silent(listed.id()), None).unwrap();
    assert!(good(&listed, &answer));
    let silent = client.assert(&Get::silent(closed.id()), None);
    assert_eq!(silent.err(), Some(0x2e));
    assert_eq!(key.statistics().touches_asked, touches);
    let token = client.token(2, PIN, Some(2), Some(RP)).unwrap();
    let answer = client
        .assert(&Get::silent(closed.id()), Some(&token))
        .unwrap();
    assert!(good(&closed, &answer));
}

#[test]
fn only_unprotected_credentials_are_discovered_without_verification() {
    let (_, mut client) = standard_with_pin();
    made(&mut client, b"2", 2);
    made(&mut client, b"3", 3);
    let discovered = client.assert(&Get::discoverable(), None);
    assert_eq!(discovered.err(), Some(0x2e));
    let open = made(&mut client, b"1", 1);
    let answer = client.assert(&Get::discoverable(), None).unwrap();
    assert_eq!(answer.at(1), Some(&descriptor(open.id())));
    assert_eq!(answer.at(5), None);
    let token = client.token(2, PIN, Some(2), Some(RP)).unwrap();
    let answer = client.assert(&Get::discoverable(), Some(&token)).unwrap();
    assert_eq!(answer.at(5), Some(&Value::Unsigned(3)));
}

#[test]
fn several_accounts_come_newest_first_with_their_names_and_then_no_more() {
    let (_, mut client) = standard_with_pin();
    let all: Vec<Made> = [b"1", b"2", b"3"].map(|u| made(&mut client, u, 1)).into();
    let token = client.token(2, PIN, Some(2), Some(RP)).unwrap();
    let first = client.assert(&Get::discoverable(), Some(&token)).unwrap();
    assert!(good(&all[2], &first));
    let name = first.at(4).unwrap().named_member("name").unwrap();
    assert_eq!(name.as_text(), Some("bg1@contoso.onmicrosoft.com"));
    let second = client.cbor(0x08, None).unwrap();
    assert!(good(&all[1], &second));
    assert_eq!(second.at(5), None);
    let third = client.cbor(0x08, None).unwrap();
    assert!(good(&all[0], &third));
    assert_eq!(client.cbor(0x08, None).err(), Some(0x30));
}

#[test]
fn the_next_assertion_is_forgotten_after_another_command_or_30_seconds() {
    let (_, mut client) = standard_with_pin();
    made(&mut client, b"1", 1);
    made(&mut client, b"2", 1);
    client.assert(&Get::discoverable(), None).unwrap();
    client.info();
    assert_eq!(client.cbor(0x08, None).err(), Some(0x30));
    client.assert(&Get::discoverable(), None).unwrap();
    client.wait(30);
    assert_eq!(client.cbor(0x08, None).err(), Some(0x30));
    client.assert(&Get::discoverable(), None).unwrap();
    client.wait(29);
    client.cbor(0x08, None).unwrap();
}

#[test]
fn without_a_touch_there_is_no_assertion_and_the_reason_is_told() {
    let (key, mut client) = standard_with_pin();
    let made = made(&mut client, b"u", 1);
    key.touch_script(TouchScript::always(Touch::Never));
    let before = client.clock.elapsed();
    assert_eq!(client.assert(&Get::of(made.id()), None).err(), Some(0x2f));
    assert_eq!(client.clock.elapsed(), before + Duration::from_secs(30));
    let refused = Touch::RefusedAfter(Duration::from_millis(300));
    key.touch_script(TouchScript::always(refused));
    assert_eq!(client.assert(&Get::of(made.id()), None).err(), Some(0x27));
    assert_eq!(key.statistics().assertions_signed, 0);
}

#[test]
fn a_credential_of_another_rp_or_key_is_nobodys() {
    let (_, mut client) = standard_with_pin();
    let made = made(&mut client, b"u", 1);
    let elsewhere = Get {
        rp: "example.org",
        ..Get::of(made.id())
    };
    assert_eq!(client.assert(&elsewhere, None).err(), Some(0x2e));
    let (other, clock) = key(KeySpec::new("BG1-B", 1_000_002));
    let mut other = Client::open(&other, &clock);
    assert_eq!(
        other.assert(&Get::silent(made.id()), None).err(),
        Some(0x2e)
    );
    let mut flipped = made.id().to_vec();
    flipped[40] ^= 1;
    assert_eq!(
        client.assert(&Get::silent(&flipped), None).err(),
        Some(0x2e)
    );
}
