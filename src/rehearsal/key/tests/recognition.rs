//! A key is known again by who it is, not by where it is plugged in.

use super::*;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::CtapStatus;
use crate::facts::key::observe;
use crate::facts::recognition::Known;
use crate::facts::recognition::KnownCredential;
use crate::facts::recognition::Recognition;
use crate::facts::recognition::recognise;
use crate::primitives::Guid;
use crate::rehearsal::SeededEntropy;
use crate::rehearsal::key::Personality;
use crate::rehearsal::key::Vendor;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;

/// Reads `key` as if it were plugged in at the same path as every other, and asks whether it is `known`.
fn asked(key: &VirtualKey, clock: &RehearsalClock, known: &Known) -> Recognition {
    let mut entry = key.entry();
    entry.path = "/dev/hidraw0".to_owned();
    let entropy = Box::new(SeededEntropy::new(b"recognition", "client"));
    let mut ctap = Ctap::open(Box::new(key.open().unwrap()), clock, entropy).unwrap();
    let facts = observe(&mut ctap, &entry, clock.utc()).unwrap();
    recognise(&mut ctap, &facts, known, &[7; 16]).unwrap()
}

fn known(key: &VirtualKey, clock: &RehearsalClock) -> Known {
    let entropy = Box::new(SeededEntropy::new(b"recognition", "before"));
    let mut ctap = Ctap::open(Box::new(key.open().unwrap()), clock, entropy).unwrap();
    Known::of(&observe(&mut ctap, &key.entry(), clock.utc()).unwrap())
}

/// A key of nobody's, with a credential that it is known by.
fn bare(label: &str, clock: &Rc<RehearsalClock>, personality: Personality) -> (VirtualKey, Known) {
    let spec = KeySpec::new(label, 7)
        .with_vendor(Vendor::Unnamed)
        .with_personality(personality);
    let key = VirtualKey::new(spec, Rc::clone(clock));
    key.plug();
    let made = Client::open(&key, clock)
        .make(&Make::resident(b"u"), None)
        .unwrap();
    let of = Known {
        credential: Some(KnownCredential {
            tenant: Guid([0xab; 16]),
            rp_id: RpId::new(RP),
            id: CredentialId::new(made.id().to_vec()).unwrap(),
            public_key: made.data.credential().unwrap().public_key.clone(),
        }),
        ..known(&key, clock)
    };
    (key, of)
}

fn clock() -> Rc<RehearsalClock> {
    Rc::new(RehearsalClock::new(
        UtcTime::parse("2026-01-05T09:00:00Z").unwrap(),
    ))
}

#[test]
fn a_replugged_key_is_known_by_its_serial_number_and_another_is_not() {
    for vendor in [Vendor::Rehearsal, Vendor::Yubico, Vendor::Nitrokey] {
        let (one, clock) = key(KeySpec::new("A", 7).with_vendor(vendor));
        let other = VirtualKey::new(KeySpec::new("A", 8).with_vendor(vendor), Rc::clone(&clock));
        other.plug();
        let before = known(&one, &clock);
        one.power_cycle();
        assert_eq!(asked(&one, &clock, &before), Recognition::SameSerial);
        assert_eq!(asked(&other, &clock, &before), Recognition::Other);
        assert_eq!(one.statistics().seen("getAssertion"), 0);
    }
}

#[test]
fn two_keys_without_serial_numbers_that_change_places_are_told_apart_by_a_silent_probe() {
    let clock = clock();
    let (one, known_one) = bare("A", &clock, Personality::Standard);
    let (two, known_two) = bare("B", &clock, Personality::Standard);
    one.power_cycle();
    two.power_cycle();
    assert_eq!(asked(&one, &clock, &known_one), Recognition::SameCredential);
    assert_eq!(asked(&two, &clock, &known_two), Recognition::SameCredential);
    // Swapped onto the same path.
    for (key, of) in [(&two, &known_one), (&one, &known_two)] {
        let told = asked(key, &clock, of);
        let Recognition::Unknown(Some(CtapError::Status { status, .. })) = told else {
            panic!("{told:?}");
        };
        assert_eq!(status, CtapStatus::NoCredentials);
        assert_eq!(key.statistics().pins_compared, 0);
        assert_eq!(key.statistics().touches_asked, 1); // when the credential was made
    }
}

#[test]
fn a_key_that_hides_or_refuses_is_not_taken_for_another() {
    for (personality, expected) in [
        (Personality::CredProtect3, CtapStatus::NoCredentials),
        (Personality::RefusesSilent, CtapStatus::UnsupportedOption),
    ] {
        let clock = clock();
        let (key, of) = bare("A", &clock, personality);
        let told = asked(&key, &clock, &of);
        let Recognition::Unknown(Some(CtapError::Status { status, .. })) = told else {
            panic!("{told:?}");
        };
        assert_eq!(status, expected);
    }
}

#[test]
fn another_model_is_another_key_and_nothing_is_asked_of_it() {
    let clock = clock();
    let (key, mut of) = bare("A", &clock, Personality::Standard);
    of.aaguid = None;
    assert_eq!(asked(&key, &clock, &of), Recognition::Other);
    assert_eq!(key.statistics().seen("getAssertion"), 0);
}

#[test]
fn without_serial_number_and_credential_nothing_is_known() {
    let clock = clock();
    let (key, mut of) = bare("A", &clock, Personality::Standard);
    of.credential = None;
    assert_eq!(asked(&key, &clock, &of), Recognition::Unknown(None));
}

#[test]
fn a_signature_by_another_public_key_is_no_recognition() {
    let clock = clock();
    let (key, mut of) = bare("A", &clock, Personality::Standard);
    let (_, other) = bare("B", &clock, Personality::Standard);
    let public_key = other.credential.unwrap().public_key;
    of.credential.as_mut().unwrap().public_key = public_key;
    assert_eq!(asked(&key, &clock, &of), Recognition::OtherSignature);
}
