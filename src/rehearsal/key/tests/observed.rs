//! The lines of `docs/keys-observed.tsv` about virtual keys, measured.

use super::*;
use crate::rehearsal::key::Personality;
use crate::rehearsal::key::REHEARSAL_AAGUID;
use crate::webauthn::Behaviour;
use crate::webauthn::CounterStep;
use crate::webauthn::CredProtect;
use crate::webauthn::SilentProbe;
use crate::webauthn::TokenConsumption;
use crate::webauthn::keys_observed;

const GA: Option<u64> = Some(2);

/// What a key of this personality does, seen from outside.
fn measured(personality: Personality) -> Behaviour {
    let (key, clock) = key(KeySpec::new("K", 7).with_personality(personality));
    key.set_pin_directly(PIN);
    let mut client = Client::open(&key, &clock);
    let old = personality == Personality::Fido20Only;
    let (protocol, rp) = if old { (1, None) } else { (2, Some(RP)) };
    let permissions = |wanted| (!old).then_some(wanted).flatten();
    let token = client
        .token(protocol, PIN, permissions(Some(1)), rp)
        .unwrap();
    let made = client.make(&Make::resident(b"u"), Some(&token)).unwrap();
    let level = made
        .data
        .extensions()
        .and_then(|outputs| outputs.named_member("credProtect").and_then(Value::as_u64));
    let silent = match client.assert(&Get::silent(made.id()), None) {
        Ok(_) => SilentProbe::Answered,
        Err(0x2e) => SilentProbe::Hidden,
        Err(0x2b) => SilentProbe::Refused,
        Err(other) => panic!("{other:#x}"),
    };
    let mut counters = Vec::new();
    let mut second = Ok(());
    for _ in 0..6 {
        let token = client.token(protocol, PIN, permissions(GA), rp).unwrap();
        let answer = client.assert(&Get::of(made.id()), Some(&token)).unwrap();
        counters.push(asserted(&answer).0.counter());
        second = client
            .assert(&Get::of(made.id()), Some(&token))
            .map(|answer| counters.push(asserted(&answer).0.counter()));
    }
    let steps: Vec<u32> = counters.windows(2).map(|two| two[1] - two[0]).collect();
    Behaviour {
        silent_probe: Some(silent),
        token_consumption: Some(match second {
            Ok(()) => TokenConsumption::Kept,
            Err(_) => TokenConsumption::Consumed,
        }),
        counter_step: Some(if steps.iter().all(|step| *step == 1) {
            CounterStep::One
        } else if counters.iter().all(|counter| *counter == 0) {
            CounterStep::Zero
        } else {
            CounterStep::Random
        }),
        cred_protect: match (old, level) {
            (true, _) => None,
            (false, Some(3)) => Some(CredProtect::AlwaysRequired),
            (false, _) => Some(CredProtect::AsAsked),
        },
        vendor_pages: Some(0),
    }
}

#[test]
fn every_personality_behaves_as_its_line_says() {
    for personality in Personality::ALL {
        let name = format!("virtual key {personality:?}");
        let row = keys_observed().find(|row| row.model == name).unwrap();
        assert_eq!(row.aaguid, REHEARSAL_AAGUID);
        let spec = KeySpec::new("K", 7).with_personality(personality);
        let [major, minor, patch] = spec.firmware;
        assert_eq!(row.firmware, format!("{major}.{minor}.{patch}"));
        assert_eq!(measured(personality), row.behaviour, "{personality:?}");
    }
}
