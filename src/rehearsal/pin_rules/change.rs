//! Replacing a PIN.

use super::script::Bench;
use super::script::CODE;
use super::script::Does;
use super::script::OTHER;
use super::script::PIN;
use super::script::Ran;
use crate::ceremony::pins::NewPinFrom;
use crate::ceremony::pins::PinStop;
use crate::ceremony::pins::TypedFault;
use crate::ctap::CtapError;
use crate::rehearsal::key::Personality;
use Does::Declines;
use Does::No;
use Does::PullsAndTypes;
use Does::Types;
use Does::Writes;
use Does::Yes;

fn change(bench: &Bench, answers: &[Does]) -> Ran<Option<PinStop>> {
    bench.usual(answers, |desk| desk.change(NewPinFrom::Typed).err())
}

#[test]
fn the_current_pin_then_the_new_one_twice_and_one_command() {
    for personality in Personality::ALL {
        let bench = Bench::with_pin_of(personality);
        let ran = change(&bench, &[Types(PIN), Types(OTHER), Types(OTHER)]);
        assert_eq!(ran.outcome, None, "{personality:?}");
        assert_eq!((ran.compared, ran.spent), (1, 0));
        assert!(bench.takes(OTHER), "{personality:?}");
    }
}

#[test]
fn the_new_pin_differs_from_the_current_one_and_keeps_the_rules() {
    let bench = Bench::with_pin();
    let ran = change(
        &bench,
        &[
            Types(PIN),
            Types(PIN),
            Types("1234"),
            Types(CODE),
            Types(OTHER),
            Types(OTHER),
        ],
    );
    assert_eq!(ran.outcome, None);
    assert_eq!((ran.compared, ran.spent), (1, 0));
    assert!(ran.said.contains("is to be replaced"));
    assert!(bench.takes(OTHER));
}

#[test]
fn two_new_ones_that_differ_cost_nothing_and_change_nothing() {
    let bench = Bench::with_pin();
    let ran = change(
        &bench,
        &[Types(PIN), Types(OTHER), Types("975311"), Declines],
    );
    assert_eq!(ran.outcome, Some(PinStop::Declined));
    assert_eq!((ran.compared, ran.spent), (0, 0));
    assert!(bench.takes(PIN));
}

#[test]
fn a_wrong_current_pin_costs_one_and_the_new_one_is_not_asked_for_again() {
    let bench = Bench::with_pin();
    let wrong = [Types("000000"), Types(OTHER), Types(OTHER)];
    let ran = change(&bench, &[&wrong[..], &[No]].concat());
    assert_eq!(ran.outcome, Some(PinStop::Wrong { left: 7 }));
    assert_eq!((ran.compared, ran.spent), (1, 1));
    let ran = change(&bench, &[&wrong[..], &[Yes, Types(PIN)]].concat());
    assert_eq!(ran.outcome, None);
    assert_eq!((ran.compared, ran.spent), (2, 1));
    assert!(bench.takes(OTHER));
}

#[test]
fn a_new_pin_that_turns_out_to_be_the_current_one_is_chosen_anew() {
    let bench = Bench::with_pin();
    let ran = change(
        &bench,
        &[
            Types("000000"),
            Types(PIN),
            Types(PIN),
            Yes,
            Types(PIN),
            Types(OTHER),
            Types(OTHER),
        ],
    );
    assert_eq!(ran.outcome, None);
    assert_eq!((ran.compared, ran.spent), (2, 1));
    assert!(bench.takes(OTHER));
}

#[test]
fn three_wrong_ones_stop_at_the_replug() {
    let bench = Bench::with_pin();
    let ran = change(
        &bench,
        &[
            Types("000000"),
            Types(OTHER),
            Types(OTHER),
            Yes,
            Types("000001"),
            Yes,
            Types("000002"),
        ],
    );
    let replug = PinStop::Replug {
        spent: 1,
        left: Some(5),
    };
    assert_eq!(ran.outcome, Some(replug));
    assert_eq!(ran.spent, 3);
    let ran = change(&bench, &[]);
    let replug = PinStop::Replug {
        spent: 0,
        left: Some(5),
    };
    assert_eq!((ran.outcome, ran.compared), (Some(replug), 0));
}

#[test]
fn a_demanded_change_is_said_before_the_prompt_and_done() {
    let bench = Bench::with_pin();
    bench.key.demand_pin_change();
    let ran = change(&bench, &[Types(PIN), Types(OTHER), Types(OTHER)]);
    assert_eq!(ran.outcome, None);
    assert_eq!((ran.compared, ran.spent), (1, 0));
    assert!(ran.said.contains("the current one is not wrong"));
    assert!(bench.takes(OTHER));
}

#[test]
fn a_key_without_a_pin_is_sent_to_set() {
    let bench = Bench::new();
    let ran = change(&bench, &[]);
    assert_eq!((ran.outcome, ran.compared), (Some(PinStop::NotSet), 0));
}

#[test]
fn at_the_floor_one_try_is_spent_for_the_sentence_only() {
    let bench = Bench::with_tries_left(2);
    let ran = change(&bench, &[Declines]);
    assert_eq!(ran.outcome, Some(PinStop::AtFloor { left: 2 }));
    assert_eq!(ran.compared, 0);
    let spend = [Writes("spend 1 of 2"), Types("000000")];
    let ran = change(
        &bench,
        &[&spend[..], &[Types(OTHER), Types(OTHER)]].concat(),
    );
    assert_eq!(ran.outcome, Some(PinStop::Wrong { left: 1 }));
    assert_eq!(ran.spent, 1);
}

#[test]
fn what_is_no_pin_at_all_ends_after_five_times_unsent() {
    let bench = Bench::with_pin();
    let ran = change(&bench, &[Types("1"); 5]);
    let fault = TypedFault::TooShort { least: 4 };
    assert_eq!(ran.outcome, Some(PinStop::Typed(fault)));
    assert_eq!(ran.compared, 0);
}

#[test]
fn a_key_that_is_pulled_keeps_its_pin() {
    let bench = Bench::with_pin();
    let ran = change(&bench, &[Types(PIN), Types(OTHER), PullsAndTypes(OTHER)]);
    assert_eq!(ran.outcome, Some(PinStop::Key(CtapError::Gone)));
    assert_eq!(ran.compared, 0);
    assert!(bench.takes(PIN));
}
