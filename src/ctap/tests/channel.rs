//! A channel to a key that answers by a script of reports: torn, late, foreign, cancelled.
//!
//! Past 400 lines: every test is one conversation.

use super::fake::Counter;
use super::fake::GIVEN;
use super::fake::HandClock;
use super::fake::Raw;
use super::fake::Scripted;
use super::fake::Step;
use super::fake::StoppedClock;
use super::fake::Wire;
use super::fake::at_once;
use super::fake::init_answer;
use super::fake::opened;
use crate::ctap::ChannelId;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::CtaphidError;
use crate::ctap::Exchange;
use crate::ctap::KeepAlive;
use crate::ctap::KeyTransport;
use crate::ctap::Progress;
use crate::ctap::Report;
use crate::ctap::TransportError;
use crate::ctap::hid;
use crate::primitives::Clock;
use std::cell::Cell;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

const OTHER: ChannelId = ChannelId(0x0bad_0bad);
const MILLISECOND: Duration = Duration::from_millis(1);

fn selection(
    script: impl FnMut(u8, &[u8]) -> Vec<Step>,
) -> (Result<(), CtapError>, Vec<KeepAlive>, Duration) {
    let clock = HandClock::default();
    let mut seen = Vec::new();
    let mut ctap = opened(Scripted(script), &clock).unwrap();
    let began = clock.elapsed();
    let result = ctap.selection(&mut |keep_alive| seen.push(keep_alive));
    (result, seen, clock.elapsed().saturating_sub(began))
}

#[test]
fn keep_alives_are_told_once_per_change() {
    let keep_alive = |status| at_once(GIVEN, hid::KEEPALIVE, &[status]);
    let (result, seen, _) = selection(|_, _| {
        let mut steps = Vec::new();
        for status in [1, 1, 2, 2, 2, 1, 2] {
            steps.extend(keep_alive(status));
        }
        steps.extend(at_once(GIVEN, hid::CBOR, &[0]));
        steps
    });
    assert_eq!(result, Ok(()));
    let (working, touch) = (KeepAlive::Processing, KeepAlive::UpNeeded);
    assert_eq!(seen, [working, touch, working, touch]);
}

#[test]
fn foreign_reports_between_our_own_are_skipped() {
    let (result, seen, _) = selection(|_, _| {
        let mut steps = at_once(OTHER, hid::ERROR, &[1]);
        steps.push((Duration::ZERO, [0; 64]));
        steps.extend(at_once(OTHER, hid::KEEPALIVE, &[2]));
        steps.push(at_once(GIVEN, hid::CBOR, &[7; 90])[1]); // stray
        steps.extend(at_once(OTHER, hid::CBOR, &[0x27; 90]));
        steps.extend(at_once(GIVEN, hid::CBOR, &[0]));
        steps
    });
    assert_eq!((result, seen), (Ok(()), vec![]));
}

#[test]
fn silence_ends_at_the_deadline_with_a_cancel() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&log);
    let clock = HandClock::default();
    let device = Raw(
        move |channel, command, payload: &[u8]| {
            seen.borrow_mut().push((channel, command));
            if command == hid::INIT {
                init_answer(channel, payload, GIVEN)
            } else {
                Vec::new()
            }
        },
        || None,
    );
    let mut ctap = opened(device, &clock).unwrap();
    assert_eq!(ctap.get_info().err(), Some(CtapError::Timeout));
    assert_eq!(clock.elapsed(), Duration::from_secs(3));
    assert_eq!(
        *log.borrow(),
        [
            (ChannelId::BROADCAST, hid::INIT),
            (GIVEN, hid::CBOR),
            (GIVEN, hid::CANCEL)
        ]
    );
}

#[test]
fn a_flood_of_keep_alives_does_not_outlast_the_deadline() {
    let clock = HandClock::default();
    let device = Raw(
        |channel, command, payload: &[u8]| match command {
            hid::INIT => init_answer(channel, payload, GIVEN),
            _ => Vec::new(),
        },
        || Some((MILLISECOND, at_once(GIVEN, hid::KEEPALIVE, &[2])[0].1)),
    );
    let mut ctap = opened(device, &clock).unwrap();
    let mut told = 0;
    assert_eq!(
        ctap.selection(&mut |_| told += 1).err(),
        Some(CtapError::Timeout)
    );
    assert_eq!(clock.elapsed(), Duration::from_mins(1));
    assert_eq!(told, 1);
}

#[test]
fn a_flood_ends_even_on_a_clock_that_stands_still() {
    let device = Raw(
        |channel, command, payload: &[u8]| match command {
            hid::INIT => init_answer(channel, payload, GIVEN),
            _ => Vec::new(),
        },
        || Some((Duration::ZERO, at_once(GIVEN, hid::KEEPALIVE, &[1])[0].1)),
    );
    let mut ctap = opened(device, &StoppedClock).unwrap();
    assert_eq!(ctap.get_info().err(), Some(CtapError::Timeout));
}

#[test]
fn trickled_continuations_do_not_move_the_deadline() {
    let (result, _, took) = selection(|_, _| {
        let mut steps = at_once(GIVEN, hid::CBOR, &[0; 7609]);
        for step in &mut steps {
            step.0 = Duration::from_secs(1);
        }
        steps
    });
    assert_eq!(result, Err(CtapError::Timeout));
    assert_eq!(took, Duration::from_mins(1));
}

#[test]
fn a_wrong_sequence_is_malformed() {
    let (result, ..) = selection(|_, _| {
        let steps = at_once(GIVEN, hid::CBOR, &[0; 200]);
        vec![steps[0], steps[2], steps[1]]
    });
    assert_eq!(
        result,
        Err(CtapError::Malformed {
            what: "CTAPHID SEQ"
        })
    );
}

#[test]
fn a_truncated_message_times_out() {
    let (result, _, took) = selection(|_, _| at_once(GIVEN, hid::CBOR, &[0; 200])[..2].to_vec());
    assert_eq!(result, Err(CtapError::Timeout));
    assert_eq!(took.as_millis(), 59_999, "two reports count for 200 µs");
}

#[test]
fn error_frames_are_typed() {
    for (code, expected) in [
        (0x01, CtapError::Hid(CtaphidError::InvalidCommand)),
        (0x06, CtapError::Busy),
        (0x0b, CtapError::Hid(CtaphidError::InvalidChannel)),
        (0x55, CtapError::Hid(CtaphidError::Other(Some(0x55)))),
    ] {
        let (result, ..) = selection(move |_, _| at_once(GIVEN, hid::ERROR, &[code]));
        assert_eq!(result, Err(expected));
    }
}

#[test]
fn an_answer_to_another_command_is_malformed() {
    let (result, ..) = selection(|_, _| at_once(GIVEN, hid::WINK, &[]));
    assert_eq!(
        result,
        Err(CtapError::Malformed {
            what: "CTAPHID command of the answer"
        })
    );
    let (result, ..) = selection(|_, _| at_once(GIVEN, hid::CBOR, &[]));
    assert_eq!(result, Err(CtapError::Malformed { what: "status" }));
}

#[test]
fn after_a_broken_exchange_the_channel_is_cleaned_first() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&log);
    let clock = HandClock::default();
    let mut late = Vec::new();
    let device = Raw(
        move |channel, command, payload: &[u8]| {
            seen.borrow_mut().push((channel, command));
            match command {
                // The answer to the command that was given up comes before the INIT answer.
                hid::INIT if channel == GIVEN => {
                    let mut steps = std::mem::take(&mut late);
                    steps.extend(init_answer(channel, payload, GIVEN));
                    steps
                }
                hid::INIT => init_answer(channel, payload, GIVEN),
                hid::CANCEL => {
                    late = at_once(GIVEN, hid::CBOR, &[0x2d]);
                    Vec::new()
                }
                _ if payload == [0x0b] => Vec::new(),
                _ => at_once(GIVEN, hid::CBOR, &[0, 0xa0]),
            }
        },
        || None,
    );
    let mut ctap = opened(device, &clock).unwrap();
    assert_eq!(ctap.selection(&mut |_| {}), Err(CtapError::Timeout));
    assert!(ctap.get_info().is_ok());
    assert!(ctap.get_info().is_ok());
    assert_eq!(
        log.borrow()[3..],
        [(GIVEN, hid::INIT), (GIVEN, hid::CBOR), (GIVEN, hid::CBOR)]
    );
}

#[test]
fn a_key_that_forgot_our_channel_gives_another() {
    let clock = HandClock::default();
    let fresh = ChannelId(0x5555_5555);
    let mut inits = 0;
    let device = Raw(
        |channel, command, payload: &[u8]| match command {
            hid::INIT if channel == GIVEN => at_once(channel, hid::ERROR, &[0x0b]),
            hid::INIT => {
                inits += 1;
                init_answer(channel, payload, if inits == 1 { GIVEN } else { fresh })
            }
            hid::CBOR if channel == fresh => at_once(channel, hid::CBOR, &[0, 0xa0]),
            _ => Vec::new(),
        },
        || None,
    );
    let mut ctap = opened(device, &clock).unwrap();
    assert_eq!(ctap.get_info().err(), Some(CtapError::Timeout));
    assert!(ctap.get_info().is_ok());
    assert_eq!(ctap.init().channel, fresh);
}

/// A key that answers so many CTAP2 commands on `GIVEN` with an error; later ones, and those on
/// other channels, well.
fn refusing(
    times: usize,
    code: u8,
    sent: &Rc<Cell<usize>>,
) -> impl FnMut(ChannelId, u8, &[u8]) -> Vec<Step> {
    let sent = Rc::clone(sent);
    let mut inits = 0;
    move |channel, command, payload| match command {
        hid::INIT => {
            inits += 1;
            init_answer(channel, payload, if inits == 1 { GIVEN } else { OTHER })
        }
        hid::CBOR => {
            sent.set(sent.get() + 1);
            if channel == GIVEN && sent.get() <= times {
                at_once(channel, hid::ERROR, &[code])
            } else {
                at_once(channel, hid::CBOR, &[0, 0xa0])
            }
        }
        _ => Vec::new(),
    }
}

#[test]
fn a_question_is_put_again_to_a_key_that_served_another_program() {
    let clock = HandClock::default();
    let sent = Rc::new(Cell::new(0));
    let mut ctap = opened(Raw(refusing(3, 0x06, &sent), || None), &clock).unwrap();
    assert!(ctap.get_info().is_ok());
    assert_eq!((sent.get(), ctap.init().channel), (4, GIVEN));
    assert_eq!(clock.elapsed(), Duration::from_millis(60));
}

#[test]
fn a_key_that_goes_on_serving_another_program_is_busy_after_a_second() {
    let clock = HandClock::default();
    let sent = Rc::new(Cell::new(0));
    let mut ctap = opened(Raw(refusing(usize::MAX, 0x06, &sent), || None), &clock).unwrap();
    assert_eq!(ctap.get_info().err(), Some(CtapError::Busy));
    assert_eq!(clock.elapsed(), Duration::from_secs(1));
    let device = Raw(refusing(usize::MAX, 0x06, &sent), || None);
    let mut ctap = opened(device, &StoppedClock).unwrap();
    assert_eq!(ctap.get_info().err(), Some(CtapError::Busy));
}

#[test]
fn a_question_is_put_on_another_channel_where_the_key_gave_ours_away() {
    let clock = HandClock::default();
    let sent = Rc::new(Cell::new(0));
    let mut ctap = opened(Raw(refusing(1, 0x0b, &sent), || None), &clock).unwrap();
    assert!(ctap.get_info().is_ok());
    assert_eq!((sent.get(), ctap.init().channel), (2, OTHER));
}

#[test]
fn what_is_no_question_is_sent_once() {
    for (code, expected) in [
        (0x06, CtapError::Busy),
        (0x0b, CtapError::Hid(CtaphidError::InvalidChannel)),
    ] {
        let clock = HandClock::default();
        let sent = Rc::new(Cell::new(0));
        let mut ctap = opened(Raw(refusing(1, code, &sent), || None), &clock).unwrap();
        assert_eq!(ctap.selection(&mut |_| {}), Err(expected));
        assert_eq!(sent.get(), 1);
    }
}

#[test]
fn only_questions_without_a_secret_may_be_put_again() {
    use crate::ctap::command::only_asks;
    // getInfo, getPINRetries, getKeyAgreement
    for message in [&[4][..], &[6, 0xa2, 1, 2, 2, 1], &[6, 0xa2, 1, 1, 2, 2]] {
        assert!(only_asks(message));
    }
    // selection, reset, makeCredential, a clientPIN that carries a key, getNextAssertion
    for message in [
        &[0x0b][..],
        &[7],
        &[1, 0xa0],
        &[6, 0xa3, 1, 2, 2, 9, 3, 0xa0],
        &[8],
    ] {
        assert!(!only_asks(message));
    }
}

#[test]
fn a_person_who_gives_up_cancels_the_key() {
    let clock = HandClock::default();
    let device = Raw(
        |channel, command, payload: &[u8]| match command {
            hid::INIT => init_answer(channel, payload, GIVEN),
            hid::CANCEL => at_once(channel, hid::CBOR, &[0x2d]),
            _ => at_once(channel, hid::KEEPALIVE, &[2]),
        },
        || None,
    );
    let mut ctap = opened(device, &clock).unwrap();
    let stop = Rc::new(Cell::new(false));
    let asked = Rc::clone(&stop);
    ctap.cancel_when(move || {
        let asked = Rc::clone(&asked);
        move || asked.get()
    });
    let result = ctap.selection(&mut |_| stop.set(true));
    assert_eq!(result, Err(CtapError::Cancelled));
    assert!(clock.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_key_that_ignores_the_cancel_is_left_after_two_seconds() {
    let clock = HandClock::default();
    let mut ctap = opened(Scripted(|_, _: &[u8]| Vec::new()), &clock).unwrap();
    ctap.cancel_when(|| || true);
    assert_eq!(ctap.selection(&mut |_| {}), Err(CtapError::Cancelled));
    assert_eq!(clock.elapsed(), Duration::from_millis(2_100));
}

#[test]
fn nobody_is_listened_to_but_while_a_touch_is_waited_for() {
    let clock = HandClock::default();
    let device = Raw(
        |channel, command, payload: &[u8]| match command {
            hid::INIT => init_answer(channel, payload, GIVEN),
            _ => at_once(channel, hid::CBOR, &[0]),
        },
        || None,
    );
    let mut ctap = opened(device, &clock).unwrap();
    let (begun, ended) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let (begins, ends) = (Rc::clone(&begun), Rc::clone(&ended));
    ctap.cancel_when(move || {
        begins.set(begins.get() + 1);
        let listens = Ends(Rc::clone(&ends));
        move || {
            let _ = &listens;
            false
        }
    });
    // Its answer is no map; it was asked, and nobody could have stopped it.
    let _ = ctap.get_info();
    assert_eq!((begun.get(), ended.get()), (0, 0));
    ctap.selection(&mut |_| {}).unwrap();
    assert_eq!((begun.get(), ended.get()), (1, 1));
}

/// Counts how often it is dropped.
struct Ends(Rc<Cell<u32>>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[test]
fn an_exchange_is_polled_and_cancelled_as_a_value() {
    let clock = HandClock::default();
    let mut wire = Wire::new(
        Raw(
            |channel, command, _: &[u8]| match command {
                hid::CANCEL => at_once(channel, hid::CBOR, &[0x2d]),
                _ => at_once(channel, hid::KEEPALIVE, &[2]),
            },
            || None,
        ),
        &clock,
    );
    let allowed = Duration::from_mins(1);
    let mut exchange =
        Exchange::begin(&mut wire, &clock, GIVEN, hid::CBOR, &[0x0b], allowed).unwrap();
    let within = Duration::from_millis(50);
    assert!(matches!(
        exchange.poll(&mut wire, &clock, within),
        Ok(Progress::KeepAlive(KeepAlive::UpNeeded))
    ));
    assert!(matches!(
        exchange.poll(&mut wire, &clock, within),
        Ok(Progress::Waiting)
    ));
    assert_eq!(clock.elapsed(), within);
    exchange.cancel(&mut wire, &clock).unwrap();
    let Ok(Progress::Done(answer)) = exchange.poll(&mut wire, &clock, within) else {
        panic!("no answer");
    };
    assert_eq!(*answer, [0x2d]);
}

struct Broken(TransportError);

impl KeyTransport for Broken {
    fn write_report(&mut self, _: &Report) -> Result<(), TransportError> {
        Err(self.0.clone())
    }

    fn read_report(&mut self, _: Duration) -> Result<Option<Report>, TransportError> {
        Err(self.0.clone())
    }
}

#[test]
fn an_unplugged_key_is_gone_and_other_words_are_kept() {
    for (error, expected) in [
        (TransportError::Gone, CtapError::Gone),
        (
            TransportError::Io("EIO".into()),
            CtapError::Transport("EIO".into()),
        ),
    ] {
        let result = Ctap::open(Box::new(Broken(error)), &StoppedClock, Box::new(Counter(1)));
        assert_eq!(result.err(), Some(expected));
    }
}
