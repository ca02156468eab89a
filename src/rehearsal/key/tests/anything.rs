//! Two runs are equal; no bytes bring the key down.

use super::*;
use crate::rehearsal::key::Personality;
use proptest::collection::vec;
use proptest::prelude::*;

/// A whole conversation with a key: PIN, two credentials, assertions, a list, a deletion.
fn conversation(spec: KeySpec) -> Vec<(char, Report)> {
    let old = spec.personality == Personality::Fido20Only;
    let protocol = if old { 1 } else { 2 };
    let (key, clock) = key(spec);
    let mut client = Client::open(&key, &clock);
    client.info();
    client.set_pin(protocol, PIN).unwrap();
    let permissions = (!old).then_some(1);
    let rp = (!old).then_some(RP);
    let mut ids = Vec::new();
    for user in [b"1", b"2"] {
        let token = client.token(protocol, PIN, permissions, rp).unwrap();
        let made = client.make(&Make::resident(user), Some(&token)).unwrap();
        ids.push(made.id().to_vec());
    }
    let token = client
        .token(protocol, PIN, (!old).then_some(2), rp)
        .unwrap();
    client.assert(&Get::discoverable(), Some(&token)).unwrap();
    client.cbor(0x08, None).unwrap();
    client.assert(&Get::silent(&ids[0]), None).ok();
    if !old {
        let token = client.token(protocol, PIN, Some(4), None).unwrap();
        client.manage(2, None, Some(&token)).unwrap();
        let parameters = map(vec![(2, descriptor(&ids[0]))]);
        client.manage(6, Some(parameters), Some(&token)).unwrap();
    }
    client.wire
}

#[test]
fn two_runs_are_equal_to_the_byte_and_another_seed_is_not() {
    for personality in Personality::ALL {
        let spec = KeySpec::new("BG1-A", 9).with_personality(personality);
        let first = conversation(spec.clone());
        assert_eq!(first, conversation(spec.clone()), "{personality:?}");
        assert_ne!(first, conversation(spec.with_seed(b"other")));
    }
}

#[test]
fn keys_of_one_seed_and_another_serial_are_unrelated() {
    let first = conversation(KeySpec::new("BG1-A", 1));
    let second = conversation(KeySpec::new("BG1-A", 2));
    assert_ne!(first, second);
}

/// Sends reports as they are, reads what comes, and expects the key to be well afterwards.
fn survives(reports: Vec<Report>) {
    let (key, mut client) = standard_with_pin();
    for report in reports {
        client.write(report);
        client.port.read_report(Duration::from_millis(150)).unwrap();
    }
    client.wait(60);
    while client.read().is_some() {}
    key.power_cycle();
    Client::open(&key, &client.clock).info();
}

fn report(bytes: &[u8]) -> Report {
    let mut report = [0; 64];
    report[..bytes.len()].copy_from_slice(bytes);
    report
}

fn sent() -> Vec<Report> {
    thread_local! {
        static SENT: Vec<Report> = conversation(KeySpec::new("BG1-A", 9))
            .into_iter()
            .filter_map(|(way, report)| (way == '>').then_some(report))
            .collect();
    }
    SENT.with(Clone::clone)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn random_reports_never_panic(reports in vec(vec(any::<u8>(), 64), 0..20)) {
        survives(reports.iter().map(|bytes| report(bytes)).collect());
    }

    #[test]
    fn random_reports_on_an_open_channel_never_panic(
        contents in vec((0x80_u8..=0xff, 0_u8..3, vec(any::<u8>(), 58)), 0..20),
    ) {
        let reports = contents.iter().map(|(command, high, rest)| {
            report(&[&[0, 0, 0, 1, *command, *high][..], rest].concat())
        });
        survives(reports.collect());
    }

    #[test]
    fn random_commands_never_panic(code in 0_u8..16, parameters in vec(any::<u8>(), 0..200)) {
        let (_, mut client) = standard_with_pin();
        client.raw(&[vec![code], parameters].concat());
    }

    #[test]
    fn mutated_conversations_never_panic(
        flips in vec((any::<prop::sample::Index>(), 0_usize..64, any::<u8>()), 1..6),
        from in any::<prop::sample::Index>(),
    ) {
        let mut reports = sent();
        for (index, at, byte) in flips {
            let count = reports.len();
            reports[index.index(count)][at] ^= byte;
        }
        let from = from.index(reports.len());
        survives(reports.split_off(from).into_iter().take(12).collect());
    }

    #[test]
    fn mutated_commands_never_panic(
        flips in vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
        which in 0..4,
    ) {
        let (_, mut client) = standard();
        let (code, request) = match which {
            0 => (1, Make {
                exclude: vec![b"x"],
                extensions: vec![("credProtect", Value::Unsigned(2)), ("hmac-secret", Value::Bool(true))],
                ..Make::resident(b"u")
            }.request(None)),
            1 => (2, Get::silent(b"x").request(None)),
            2 => (6, map(vec![
                (1, Value::Unsigned(2)),
                (2, Value::Unsigned(3)),
                (3, client.agree(2).public),
                (4, Value::bytes(&[0; 32])),
                (5, Value::bytes(&[0; 80])),
            ])),
            _ => (10, map(vec![
                (1, Value::Unsigned(6)),
                (2, map(vec![(2, descriptor(b"x"))])),
                (3, Value::Unsigned(2)),
                (4, Value::bytes(&[0; 32])),
            ])),
        };
        let mut message = [vec![code], request.encode()].concat();
        for (index, byte) in flips {
            let count = message.len();
            message[index.index(count)] ^= byte;
        }
        message.truncate(message.len() - cut.index(message.len()) / 8);
        client.raw(&message);
    }
}
