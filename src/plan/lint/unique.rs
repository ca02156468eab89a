//! What may be said only once. Upper and lower case do not tell two names apart.

use super::Faults;
use crate::plan::Plan;
use crate::plan::fault::What;
use crate::plan::reader::entry;
use std::collections::BTreeMap;

/// Adds a fault for everything that is said a second time.
pub(super) fn lint(plan: &Plan, faults: &mut Faults) {
    let accounts = || each("account", &plan.accounts);
    let keys: Vec<_> = accounts()
        .flat_map(|(at, account)| {
            let keys = format!("{at}.key");
            account
                .keys
                .iter()
                .enumerate()
                .map(move |(index, key)| (entry(&keys, index), key))
        })
        .collect();
    once(
        faults,
        "id",
        each("safe", &plan.safes).map(|(at, safe)| (at, safe.id.clone())),
    );
    once(
        faults,
        "alias",
        accounts().map(|(at, account)| (at, account.alias.clone())),
    );
    once(
        faults,
        "upn",
        accounts().map(|(at, account)| (at, account.upn.clone())),
    );
    once(
        faults,
        "object-id",
        accounts().filter_map(|(at, account)| Some((at, account.object_id?.to_string()))),
    );
    once(
        faults,
        "label",
        keys.iter().map(|(at, key)| (at.clone(), key.label.clone())),
    );
    // Two vendors may give the same number; two keys of one model may not have it.
    once(
        faults,
        "serial",
        keys.iter().filter_map(|(at, key)| {
            let serial = key.serial.as_ref()?;
            let model = key.aaguid.map(|aaguid| aaguid.to_string());
            Some((
                at.clone(),
                format!("{} {serial}", model.unwrap_or_default()),
            ))
        }),
    );
    once(
        faults,
        "ref",
        each("person", &plan.people).map(|(at, person)| (at, person.reference.clone())),
    );
    exactly_once(
        faults,
        each("person", &plan.people).map(|(at, person)| (format!("{at}.key"), person.key.clone())),
    );
    lists(plan, faults);
}

/// Lists in which nothing may stand twice.
fn lists(plan: &Plan, faults: &mut Faults) {
    list(faults, "policy.portals", &plan.policy.portals);
    for (at, account) in each("account", &plan.accounts) {
        list(faults, &format!("{at}.roles"), &account.roles);
        for (index, key) in account.keys.iter().enumerate() {
            let at = entry(&format!("{at}.key"), index);
            list(faults, &format!("{at}.pin.held-by"), &key.pin.held_by);
        }
    }
    for (at, person) in each("person", &plan.people) {
        let roles: Vec<String> = person
            .roles
            .iter()
            .map(|role| format!("{role:?}"))
            .collect();
        list(faults, &format!("{at}.roles"), &roles);
    }
}

/// Entries with their paths.
fn each<'p, T>(section: &'static str, entries: &'p [T]) -> impl Iterator<Item = (String, &'p T)> {
    entries
        .iter()
        .enumerate()
        .map(move |(index, one)| (entry(section, index), one))
}

fn list(faults: &mut Faults, at: &str, values: &[String]) {
    let values = values.iter().enumerate();
    exactly_once(
        faults,
        values.map(|(index, value)| (entry(at, index), value.clone())),
    );
}

/// Values of `member` in entries at the paths beside them, in any case.
fn once(faults: &mut Faults, member: &str, values: impl Iterator<Item = (String, String)>) {
    let plain = values.map(|(at, value)| (format!("{at}.{member}"), value.to_ascii_lowercase()));
    exactly_once(faults, plain);
}

/// Values at the paths beside them; what is empty is another fault.
fn exactly_once(faults: &mut Faults, values: impl Iterator<Item = (String, String)>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (at, value) in values {
        if value.trim().is_empty() {
            continue;
        }
        if let Some(first) = seen.get(&value) {
            let first = first.clone();
            faults.add(&at, What::Duplicate { first });
        } else {
            seen.insert(value, at);
        }
    }
}
