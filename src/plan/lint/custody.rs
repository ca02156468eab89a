//! Whether keys, PINs and safes are kept apart: what one may do all the same is a risk that is said.

use super::Faults;
use crate::plan::Account;
use crate::plan::Plan;
use crate::plan::PlannedKey;
use crate::plan::Role;
use crate::plan::fault::What;
use crate::plan::reader::entry;
use std::collections::BTreeMap;

/// Holders that a PIN envelope should have.
const HOLDERS: usize = 2;

/// Adds a risk for everything that is kept together, or by one person alone.
pub(super) fn lint(plan: &Plan, faults: &mut Faults) {
    sites(plan, faults);
    let mut shelves: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut envelopes: BTreeMap<String, String> = BTreeMap::new();
    for (index, account) in plan.accounts.iter().enumerate() {
        let of_account = format!("{}.key", entry("account", index));
        let alone = holds_every_pin(account);
        if let Some(who) = alone {
            let who = who.to_owned();
            faults.add(&of_account, What::HoldsEveryPin { who });
        }
        for (index, key) in account.keys.iter().enumerate() {
            let at = entry(&of_account, index);
            if let Some(shelf) = key.shelf.as_ref().filter(|shelf| !shelf.trim().is_empty()) {
                let place = (plain(&key.safe), plain(shelf));
                let at = format!("{at}.shelf");
                if let Some(first) = shelves.get(&place) {
                    let first = first.clone();
                    faults.add(&at, What::SameShelf { first });
                } else {
                    shelves.insert(place, at);
                }
            }
            let envelope = plain(&key.pin.envelope);
            if !envelope.is_empty() {
                let at = format!("{at}.pin.envelope");
                if let Some(first) = envelopes.get(&envelope) {
                    let first = first.clone();
                    faults.add(&at, What::SameEnvelope { first });
                } else {
                    envelopes.insert(envelope, at);
                }
            }
            holders(plan, key, &at, alone.is_some(), faults);
        }
    }
}

/// Two spellings of one site would count as two.
fn sites(plan: &Plan, faults: &mut Faults) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (index, safe) in plan.safes.iter().enumerate() {
        let site = safe.site.as_str();
        match seen.get(&plain(site)) {
            Some(first) if *first != site => {
                let first = (*first).to_owned();
                let at = format!("{}.site", entry("safe", index));
                faults.add(&at, What::AlmostSameSite { first });
            }
            Some(_) => {}
            None => {
                seen.insert(plain(site), site);
            }
        }
    }
}

fn holders(plan: &Plan, key: &PlannedKey, at: &str, told: bool, faults: &mut Faults) {
    let at = format!("{at}.pin.held-by");
    for (index, holder) in key.pin.held_by.iter().enumerate() {
        let mut people = plan.people.iter();
        let opens = people
            .find(|person| person.reference == *holder)
            .is_some_and(|person| person.roles.contains(&Role::SafeController));
        if opens {
            faults.add(&entry(&at, index), What::HolderOpensSafes);
        }
    }
    let found = key.pin.held_by.len();
    if !told && (1..HOLDERS).contains(&found) {
        faults.add(&at, What::TooFewHolders { found });
    }
}

/// Who alone holds the PIN of every key of an account that has several; `None` if nobody does.
fn holds_every_pin(account: &Account) -> Option<&str> {
    let [first, rest @ ..] = account.keys.as_slice() else {
        return None;
    };
    let [who] = first.pin.held_by.as_slice() else {
        return None;
    };
    let same = |key: &PlannedKey| matches!(key.pin.held_by.as_slice(), [one] if one == who);
    (!rest.is_empty() && !who.is_empty() && rest.iter().all(same)).then_some(who.as_str())
}

/// As two texts are compared that people read aloud.
fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}
