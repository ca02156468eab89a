//! CTAPHID: channels, errors, keep-alives, cancelling, faults.

use super::*;
use crate::rehearsal::key::Fault;
use crate::rehearsal::key::Touch;
use crate::rehearsal::key::When;

fn frame(head: &[u8]) -> Report {
    let mut report = [0; 64];
    report[..head.len()].copy_from_slice(head);
    report
}

fn error(client: &mut Client) -> (Vec<u8>, u8) {
    let report = client.read().unwrap();
    assert_eq!(report[4..7], [0xbf, 0, 1]);
    (report[..4].to_vec(), report[7])
}

#[test]
fn init_answers_nonce_channel_version_firmware_and_capabilities() {
    let (key, _) = key(KeySpec::new("BG1-A", 1_000_001));
    let mut port = key.open().unwrap();
    let nonce = [0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8];
    let head = [&[0xff, 0xff, 0xff, 0xff, 0x86, 0, 8][..], &nonce].concat();
    port.write_report(&frame(&head)).unwrap();
    let answer = port.read_report(Duration::ZERO).unwrap().unwrap();
    let expected = [
        &[0xff, 0xff, 0xff, 0xff, 0x86, 0, 17][..],
        &nonce,
        &[0, 0, 0, 1, 2, 5, 7, 4, 0x0d],
    ]
    .concat();
    assert_eq!(answer, frame(&expected));
    assert_eq!(port.read_report(Duration::ZERO).unwrap(), None);
}

#[test]
fn init_on_a_channel_answers_there_and_drops_its_half_sent_message() {
    let (_, mut client) = standard();
    client.write(frame(&[0, 0, 0, 1, 0x90, 0, 200, 4]));
    client.send(0x86, &[9; 8]);
    let (command, answer) = client.receive().unwrap();
    assert_eq!(command, 0x86);
    assert_eq!(answer[..12], [9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 1]);
    client.info();
}

#[test]
fn ping_echoes_the_longest_message() {
    let (_, mut client) = standard();
    let message: Vec<u8> = (0..7_609_u16).map(|n| n.to_le_bytes()[0]).collect();
    client.send(0x81, &message);
    assert_eq!(client.receive().unwrap(), (0x81, message));
}

#[test]
fn what_is_wrong_with_a_frame_is_told_on_its_channel() {
    let (_, mut client) = standard();
    for (head, channel, code) in [
        (&[0, 0, 0, 0, 0x81, 0, 1][..], [0, 0, 0, 0], 0x0b),
        (&[0xff, 0xff, 0xff, 0xff, 0x81, 0, 1], [0xff; 4], 0x0b),
        (&[0, 0, 0, 9, 0x81, 0, 1], [0, 0, 0, 9], 0x0b),
        (&[0, 0, 0, 1, 0x84, 0, 1], [0, 0, 0, 1], 0x01),
        (&[0, 0, 0, 1, 0x83, 0, 1], [0, 0, 0, 1], 0x01),
        (&[0, 0, 0, 1, 0x90, 0, 0], [0, 0, 0, 1], 0x03),
        (&[0, 0, 0, 1, 0x88, 0, 1], [0, 0, 0, 1], 0x03),
        (&[0, 0, 0, 1, 0x81, 0x1d, 0xba], [0, 0, 0, 1], 0x03),
        (&[0xff, 0xff, 0xff, 0xff, 0x86, 0, 7], [0xff; 4], 0x03),
    ] {
        client.write(frame(head));
        assert_eq!(error(&mut client), (channel.to_vec(), code), "{head:?}");
    }
}

#[test]
fn a_continuation_out_of_sequence_ends_the_message() {
    let (_, mut client) = standard();
    client.write(frame(&[0, 0, 0, 1, 0x81, 0, 100]));
    client.write(frame(&[0, 0, 0, 1, 1]));
    assert_eq!(error(&mut client), (vec![0, 0, 0, 1], 0x04));
    client.write(frame(&[0, 0, 0, 1, 0]));
    assert_eq!(client.read(), None);
    client.info();
}

#[test]
fn a_message_that_is_not_finished_times_out_after_half_a_second() {
    let (_, mut client) = standard();
    client.write(frame(&[0, 0, 0, 1, 0x81, 0, 100]));
    let before = client.clock.elapsed();
    assert_eq!(error(&mut client), (vec![0, 0, 0, 1], 0x05));
    assert_eq!(client.clock.elapsed(), before + Duration::from_millis(500));
}

#[test]
fn another_channel_is_told_that_the_key_is_busy() {
    let (key, mut first) = standard();
    let mut second = Client::open(&key, &first.clock);
    assert_eq!(second.channel, [0, 0, 0, 2]);
    key.touch_script(TouchScript::always(Touch::Never));
    first.send(0x90, &[0x0b]);
    while second.port.read_report(Duration::ZERO).unwrap().is_some() {}
    second.send(0x90, &[0x04]);
    assert_eq!(error(&mut second), (vec![0, 0, 0, 2], 0x06));
    second.channel = [0xff; 4];
    second.send(0x86, &[0; 8]);
    assert_eq!(error(&mut second), (vec![0xff; 4], 0x06));
    assert_eq!(first.receive(), Some((0x90, vec![0x2f])));
    assert_eq!(first.keepalives.len(), 300);
}

#[test]
fn a_waiting_key_keeps_alive_every_100_milliseconds_until_it_has_worked() {
    let (key, mut client) = standard();
    let before = client.clock.elapsed();
    assert_eq!(client.cbor(0x0b, None), Ok(Value::Null));
    assert_eq!(client.keepalives, [2, 2, 2, 1, 1]);
    assert_eq!(client.clock.elapsed(), before + Duration::from_millis(400));
    assert_eq!(key.statistics().touches_asked, 1);
}

#[test]
fn cancel_ends_a_wait_and_nothing_else() {
    let (key, mut client) = standard();
    client.send(0x91, &[]);
    assert_eq!(client.read(), None);
    key.touch_script(TouchScript::always(Touch::Never));
    client.send(0x90, &[0x0b]);
    client.send(0x91, &[]);
    assert_eq!(client.receive(), Some((0x90, vec![0x2d])));
    assert_eq!(client.read(), None);
    client.info();
}

#[test]
fn a_hand_touches_or_refuses_while_the_key_waits() {
    let (key, mut client) = standard();
    key.touch_script(TouchScript::always(Touch::ByHand));
    key.hand().touch(); // too early: does nothing
    client.send(0x90, &[0x0b]);
    assert_eq!(client.read().unwrap()[4..8], [0xbb, 0, 1, 2]);
    assert_eq!(client.read().unwrap()[4..8], [0xbb, 0, 1, 2]);
    key.hand().touch();
    assert_eq!(client.receive(), Some((0x90, vec![0])));
    client.send(0x90, &[0x0b]);
    key.hand().refuse();
    assert_eq!(client.receive(), Some((0x90, vec![0x27])));
}

#[test]
fn foreign_frames_come_between_ours_and_spoil_nothing() {
    let (key, mut client) = standard();
    let info = client.info();
    key.arm(Fault::ForeignFrames, When::Message(1));
    client.wire.clear();
    client.send(0x90, &[0x04]);
    let first = client.read().unwrap();
    assert_eq!(first[..5], [0x5a, 0, 0, 1, 0x90]);
    let ours = client.read().unwrap();
    assert_eq!(ours[..5], [0, 0, 0, 1, 0x90]);
    let strange = client.read().unwrap();
    assert_eq!(strange[..5], [0x5a, 0, 0, 1, 0]);
    while client.read().is_some() {}
    assert_eq!(client.info(), info);
}

#[test]
fn silence_truncation_and_garbage_strike_the_answer_they_were_armed_for() {
    let (key, mut client) = standard();
    client.send(0x81, b"whole");
    assert_eq!(client.receive(), Some((0x81, b"whole".to_vec())));
    key.arm(Fault::Silence, When::Message(1));
    key.arm(Fault::Truncation, When::Message(2));
    key.arm(Fault::Garbage, When::Message(3));
    client.send(0x90, &[0x0b]);
    assert_eq!(client.receive(), None);
    client.send(0x81, b"half");
    assert_eq!(client.receive(), Some((0x81, b"ha".to_vec())));
    client.send(0x81, b"noise");
    let (command, message) = client.receive().unwrap();
    assert_eq!((command, message.len()), (0x81, 5));
    assert_ne!(message, b"noise");
    client.send(0x81, b"whole");
    assert_eq!(client.receive(), Some((0x81, b"whole".to_vec())));
}

#[test]
fn a_single_report_can_be_struck() {
    let (key, mut client) = standard();
    key.arm(Fault::Truncation, When::Report(1));
    client.send(0x81, &[0xee; 57]);
    let report = client.read().unwrap();
    assert_eq!(report[31..33], [0xee, 0]);
    key.arm(Fault::Silence, When::Report(1));
    client.send(0x81, &[0xee; 60]);
    assert_eq!(client.read().unwrap()[..5], [0, 0, 0, 1, 0]);
}

#[test]
fn what_the_key_saw_is_counted() {
    let (key, mut client) = standard();
    client.info();
    let statistics = key.statistics();
    assert_eq!(statistics.seen("INIT"), 1);
    assert_eq!(statistics.seen("getInfo"), 1);
    assert_eq!(statistics.seen("makeCredential"), 0);
    let count = |way| client.wire.iter().filter(|(w, _)| *w == way).count();
    assert_eq!(usize::try_from(statistics.reports_received), Ok(count('>')));
    assert_eq!(usize::try_from(statistics.reports_sent), Ok(count('<')));
}
