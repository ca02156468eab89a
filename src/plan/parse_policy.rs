//! `[policy]`: every key has a default.

use super::Policy;
use super::fault::What;
use super::found::Found;
use super::reader::Reader;

/// The longest time in days that a policy may name: ten years.
const MOST_DAYS: u32 = 3_653;

/// Reads `[policy]`; what is absent or faulty keeps its default.
pub(super) fn policy(mut table: Reader<'_, '_>, found: &mut Found) -> Policy {
    let mut policy = Policy::default();
    numbers(&mut table, found, &mut policy);
    if let Some(witnesses) = table.table(found, "witnesses") {
        let to = &mut policy.witnesses;
        let fields = [
            ("registration", &mut to.registration),
            ("loss", &mut to.loss),
            ("other", &mut to.other),
        ];
        counts(witnesses, found, 20, fields);
    }
    if let Some(days) = table.table(found, "pin-proven-days") {
        let to = &mut policy.pin_proven_days;
        let fields = [("warn", &mut to.warn), ("fail", &mut to.fail)];
        counts(days, found, MOST_DAYS, fields);
        ordered(&table, found, "pin-proven-days", to.warn, to.fail);
    }
    if let Some(days) = table.table(found, "metadata-stale-days") {
        let to = &mut policy.metadata_stale_days;
        let fields = [("warn", &mut to.warn), ("fail", &mut to.fail)];
        counts(days, found, MOST_DAYS, fields);
        ordered(&table, found, "metadata-stale-days", to.warn, to.fail);
    }
    if let Some(portals) = table.texts(found, "portals") {
        policy.portals = portals;
    }
    if let Some(flag) = table.flag(found, "second-opinion") {
        policy.second_opinion = flag;
    }
    if let Some(pairs) = table.pairs(found, "min-firmware") {
        policy.min_firmware = pairs.into_iter().collect();
    }
    table.finish(found);
    policy
}

/// Reads the members that are one number.
fn numbers(table: &mut Reader<'_, '_>, found: &mut Found, policy: &mut Policy) {
    let fields = [
        ("keys-per-account", 1, 10, &mut policy.keys_per_account),
        ("sites-per-account", 1, 10, &mut policy.sites_per_account),
        (
            "max-emergency-accounts",
            1,
            10,
            &mut policy.max_emergency_accounts,
        ),
        (
            "verify-every-days",
            1,
            MOST_DAYS,
            &mut policy.verify_every_days,
        ),
        ("remind-days", 0, MOST_DAYS, &mut policy.remind_days),
        ("min-pin-length", 4, 63, &mut policy.min_pin_length), // CTAP 2.1 §6.5.1
        ("pin-retries-floor", 1, 7, &mut policy.pin_retries_floor), // 8 is the most there are
        ("outside-anchors", 0, 10, &mut policy.outside_anchors),
        ("time-skew-seconds", 1, 3_600, &mut policy.time_skew_seconds),
    ];
    for (key, least, most, to) in fields {
        if let Some(number) = table.number(found, key, least, most) {
            *to = number;
        }
    }
}

/// Reads a table of numbers up to `most`.
fn counts<const N: usize>(
    mut table: Reader<'_, '_>,
    found: &mut Found,
    most: u32,
    fields: [(&'static str, &mut u32); N],
) {
    for (key, to) in fields {
        if let Some(number) = table.number(found, key, 0, most) {
            *to = number;
        }
    }
    table.finish(found);
}

/// Reports `warn` if it comes later than `fail`.
fn ordered(table: &Reader<'_, '_>, found: &mut Found, key: &str, warn: u32, fail: u32) {
    if warn > fail {
        found.fault_of(&table.path(key), What::WarnAfterFail);
    }
}
