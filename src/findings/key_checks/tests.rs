use super::*;
use crate::ctap::AuthenticatorInfo;
use crate::ctap::Capabilities;
use crate::ctap::ChannelId;
use crate::ctap::InitResponse;
use crate::ctap::KeyEntry;
use crate::ctap::Options;
use crate::primitives::UtcTime;
use crate::primitives::cbor::Value;
use crate::webauthn::Aaguid;

/// A key that reports everything, and nothing is wrong with it.
fn healthy() -> KeyFacts {
    KeyFacts {
        entry: KeyEntry {
            vendor_id: 0x1050,
            serial: Some("31415926".to_owned()),
            ..KeyEntry::default()
        },
        at: UtcTime::from_unix(1_795_000_000),
        init: InitResponse {
            channel: ChannelId(1),
            protocol_version: 2,
            device_version: [5, 7, 4],
            capabilities: Capabilities(5),
        },
        info: AuthenticatorInfo {
            firmware_version: Some(0x5_0704),
            min_pin_length: Some(6),
            force_pin_change: Some(false),
            remaining_discoverable_credentials: Some(99),
            ..AuthenticatorInfo::default()
        },
        client_pin: ClientPin::Set,
        pin_retries: Observed::Known(8),
        power_cycle_needed: Observed::Known(false),
        uv_retries: Observed::NotReported,
        vendor: VendorAnswer::NotAsked,
    }
}

/// The one finding of a check, and whether it says what to do.
#[track_caller]
fn judged(check: Check, change: impl FnOnce(&mut KeyFacts)) -> (Verdict, bool) {
    let mut facts = healthy();
    change(&mut facts);
    let all = key_checks(&facts, &Policy::default(), &Subject::key("K"));
    let mut of = all.iter().filter(|one| one.check == check);
    let (one, none) = (of.next().unwrap(), of.next());
    assert_eq!(none, None);
    assert_eq!(one.subject, Subject::key("K"));
    (one.verdict, one.fix.is_some())
}

#[test]
fn a_healthy_key_has_nothing_to_look_at() {
    let all = key_checks(&healthy(), &Policy::default(), &Subject::key("K"));
    for one in &all {
        let open = matches!(one.verdict, Verdict::Pass | Verdict::NotRun);
        assert!(open, "{one:?}");
        assert_eq!(one.fix, None);
    }
    assert_eq!(all.len(), 10);
}

#[test]
fn pin_set_fails_without_a_pin_and_on_a_key_that_has_none() {
    for (client_pin, expected) in [
        (ClientPin::Set, (Verdict::Pass, false)),
        (ClientPin::NotSet, (Verdict::Fail, true)),
        (ClientPin::NotSupported, (Verdict::Fail, true)),
    ] {
        assert_eq!(
            judged(Check::PinSet, |key| key.client_pin = client_pin),
            expected
        );
    }
}

#[test]
fn pin_retries_warn_below_8_and_fail_at_the_floor() {
    for (left, expected) in [
        (8, (Verdict::Pass, false)),
        (7, (Verdict::Warn, true)),
        (4, (Verdict::Warn, true)),
        (3, (Verdict::Fail, true)),
        (1, (Verdict::Fail, true)),
        (0, (Verdict::Fail, true)),
    ] {
        let seen = judged(Check::PinRetries, |key| {
            key.pin_retries = Observed::Known(left);
        });
        assert_eq!(seen, expected, "{left}");
    }
}

#[test]
fn pin_retries_unknown_when_not_told_and_not_run_without_a_pin() {
    let untold = judged(Check::PinRetries, |key| {
        key.pin_retries = Observed::NotReported;
    });
    assert_eq!(untold, (Verdict::Unknown, false));
    let none = judged(Check::PinRetries, |key| key.client_pin = ClientPin::NotSet);
    assert_eq!(none, (Verdict::NotRun, false));
}

#[test]
fn pin_power_cycle_fails_until_the_key_is_replugged() {
    for (needed, expected) in [
        (Observed::Known(false), (Verdict::Pass, false)),
        (Observed::Known(true), (Verdict::Fail, true)),
        (Observed::NotReported, (Verdict::NotRun, false)),
    ] {
        let seen = judged(Check::PinPowerCycle, |key| key.power_cycle_needed = needed);
        assert_eq!(seen, expected);
    }
}

#[test]
fn pin_min_length_warns_below_the_policy_and_where_it_is_not_told() {
    for (length, expected) in [
        (Some(6), (Verdict::Pass, false)),
        (Some(8), (Verdict::Pass, false)),
        (Some(5), (Verdict::Warn, true)),
        (None, (Verdict::Warn, true)),
    ] {
        let seen = judged(Check::PinMinLength, |key| key.info.min_pin_length = length);
        assert_eq!(seen, expected, "{length:?}");
    }
}

#[test]
fn pin_force_change_fails_before_it_looks_like_a_wrong_pin() {
    for (demanded, expected) in [
        (Some(true), (Verdict::Fail, true)),
        (Some(false), (Verdict::Pass, false)),
        (None, (Verdict::Pass, false)),
    ] {
        let seen = judged(Check::PinForceChange, |key| {
            key.info.force_pin_change = demanded;
        });
        assert_eq!(seen, expected, "{demanded:?}");
    }
}

#[test]
fn uv_retries_fail_on_a_blocked_sensor_and_point_to_the_pin() {
    assert_eq!(judged(Check::UvRetries, |_| ()).0, Verdict::NotRun);
    for (left, expected) in [
        (Observed::Known(5), Verdict::Pass),
        (Observed::Known(2), Verdict::Warn),
        (Observed::Known(0), Verdict::Fail),
        (Observed::NotReported, Verdict::Unknown),
    ] {
        let seen = judged(Check::UvRetries, |key| {
            let reported = Value::Map(vec![(Value::text("uv"), Value::Bool(true))]);
            key.info.options = Options::read(&reported);
            key.uv_retries = left.clone();
        });
        assert_eq!(seen, (expected, expected == Verdict::Fail), "{left:?}");
    }
}

#[test]
fn slots_left_warn_below_5_and_fail_at_0() {
    for (left, expected) in [
        (Some(5), (Verdict::Pass, false)),
        (Some(4), (Verdict::Warn, false)),
        (Some(1), (Verdict::Warn, false)),
        (Some(0), (Verdict::Fail, true)),
        (None, (Verdict::NotRun, false)),
    ] {
        let seen = judged(Check::SlotsLeft, |key| {
            key.info.remaining_discoverable_credentials = left;
        });
        assert_eq!(seen, expected, "{left:?}");
    }
}

#[test]
fn fw_min_passes_fails_is_unknown_and_asks_nothing_of_other_vendors() {
    let firmware =
        |number: u64| judged(Check::FwMin, |key| key.info.firmware_version = Some(number));
    assert_eq!(firmware(0x5_0700), (Verdict::Pass, false));
    assert_eq!(firmware(0x5_0403), (Verdict::Fail, true));
    let other = judged(Check::FwMin, |key| key.entry.vendor_id = 0x349e);
    assert_eq!(other, (Verdict::NotRun, false));
}

#[test]
fn serial_basis_says_whose_claim_it_is() {
    assert_eq!(judged(Check::SerialBasis, |_| ()), (Verdict::Pass, false));
    let none = judged(Check::SerialBasis, |key| key.entry.serial = None);
    assert_eq!(none, (Verdict::NotRun, false));
}

#[test]
fn fw_advisory_names_what_is_published_against_model_and_firmware() {
    let of = |firmware: u64| {
        let mut facts = healthy();
        facts.info.aaguid = Aaguid::parse("fa2b99dc-9e39-4257-8f92-4a30d23c4118");
        facts.info.firmware_version = Some(firmware);
        let all = key_checks(&facts, &Policy::default(), &Subject::key("K"));
        let euc = all.into_iter().filter(|one| one.check == Check::FwAdvisory);
        euc.filter(|one| one.detail.contains("YSA-2024-03"))
            .map(|one| one.verdict)
            .collect::<Vec<_>>()
    };
    assert_eq!(of(0x5_0403), [Verdict::Warn]);
    assert_eq!(of(0x5_0704), [Verdict::Pass]);
}
