//! Checks of one key, without a PIN.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::metadata_checks::advisory;
use crate::ctap::ClientPin;
use crate::ctap::Feature;
use crate::facts::Observed;
use crate::facts::claims::ClaimBasis;
use crate::facts::claims::VendorAnswer;
use crate::facts::key::KeyFacts;
use crate::facts::metadata::ModelFacts;
use crate::plan::Policy;
use crate::webauthn::advisories;

/// PIN tries a key has after the right PIN was typed (CTAP 2.1 §6.5.5.2: eight at most).
const FULL_RETRIES: u32 = 8;
/// Free slots below which a key warns.
const FEW_SLOTS: u32 = 5;

/// Every check of one key that needs no plan beyond the policy.
#[must_use]
pub fn key_checks(facts: &KeyFacts, policy: &Policy, subject: &Subject) -> Vec<Finding> {
    let mut all = vec![
        pin_set(facts, subject),
        pin_retries(facts, policy, subject),
        pin_power_cycle(facts, subject),
        pin_min_length(facts, policy, subject),
        pin_force_change(facts, subject),
        uv_retries(facts, policy, subject),
        always_uv(facts, subject),
        slots_left(facts, subject),
        fw_min(facts, policy, subject),
        serial_basis(facts, subject),
    ];
    all.extend(fw_advisory(facts, subject));
    all
}

fn pin_set(facts: &KeyFacts, subject: &Subject) -> Finding {
    let (verdict, detail, fix) = match facts.client_pin {
        ClientPin::Set => (Verdict::Pass, "a PIN is set", None),
        ClientPin::NotSet => (
            Verdict::Fail,
            "never set: the key has no PIN, so no tries to count",
            Some("run `glasskey pin set`, or set it in the registration ceremony"),
        ),
        ClientPin::NotSupported => (
            Verdict::Fail,
            "the key has no PIN at all (option clientPin absent)",
            Some("take a key that has a PIN"),
        ),
    };
    finish(Check::PinSet, verdict, subject, detail, fix)
}

fn pin_retries(facts: &KeyFacts, policy: &Policy, subject: &Subject) -> Finding {
    if facts.client_pin != ClientPin::Set {
        return finish(
            Check::PinRetries,
            Verdict::NotRun,
            subject,
            "no PIN is set",
            None,
        );
    }
    let Observed::Known(left) = facts.pin_retries else {
        return finish(
            Check::PinRetries,
            Verdict::Unknown,
            subject,
            "the key does not tell how many tries are left",
            None,
        );
    };
    let detail = format!("{left} of {FULL_RETRIES} tries left");
    let (verdict, fix) = if left == 0 {
        (
            Verdict::Fail,
            Some("the PIN is blocked for good: only a reset helps, and it erases every credential"),
        )
    } else if left <= policy.pin_retries_floor {
        (
            Verdict::Fail,
            Some("stop and find out who tried; the right PIN brings the count back to 8"),
        )
    } else if left < FULL_RETRIES {
        (
            Verdict::Warn,
            Some("someone typed a wrong PIN; the right one brings the count back to 8"),
        )
    } else {
        (Verdict::Pass, None)
    };
    finish(Check::PinRetries, verdict, subject, &detail, fix)
}

fn pin_power_cycle(facts: &KeyFacts, subject: &Subject) -> Finding {
    let (verdict, detail, fix) = match (&facts.client_pin, &facts.power_cycle_needed) {
        (ClientPin::NotSet | ClientPin::NotSupported, _) => {
            (Verdict::NotRun, "no PIN is set", None)
        }
        (ClientPin::Set, Observed::Known(true)) => (
            Verdict::Fail,
            "three wrong PINs in a row: the key takes no PIN until it is replugged",
            Some("unplug the key and plug it in again"),
        ),
        (ClientPin::Set, Observed::Known(false)) => (Verdict::Pass, "not blocked", None),
        (ClientPin::Set, Observed::NotReported | Observed::Denied(_)) => {
            (Verdict::NotRun, "the key does not report it", None)
        }
    };
    finish(Check::PinPowerCycle, verdict, subject, detail, fix)
}

fn pin_min_length(facts: &KeyFacts, policy: &Policy, subject: &Subject) -> Finding {
    let least = policy.min_pin_length;
    match facts.min_pin_length() {
        Observed::Known(length) if length >= least => finish(
            Check::PinMinLength,
            Verdict::Pass,
            subject,
            &format!("{length} characters; the policy asks for {least}"),
            None,
        ),
        Observed::Known(length) => finish(
            Check::PinMinLength,
            Verdict::Warn,
            subject,
            &format!("{length} characters; the policy asks for {least}"),
            Some(
                "the ceremony takes no shorter PIN; `glasskey pin policy --min-length` raises the key's own",
            ),
        ),
        Observed::NotReported | Observed::Denied(_) => finish(
            Check::PinMinLength,
            Verdict::Warn,
            subject,
            &format!("not reported, so 4 characters; the policy asks for {least}"),
            Some("the ceremony takes no shorter PIN"),
        ),
    }
}

fn pin_force_change(facts: &KeyFacts, subject: &Subject) -> Finding {
    let (verdict, detail, fix) = match facts.force_pin_change() {
        Observed::Known(true) => (
            Verdict::Fail,
            "the key demands a new PIN before it takes any",
            Some("run `glasskey pin change`; the old PIN is not wrong"),
        ),
        Observed::Known(false) => (Verdict::Pass, "no change is demanded", None),
        Observed::NotReported | Observed::Denied(_) => {
            (Verdict::Pass, "the key has no such demand", None)
        }
    };
    finish(Check::PinForceChange, verdict, subject, detail, fix)
}

fn uv_retries(facts: &KeyFacts, policy: &Policy, subject: &Subject) -> Finding {
    if facts.info.effective_options().user_verification == Feature::NotSupported {
        return finish(
            Check::UvRetries,
            Verdict::NotRun,
            subject,
            "no fingerprint sensor",
            None,
        );
    }
    match facts.uv_retries {
        Observed::Known(0) => finish(
            Check::UvRetries,
            Verdict::Fail,
            subject,
            "the fingerprint sensor is blocked",
            Some("use the PIN once; it frees the sensor"),
        ),
        Observed::Known(left) => finish(
            Check::UvRetries,
            if left < policy.pin_retries_floor {
                Verdict::Warn
            } else {
                Verdict::Pass
            },
            subject,
            &format!("{left} fingerprint tries left"),
            None,
        ),
        Observed::NotReported | Observed::Denied(_) => finish(
            Check::UvRetries,
            Verdict::Unknown,
            subject,
            "the key does not tell how many fingerprint tries are left",
            None,
        ),
    }
}

fn always_uv(facts: &KeyFacts, subject: &Subject) -> Finding {
    let detail = match facts.always_uv() {
        Observed::Known(true) => "on: every use asks for PIN or fingerprint",
        Observed::Known(false) => "off",
        Observed::NotReported | Observed::Denied(_) => "the key has no such option",
    };
    finish(Check::AlwaysUv, Verdict::Pass, subject, detail, None)
}

fn slots_left(facts: &KeyFacts, subject: &Subject) -> Finding {
    match facts.slots_left() {
        Observed::Known(0) => finish(
            Check::SlotsLeft,
            Verdict::Fail,
            subject,
            "0 slots left",
            Some("take another key, or delete credentials that are not needed"),
        ),
        Observed::Known(left) => finish(
            Check::SlotsLeft,
            if left < FEW_SLOTS {
                Verdict::Warn
            } else {
                Verdict::Pass
            },
            subject,
            &format!("{left} {} left", if left == 1 { "slot" } else { "slots" }),
            None,
        ),
        Observed::NotReported | Observed::Denied(_) => finish(
            Check::SlotsLeft,
            Verdict::NotRun,
            subject,
            "the key does not report free slots (CTAP 2.0)",
            None,
        ),
    }
}

fn fw_min(facts: &KeyFacts, policy: &Policy, subject: &Subject) -> Finding {
    let vendor = vendor(facts.entry.vendor_id);
    let Some(least) = vendor.and_then(|vendor| policy.min_firmware.get(vendor)) else {
        return finish(
            Check::FwMin,
            Verdict::NotRun,
            subject,
            "the policy names no minimum for this vendor",
            None,
        );
    };
    let seen = match facts.firmware() {
        Observed::Known(seen) => seen,
        Observed::NotReported | Observed::Denied(_) => {
            return finish(
                Check::FwMin,
                Verdict::Unknown,
                subject,
                &format!("the key does not report its firmware; the policy asks for {least}"),
                None,
            );
        }
    };
    let detail = format!("{seen}; the policy asks for {least} or later");
    match (parts(&seen), parts(least)) {
        (Some(seen), Some(least)) if seen >= least => {
            finish(Check::FwMin, Verdict::Pass, subject, &detail, None)
        }
        (Some(_), Some(_)) => finish(
            Check::FwMin,
            Verdict::Fail,
            subject,
            &detail,
            Some("replace the key: firmware cannot be updated"),
        ),
        _ => finish(Check::FwMin, Verdict::Unknown, subject, &detail, None),
    }
}

fn serial_basis(facts: &KeyFacts, subject: &Subject) -> Finding {
    match facts.serial_claim() {
        Observed::Known(claim) => finish(
            Check::SerialBasis,
            Verdict::Pass,
            subject,
            &format!("{}, {}: a claim", claim.value, basis_words(claim.basis)),
            None,
        ),
        Observed::NotReported | Observed::Denied(_) => finish(
            Check::SerialBasis,
            Verdict::NotRun,
            subject,
            match facts.vendor {
                VendorAnswer::NotAsked => "the USB descriptor carries no serial number",
                VendorAnswer::Said(_) | VendorAnswer::Failed(_) => {
                    "neither the vendor's command nor the USB descriptor gives a serial number"
                }
            },
            None,
        ),
    }
}

fn basis_words(basis: ClaimBasis) -> &'static str {
    match basis {
        ClaimBasis::GetInfo => "from getInfo",
        ClaimBasis::Vendor => "by the vendor's own command",
        ClaimBasis::Usb => "from the USB descriptor",
        ClaimBasis::Init => "from its answer to INIT",
    }
}

/// What is published against this model and firmware; nothing where the table has nothing.
fn fw_advisory(facts: &KeyFacts, subject: &Subject) -> Vec<Finding> {
    let Observed::Known(aaguid) = facts.aaguid() else {
        return Vec::new();
    };
    let model = ModelFacts {
        aaguid,
        certificates: Vec::new(),
        firmware: facts.firmware().known().cloned(),
    };
    advisories(aaguid)
        .filter(|one| one.published <= facts.at)
        .map(|one| advisory(&model, &one, subject))
        .collect()
}

/// The vendor's name in `min-firmware`, by USB vendor id.
fn vendor(id: u16) -> Option<&'static str> {
    match id {
        0x1050 => Some("yubico"),
        0x20a0 => Some("nitrokey"),
        0x349e => Some("token2"),
        0x096e => Some("feitian"),
        _ => None,
    }
}

/// The numbers of a dotted version.
fn parts(version: &str) -> Option<Vec<u32>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

fn finish(
    check: Check,
    verdict: Verdict,
    subject: &Subject,
    detail: &str,
    fix: Option<&str>,
) -> Finding {
    let finding = Finding::new(check, verdict, subject.clone(), detail);
    match fix {
        Some(fix) => finding.fix(fix),
        None => finding,
    }
}

#[cfg(test)]
mod tests;
