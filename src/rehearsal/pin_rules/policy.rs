//! The key's own rules: asked for, agreed to, changed once, read back.

use super::script::Bench;
use super::script::Does;
use super::script::PIN;
use super::script::Ran;
use crate::ceremony::Prompt;
use crate::ceremony::pins::PinStop;
use crate::ceremony::pins::PolicyChange;
use crate::ceremony::pins::PolicyWish;
use crate::rehearsal::key::KeySpec;
use crate::rehearsal::key::Personality;
use Does::Declines;
use Does::No;
use Does::Types;
use Does::Yes;

const ALL: PolicyWish = PolicyWish {
    min_length: Some(8),
    force_change: true,
    always_uv: Some(true),
};

fn wish(
    bench: &Bench,
    answers: &[Does],
    wish: PolicyWish,
) -> Ran<Result<Vec<PolicyChange>, PinStop>> {
    bench.usual(answers, |desk| desk.change_policy(wish))
}

fn min(length: u8) -> PolicyWish {
    PolicyWish {
        min_length: Some(length),
        ..PolicyWish::default()
    }
}

fn always_uv(on: bool) -> PolicyWish {
    PolicyWish {
        always_uv: Some(on),
        ..PolicyWish::default()
    }
}

fn force() -> PolicyWish {
    PolicyWish {
        force_change: true,
        ..PolicyWish::default()
    }
}

#[test]
fn what_cannot_be_undone_is_said_and_agreed_to_before_the_pin_is_asked_for() {
    let bench = Bench::with_pin();
    let ran = wish(&bench, &[No], ALL);
    assert_eq!(ran.outcome, Err(PinStop::Declined));
    assert_eq!(ran.compared, 0);
    let [prompt @ Prompt::ChangePolicy { .. }] = ran.asked.as_slice() else {
        panic!("{:?}", ran.asked);
    };
    let words = prompt.words();
    for part in [
        "On glasskey rehearsal key, serial 1000001",
        "from 4 to 8 characters",
        "only a reset, which destroys every credential",
        "cannot be taken back",
        "alwaysUv on",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let seen = bench.key.statistics();
    assert_eq!(seen.seen("config/setMinPINLength"), 0);
    assert_eq!(seen.seen("config/toggleAlwaysUv"), 0);
}

#[test]
fn all_of_it_takes_one_pin_and_two_commands() {
    let bench = Bench::with_pin();
    let ran = wish(&bench, &[Yes, Types(PIN)], ALL);
    assert_eq!(
        ran.outcome,
        Ok(vec![
            PolicyChange::AlwaysUv(true),
            PolicyChange::MinLength { from: 4, to: 8 },
            PolicyChange::ForceChange,
        ])
    );
    assert_eq!((ran.compared, ran.spent), (1, 0));
    let seen = bench.key.statistics();
    assert_eq!(seen.seen("config/setMinPINLength"), 1);
    assert_eq!(seen.seen("config/toggleAlwaysUv"), 1);
}

#[test]
fn what_is_so_already_is_not_touched_and_nobody_is_asked() {
    let bench = Bench::with_pin();
    for same in [min(4), always_uv(false), PolicyWish::default()] {
        let ran = wish(&bench, &[], same);
        assert_eq!(ran.outcome, Ok(Vec::new()));
    }
    wish(&bench, &[Yes, Types(PIN)], always_uv(true))
        .outcome
        .unwrap();
    let ran = wish(&bench, &[], always_uv(true));
    assert_eq!((ran.outcome, ran.compared), (Ok(Vec::new()), 0));
}

#[test]
fn a_minimum_that_would_shrink_is_refused_unasked() {
    let mut spec = KeySpec::new("BG1-A", 1_000_001);
    spec.min_pin_length = 8;
    let bench = Bench::of(spec);
    let ran = wish(&bench, &[], min(6));
    assert_eq!(ran.outcome, Err(PinStop::WouldShrink { now: 8, asked: 6 }));
}

#[test]
fn a_minimum_above_the_pin_demands_a_change_which_is_then_recognised() {
    let bench = Bench::with_pin();
    let ran = wish(&bench, &[Yes, Types(PIN)], min(10));
    assert_eq!(
        ran.outcome,
        Ok(vec![PolicyChange::MinLength { from: 4, to: 10 }])
    );
    let ran = wish(&bench, &[], always_uv(true));
    assert_eq!(ran.outcome, Err(PinStop::ChangeDemanded));
    assert_eq!((ran.compared, ran.spent), (0, 0));
}

#[test]
fn a_key_without_a_pin_takes_a_minimum_without_one_and_no_demand() {
    let bench = Bench::new();
    let ran = wish(&bench, &[Yes], min(8));
    assert_eq!(
        ran.outcome,
        Ok(vec![PolicyChange::MinLength { from: 4, to: 8 }])
    );
    assert_eq!(wish(&bench, &[], force()).outcome, Err(PinStop::NotSet));
}

#[test]
fn always_uv_goes_off_again_where_the_key_lets_it() {
    let bench = Bench::with_pin_of(Personality::AlwaysUv);
    let ran = wish(&bench, &[Yes, Types(PIN)], always_uv(false));
    assert_eq!(ran.outcome, Ok(vec![PolicyChange::AlwaysUv(false)]));
    let ran = wish(&bench, &[Yes, Types(PIN)], always_uv(true));
    assert_eq!(ran.outcome, Ok(vec![PolicyChange::AlwaysUv(true)]));
}

#[test]
fn a_key_of_ctap_2_0_lacks_it_and_is_sent_nothing() {
    let bench = Bench::with_pin_of(Personality::Fido20Only);
    let lacks = |what| Err(PinStop::Lacks(what));
    assert_eq!(wish(&bench, &[], min(8)).outcome, lacks("authnrCfg"));
    assert_eq!(
        wish(&bench, &[], always_uv(true)).outcome,
        lacks("alwaysUv")
    );
    assert_eq!(bench.key.statistics().seen("unknown"), 0);
}

#[test]
fn a_wrong_pin_changes_nothing_and_costs_one() {
    let bench = Bench::with_pin();
    let ran = wish(&bench, &[Yes, Types("000000"), Declines], ALL);
    assert_eq!(ran.outcome, Err(PinStop::Wrong { left: 7 }));
    assert_eq!((ran.compared, ran.spent), (1, 1));
    assert_eq!(bench.key.statistics().seen("config/setMinPINLength"), 0);
}
