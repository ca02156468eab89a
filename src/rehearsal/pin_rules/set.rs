//! The first PIN.

use super::script::Bench;
use super::script::CODE;
use super::script::Does;
use super::script::OTHER;
use super::script::PIN;
use crate::ceremony::Prompt;
use crate::ceremony::pins::NewPinFrom;
use crate::ceremony::pins::PinStop;
use crate::ceremony::pins::TypedFault;
use crate::ctap::CtapError;
use crate::primitives::Secret;
use crate::rehearsal::key::KeySpec;
use crate::rehearsal::key::Personality;
use Does::Declines;
use Does::PullsAndTypes;
use Does::Types;

fn set(bench: &Bench, answers: &[Does]) -> super::script::Ran<Option<PinStop>> {
    bench.usual(answers, |desk| desk.set(NewPinFrom::Typed).err())
}

#[test]
fn the_rules_are_said_before_a_pin_is_asked_for_and_the_key_is_named() {
    let mut spec = KeySpec::new("BG1-A", 1_000_001);
    spec.min_pin_length = 8;
    let bench = Bench::of(spec);
    let ran = set(&bench, &[Declines]);
    assert_eq!(ran.outcome, Some(PinStop::Declined));
    for rule in [
        "8 to 63 characters (the key takes 8 or more, the policy asks for 6)",
        "at most 63 bytes",
        "NFC",
        "never removed",
        "a reset destroys every credential",
    ] {
        assert!(ran.said.contains(rule), "{rule}: {}", ran.said);
    }
    assert_eq!(
        ran.asked[0].words(),
        "New FIDO2 PIN for glasskey rehearsal key, serial 1000001, 8 characters or more:"
    );
}

#[test]
fn it_is_typed_twice_and_set_once_on_every_kind_of_key() {
    for personality in Personality::ALL {
        let spec = KeySpec::new("BG1-A", 1_000_001).with_personality(personality);
        let bench = Bench::of(spec);
        let ran = set(&bench, &[Types(PIN), Types(PIN)]);
        assert_eq!(ran.outcome, None, "{personality:?}");
        assert_eq!((ran.compared, ran.spent), (0, 0));
        assert_eq!(bench.key.statistics().seen("clientPIN/setPIN"), 1);
        assert!(bench.takes(PIN), "{personality:?}");
    }
}

#[test]
fn two_that_differ_set_nothing() {
    let bench = Bench::new();
    let ran = set(
        &bench,
        &[
            Types(PIN),
            Types(OTHER),
            Types(PIN),
            Types("13579O"),
            Declines,
        ],
    );
    assert_eq!(ran.outcome, Some(PinStop::Declined));
    assert!(ran.said.contains("differ: nothing was set"));
    assert_eq!(bench.key.statistics().seen("clientPIN/setPIN"), 0);
    let always = [Types(PIN), Types(OTHER)].repeat(5);
    assert_eq!(set(&bench, &always).outcome, Some(PinStop::Mismatch));
    assert_eq!(bench.key.statistics().seen("clientPIN/setPIN"), 0);
}

#[test]
fn the_same_accents_typed_in_two_ways_are_the_same_pin() {
    let bench = Bench::new();
    let ran = set(&bench, &[Types("schön 1"), Types("scho\u{308}n 1")]);
    assert_eq!(ran.outcome, None);
    assert!(bench.takes("scho\u{308}n 1"));
}

#[test]
fn what_the_key_would_refuse_is_said_and_not_sent() {
    let bench = Bench::new();
    let long = "7777777777777777777777777777777777777777777777777777777777777777";
    let ran = set(
        &bench,
        &[Types("12345"), Types(long), Types("äöü"), Declines],
    );
    // The last reason is kept: nothing that was typed could be used.
    assert_eq!(
        ran.outcome,
        Some(PinStop::Typed(TypedFault::TooShort { least: 4 }))
    );
    assert!(ran.said.contains("6 characters or more"));
    assert!(ran.said.contains("63 bytes at most"));
    assert_eq!(bench.key.statistics().seen("clientPIN/setPIN"), 0);
}

#[test]
fn a_one_time_code_is_never_set_as_a_pin() {
    let bench = Bench::new();
    let ran = set(&bench, &[Types(CODE), Types(PIN), Types(PIN)]);
    assert_eq!(ran.outcome, None);
    assert!(ran.said.contains("one-time code"));
    assert!(bench.takes(PIN));
    let bench = Bench::new();
    let code = Secret::new(CODE.to_owned());
    let ran = bench.usual(&[], |desk| desk.set_given(&code).err());
    let fault = TypedFault::OneTimeCode;
    assert_eq!(ran.outcome, Some(PinStop::Typed(fault)));
    assert_eq!(bench.key.statistics().seen("clientPIN/setPIN"), 0);
}

#[test]
fn a_key_that_has_a_pin_is_not_asked_for_one() {
    let bench = Bench::with_pin();
    let ran = set(&bench, &[]);
    assert_eq!(ran.outcome, Some(PinStop::AlreadySet));
    assert_eq!((ran.compared, ran.asked), (0, Vec::<Prompt>::new()));
    let given = Secret::new(OTHER.to_owned());
    let ran = bench.usual(&[], |desk| desk.set_given(&given).err());
    assert_eq!(ran.outcome, Some(PinStop::AlreadySet));
    assert!(bench.takes(PIN));
}

#[test]
fn one_that_was_handed_over_is_set_without_a_question() {
    let bench = Bench::new();
    let given = Secret::new(PIN.to_owned());
    let ran = bench.usual(&[], |desk| desk.set_given(&given).err());
    assert_eq!((ran.outcome, ran.asked.len()), (None, 0));
    assert!(bench.takes(PIN));
    let bench = Bench::new();
    let short = Secret::new("12345".to_owned());
    let ran = bench.usual(&[], |desk| desk.set_given(&short).err());
    let fault = TypedFault::TooShort { least: 6 };
    assert_eq!(ran.outcome, Some(PinStop::Typed(fault)));
    assert_eq!(bench.key.statistics().seen("clientPIN/setPIN"), 0);
}

#[test]
fn a_key_that_is_pulled_is_gone_and_has_no_pin() {
    let bench = Bench::new();
    let ran = set(&bench, &[Types(PIN), PullsAndTypes(PIN)]);
    assert_eq!(ran.outcome, Some(PinStop::Key(CtapError::Gone)));
    assert_eq!(bench.key.statistics().seen("clientPIN/setPIN"), 0);
}
