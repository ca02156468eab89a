//! Choosing one key of several: by what the plan says, else by a touch, never by a guess.

use super::*;
use crate::ceremony::Chooser;
use crate::ceremony::EntropySource;
use crate::ceremony::NotChosen;
use crate::ceremony::Unread;
use crate::ceremony::Wanted;
use crate::ceremony::choose;
use crate::ctap::Keys;
use crate::ctap::KeysError;
use crate::ctap::Standing;
use crate::facts::key::KeyFacts;
use crate::plan::PinCustody;
use crate::plan::PlannedKey;
use crate::primitives::Entropy;
use crate::rehearsal::SeededEntropy;
use crate::rehearsal::key::Access;
use crate::rehearsal::key::Personality;
use crate::rehearsal::key::REHEARSAL_AAGUID;
use crate::rehearsal::key::Touch;
use crate::rehearsal::key::Vendor;
use crate::rehearsal::key::VirtualKeys;
use std::cell::Cell;

/// A person, or nobody.
struct Somebody {
    here: bool,
    asked: Vec<String>,
}

impl Chooser for Somebody {
    fn present(&self) -> bool {
        self.here
    }

    fn ask(&mut self, keys: &[&KeyFacts]) {
        self.asked.extend(keys.iter().map(|facts| facts.name()));
    }

    fn standing(&mut self, _: &KeyFacts, _: &Standing) {}

    fn stopped(&self) -> bool {
        false
    }
}

#[derive(Default)]
struct Sources(Cell<u8>);

impl EntropySource for Sources {
    fn source(&self) -> Box<dyn Entropy> {
        self.0.set(self.0.get() + 1);
        Box::new(SeededEntropy::new(&[self.0.get()], "choice"))
    }
}

fn planned(serial: Option<&str>) -> PlannedKey {
    PlannedKey {
        label: "BG1-A".to_owned(),
        safe: "SAFE-A".to_owned(),
        shelf: None,
        pin: PinCustody {
            envelope: "P-1".to_owned(),
            held_by: Vec::new(),
        },
        aaguid: Some(REHEARSAL_AAGUID),
        serial: serial.map(str::to_owned),
    }
}

/// Keys of one desk, of which the one with `touched` as serial number is touched.
fn desk(specs: Vec<KeySpec>, touched: u32) -> (Vec<VirtualKey>, Rc<RehearsalClock>) {
    let clock = Rc::new(RehearsalClock::new(
        UtcTime::parse("2026-01-05T09:00:00Z").unwrap(),
    ));
    let keys = specs.into_iter().map(|spec| {
        let touch = if spec.serial == touched {
            Touch::After(Duration::from_millis(700))
        } else {
            Touch::Never
        };
        let key = VirtualKey::new(spec, Rc::clone(&clock));
        key.touch_script(TouchScript::always(touch));
        key
    });
    (keys.collect(), clock)
}

fn three(touched: u32) -> (Vec<VirtualKey>, Rc<RehearsalClock>) {
    let of = |serial| KeySpec::new(&format!("K{serial}"), serial).with_vendor(Vendor::Yubico);
    desk(vec![of(1), of(2), of(3)], touched)
}

/// The serial number of the chosen key, or why none is; and who was asked about.
fn chosen(
    desk: &(Vec<VirtualKey>, Rc<RehearsalClock>),
    wanted: Wanted<'_>,
    here: bool,
) -> (Result<String, NotChosen>, Vec<String>) {
    let (keys, clock) = desk;
    let mut keys = VirtualKeys::new(keys.clone());
    let mut somebody = Somebody {
        here,
        asked: Vec::new(),
    };
    let chosen = choose(
        &mut keys,
        &**clock,
        &Sources::default(),
        wanted,
        &mut somebody,
    );
    let serial = chosen.map(|mut chosen| {
        // The very handle that was chosen goes on.
        chosen.ctap.get_info().unwrap();
        chosen.facts.serial().known().cloned().unwrap_or_default()
    });
    (serial, somebody.asked)
}

#[test]
fn a_key_that_is_alone_is_meant_and_is_not_touched() {
    let desk = desk(vec![KeySpec::new("K", 7)], 0);
    let (serial, asked) = chosen(&desk, Wanted::Any, false);
    assert_eq!((serial, asked), (Ok("7".to_owned()), vec![]));
    assert_eq!(desk.0[0].statistics().touches_asked, 0);
}

#[test]
fn of_several_the_touched_one_is_meant() {
    let desk = three(2);
    let (serial, asked) = chosen(&desk, Wanted::Any, true);
    assert_eq!(serial, Ok("2".to_owned()));
    assert_eq!(asked.len(), 3);
    assert_eq!(asked[2], "glasskey rehearsal key, serial 3");
}

#[test]
fn candidates_show_themselves_before_a_touch_is_asked_for_and_others_do_not() {
    let mut other = KeySpec::new("K9", 9).with_vendor(Vendor::Yubico);
    other.aaguid = crate::webauthn::Aaguid::ZERO;
    let of = |serial| KeySpec::new(&format!("K{serial}"), serial).with_vendor(Vendor::Yubico);
    let desk = desk(vec![other, of(1), of(2)], 1);
    let wanted = planned(None);
    let (serial, _) = chosen(&desk, Wanted::Planned(&wanted), true);
    assert_eq!(serial, Ok("1".to_owned()));
    let winks: Vec<u32> = desk
        .0
        .iter()
        .map(|key| key.statistics().seen("WINK"))
        .collect();
    assert_eq!(winks, [0, 1, 1]);
}

#[test]
fn a_serial_number_or_a_place_names_one_key_without_a_touch() {
    let desk = three(0);
    let mut keys = VirtualKeys::new(desk.0.clone());
    let place = keys.list().unwrap()[1].path.clone();
    for (name, expected) in [("0003", "3"), (place.as_str(), "2")] {
        let (serial, asked) = chosen(&desk, Wanted::Named(name), false);
        assert_eq!((serial, asked), (Ok(expected.to_owned()), vec![]));
    }
    // Not even a key that is alone is taken for another.
    let alone = self::desk(vec![KeySpec::new("K", 7)], 0);
    let (serial, _) = chosen(&alone, Wanted::Named("8"), true);
    assert!(
        matches!(serial, Err(NotChosen::NotHere { .. })),
        "{serial:?}"
    );
    // Two that call themselves alike are told apart by a touch alone.
    let of = |label| KeySpec::new(label, 7).with_vendor(Vendor::Yubico);
    let twins = self::desk(vec![of("A"), of("B")], 7);
    let (serial, _) = chosen(&twins, Wanted::Named("7"), false);
    assert!(matches!(serial, Err(NotChosen::Several(_))), "{serial:?}");
    let (serial, asked) = chosen(&twins, Wanted::Named("7"), true);
    assert_eq!((serial, asked.len()), (Ok("7".to_owned()), 2));
}

#[test]
fn a_wanted_key_that_may_be_one_that_was_not_read_is_said_so() {
    let desk = three(0);
    desk.0[2].set_access(Access::HeldByAnother);
    let of = planned(Some("3"));
    let (serial, _) = chosen(&desk, Wanted::Planned(&of), true);
    let Err(NotChosen::NotHere { here, unread, .. }) = serial else {
        panic!("{serial:?}");
    };
    assert_eq!((here.len(), unread.len()), (2, 1));
}

#[test]
fn nobody_here_is_no_reason_to_guess() {
    let desk = three(2);
    let (serial, asked) = chosen(&desk, Wanted::Any, false);
    let Err(NotChosen::Several(names)) = serial else {
        panic!("{serial:?}");
    };
    assert_eq!((names.len(), asked.len()), (3, 0));
    for key in &desk.0 {
        assert_eq!(key.statistics().touches_asked, 0);
    }
}

#[test]
fn the_planned_serial_number_chooses_without_a_touch_and_a_wrong_one_chooses_none() {
    let desk = three(0);
    let of = planned(Some("0003"));
    let (serial, asked) = chosen(&desk, Wanted::Planned(&of), false);
    assert_eq!((serial, asked), (Ok("3".to_owned()), vec![]));
    let of = planned(Some("4"));
    let (serial, _) = chosen(&desk, Wanted::Planned(&of), true);
    let Err(NotChosen::NotHere {
        label,
        serial,
        here,
        unread,
    }) = serial
    else {
        panic!("{serial:?}");
    };
    assert_eq!((label.as_str(), here.len()), ("BG1-A", 3));
    assert_eq!((serial.as_deref(), unread.len()), (Some("4"), 0));
    for key in &desk.0 {
        let seen = key.statistics();
        assert_eq!((seen.pins_compared, seen.touches_asked), (0, 0));
    }
}

#[test]
fn a_planned_model_leaves_the_choice_among_the_keys_of_that_model() {
    let mut other = KeySpec::new("K9", 9).with_vendor(Vendor::Yubico);
    other.aaguid = crate::webauthn::Aaguid::ZERO;
    let of = |serial| KeySpec::new(&format!("K{serial}"), serial).with_vendor(Vendor::Yubico);
    let desk = desk(vec![other, of(1), of(2)], 1);
    let wanted = planned(None);
    let (serial, asked) = chosen(&desk, Wanted::Planned(&wanted), true);
    assert_eq!((serial, asked.len()), (Ok("1".to_owned()), 2));
}

#[test]
fn keys_that_no_touch_can_choose_are_named_to_be_unplugged() {
    let of = |serial| {
        KeySpec::new(&format!("K{serial}"), serial)
            .with_vendor(Vendor::Yubico)
            .with_personality(Personality::Fido20Only)
    };
    let desk = desk(vec![of(1), of(2)], 1);
    let (serial, _) = chosen(&desk, Wanted::Any, true);
    let Err(NotChosen::CannotSelect(names)) = serial else {
        panic!("{serial:?}");
    };
    assert_eq!(names.len(), 2);
}

#[test]
fn one_that_cannot_be_read_may_be_the_one_that_is_meant() {
    let desk = three(2);
    desk.0[0].set_access(Access::NotAllowed);
    desk.0[2].set_access(Access::HeldByAnother);
    let (serial, _) = chosen(&desk, Wanted::Any, false);
    assert!(matches!(serial, Err(NotChosen::Several(_))), "{serial:?}");
    let (serial, asked) = chosen(&desk, Wanted::Any, true);
    assert_eq!((serial, asked.len()), (Ok("2".to_owned()), 1));
    desk.0[1].set_access(Access::NotAllowed);
    let (serial, _) = chosen(&desk, Wanted::Any, true);
    let Err(NotChosen::Unread(unread)) = serial else {
        panic!("{serial:?}");
    };
    assert!(matches!(
        unread[2].1,
        Unread::Keys(KeysError::HeldByAnother { .. })
    ));
}

#[test]
fn no_key_and_no_touch_are_said() {
    let none = desk(Vec::new(), 0);
    assert_eq!(chosen(&none, Wanted::Any, true).0, Err(NotChosen::NoKey));
    let untouched = three(0);
    let (serial, _) = chosen(&untouched, Wanted::Any, true);
    assert!(matches!(serial, Err(NotChosen::Untouched(_))), "{serial:?}");
}
