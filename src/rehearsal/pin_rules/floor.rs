//! The last tries.

use super::script::Bench;
use super::script::Does;
use super::script::PIN;
use super::script::Ran;
use crate::ceremony::pins::AtFloor;
use crate::ceremony::pins::PinStop;
use crate::ctap::Permissions;
use Does::Declines;
use Does::Types;
use Does::Writes;
use Does::Yes;

const MANAGE: Permissions = Permissions::CREDENTIAL_MANAGEMENT;

fn asking(bench: &Bench, answers: &[Does]) -> Ran<Option<PinStop>> {
    bench.run(answers, AtFloor::Ask, 3, |desk| {
        desk.prove(MANAGE, None).err()
    })
}

#[test]
fn where_it_refuses_nothing_is_asked_for_at_or_below_the_floor() {
    for left in [3, 2, 1] {
        let bench = Bench::with_tries_left(left);
        let ran = bench.run(&[], AtFloor::Refuse, 3, |desk| {
            desk.prove(MANAGE, None).err()
        });
        let left = u32::from(left);
        assert_eq!(ran.outcome, Some(PinStop::AtFloor { left }));
        assert_eq!((ran.compared, ran.spent), (0, 0));
    }
}

#[test]
fn one_above_the_floor_a_wrong_pin_is_the_last_that_is_asked_for() {
    for at_floor in [AtFloor::Refuse, AtFloor::Ask] {
        let bench = Bench::with_tries_left(4);
        let ran = bench.run(&[Types("000000")], at_floor, 3, |desk| {
            desk.prove(MANAGE, None).err()
        });
        assert_eq!(ran.outcome, Some(PinStop::Wrong { left: 3 }));
        assert_eq!((ran.compared, ran.spent), (1, 1));
    }
}

#[test]
fn where_it_asks_only_the_whole_sentence_spends_one() {
    let bench = Bench::with_tries_left(3);
    for answer in [
        Writes("yes"),
        Writes(""),
        Writes("spend 1 of 2"),
        Writes("SPEND 1 OF 3"),
        Declines,
    ] {
        let ran = asking(&bench, &[answer]);
        assert_eq!(ran.outcome, Some(PinStop::AtFloor { left: 3 }));
        assert_eq!((ran.compared, ran.spent), (0, 0));
        let question = ran.asked[0].words();
        assert!(question.contains("Only 3 PIN tries are left on glasskey rehearsal key"));
        assert!(question.contains("`spend 1 of 3`"));
    }
    assert_eq!(bench.key.pin_retries(), 3);
    let ran = asking(&bench, &[Writes(" spend 1 of 3 "), Types(PIN)]);
    assert_eq!((ran.outcome, ran.spent), (None, 0));
    assert_eq!(bench.key.pin_retries(), 8);
}

#[test]
fn at_the_floor_a_run_spends_one_try_at_most() {
    let bench = Bench::with_tries_left(3);
    let ran = asking(&bench, &[Writes("spend 1 of 3"), Types("000000")]);
    assert_eq!(ran.outcome, Some(PinStop::Wrong { left: 2 }));
    assert_eq!((ran.compared, ran.spent), (1, 1));
}

#[test]
fn coming_down_to_the_floor_within_a_run_stops_there() {
    let bench = Bench::with_tries_left(5);
    let ran = asking(&bench, &[Types("000000"), Yes, Types("000001")]);
    assert_eq!(ran.outcome, Some(PinStop::Wrong { left: 3 }));
    assert_eq!((ran.compared, ran.spent), (2, 2));
}
