//! Whether each value has the form it must have.

use super::Faults;
use crate::plan::Account;
use crate::plan::Plan;
use crate::plan::PlannedKey;
use crate::plan::fault::What;
use crate::plan::forms;
use crate::plan::nearest::nearest;
use crate::plan::reader::entry;
use crate::plan::ssh_key::SSH_KEY_TYPES;
use crate::plan::ssh_key::is_ssh_key;

/// Portals at which a registration can sign in.
const PORTALS: &[&str] = &["entra", "azure", "m365-admin"];

/// The most characters of a site, a shelf, a serial number.
const SHORT: usize = 60;
/// The most characters of what is printed in one line.
const LINE: usize = 120;
/// The most characters of a place described in words.
const PLACE: usize = 200;

/// Adds a fault for each value that has not the form it must have.
pub(super) fn lint(plan: &Plan, faults: &mut Faults) {
    faults.maybe("book.name", forms::name(&plan.book.name));
    faults.maybe("book.ledger", forms::ledger(&plan.book.ledger));
    if !plan.book.call.is_empty() {
        faults.maybe("book.call", forms::text(&plan.book.call, LINE));
    }
    policy(plan, faults);
    for (index, safe) in plan.safes.iter().enumerate() {
        let at = entry("safe", index);
        faults.maybe(&format!("{at}.id"), forms::name(&safe.id));
        faults.maybe(&format!("{at}.site"), forms::text(&safe.site, SHORT));
        optional(
            &format!("{at}.location"),
            safe.location.as_ref(),
            PLACE,
            faults,
        );
    }
    for (index, one) in plan.accounts.iter().enumerate() {
        account(&entry("account", index), one, faults);
    }
    for (index, person) in plan.people.iter().enumerate() {
        let at = entry("person", index);
        faults.maybe(&format!("{at}.ref"), forms::reference(&person.reference));
        if person.roles.is_empty() {
            faults.add(&format!("{at}.roles"), What::Empty);
        }
        if !is_ssh_key(&person.key) {
            let known = SSH_KEY_TYPES;
            faults.add(&format!("{at}.key"), What::BadSshKey { known });
        }
    }
}

fn policy(plan: &Plan, faults: &mut Faults) {
    if plan.policy.remind_days >= plan.policy.verify_every_days {
        faults.add("policy.remind-days", What::RemindsAlways);
    }
    for (index, portal) in plan.policy.portals.iter().enumerate() {
        if !PORTALS.contains(&portal.as_str()) {
            let what = What::NotOneOf {
                found: portal.chars().take(SHORT).collect(),
                nearest: nearest(portal, PORTALS),
                known: PORTALS.to_vec(),
            };
            faults.add(&entry("policy.portals", index), what);
        }
    }
    for (vendor, version) in &plan.policy.min_firmware {
        let at = format!("policy.min-firmware.{vendor}");
        let form = forms::name(vendor).or_else(|| forms::version(version));
        faults.maybe(&at, form);
    }
}

fn account(at: &str, account: &Account, faults: &mut Faults) {
    faults.maybe(&format!("{at}.alias"), forms::name(&account.alias));
    faults.maybe(&format!("{at}.upn"), forms::upn(&account.upn));
    texts(&format!("{at}.roles"), &account.roles, faults);
    for (index, one) in account.keys.iter().enumerate() {
        key(&entry(&format!("{at}.key"), index), one, faults);
    }
}

fn key(at: &str, key: &PlannedKey, faults: &mut Faults) {
    faults.maybe(&format!("{at}.label"), forms::name(&key.label));
    faults.maybe(&format!("{at}.safe"), forms::name(&key.safe));
    optional(&format!("{at}.shelf"), key.shelf.as_ref(), SHORT, faults);
    optional(&format!("{at}.serial"), key.serial.as_ref(), SHORT, faults);
    let pin = format!("{at}.pin");
    faults.maybe(&format!("{pin}.envelope"), forms::name(&key.pin.envelope));
    texts(&format!("{pin}.held-by"), &key.pin.held_by, faults);
}

/// A list of texts must not be empty, nor any of them.
fn texts(at: &str, texts: &[String], faults: &mut Faults) {
    if texts.is_empty() {
        faults.add(at, What::Empty);
    }
    for (index, text) in texts.iter().enumerate() {
        faults.maybe(&entry(at, index), forms::text(text, LINE));
    }
}

fn optional(at: &str, text: Option<&String>, most: usize, faults: &mut Faults) {
    faults.maybe(at, text.and_then(|text| forms::text(text, most)));
}
