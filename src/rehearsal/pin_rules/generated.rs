//! A PIN that is made here: shown once, typed back, kept nowhere.

use super::script::Bench;
use super::script::Does;
use super::script::PIN;
use crate::ceremony::pins::Generate;
use crate::ceremony::pins::NewPinFrom;
use crate::ceremony::pins::PinStop;
use crate::primitives::Secret;
use crate::rehearsal::SeededEntropy;
use Does::Declines;
use Does::Types;

/// What the seed below makes, worked out by hand from SHA-256.
const MADE: &str = "25819831";

struct Screen {
    shown: Vec<(String, String)>,
    agrees: bool,
}

impl crate::ceremony::pins::ShowPin for Screen {
    fn show(&mut self, key: &str, pin: &Secret<String>) -> bool {
        self.shown.push((key.to_owned(), pin.expose().clone()));
        self.agrees
    }
}

/// Runs with a generated PIN; what was shown comes last.
fn generating(
    bench: &Bench,
    answers: &[Does],
    length: Option<u32>,
    agrees: bool,
    change: bool,
) -> (super::script::Ran<Option<PinStop>>, Vec<(String, String)>) {
    let mut entropy = SeededEntropy::new(b"generated", "pin");
    let mut show = Screen {
        shown: Vec::new(),
        agrees,
    };
    let ran = bench.usual(answers, |desk| {
        let from = NewPinFrom::Generated(Generate {
            length,
            entropy: &mut entropy,
            show: &mut show,
        });
        if change {
            desk.change(from).err()
        } else {
            desk.set(from).err()
        }
    });
    (ran, show.shown)
}

#[test]
fn it_is_shown_once_with_its_key_and_set_after_it_was_typed_back() {
    let bench = Bench::new();
    let (ran, shown) = generating(&bench, &[Types("00000000"), Types(MADE)], None, true, false);
    assert_eq!(
        shown,
        [(
            "glasskey rehearsal key, serial 1000001".to_owned(),
            MADE.to_owned()
        )]
    );
    assert_eq!(ran.outcome, None);
    assert!(ran.said.contains("not the PIN that was shown"));
    assert!(!ran.said.contains(MADE));
    assert!(bench.takes(MADE));
}

#[test]
fn without_being_typed_back_nothing_is_set() {
    let bench = Bench::new();
    let (ran, _) = generating(&bench, &[Types("00000000"); 5], None, true, false);
    assert_eq!(ran.outcome, Some(PinStop::Mismatch));
    let (ran, _) = generating(&bench, &[Declines], None, true, false);
    assert_eq!(ran.outcome, Some(PinStop::Declined));
    let (ran, shown) = generating(&bench, &[], None, false, false);
    assert_eq!((ran.outcome, shown.len()), (Some(PinStop::Declined), 1));
    assert_eq!(bench.key.statistics().seen("clientPIN/setPIN"), 0);
}

#[test]
fn a_length_that_breaks_the_rules_shows_nothing() {
    let bench = Bench::new();
    for asked in [0, 5, 64, u32::MAX] {
        let (ran, shown) = generating(&bench, &[], Some(asked), true, false);
        let (least, most) = (6, 63);
        assert_eq!(ran.outcome, Some(PinStop::Length { asked, least, most }));
        assert_eq!(shown.len(), 0);
    }
}

#[test]
fn a_pin_can_be_changed_to_a_generated_one() {
    let bench = Bench::with_pin();
    let (ran, _) = generating(&bench, &[Types(PIN), Types(MADE)], None, true, true);
    assert_eq!(ran.outcome, None);
    assert_eq!((ran.compared, ran.spent), (1, 0));
    assert!(bench.takes(MADE));
}
