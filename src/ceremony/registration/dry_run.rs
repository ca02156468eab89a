//! A registration that is only said: all that reads is done, nothing is made, sent or written.

use super::Planned;
use super::RegistrationWish;
use super::Via;
use super::at_the_portal;
use super::may_begin;
use super::tenant_side;
use super::wish;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::people;
use crate::ceremony::scripts::REGISTRATION;
use crate::ceremony::the_key;
use crate::ceremony::the_key::Stops;
use crate::ctap::ClientPin;
use crate::entra::Session;
use crate::facts::key::KeyFacts;
use crate::findings::Finding;
use crate::ledger::Ledger;
use crate::plan::Account;
use crate::plan::PlannedKey;

/// What a registration would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WouldRegister {
    /// The key's label.
    pub label: String,
    /// The account's alias.
    pub account: String,
    /// What the checks before PIN and touch say.
    pub findings: Vec<Finding>,
    /// What would be done, in order, a sentence each.
    pub would: Vec<String>,
}

/// Looks at tenant and key as a registration would, before PIN and touch, and says what it would do.
/// Nothing is sent to the tenant but reads, nothing is written on the key or on disk.
///
/// # Errors
/// [`CeremonyError`], as a registration would stop.
pub fn would_register(
    room: &mut Room<'_>,
    session: &mut Session,
    wish: &RegistrationWish<'_>,
) -> Result<WouldRegister, CeremonyError> {
    let label = wish.label;
    let Planned {
        account,
        key: planned,
        object_id,
        ..
    } = Planned::find(room, label)?;
    may_begin(room, wish)?;
    let via = wish::Begun::of(wish, room.plan)?.via;
    let force = Ledger::new(&mut *room.store).in_force()?;
    people::may_sign(room, &force, force.policy.witnesses.registration)?;
    step(room, 1, &account.alias);
    let (tenant, mut findings) =
        tenant_side::ask(room, session, account, object_id, None, |_, _| {
            Ok(Vec::new())
        })?;
    step(room, 2, label);
    let clock = room.clock;
    let hand = the_key::take(room, clock, planned, None, Stops::AtFailures, &|facts| {
        vec![tenant_side::allowed(&tenant, facts)]
    })?;
    findings.extend(hand.findings.iter().cloned());
    if via == Via::Portal {
        at_the_portal::can_list(label, &hand.facts)?;
    }
    let mut all = Vec::new();
    if let Some(old) = wish.replaces {
        all.push(format!(
            "Another key of {} would sign in; then the passkey of {old} would be deleted, and read \
             back as gone.",
            account.alias
        ));
    }
    all.extend(would(account, planned, &hand.facts, via));
    let portals = &force.policy.portals;
    if !portals.is_empty() {
        let place = all.len().saturating_sub(3);
        let line = format!(
            "{label} would sign in at {}, and the sessions would be ended.",
            portals.join(", ")
        );
        all.insert(place.min(all.len()), line);
    }
    Ok(WouldRegister {
        label: label.to_owned(),
        account: account.alias.clone(),
        findings,
        would: all,
    })
}

/// Announces a step; a dry run ticks nothing.
fn step(room: &mut Room<'_>, number: u32, about: &str) {
    let title = REGISTRATION.title_of(number, about);
    room.operator.step(number, REGISTRATION.length(), &title);
}

fn would(account: &Account, planned: &PlannedKey, facts: &KeyFacts, via: Via) -> Vec<String> {
    let (alias, label) = (&account.alias, &planned.label);
    let pin = if facts.client_pin == ClientPin::NotSet {
        format!("{label} would be given its first PIN, typed twice.")
    } else {
        format!("The PIN of {label} would be typed once.")
    };
    let safe = match &planned.shelf {
        Some(shelf) => format!("{}, shelf {shelf}", planned.safe),
        None => planned.safe.clone(),
    };
    let mut all = vec![pin];
    all.extend(match via {
        Via::Graph => [
            format!("A touch would make a credential for {alias} on {label}."),
            format!("The tenant would be sent it once, as \"{label}\", and read back."),
        ],
        Via::Portal => [
            format!("A pass for {alias} would be made and shown once, and deleted afterwards."),
            format!(
                "{label} would be registered at the portal by hand, under the name {label}, and found \
                 in the tenant and on the key."
            ),
        ],
    });
    all.extend([
        "The key would sign the statement, with another touch.".to_owned(),
        format!("{label} would be sealed in a new bag and put into {safe}."),
        "The record would be signed and appended, and two sheets printed.".to_owned(),
    ]);
    if planned.aaguid.is_none() || planned.serial.is_none() {
        all.push(format!(
            "Model and serial number of {label} would be written into glasskey.toml."
        ));
    }
    all
}
