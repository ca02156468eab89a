use super::fake::GIVEN;
use super::fake::HandClock;
use super::fake::Raw;
use super::fake::Scripted;
use super::fake::StoppedClock;
use super::fake::at_once;
use super::fake::init_answer;
use super::fake::opened;
use crate::ctap::ChannelId;
use crate::ctap::CtapError;
use crate::ctap::hid;
use crate::primitives::Clock;
use std::cell::Cell;
use std::time::Duration;

const OTHER: ChannelId = ChannelId(0x0bad_0bad);
const MILLISECOND: Duration = Duration::from_millis(1);

#[test]
fn the_init_answer_is_kept() {
    let clock = HandClock::default();
    let ctap = opened(Scripted(|_, _: &[u8]| Vec::new()), &clock).unwrap();
    let init = ctap.init();
    assert_eq!(init.channel, GIVEN);
    assert_eq!((init.protocol_version, init.device_version), (2, [5, 7, 4]));
    assert!(init.capabilities.cbor() && init.capabilities.wink() && !init.capabilities.msg());
}

#[test]
fn the_answer_to_another_programs_init_is_skipped() {
    let clock = HandClock::default();
    let device = Raw(
        |channel, _, payload: &[u8]| {
            let mut steps = init_answer(channel, &[0; 8], OTHER);
            steps.extend(at_once(OTHER, hid::CBOR, &[0; 90]));
            steps.extend(at_once(channel, hid::INIT, &[1, 2]));
            steps.extend(at_once(channel, hid::CBOR, &[0; 90])[..1].to_vec());
            steps.extend(at_once(channel, hid::KEEPALIVE, &[1]));
            steps.extend(init_answer(channel, payload, GIVEN));
            steps
        },
        || None,
    );
    assert_eq!(opened(device, &clock).unwrap().init().channel, GIVEN);
}

#[test]
fn an_init_answer_that_is_cut_short_or_gives_no_channel_is_malformed() {
    for given in [ChannelId(0), ChannelId::BROADCAST] {
        let clock = HandClock::default();
        let device = Raw(
            |channel, _, payload: &[u8]| init_answer(channel, payload, given),
            || None,
        );
        assert_eq!(
            opened(device, &clock).err(),
            Some(CtapError::Malformed {
                what: "CTAPHID_INIT response"
            })
        );
    }
    let clock = HandClock::default();
    let device = Raw(
        |channel, _, payload: &[u8]| {
            at_once(
                channel,
                hid::INIT,
                &[payload, &[1, 2, 3, 4, 2, 5, 7, 4]].concat(),
            )
        },
        || None,
    );
    assert!(matches!(
        opened(device, &clock).err(),
        Some(CtapError::Malformed { .. })
    ));
}

#[test]
fn a_busy_key_is_asked_again_and_then_answers() {
    let clock = HandClock::default();
    let mut asked = 0;
    let mut nonces = Vec::new();
    let device = Raw(
        |channel, _, payload: &[u8]| {
            asked += 1;
            nonces.push(payload.to_vec());
            if asked < 4 {
                at_once(channel, hid::ERROR, &[6])
            } else {
                init_answer(channel, payload, GIVEN)
            }
        },
        || None,
    );
    assert!(opened(device, &clock).is_ok());
    assert_eq!(asked, 4);
    assert_eq!(clock.elapsed(), Duration::from_millis(600));
    nonces.dedup();
    assert_eq!(nonces.len(), 4, "a fresh nonce each time");
}

#[test]
fn an_answer_that_the_system_dropped_is_asked_for_again() {
    let clock = HandClock::default();
    let mut asked = 0;
    let device = Raw(
        |channel, _, payload: &[u8]| {
            asked += 1;
            if asked == 1 {
                Vec::new()
            } else {
                init_answer(channel, payload, GIVEN)
            }
        },
        || None,
    );
    assert!(opened(device, &clock).is_ok());
    assert_eq!(clock.elapsed(), Duration::from_secs(1));
}

#[test]
fn what_a_busy_key_says_to_others_is_read_while_it_is_left_alone() {
    let clock = HandClock::default();
    let read = Cell::new(0);
    let mut asked = 0;
    let device = Raw(
        |channel, _, payload: &[u8]| {
            asked += 1;
            if asked == 1 {
                return at_once(channel, hid::ERROR, &[6]);
            }
            assert!(read.get() >= 199, "{}", read.get());
            init_answer(channel, payload, GIVEN)
        },
        || {
            read.set(read.get() + 1);
            Some((Duration::from_millis(1), [0x77; 64]))
        },
    );
    assert!(opened(device, &clock).is_ok());
    assert_eq!(asked, 2);
}

#[test]
fn a_key_that_stays_busy_is_given_up_after_three_seconds() {
    let clock = HandClock::default();
    let device = Raw(
        |channel, _, _: &[u8]| at_once(channel, hid::ERROR, &[6]),
        || None,
    );
    assert_eq!(opened(device, &clock).err(), Some(CtapError::Busy));
    // Each answer counts for 100 µs more than this clock says.
    assert_eq!(clock.elapsed(), Duration::from_micros(2_998_500));
    let device = Raw(
        |channel, _, _: &[u8]| at_once(channel, hid::ERROR, &[6]),
        || None,
    );
    assert_eq!(opened(device, &StoppedClock).err(), Some(CtapError::Busy));
}

#[test]
fn a_silent_key_is_given_up_after_three_seconds() {
    let clock = HandClock::default();
    let device = Raw(|_, _, _: &[u8]| Vec::new(), || None);
    assert_eq!(opened(device, &clock).err(), Some(CtapError::Timeout));
    assert_eq!(clock.elapsed(), Duration::from_secs(3));
}

#[test]
fn a_flood_of_foreign_inits_does_not_outlast_the_deadline() {
    let clock = HandClock::default();
    let foreign = || {
        Some((
            MILLISECOND,
            init_answer(ChannelId::BROADCAST, &[0; 8], OTHER)[0].1,
        ))
    };
    let device = Raw(|_, _, _: &[u8]| Vec::new(), foreign);
    assert_eq!(opened(device, &clock).err(), Some(CtapError::Timeout));
    assert_eq!(clock.elapsed(), Duration::from_secs(3));
}
