//! Who can open what, from where, at the period's end: accounts, keys, safes, sites, people.

use super::Authorised;
use super::KeyHistory;
use super::What;
use crate::plan::Plan;
use serde::Serialize;

/// A key in use at the period's end. Site, envelope and its holders are the plan's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccessRow {
    /// The key's label.
    pub key: String,
    /// The alias of the account it opens.
    pub account: String,
    /// The directory roles that the account is meant to hold; empty without a plan.
    pub roles: Vec<String>,
    /// The safe it lies in, by its last record; absent if no record says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub safe: Option<String>,
    /// The safe's site; absent of a safe that the plan does not name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The shelf; absent where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shelf: Option<String>,
    /// The bag it is sealed in; absent while it is in none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bag: Option<String>,
    /// The number of its PIN envelope; absent of a key that the plan does not name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub envelope: Option<String>,
    /// Who may hold that envelope: custodians by the roster, named by the plan.
    pub pin_holders: Vec<String>,
    /// Who may open the safe: safe controllers by the roster.
    pub safe_controllers: Vec<String>,
    /// Who may hold ceremonies with it: operators by the roster.
    pub operators: Vec<String>,
}

/// A row a key that is in use at the period's end, in the order of their labels.
pub(super) fn access(
    histories: &[KeyHistory],
    authorised: &[Authorised],
    plan: Option<&Plan>,
) -> Vec<AccessRow> {
    let in_use = histories.iter().filter(|key| key.in_use.until.is_none());
    in_use.map(|key| row(key, authorised, plan)).collect()
}

fn row(key: &KeyHistory, authorised: &[Authorised], plan: Option<&Plan>) -> AccessRow {
    let who = |may: &dyn Fn(&What) -> bool| {
        let all = authorised.iter().filter(|one| {
            one.span.until.is_none() && one.what.key() == key.label && may(&one.what)
        });
        let mut people: Vec<String> = all.map(|one| one.person.clone()).collect();
        people.dedup();
        people
    };
    let planned = plan.and_then(|plan| plan.key(&key.label));
    let account = plan.and_then(|plan| {
        let mut accounts = plan.accounts.iter();
        accounts.find(|account| account.alias == key.account)
    });
    let last = key.last();
    let safe = last.and_then(|point| point.safe.clone());
    let site = plan.and_then(|plan| {
        let mut safes = plan.safes.iter();
        safes.find(|one| Some(&one.id) == safe.as_ref())
    });
    AccessRow {
        key: key.label.clone(),
        account: key.account.clone(),
        roles: account
            .map(|account| account.roles.clone())
            .unwrap_or_default(),
        site: site.map(|safe| safe.site.clone()),
        safe,
        shelf: last.and_then(|point| point.shelf.clone()),
        bag: last.and_then(|point| point.bag.clone()),
        envelope: planned.map(|(_, key)| key.pin.envelope.clone()),
        pin_holders: who(&|what| matches!(what, What::PinEnvelope { .. })),
        safe_controllers: who(&|what| matches!(what, What::Safe { .. })),
        operators: who(&|what| matches!(what, What::Ceremonies { .. })),
    }
}
