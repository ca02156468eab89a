//! getInfo, and what each personality does otherwise.

use super::*;
use crate::rehearsal::key::Personality;

fn of(personality: Personality) -> (VirtualKey, Client) {
    let (key, clock) = key(KeySpec::new("K", 7).with_personality(personality));
    let client = Client::open(&key, &clock);
    (key, client)
}

#[test]
fn get_info_of_a_standard_key_is_these_bytes() {
    let (_, mut client) = standard();
    let expected = concat!(
        "00ae",
        "0182684649444f5f325f30684649444f5f325f31",
        "02826b6372656450726f746563746b686d61632d736563726574",
        "0350676c6173736b65792d72656865617273",
        "04aa",
        "62726bf5627570f564706c6174f468616c776179735576f4",
        "68637265644d676d74f569617574686e72436667f569636c69656e7450696ef4",
        "6e70696e557641757468546f6b656ef56f7365744d696e50494e4c656e677468f5",
        "706d616b654372656455764e6f74527164f5",
        "051904b0",
        "06820201",
        "0708",
        "081880",
        "098163757362",
        "0a81a263616c672664747970656a7075626c69632d6b6579",
        "0cf4",
        "0d04",
        "0e1a00050704",
        "141819",
    );
    assert_eq!(crate::primitives::bytes::hex(&client.raw(&[4])), expected);
}

#[test]
fn a_ctap_2_0_key_reports_neither_slots_nor_management() {
    let (key, mut client) = of(Personality::Fido20Only);
    let info = client.info();
    let versions = Value::Array(vec![Value::text("U2F_V2"), Value::text("FIDO_2_0")]);
    assert_eq!(info.at(1), Some(&versions));
    let options = Value::Map(vec![
        (Value::text("rk"), Value::Bool(true)),
        (Value::text("up"), Value::Bool(true)),
        (Value::text("plat"), Value::Bool(false)),
        (Value::text("clientPin"), Value::Bool(false)),
    ]);
    assert_eq!(info.at(4), Some(&options));
    assert_eq!(info.at(6), Some(&Value::Array(vec![Value::Unsigned(1)])));
    assert_eq!(info.at(0x14), None);
    assert_eq!(client.retries(), (8, None));
    assert_eq!(client.manage(1, None, None).err(), Some(0x01));
    assert_eq!(client.cbor(0x0b, None).err(), Some(0x01));
    client.send(0x83, &[0, 3, 0, 0, 0, 0, 0]);
    assert_eq!(client.receive(), Some((0x83, b"U2F_V2\x90\x00".to_vec())));
    key.set_pin_directly(PIN);
    let loose = Make {
        resident: false,
        ..Make::resident(b"u")
    };
    assert_eq!(client.make(&loose, None).err(), Some(0x36));
}

#[test]
fn counters_step_as_the_personality_says() {
    let steps = |personality| -> Vec<u32> {
        let (_, mut client) = of(personality);
        let made = client.make(&Make::resident(b"u"), None).unwrap();
        let mut last = 0;
        let mut counters = vec![made.data.counter()];
        for _ in 0..4 {
            let answer = client.assert(&Get::silent(made.id()), None).unwrap();
            counters.push(asserted(&answer).0.counter());
        }
        for counter in &mut counters {
            (last, *counter) = (*counter, *counter - last);
        }
        counters
    };
    assert_eq!(steps(Personality::Standard), [1, 1, 1, 1, 1]);
    assert_eq!(steps(Personality::ZeroCounter), [0, 0, 0, 0, 0]);
    let random = steps(Personality::RandomGlobalCounter);
    assert!(
        random.iter().all(|step| (1..=32).contains(step)),
        "{random:?}"
    );
    assert!(random.iter().any(|step| *step != random[0]), "{random:?}");
}

#[test]
fn a_key_that_always_verifies_still_answers_a_silent_probe() {
    let (key, mut client) = of(Personality::AlwaysUv);
    let options = client.info().at(4).unwrap().clone();
    assert_eq!(options.named_member("alwaysUv"), Some(&Value::Bool(true)));
    let not_required = options.named_member("makeCredUvNotRqd");
    assert_eq!(not_required, Some(&Value::Bool(false)));
    assert_eq!(client.make(&Make::resident(b"u"), None).err(), Some(0x36));
    key.set_pin_directly(PIN);
    let token = client.token(2, PIN, Some(1), Some(RP)).unwrap();
    let made = client.make(&Make::resident(b"u"), Some(&token)).unwrap();
    assert_eq!(client.assert(&Get::of(made.id()), None).err(), Some(0x36));
    client.assert(&Get::silent(made.id()), None).unwrap();
}

#[test]
fn a_key_that_protects_all_says_so_and_hides_from_a_silent_probe() {
    let (_, mut client) = of(Personality::CredProtect3);
    let made = client.make(&Make::resident(b"u"), None).unwrap();
    let outputs = Value::named(vec![("credProtect", Value::Unsigned(3))]);
    assert_eq!(made.data.extensions(), Some(&outputs));
    let silent = client.assert(&Get::silent(made.id()), None);
    assert_eq!(silent.err(), Some(0x2e));
}

#[test]
fn a_key_that_refuses_silence_asserts_with_a_touch() {
    let (_, mut client) = of(Personality::RefusesSilent);
    let made = client.make(&Make::resident(b"u"), None).unwrap();
    let silent = client.assert(&Get::silent(made.id()), None);
    assert_eq!(silent.err(), Some(0x2b));
    client.assert(&Get::of(made.id()), None).unwrap();
}
