//! A PIN that is there: what each wrong one costs, and what is never spent.

use super::script::Bench;
use super::script::CODE;
use super::script::Does;
use super::script::PIN;
use super::script::Ran;
use crate::ceremony::Prompt;
use crate::ceremony::pins::PinStop;
use crate::ceremony::pins::TypedFault;
use crate::ctap::CtapError;
use crate::ctap::Permissions;
use crate::rehearsal::key::Fault;
use crate::rehearsal::key::Personality;
use crate::rehearsal::key::When;
use crate::webauthn::RpId;
use Does::Declines;
use Does::No;
use Does::PullsAndTypes;
use Does::Types;
use Does::Yes;

fn prove(bench: &Bench, answers: &[Does]) -> Ran<Option<PinStop>> {
    let rp_id = RpId::new("login.microsoft.com");
    bench.usual(answers, |desk| {
        desk.prove(Permissions::GET_ASSERTION, Some(&rp_id)).err()
    })
}

#[test]
fn the_right_pin_is_asked_for_once_named_with_its_key_and_the_tries_left() {
    for personality in Personality::ALL {
        let bench = Bench::with_pin_of(personality);
        let ran = prove(&bench, &[Types(PIN)]);
        assert_eq!(ran.outcome, None, "{personality:?}");
        assert_eq!((ran.compared, ran.spent), (1, 0));
        assert_eq!(
            ran.asked[0].words(),
            "FIDO2 PIN of glasskey rehearsal key, serial 1000001 (8 tries left):"
        );
    }
}

#[test]
fn a_wrong_pin_costs_one_try_and_is_not_asked_for_again_without_consent() {
    for answer in [No, Declines] {
        let bench = Bench::with_pin();
        let ran = prove(&bench, &[Types("000000"), answer]);
        assert_eq!(ran.outcome, Some(PinStop::Wrong { left: 7 }));
        assert_eq!((ran.compared, ran.spent), (1, 1));
        assert_eq!(bench.key.pin_retries(), 7);
    }
}

#[test]
fn consent_asks_anew_with_the_tries_left_and_never_sends_what_was_typed_before() {
    let bench = Bench::with_pin();
    let ran = prove(&bench, &[Types("000000"), Yes, Types(PIN)]);
    assert_eq!(ran.outcome, None);
    assert_eq!((ran.compared, ran.spent), (2, 1));
    let [_, consent, again] = ran.asked.as_slice() else {
        panic!("{:?}", ran.asked);
    };
    assert!(consent.words().contains("one try was spent, 7 left"));
    assert!(again.words().ends_with("(7 tries left):"));
}

#[test]
fn the_third_in_a_row_is_announced_and_then_the_key_must_be_unplugged() {
    for personality in [Personality::Standard, Personality::Fido20Only] {
        let bench = Bench::with_pin_of(personality);
        let three = [Types("000000"), Yes, Types("000001"), Yes, Types("000002")];
        let ran = prove(&bench, &three);
        let replug = PinStop::Replug {
            spent: 1,
            left: Some(5),
        };
        assert_eq!(ran.outcome, Some(replug), "{personality:?}");
        assert_eq!((ran.compared, ran.spent), (3, 3));
        let announced = |prompt: &Prompt| {
            matches!(
                prompt,
                Prompt::AnotherTry {
                    last_before_replug: true,
                    ..
                }
            )
        };
        let which: Vec<bool> = ran.asked.iter().map(announced).collect();
        assert_eq!(which, [false, false, false, true, false]);
    }
}

#[test]
fn a_key_that_wants_to_be_unplugged_is_asked_for_nothing_and_spends_nothing() {
    let bench = Bench::with_pin();
    let wrong = [Types("000000"), Yes, Types("000001"), Yes, Types("000002")];
    prove(&bench, &wrong);
    let ran = prove(&bench, &[]);
    let replug = PinStop::Replug {
        spent: 0,
        left: Some(5),
    };
    assert_eq!(ran.outcome, Some(replug));
    assert_eq!((ran.compared, ran.spent), (0, 0));
    bench.key.power_cycle();
    let ran = prove(&bench, &[Types(PIN)]);
    assert_eq!((ran.outcome, ran.spent), (None, 0));
    assert_eq!(bench.key.pin_retries(), 8);
}

#[test]
fn an_old_key_that_does_not_tell_its_power_cycle_loses_no_try_to_the_right_pin() {
    let bench = Bench::with_pin_of(Personality::Fido20Only);
    let wrong = [Types("000000"), Yes, Types("000001"), Yes, Types("000002")];
    prove(&bench, &wrong);
    let ran = prove(&bench, &[Types(PIN)]);
    let replug = PinStop::Replug {
        spent: 0,
        left: Some(5),
    };
    assert_eq!(ran.outcome, Some(replug));
    assert_eq!(bench.key.pin_retries(), 5);
}

#[test]
fn a_one_time_code_and_what_can_be_no_pin_are_not_sent() {
    let bench = Bench::with_pin();
    let long = "7777777777777777777777777777777777777777777777777777777777777777";
    let ran = prove(&bench, &[Types(CODE), Types("1"), Types(long), Types(PIN)]);
    assert_eq!(ran.outcome, None);
    assert_eq!((ran.compared, ran.spent), (1, 0));
    assert!(ran.said.contains("one-time code"));
    assert_eq!(ran.said.matches("no try was spent").count(), 3);
    let ran = prove(&bench, &[Types(CODE), Declines]);
    let fault = TypedFault::OneTimeCode;
    assert_eq!(ran.outcome, Some(PinStop::Typed(fault)));
    assert_eq!(ran.compared, 0);
}

#[test]
fn a_demanded_change_is_recognised_before_anything_is_asked() {
    for personality in [Personality::Standard, Personality::AlwaysUv] {
        let bench = Bench::with_pin_of(personality);
        bench.key.demand_pin_change();
        let ran = prove(&bench, &[]);
        assert_eq!(ran.outcome, Some(PinStop::ChangeDemanded));
        assert_eq!((ran.compared, ran.spent), (0, 0));
    }
}

#[test]
fn a_key_without_a_pin_is_asked_for_none() {
    let bench = Bench::new();
    let ran = prove(&bench, &[]);
    assert_eq!(ran.outcome, Some(PinStop::NotSet));
    assert_eq!(ran.compared, 0);
}

#[test]
fn declining_spends_nothing() {
    let bench = Bench::with_pin();
    let ran = prove(&bench, &[Declines]);
    assert_eq!(ran.outcome, Some(PinStop::Declined));
    assert_eq!((ran.compared, bench.key.pin_retries()), (0, 8));
}

#[test]
fn a_key_that_is_pulled_while_the_pin_is_typed_spends_nothing() {
    let bench = Bench::with_pin();
    let ran = prove(&bench, &[PullsAndTypes("000000")]);
    assert_eq!(ran.outcome, Some(PinStop::Key(CtapError::Gone)));
    assert_eq!((ran.compared, ran.spent), (0, 0));
}

#[test]
fn an_answer_that_never_comes_is_not_asked_for_twice() {
    // INIT, getInfo, getPINRetries; getInfo, getPINRetries, getKeyAgreement; then the PIN.
    let bench = Bench::with_pin();
    bench.key.arm(Fault::Silence, When::Message(7));
    let ran = prove(&bench, &[Types(PIN)]);
    assert_eq!(ran.outcome, Some(PinStop::Key(CtapError::Timeout)));
    assert_eq!((ran.compared, ran.spent), (1, 0));
}

#[test]
fn the_last_try_blocks_and_says_so() {
    let bench = Bench::with_tries_left(1);
    let ran = bench.run(
        &[Types("000000")],
        crate::ceremony::pins::AtFloor::Refuse,
        0,
        |desk| desk.prove(Permissions::CREDENTIAL_MANAGEMENT, None).err(),
    );
    assert_eq!(ran.outcome, Some(PinStop::Blocked));
    assert_eq!(ran.spent, 1);
    let ran = prove(&bench, &[]);
    assert_eq!(ran.outcome, Some(PinStop::Blocked));
    assert_eq!(ran.compared, 0);
}
