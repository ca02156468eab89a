//! Serial number and firmware of each vendor's key, by the only reader there is.

use super::*;
use crate::ctap::Ctap;
use crate::facts::Observed;
use crate::facts::claims::ClaimBasis;
use crate::facts::claims::Claimed;
use crate::facts::claims::VendorAnswer;
use crate::facts::key::KeyFacts;
use crate::facts::key::observe;
use crate::rehearsal::SeededEntropy;
use crate::rehearsal::key::Fault;
use crate::rehearsal::key::Personality;
use crate::rehearsal::key::Vendor;
use crate::rehearsal::key::When;

fn facts(key: &VirtualKey, clock: &RehearsalClock) -> KeyFacts {
    let entropy = Box::new(SeededEntropy::new(b"vendors", "client"));
    let mut ctap = Ctap::open(Box::new(key.open().unwrap()), clock, entropy).unwrap();
    observe(&mut ctap, &key.entry(), clock.utc()).unwrap()
}

fn of(vendor: Vendor) -> (VirtualKey, Rc<RehearsalClock>) {
    key(KeySpec::new("K", 31_415_926).with_vendor(vendor))
}

fn claim(basis: ClaimBasis, value: &str) -> Observed<Claimed> {
    let value = value.to_owned();
    Observed::Known(Claimed { basis, value })
}

#[test]
fn the_serial_number_is_by_the_vendors_command_else_from_the_descriptor_else_there_is_none() {
    for (vendor, expected) in [
        (Vendor::Rehearsal, claim(ClaimBasis::Usb, "31415926")),
        (Vendor::Yubico, claim(ClaimBasis::Vendor, "31415926")),
        (
            Vendor::Nitrokey,
            claim(ClaimBasis::Vendor, "676C6173736B65792D75756901DF5E76"),
        ),
        (Vendor::Unnamed, Observed::NotReported),
    ] {
        let (key, clock) = of(vendor);
        assert_eq!(facts(&key, &clock).serial_claim(), expected, "{vendor:?}");
    }
}

#[test]
fn a_yubikey_is_asked_for_two_pages_and_a_key_of_nobody_for_none() {
    let (key, clock) = of(Vendor::Yubico);
    let seen = facts(&key, &clock);
    assert_eq!(key.statistics().seen("VENDOR"), 2);
    assert_eq!(seen.vendor.said().unwrap().answers, 2);
    let (key, clock) = of(Vendor::Unnamed);
    assert_eq!(facts(&key, &clock).vendor, VendorAnswer::NotAsked);
    assert_eq!(key.statistics().seen("VENDOR"), 0);
}

#[test]
fn the_firmware_is_from_get_info_else_by_the_vendors_command_else_from_init() {
    let (key, clock) = of(Vendor::Nitrokey);
    let mut seen = facts(&key, &clock);
    assert_eq!(seen.firmware_claim(), claim(ClaimBasis::GetInfo, "5.7.4"));
    // What a Nitrokey 3 says in getInfo does not look like a version.
    seen.info.firmware_version = Some(5 << 22 | 7 << 6 | 4);
    assert_eq!(seen.firmware_claim(), claim(ClaimBasis::Vendor, "5.7.4"));
    seen.vendor = VendorAnswer::NotAsked;
    assert_eq!(
        seen.firmware_claim(),
        claim(ClaimBasis::GetInfo, "20971972")
    );
    let (key, clock) = of(Vendor::Yubico);
    let mut seen = facts(&key, &clock);
    seen.info.firmware_version = None;
    seen.vendor = VendorAnswer::NotAsked;
    assert_eq!(seen.firmware_claim(), claim(ClaimBasis::Init, "5.7.4"));
    seen.entry.vendor_id = 0x096e;
    assert_eq!(seen.firmware_claim(), Observed::NotReported);
}

#[test]
fn a_ctap_2_0_yubikey_has_its_firmware_from_its_pages() {
    let spec = KeySpec::new("K", 7).with_vendor(Vendor::Yubico);
    let (key, clock) = key(spec.with_personality(Personality::Fido20Only));
    let seen = facts(&key, &clock);
    assert_eq!(seen.firmware_claim(), claim(ClaimBasis::Vendor, "5.7.4"));
    assert_eq!(seen.serial_claim(), claim(ClaimBasis::Vendor, "7"));
}

#[test]
fn two_sources_that_disagree_are_said() {
    let (key, clock) = of(Vendor::Yubico);
    let mut seen = facts(&key, &clock);
    assert_eq!(seen.firmware_contradicted(), None);
    seen.info.firmware_version = Some(0x0005_0704 + 1);
    assert_eq!(seen.firmware_contradicted(), Some("5.7.4"));
}

#[test]
fn pages_that_do_not_come_as_they_should_cost_the_serial_number_and_nothing_else() {
    for fault in [Fault::Silence, Fault::Truncation, Fault::Garbage] {
        let (key, clock) = of(Vendor::Yubico);
        key.arm(fault, When::Message(3)); // after INIT and getInfo
        let seen = facts(&key, &clock);
        assert!(matches!(seen.vendor, VendorAnswer::Failed(_)), "{fault:?}");
        assert_eq!(seen.serial(), Observed::NotReported);
        assert_eq!(seen.firmware(), Observed::Known("5.7.4".to_owned()));
    }
}

#[test]
fn a_key_does_not_know_what_would_change_it() {
    for vendor in [Vendor::Yubico, Vendor::Nitrokey, Vendor::Unnamed] {
        let (key, clock) = of(vendor);
        let mut client = Client::open(&key, &clock);
        for command in [0x40, 0x43, 0x51, 0x53] {
            client.send(0x80 | command, &[0]);
            assert_eq!(client.receive(), Some((0xbf, vec![1])), "{command:#x}");
        }
    }
}
