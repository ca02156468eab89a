use super::*;
use crate::plan::Account;
use crate::plan::ConditionalAccess;
use crate::plan::PinCustody;
use crate::plan::PlannedKey;
use crate::plan::Safe;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A key: account, safe, holders (a bit each), and the physical key it is on.
#[derive(Clone, Debug)]
struct Key {
    account: usize,
    safe: usize,
    holders: u8,
    serial: usize,
    planned: bool,
}

const PEOPLE: usize = 3;

fn person(number: usize) -> String {
    format!("cu-{number}")
}

fn label(number: usize) -> String {
    format!("K{number}")
}

fn key(number: usize, account: usize, safe: usize, holders: u8) -> Key {
    Key {
        account,
        safe,
        holders,
        serial: number,
        planned: true,
    }
}

fn holders(key: &Key) -> Vec<String> {
    (0..PEOPLE)
        .filter(|number| key.holders & (1 << number) != 0)
        .map(person)
        .collect()
}

/// A plan and a book of these keys; `sites` is the site of each safe.
fn world(keys: &[Key], sites: &[usize]) -> (Plan, Vec<BookKey>) {
    let doc = include_str!("../../../docs/formats/plan.md");
    let text = doc.split("```toml\n").nth(1).unwrap();
    let mut plan = Plan::parse(text.split("```").next().unwrap()).unwrap();
    plan.safes = sites
        .iter()
        .enumerate()
        .map(|(number, site)| Safe {
            id: format!("SAFE-{number}"),
            site: format!("site-{site}"),
            location: None,
        })
        .collect();
    let accounts = keys.iter().map(|key| key.account + 1).max().unwrap_or(1);
    plan.accounts = (0..accounts)
        .map(|account| Account {
            alias: format!("BG-{account}"),
            object_id: None,
            upn: String::new(),
            roles: Vec::new(),
            conditional_access: ConditionalAccess::Excluded,
            keys: keys
                .iter()
                .enumerate()
                .filter(|(_, key)| key.planned && key.account == account)
                .map(|(number, key)| PlannedKey {
                    label: label(number),
                    safe: format!("SAFE-{}", key.safe),
                    shelf: None,
                    pin: PinCustody {
                        envelope: format!("P-{number}"),
                        held_by: holders(key),
                    },
                    aaguid: None,
                    serial: None,
                })
                .collect(),
        })
        .collect();
    let book = keys
        .iter()
        .enumerate()
        .map(|(number, key)| BookKey {
            label: label(number),
            account: format!("BG-{}", key.account),
            aaguid: Aaguid(Guid([1; 16])),
            credential_id: None,
            method_id: None,
            serial: Some(key.serial.to_string()),
            firmware: None,
            safe: None,
            registered: UtcTime::from_unix(0),
            pin_proven: None,
            sealed: None,
            seen: None,
        })
        .collect();
    (plan, book)
}

/// Two accounts with two keys each, at two sites; `cu-0` and `cu-1` hold every PIN.
fn usual() -> (Plan, Vec<BookKey>) {
    let keys = [(0, 0), (0, 1), (1, 0), (1, 1)];
    let keys: Vec<Key> = keys
        .iter()
        .enumerate()
        .map(|(number, (account, safe))| key(number, *account, *safe, 0b11))
        .collect();
    world(&keys, &[0, 1])
}

fn words(outcomes: &[Outcome<'_>]) -> Vec<String> {
    let pair = |one: &Outcome<'_>| {
        let lost: Vec<String> = one.lost.iter().map(ToString::to_string).collect();
        format!("{} -> {}", lost.join(" + "), one.open.join(" "))
    };
    outcomes.iter().map(pair).collect()
}

#[test]
fn two_accounts_at_two_sites_survive_every_single_loss() {
    let (plan, keys) = usual();
    let recovery = Recovery::of(&plan, &keys);
    assert_eq!(recovery.open_now(), ["BG-0", "BG-1"]);
    assert_eq!(
        words(&recovery.single()),
        [
            "K0 -> BG-0 BG-1",
            "SAFE-0 (site site-0) -> BG-0 BG-1",
            "cu-0 -> BG-0 BG-1",
            "cu-1 -> BG-0 BG-1",
            "K1 -> BG-0 BG-1",
            "SAFE-1 (site site-1) -> BG-0 BG-1",
            "K2 -> BG-0 BG-1",
            "K3 -> BG-0 BG-1",
        ]
    );
    assert_eq!(recovery.double().unwrap().len(), 28);
    let least = recovery.least_double_lock_outs().unwrap();
    assert_eq!(
        words(&least),
        [
            "SAFE-0 (site site-0) + SAFE-1 (site site-1) -> ",
            "cu-0 + cu-1 -> "
        ]
    );
}

#[test]
fn two_labels_on_one_physical_key_are_one_loss() {
    let mut keys = vec![key(0, 0, 0, 0b11), key(1, 0, 1, 0b11)];
    keys[1].serial = 0;
    let (plan, keys) = world(&keys, &[0, 1]);
    let recovery = Recovery::of(&plan, &keys);
    let single = recovery.single();
    let first = single.first().unwrap();
    assert!(first.locks_out());
    assert_eq!(first.lost[0].to_string(), "K0 = K1");
}

#[test]
fn a_site_of_two_safes_is_a_loss_of_its_own() {
    let keys = [key(0, 0, 0, 0b11), key(1, 0, 1, 0b11)];
    let (plan, keys) = world(&keys, &[0, 0]);
    let recovery = Recovery::of(&plan, &keys);
    let single = recovery.single();
    let locks: Vec<String> = single
        .iter()
        .filter(|one| one.locks_out())
        .map(|one| one.lost[0].to_string())
        .collect();
    assert_eq!(locks, ["site site-0"]);
}

#[test]
fn a_key_that_the_plan_does_not_name_opens_nothing() {
    let mut keys = vec![key(0, 0, 0, 0b11), key(1, 0, 1, 0)];
    keys[0].planned = false;
    let (plan, keys) = world(&keys, &[0, 1]);
    let recovery = Recovery::of(&plan, &keys);
    assert_eq!(recovery.open_now(), Vec::<&str>::new());
    assert_eq!(recovery.uncounted(), ["K0", "K1"]);
    assert_eq!(recovery.things(), []);
}

#[test]
fn the_safe_on_record_counts_and_not_the_planned_one() {
    let (plan, mut keys) = usual();
    for key in &mut keys {
        key.safe = Some("SAFE-1".to_owned());
    }
    let recovery = Recovery::of(&plan, &keys);
    let locks = recovery
        .single()
        .into_iter()
        .filter(Outcome::locks_out)
        .count();
    assert_eq!(locks, 1);
}

/// The accounts that can be opened, by what is left of each key and envelope.
fn model(keys: &[Key], sites: &[usize], lost: &[Loss]) -> BTreeSet<String> {
    let mut gone_serials = BTreeSet::new();
    let mut gone_safes = BTreeSet::new();
    let mut gone_people = BTreeSet::new();
    for loss in lost {
        match loss {
            Loss::Key(labels) => {
                for (number, key) in keys.iter().enumerate() {
                    if labels.contains(&label(number)) {
                        gone_serials.insert(key.serial);
                    }
                }
            }
            Loss::Safe { id, .. } => {
                gone_safes.insert(id.clone());
            }
            Loss::Site(site) => {
                for (number, _) in sites
                    .iter()
                    .enumerate()
                    .filter(|(_, one)| format!("site-{one}") == *site)
                {
                    gone_safes.insert(format!("SAFE-{number}"));
                }
            }
            Loss::Person(person) => {
                gone_people.insert(person.clone());
            }
        }
    }
    keys.iter()
        .filter(|key| key.planned)
        .filter(|key| !gone_serials.contains(&key.serial))
        .filter(|key| !gone_safes.contains(&format!("SAFE-{}", key.safe)))
        .filter(|key| holders(key).iter().any(|one| !gone_people.contains(one)))
        .map(|key| format!("BG-{}", key.account))
        .collect()
}

fn any_key() -> impl Strategy<Value = Key> {
    (
        0..3usize,
        0..4usize,
        0..8u8,
        0..5usize,
        prop::bool::weighted(0.9),
    )
        .prop_map(|(account, safe, holders, serial, planned)| Key {
            account,
            safe,
            holders,
            serial,
            planned,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn every_single_and_double_loss_leaves_what_a_model_says(
        keys in vec(any_key(), 0..7),
        sites in vec(0..3usize, 4),
    ) {
        let (plan, book) = world(&keys, &sites);
        let recovery = Recovery::of(&plan, &book);
        let set = |open: &[&str]| open.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        prop_assert_eq!(set(&recovery.open_now()), model(&keys, &sites, &[]));
        let count = recovery.things().len();
        let (single, double) = (recovery.single(), recovery.double().unwrap());
        prop_assert_eq!(single.len(), count);
        prop_assert_eq!(double.len(), count * count.saturating_sub(1) / 2);
        for outcome in single.iter().chain(&double) {
            let lost: Vec<Loss> = outcome.lost.iter().map(|one| (*one).clone()).collect();
            prop_assert_eq!(set(&outcome.open), model(&keys, &sites, &lost), "{:?}", lost);
        }
        // Every double lock-out is explained: by one that is told, or by a single one.
        let least = recovery.least_double_lock_outs().unwrap();
        for outcome in &least {
            prop_assert!(outcome.locks_out());
        }
        let alone = single.iter().any(Outcome::locks_out);
        let by_two = double.iter().any(Outcome::locks_out);
        prop_assert!(!by_two || alone || !least.is_empty());
    }
}
