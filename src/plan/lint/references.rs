//! Whether what is referred to is there, and whether there is enough of it.

use super::Faults;
use crate::plan::Account;
use crate::plan::Plan;
use crate::plan::PlannedKey;
use crate::plan::Role;
use crate::plan::SignInMethod;
use crate::plan::fault::What;
use crate::plan::nearest::nearest;
use crate::plan::reader::entry;
use std::collections::BTreeSet;

/// Adds a fault for each reference that leads nowhere and each number that is not met.
pub(super) fn lint(plan: &Plan, faults: &mut Faults) {
    if needs_client_id(plan.sign_in.method) && plan.sign_in.client_id.is_none() {
        faults.add("sign-in.client-id", What::NoClientId);
    }
    if plan.safes.is_empty() {
        faults.add("safe", What::Missing);
    }
    if plan.accounts.is_empty() {
        faults.add("account", What::Missing);
    }
    let found = plan.accounts.len();
    let most = plan.policy.max_emergency_accounts;
    if fewer(most, found) {
        faults.add("account", What::TooManyAccounts { found, most });
    }
    for (index, one) in plan.accounts.iter().enumerate() {
        account(plan, &entry("account", index), one, faults);
    }
}

/// Whether `limit` is less than `count`.
fn fewer(limit: u32, count: usize) -> bool {
    usize::try_from(limit).is_ok_and(|limit| limit < count)
}

const fn needs_client_id(method: SignInMethod) -> bool {
    match method {
        SignInMethod::Browser
        | SignInMethod::DeviceCode
        | SignInMethod::ClientSecret
        | SignInMethod::ClientCertificate
        | SignInMethod::WorkloadIdentity => true,
        SignInMethod::AzureCli | SignInMethod::ManagedIdentity => false,
    }
}

fn account(plan: &Plan, at: &str, account: &Account, faults: &mut Faults) {
    let mut sites = BTreeSet::new();
    let mut all_known = true;
    for (index, one) in account.keys.iter().enumerate() {
        key(plan, &entry(&format!("{at}.key"), index), one, faults);
        match plan.safes.iter().find(|safe| safe.id == one.safe) {
            Some(safe) => {
                sites.insert(&safe.site);
            }
            None => all_known = false,
        }
    }
    let found = account.keys.len();
    let wanted = plan.policy.keys_per_account;
    if usize::try_from(wanted).is_ok_and(|wanted| found < wanted) {
        faults.add(&format!("{at}.key"), What::TooFewKeys { found, wanted });
    }
    let found = sites.len();
    let wanted = plan.policy.sites_per_account;
    if all_known && found > 0 && usize::try_from(wanted).is_ok_and(|wanted| found < wanted) {
        faults.add(&format!("{at}.key"), What::TooFewSites { found, wanted });
    }
}

fn key(plan: &Plan, at: &str, key: &PlannedKey, faults: &mut Faults) {
    let safes: Vec<&str> = plan.safes.iter().map(|safe| safe.id.as_str()).collect();
    if !key.safe.is_empty() && !safes.contains(&key.safe.as_str()) {
        let nearest = nearest(&key.safe, &safes).map(str::to_owned);
        faults.add(&format!("{at}.safe"), What::UnknownSafe { nearest });
    }
    for (index, holder) in key.pin.held_by.iter().enumerate() {
        let at = entry(&format!("{at}.pin.held-by"), index);
        let person = plan
            .people
            .iter()
            .find(|person| person.reference == *holder);
        match person {
            Some(person) if person.roles.contains(&Role::Custodian) => {}
            Some(_) => faults.add(&at, What::NotACustodian),
            None if holder.is_empty() => {}
            None => {
                let refs: Vec<&str> = plan.people.iter().map(|p| p.reference.as_str()).collect();
                let nearest = nearest(holder, &refs).map(str::to_owned);
                faults.add(&at, What::UnknownPerson { nearest });
            }
        }
    }
}
