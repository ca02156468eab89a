use super::*;
use proptest::prelude::*;

const OURS: ChannelId = ChannelId(0x0102_0304);

fn whole(fed: Result<Fed, FrameFault>) -> Option<(u8, Vec<u8>)> {
    match fed {
        Ok(Fed::Whole(message)) => Some((message.command, message.payload.to_vec())),
        Ok(Fed::Foreign | Fed::Stray | Fed::More) | Err(_) => None,
    }
}

fn assembled(reports: &[Report]) -> Option<(u8, Vec<u8>)> {
    let mut assembler = Assembler::new(OURS);
    let mut found = None;
    for report in reports {
        assert_eq!(found, None, "reports after the last");
        found = whole(assembler.feed(report));
    }
    found
}

#[test]
fn a_short_message_is_one_report_with_its_length() {
    let reports = split(OURS, 0x10, &[0x04]).unwrap();
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0][..9], [1, 2, 3, 4, 0x90, 0, 1, 4, 0]);
}

#[test]
fn continuations_are_numbered_from_zero() {
    let reports = split(OURS, 0x10, &[7; 57 + 59 + 1]).unwrap();
    assert_eq!(reports.len(), 3);
    assert_eq!(reports[0][..7], [1, 2, 3, 4, 0x90, 0, 117]);
    assert_eq!(reports[1][..6], [1, 2, 3, 4, 0, 7]);
    assert_eq!(reports[2][..7], [1, 2, 3, 4, 1, 7, 0]);
}

#[test]
fn the_longest_payload_fits_and_one_byte_more_does_not() {
    let reports = split(OURS, 0x10, &[1; 7609]).unwrap();
    assert_eq!(reports.len(), 129);
    assert_eq!(assembled(&reports), Some((0x10, vec![1; 7609])));
    assert_eq!(split(OURS, 0x10, &[1; 7610]), None);
}

#[test]
fn an_empty_message_is_whole_at_once() {
    assert_eq!(
        assembled(&split(OURS, 0x11, &[]).unwrap()),
        Some((0x11, Vec::new()))
    );
}

#[test]
fn foreign_and_empty_reports_are_skipped_between_our_own() {
    let ours = split(OURS, 0x10, &[9; 100]).unwrap();
    let mut assembler = Assembler::new(OURS);
    let foreign = split(ChannelId(5), 0x10, &[1; 100]).unwrap();
    for report in [foreign[0], [0; 64], foreign[1]] {
        assert!(matches!(assembler.feed(&report), Ok(Fed::Foreign)));
    }
    assert!(matches!(assembler.feed(&ours[0]), Ok(Fed::More)));
    assert!(matches!(assembler.feed(&foreign[0]), Ok(Fed::Foreign)));
    assert_eq!(
        whole(assembler.feed(&ours[1])),
        Some((0x10, vec![9_u8; 100]))
    );
}

#[test]
fn a_continuation_of_nothing_is_stray() {
    let reports = split(OURS, 0x10, &[9; 100]).unwrap();
    assert!(matches!(
        Assembler::new(OURS).feed(&reports[1]),
        Ok(Fed::Stray)
    ));
}

#[test]
fn a_missing_continuation_is_a_wrong_sequence() {
    let reports = split(OURS, 0x10, &[9; 200]).unwrap();
    let mut assembler = Assembler::new(OURS);
    assert!(matches!(assembler.feed(&reports[0]), Ok(Fed::More)));
    assert_eq!(
        assembler.feed(&reports[2]).err(),
        Some(FrameFault::Sequence {
            expected: 0,
            found: 1
        })
    );
}

#[test]
fn a_length_over_the_maximum_is_refused_before_it_is_waited_for() {
    let mut report = split(OURS, 0x10, &[9; 57]).unwrap()[0];
    report[5] = 0x1d;
    report[6] = 0xba; // 7,610
    assert_eq!(
        Assembler::new(OURS).feed(&report).err(),
        Some(FrameFault::TooLong { claimed: 7610 })
    );
}

#[test]
fn a_message_inside_a_message_is_refused() {
    let reports = split(OURS, 0x10, &[9; 100]).unwrap();
    let mut assembler = Assembler::new(OURS);
    assert!(matches!(assembler.feed(&reports[0]), Ok(Fed::More)));
    assert_eq!(
        assembler.feed(&reports[0]).err(),
        Some(FrameFault::Interrupted)
    );
    assert!(matches!(assembler.feed(&reports[0]), Ok(Fed::More)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn what_is_split_is_put_together(command in 0_u8..0x80, payload in proptest::collection::vec(any::<u8>(), 0..=MAX_PAYLOAD)) {
        prop_assert_eq!(assembled(&split(OURS, command, &payload).unwrap()), Some((command, payload)));
    }

    #[test]
    fn random_reports_never_panic_and_stay_bounded(
        reports in proptest::collection::vec((any::<bool>(), proptest::collection::vec(any::<u8>(), 64)), 0..40),
    ) {
        let mut assembler = Assembler::new(OURS);
        for (ours, bytes) in reports {
            let mut report: Report = bytes.try_into().unwrap();
            if ours {
                report[..4].copy_from_slice(&[1, 2, 3, 4]);
            }
            if let Some((command, payload)) = whole(assembler.feed(&report)) {
                prop_assert!(command < 0x80);
                prop_assert!(payload.len() <= MAX_PAYLOAD);
            }
        }
    }

    #[test]
    fn mutated_messages_are_refused_or_bounded(
        payload in proptest::collection::vec(any::<u8>(), 0..400),
        at in any::<prop::sample::Index>(),
        byte in any::<prop::sample::Index>(),
        flip in 1_u8..,
    ) {
        let mut reports = split(OURS, 0x10, &payload).unwrap();
        let index = at.index(reports.len());
        reports[index][byte.index(64)] ^= flip;
        let mut assembler = Assembler::new(OURS);
        for report in &reports {
            if let Some((_, found)) = whole(assembler.feed(report)) {
                prop_assert!(found.len() <= reports.len() * 64);
            }
        }
    }
}
