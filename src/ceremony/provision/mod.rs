//! `provision`: makes or mends an emergency access account (DESIGN §5: keys before the role).
//!
//! Account without role → object id pinned in the plan → groups → what registration needs loose →
//! (all its keys are registered and sign in) → what was loosened is back, no pass is left → role.
//! Every step reads first and changes nothing that is right; it can be stopped and run again anywhere.

mod account;
mod domain;
mod group;
mod keys;
mod loosened;
mod mend;
mod pin;
mod report;
mod role;
mod role_state;
mod sign_in;

pub use report::Provisioned;
pub use report::State;
pub use report::Step;
pub use report::Told;

use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::restore;
use super::scripts::REGISTRATION;
use super::tenant_change::Course;
use super::tenant_change::Mode;
use crate::entra::Licence;
use crate::entra::Session;
use crate::facts::book::BookFacts;
use crate::ledger::Ledger;
use crate::plan::Account;
use crate::primitives::Guid;
use crate::webauthn::RpId;
use std::time::Duration;

/// What is provisioned, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish<'w> {
    /// The account, by its alias in the plan.
    pub alias: &'w str,
    /// Whether anything is changed.
    pub mode: Mode,
    /// Whether its keys will be registered in the portal, which takes a pass and a group for it.
    pub portal: bool,
}

/// What the steps know of each other.
struct Bench<'a> {
    account: &'a Account,
    course: Course,
    /// The account in the tenant; `None` until it was found or made.
    object_id: Option<Guid>,
    /// What the tenant is licensed for; `None` if it could not be read.
    licence: Option<Licence>,
    /// What the ledger says.
    book: BookFacts,
    /// Whether keys are registered in the portal.
    portal: bool,
    /// Whether no pass could be had for the account any more, read in this run.
    closed: bool,
}

impl Bench<'_> {
    /// Labels of the planned keys that no record shows registered.
    fn unregistered(&self) -> Vec<&str> {
        let known = |label: &str| {
            self.book
                .keys_of(&self.account.alias)
                .any(|key| key.label == label)
        };
        let planned = self.account.keys.iter().map(|key| key.label.as_str());
        planned.filter(|label| !known(label)).collect()
    }

    /// Whether all planned keys are registered; an account without planned keys has none to wait for.
    fn keys_are_in(&self) -> bool {
        !self.account.keys.is_empty() && self.unregistered().is_empty()
    }
}

/// Makes or mends the account, as far as it can be today.
///
/// # Errors
/// [`CeremonyError`] if the plan has no such account, another ceremony is open, or the tenant or the
/// folder failed. What was sent and not read back is noted: another run looks before it sends.
pub fn provision(
    room: &mut Room<'_>,
    session: &mut Session,
    wish: &Wish<'_>,
) -> Result<Provisioned, CeremonyError> {
    let plan = room.plan;
    let account = plan
        .accounts
        .iter()
        .find(|account| account.alias == wish.alias)
        .ok_or_else(|| CeremonyError::NoSuchAccount(wish.alias.to_owned()))?;
    let ours = format!("provision-{}", account.alias);
    // What a registration waits for may be what is made sure here.
    let of_its_keys = |id: &String| {
        let mut keys = account.keys.iter();
        keys.any(|key| OpenCeremony::new(REGISTRATION.name, &key.label).id() == id)
    };
    let others = OpenCeremony::unfinished(&*room.desk)?;
    let mut others = others.into_iter();
    if let Some(other) = others.find(|id| *id != ours && !of_its_keys(id)) {
        return Err(CeremonyError::Unfinished(other));
    }
    let book = Ledger::new(&mut *room.store).read_book()?.facts;
    let mut bench = Bench {
        account,
        course: Course {
            open: OpenCeremony::new("provision", &account.alias),
            by: format!("provision/{}", account.alias),
            mode: wish.mode,
            young_until: Duration::ZERO,
        },
        object_id: account.object_id,
        licence: None,
        book,
        portal: wish.portal || RpId::of_cloud(plan.tenant.cloud).is_none(),
        closed: false,
    };
    let steps = all(room, session, &mut bench)?;
    Ok(Provisioned {
        alias: account.alias.clone(),
        object_id: bench.object_id,
        dry_run: wish.mode == Mode::DryRun,
        steps,
        loose: restore::loose(&*room.desk)?,
    })
}

/// Every step in order; what comes after a stop is not reached.
fn all(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &mut Bench<'_>,
) -> Result<Vec<Told>, CeremonyError> {
    let mut told: Vec<Told> = Vec::new();
    let of = u32::try_from(Step::ALL.len()).unwrap_or(u32::MAX);
    for (number, step) in (1..).zip(Step::ALL) {
        if let Some(stop) = told.iter().find(|one| one.stops) {
            let why = format!("not looked at: {} comes first", stop.step.name());
            told.push(Told::new(step, State::NotReached, why));
            continue;
        }
        room.operator.step(number, of, step.title());
        let one = match step {
            Step::Domain => domain::domain(room, session, bench)?,
            Step::Account => account::account(room, session, bench)?,
            Step::Plan => pin::plan(room, bench)?,
            Step::Exclusion => group::exclusion(room, session, bench)?,
            Step::Passkey => group::passkey(room, session, bench)?,
            Step::SelfService => loosened::self_service(room, session, bench)?,
            Step::PassGroup => loosened::pass_group(room, session, bench)?,
            Step::Passes => loosened::passes(room, session, bench)?,
            Step::ByHand => loosened::by_hand(room, session, bench)?,
            Step::Keys => keys::keys(room, session, bench, &told)?,
            Step::Role => role::role(room, session, bench, &told)?,
        };
        room.operator.say(&one.sentence());
        told.push(one);
    }
    Ok(told)
}
