use super::*;
use crate::ctap::AuthenticatorInfo;
use crate::ctap::Capabilities;
use crate::ctap::ChannelId;
use crate::ctap::ClientPin;
use crate::ctap::InitResponse;
use crate::ctap::KeyEntry;
use crate::ctap::Options;
use crate::primitives::UtcTime;
use proptest::prelude::*;

/// A key that reports little.
fn facts() -> KeyFacts {
    KeyFacts {
        entry: KeyEntry::default(),
        at: UtcTime::from_unix(1_767_603_600),
        init: InitResponse {
            channel: ChannelId(1),
            protocol_version: 2,
            device_version: [5, 7, 4],
            capabilities: Capabilities(5),
        },
        info: AuthenticatorInfo {
            versions: Some(vec!["FIDO_2_1".to_owned()]),
            firmware_version: Some(0x5_0704),
            remaining_discoverable_credentials: Some(0),
            ..AuthenticatorInfo::default()
        },
        client_pin: ClientPin::Set,
        pin_retries: Observed::Known(8),
        power_cycle_needed: Observed::NotReported,
        uv_retries: Observed::NotReported,
        vendor: crate::facts::claims::VendorAnswer::NotAsked,
    }
}

/// What the other client reads of that key: it says nothing, zero or false of what is absent.
fn reading() -> SecondReading {
    let number = |number| Told::Number(number);
    SecondReading(
        [
            (Member::Versions, Told::Texts(vec!["FIDO_2_1".to_owned()])),
            (Member::Extensions, Told::Texts(Vec::new())),
            (Member::ForcePinChange, Told::Truth(false)),
            (Member::FirmwareVersion, number(0x5_0704)),
            (Member::RemainingDiscoverableCredentials, number(0)),
            (Member::MinPinLength, number(0)),
            (Member::PinRetries, number(8)),
        ]
        .into(),
    )
}

fn judged(facts: &KeyFacts, second: &Result<SecondReading, SecondFault>) -> (Verdict, String) {
    let finding = second_opinion(facts, second, &Subject::key("K"));
    assert_eq!(finding.check, Check::SecondOpinion);
    assert_eq!(finding.fix.is_none(), finding.verdict == Verdict::Pass);
    (finding.verdict, finding.detail)
}

fn with(member: Member, told: Told) -> SecondReading {
    let mut reading = reading();
    reading.0.insert(member, told);
    reading
}

#[test]
fn the_same_facts_pass_and_are_counted() {
    assert_eq!(
        judged(&facts(), &Ok(reading())),
        (
            Verdict::Pass,
            "4 facts, the same through two independent clients".to_owned()
        )
    );
}

#[test]
fn another_value_fails_and_names_the_member() {
    assert_eq!(
        judged(
            &facts(),
            &Ok(with(Member::FirmwareVersion, Told::Number(0x5_0705)))
        ),
        (
            Verdict::Fail,
            "firmwareVersion: 329476 to us, 329477 to the other client".to_owned()
        )
    );
    let mut two = reading();
    two.0.insert(Member::FirmwareVersion, Told::Number(0));
    two.0.insert(Member::PinRetries, Told::Number(7));
    assert_eq!(
        judged(&facts(), &Ok(two)),
        (
            Verdict::Fail,
            "firmwareVersion: 329476 to us, nothing or zero to the other client; \
             pinRetries: 8 to us, 7 to the other client"
                .to_owned()
        )
    );
}

#[test]
fn absent_and_zero_are_one_to_the_other_client_and_no_disagreement() {
    let mut silent = facts();
    silent.info.remaining_discoverable_credentials = None;
    assert_eq!(judged(&silent, &Ok(reading())).0, Verdict::Pass);
    let mut zero = facts();
    zero.info.min_pin_length = Some(0);
    zero.info.force_pin_change = Some(false);
    assert_eq!(judged(&zero, &Ok(reading())).0, Verdict::Pass);
    assert_eq!(
        judged(
            &facts(),
            &Ok(with(Member::ForcePinChange, Told::Truth(true)))
        ),
        (
            Verdict::Fail,
            "forcePINChange: not reported to us, true to the other client".to_owned()
        )
    );
}

#[test]
fn a_fact_that_the_other_did_not_read_is_unknown_unless_another_differs() {
    let mut reading = reading();
    reading.0.remove(&Member::PinRetries);
    assert_eq!(
        judged(&facts(), &Ok(reading.clone())),
        (
            Verdict::Unknown,
            "the other client did not read pinRetries".to_owned()
        )
    );
    reading.0.insert(Member::Versions, Told::Texts(Vec::new()));
    assert_eq!(judged(&facts(), &Ok(reading)).0, Verdict::Fail);
    let empty = SecondReading::default();
    assert_eq!(judged(&facts(), &Ok(empty.clone())).0, Verdict::Unknown);
    let mut nothing = facts();
    nothing.info = AuthenticatorInfo::default();
    nothing.pin_retries = Observed::NotReported;
    assert_eq!(
        judged(&nothing, &Ok(empty)),
        (
            Verdict::Unknown,
            "the other client did not read anything".to_owned()
        )
    );
}

#[test]
fn a_client_that_gave_nothing_is_unknown_and_never_a_pass() {
    for fault in [
        SecondFault::NotInThisBuild,
        SecondFault::NotStarted("no such file".to_owned()),
        SecondFault::TimedOut,
        SecondFault::Crashed,
        SecondFault::Unreadable,
        SecondFault::Refused("x".repeat(5_000)),
    ] {
        let (verdict, detail) = judged(&facts(), &Err(fault));
        assert_eq!(verdict, Verdict::Unknown);
        assert!(detail.len() < 120, "{detail}");
    }
}

#[test]
fn what_the_other_client_cannot_hold_or_we_set_aside_is_not_compared() {
    let mut big = facts();
    big.info.max_cred_blob_length = Some(1 << 40);
    big.info.vendor_prototype_config_commands = Some(vec![0x1234_5678_9abc, 5]);
    big.info.certifications = Some(vec![("A".to_owned(), u64::MAX), ("B".to_owned(), 1)]);
    let mut second = reading();
    second.0.insert(Member::MaxCredBlobLength, Told::Number(0));
    let numbers = Told::Numbers(vec![5]);
    second
        .0
        .insert(Member::VendorPrototypeConfigCommands, numbers);
    let levels = Told::Levels([("B".to_owned(), 1)].into());
    second.0.insert(Member::Certifications, levels);
    assert_eq!(judged(&big, &Ok(second.clone())).0, Verdict::Pass);
    let mut odd = facts();
    odd.info
        .odd
        .push((Value::Unsigned(0x15), Value::Unsigned(1)));
    odd.info
        .odd
        .push((Value::Unsigned(0x13), Value::Unsigned(1)));
    assert_eq!(judged(&odd, &Ok(second)).0, Verdict::Pass);
}

#[test]
fn tries_that_we_did_not_ask_for_are_not_compared() {
    let mut without = facts();
    without.pin_retries = Observed::NotReported;
    assert_eq!(judged(&without, &Ok(reading())).0, Verdict::Pass);
}

#[test]
fn options_agree_in_any_order() {
    let options = |pairs: &[(&str, bool)]| {
        let map = pairs
            .iter()
            .map(|(name, on)| (Value::Text((*name).to_owned()), Value::Bool(*on)));
        Options::read(&Value::Map(map.collect()))
    };
    let mut ours = facts();
    ours.info.options = options(&[("rk", true), ("clientPin", true)]);
    let theirs = |pin| {
        let pairs = [("clientPin".to_owned(), pin), ("rk".to_owned(), true)];
        with(Member::Options, Told::Truths(pairs.into()))
    };
    assert_eq!(judged(&ours, &Ok(theirs(true))).0, Verdict::Pass);
    assert_eq!(
        judged(&ours, &Ok(theirs(false))),
        (
            Verdict::Fail,
            "options: clientPin true, rk true to us, clientPin false, rk true to the other client"
                .to_owned()
        )
    );
}

#[test]
fn every_member_of_get_info_but_the_encrypted_ones_is_compared() {
    let numbers: Vec<u64> = Member::ALL
        .iter()
        .filter_map(|member| number_of(*member))
        .collect();
    let expected: Vec<u64> = (0x01..=0x1f)
        .filter(|number| ![0x19, 0x1e].contains(number))
        .collect();
    assert_eq!(numbers, expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn any_number_told_otherwise_fails(ours in 1_u32.., theirs in 1_u32..) {
        let mut facts = facts();
        facts.info.min_pin_length = Some(ours.into());
        let (verdict, detail) = judged(&facts, &Ok(with(Member::MinPinLength, Told::Number(theirs.into()))));
        prop_assert_eq!(verdict == Verdict::Fail, ours != theirs, "{}", detail);
        prop_assert_eq!(verdict == Verdict::Pass, ours == theirs);
    }
}
