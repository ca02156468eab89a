//! Several keys blink at once, and one is touched.

use super::*;
use crate::ctap::Ctap;
use crate::ctap::Standing;
use crate::ctap::touch_to_select;
use crate::rehearsal::SeededEntropy;
use crate::rehearsal::key::Operation;
use crate::rehearsal::key::Personality;
use crate::rehearsal::key::Touch;

/// Keys on one clock, each with what becomes of its request for a touch.
struct Desk {
    clock: Rc<RehearsalClock>,
    keys: Vec<VirtualKey>,
}

impl Desk {
    fn new(keys: &[(Personality, Touch)]) -> Self {
        let clock = Rc::new(RehearsalClock::new(
            UtcTime::parse("2026-01-05T09:00:00Z").unwrap(),
        ));
        let keys = keys.iter().zip(1..).map(|((personality, touch), serial)| {
            let spec = KeySpec::new("K", serial).with_personality(*personality);
            let key = VirtualKey::new(spec, Rc::clone(&clock));
            key.touch_script(TouchScript::always(*touch));
            key.plug();
            key
        });
        Self {
            keys: keys.collect(),
            clock,
        }
    }

    fn open(&self) -> Vec<Ctap<'_>> {
        let opened = self.keys.iter().map(|key| {
            let entropy = Box::new(SeededEntropy::new(&key.spec().serial.to_be_bytes(), "s"));
            Ctap::open(Box::new(key.open().unwrap()), &*self.clock, entropy).unwrap()
        });
        opened.collect()
    }

    fn select(&self) -> Vec<Standing> {
        let mut opened = self.open();
        let mut keys: Vec<&mut Ctap<'_>> = opened.iter_mut().collect();
        touch_to_select(&mut keys, &mut |_, _| {}, &|| false)
    }
}

const SOON: Touch = Touch::After(Duration::from_millis(900));
const STANDARD: Personality = Personality::Standard;

#[test]
fn the_key_that_is_touched_is_meant_and_the_others_stop_blinking() {
    let desk = Desk::new(&[
        (STANDARD, Touch::Never),
        (STANDARD, SOON),
        (STANDARD, Touch::Never),
    ]);
    let expected = [Standing::Cancelled, Standing::Touched, Standing::Cancelled];
    let mut opened = desk.open();
    let mut keys: Vec<&mut Ctap<'_>> = opened.iter_mut().collect();
    assert_eq!(
        touch_to_select(&mut keys, &mut |_, _| {}, &|| false),
        expected
    );
    for (key, cancels) in desk.keys.iter().zip([1, 0, 1]) {
        assert_eq!(key.statistics().seen("selection"), 1);
        assert_eq!(key.statistics().seen("CANCEL"), cancels);
    }
    // Each handle goes on, with no late answer in the way.
    for ctap in &mut opened {
        assert!(ctap.get_info().unwrap().versions.is_some());
    }
    assert!(desk.clock.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_ctap_2_0_key_cannot_be_chosen_by_a_touch_and_stops_no_other() {
    let desk = Desk::new(&[(Personality::Fido20Only, SOON), (STANDARD, SOON)]);
    assert_eq!(desk.select(), [Standing::CannotSelect, Standing::Touched]);
    let desk = Desk::new(&[
        (Personality::Fido20Only, SOON),
        (Personality::Fido20Only, SOON),
    ]);
    assert_eq!(
        desk.select(),
        [Standing::CannotSelect, Standing::CannotSelect]
    );
    assert!(desk.clock.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_key_that_goes_away_is_gone_and_another_can_still_be_touched() {
    let desk = Desk::new(&[(STANDARD, Touch::Never), (STANDARD, SOON)]);
    let mut opened = desk.open();
    desk.keys[0].unplug_after(3); // in the middle of its waiting
    let mut keys: Vec<&mut Ctap<'_>> = opened.iter_mut().collect();
    let stood = touch_to_select(&mut keys, &mut |_, _| {}, &|| false);
    assert_eq!(stood, [Standing::Gone, Standing::Touched]);
}

#[test]
fn a_key_that_another_program_keeps_busy_is_busy_and_stops_no_other() {
    let desk = Desk::new(&[(STANDARD, Touch::Never), (STANDARD, SOON)]);
    let mut opened = desk.open();
    let mut other = Client::open(&desk.keys[0], &desk.clock);
    other.send(0x90, &[0x0b]); // waits for a touch of its own
    let mut keys: Vec<&mut Ctap<'_>> = opened.iter_mut().collect();
    let stood = touch_to_select(&mut keys, &mut |_, _| {}, &|| false);
    assert_eq!(stood, [Standing::Busy, Standing::Touched]);
    // The other program's wait goes on.
    assert_eq!(desk.keys[0].statistics().seen("CANCEL"), 0);
}

#[test]
fn nobody_touches_and_every_key_gives_up_by_itself() {
    let desk = Desk::new(&[(STANDARD, Touch::Never), (STANDARD, Touch::Never)]);
    assert_eq!(desk.select(), [Standing::Untouched, Standing::Untouched]);
    let waited = desk.clock.elapsed();
    assert!(Duration::from_secs(30) <= waited && waited < Duration::from_secs(32));
}

#[test]
fn a_refusal_on_one_key_leaves_the_choice_to_the_others() {
    let refused = Touch::RefusedAfter(Duration::from_millis(100));
    let desk = Desk::new(&[(STANDARD, refused), (STANDARD, SOON)]);
    assert_eq!(desk.select(), [Standing::Refused, Standing::Touched]);
}

#[test]
fn whoever_stops_leaves_no_key_blinking() {
    let desk = Desk::new(&[(STANDARD, Touch::Never), (STANDARD, Touch::Never)]);
    let mut opened = desk.open();
    let mut keys: Vec<&mut Ctap<'_>> = opened.iter_mut().collect();
    let clock = Rc::clone(&desk.clock);
    let soon = clock.elapsed() + Duration::from_secs(1);
    let stood = touch_to_select(&mut keys, &mut |_, _| {}, &|| clock.elapsed() > soon);
    assert_eq!(stood, [Standing::Cancelled, Standing::Cancelled]);
    for key in &desk.keys {
        assert_eq!(key.statistics().seen("CANCEL"), 1);
    }
    assert!(desk.clock.elapsed() < soon + Duration::from_secs(1));
}

#[test]
fn two_touches_at_once_choose_one_key() {
    let desk = Desk::new(&[(STANDARD, SOON), (STANDARD, SOON)]);
    let stood = desk.select();
    let touched = stood.iter().filter(|one| **one == Standing::Touched);
    assert_eq!(touched.count(), 1, "{stood:?}");
}

#[test]
fn what_happens_is_told_as_it_happens() {
    let never = TouchScript::always(Touch::Never).with(Operation::Selection, SOON);
    let desk = Desk::new(&[(Personality::Fido20Only, SOON), (STANDARD, SOON)]);
    desk.keys[1].touch_script(never);
    let mut told = Vec::new();
    let mut opened = desk.open();
    let mut keys: Vec<&mut Ctap<'_>> = opened.iter_mut().collect();
    touch_to_select(
        &mut keys,
        &mut |index, standing| told.push((index, standing.clone())),
        &|| false,
    );
    assert_eq!(
        told,
        [
            (0, Standing::Waiting),
            (1, Standing::Waiting),
            (0, Standing::CannotSelect),
            (1, Standing::Touched),
        ]
    );
}
