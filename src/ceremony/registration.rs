//! The registration ceremony, through Graph or at the tenant's portal (DESIGN §5, order at the safe).
//!
//! Check the tenant → the right key, allowed before any touch → PIN → makeCredential, kept in `open/`
//! before the POST → read back → sign-in at each portal → bag, nonces → statement → words → PIN, touch →
//! inside sheet → sealed → signatures → append → checkpoint → bag face. At the portal a pass, a person
//! and the tenant's read-back stand in the place of makeCredential and POST. It can be stopped anywhere
//! and goes on from `open/`.

mod at_the_portal;
mod attest;
mod dry_run;
pub(super) mod given_up;
mod in_hand;
mod next;
mod planned;
mod portal;
mod replaced;
mod signed_in;
mod statement;
mod tenant_side;
mod through_graph;
mod wish;
mod withdrawn;

pub use dry_run::WouldRegister;
pub use dry_run::would_register;
pub use given_up::GivenUp;
pub use given_up::give_up_registration;
pub use given_up::is_unrecorded;
pub use next::next_registration;
pub use wish::RegistrationWish;
pub use wish::Via;

use super::Begun;
use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::follow::Follow;
use super::people;
use super::returning::Returning;
use super::script::Script;
use super::scripts::PORTAL_REGISTRATION;
use super::scripts::PORTAL_REPLACEMENT;
use super::scripts::REGISTRATION;
use super::scripts::REPLACEMENT;
use super::sealing;
use super::sealing::Numbers;
use super::sealing::Sealed;
use super::sealing::Sealing;
use super::sealing::Signing;
use super::stating;
use super::tenant_change;
use super::tenant_change::Mode;
use super::the_key::Stops;
use super::withdrawing;
use crate::entra::Session;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::plan::Account;
use crate::plan::PlannedKey;
use crate::primitives::Clock;
use crate::primitives::Guid;
use crate::record::Evidence;
use crate::record::Presence;
use crate::record::Statement;
use crate::webauthn::RpId;
use std::time::Duration;

/// Where the steps that every sealing has stand in the scripts, where nothing is replaced.
const NUMBERS: Numbers = Numbers {
    key: 2,
    statement: 7,
    bag: 8,
    record: 9,
};
/// The step of the PIN.
const PIN: u32 = 3;
/// The step of the credential, and of the portal.
const CREDENTIAL: u32 = 4;
/// The step of the sign-ins.
const SIGN_IN: u32 = 5;
/// The step of bag and nonces.
const BAG: u32 = 6;

/// What every step knows.
struct Course<'a> {
    account: &'a Account,
    object_id: Guid,
    planned: &'a PlannedKey,
    follow: Follow,
    begun: Begun,
    force: InForce,
    via: Via,
    /// The label in whose place it is.
    replaces: Option<String>,
}

impl Course<'_> {
    fn sealing<'s>(&'s self, rp_id: &'s RpId) -> Sealing<'s> {
        Sealing {
            planned: self.planned,
            follow: &self.follow,
            force: &self.force,
            rp_id,
            numbers: Numbers {
                key: self.number(NUMBERS.key),
                statement: self.number(NUMBERS.statement),
                bag: self.number(NUMBERS.bag),
                record: self.number(NUMBERS.record),
            },
            stops: Stops::AtFailures,
        }
    }

    /// The number of a step after the first: where a key is replaced, that is a step before it.
    fn number(&self, number: u32) -> u32 {
        number.saturating_add(u32::from(self.replaces.is_some()))
    }

    /// Who changes the tenant.
    fn change(&self, mode: Mode) -> tenant_change::Course {
        tenant_change::Course {
            open: self.follow.open.clone(),
            by: self.follow.open.id().replacen('-', "/", 1),
            mode,
            young_until: Duration::ZERO,
        }
    }
}

/// What the plan says of the key, before anything is asked.
struct Planned<'a> {
    account: &'a Account,
    key: &'a PlannedKey,
    object_id: Guid,
}

impl<'a> Planned<'a> {
    fn find(room: &Room<'a>, label: &str) -> Result<Self, CeremonyError> {
        let plan = room.plan;
        let (account, key) = plan
            .key(label)
            .ok_or_else(|| CeremonyError::NoSuchKey(label.to_owned()))?;
        let object_id = account
            .object_id
            .ok_or_else(|| CeremonyError::NoObjectId(account.alias.clone()))?;
        Ok(Self {
            account,
            key,
            object_id,
        })
    }
}

/// Registers the key with this label for its account, the way that the cloud has, or goes on where an
/// earlier run stopped.
///
/// # Errors
/// As [`register_as`].
pub fn register(
    room: &mut Room<'_>,
    session: &mut Session,
    label: &str,
) -> Result<Sealed, CeremonyError> {
    register_as(room, session, &RegistrationWish::of(label))
}

/// Registers a key as it is wished, or goes on where an earlier run stopped.
///
/// # Errors
/// [`CeremonyError`]. What was made until then is in `open/`; running it again goes on from there. While
/// nothing was made or changed nothing is kept, and [`CeremonyError::Withdrawn`] says that it was declined
/// then.
pub fn register_as(
    room: &mut Room<'_>,
    session: &mut Session,
    wish: &RegistrationWish<'_>,
) -> Result<Sealed, CeremonyError> {
    let Planned {
        account,
        key: planned,
        object_id,
    } = Planned::find(room, wish.label)?;
    let open = OpenCeremony::new(REGISTRATION.name, wish.label);
    let force = Ledger::new(&mut *room.store).in_force()?;
    let (begun, as_begun) = begin(room, &open, wish)?;
    let via = as_begun.via;
    let course = Course {
        account,
        object_id,
        planned,
        follow: Follow {
            script: script(via, as_begun.replaces.is_some()),
            open,
        },
        begun,
        force,
        via,
        replaces: as_begun.replaces,
    };
    match held(room, session, &course) {
        Err(stopped) if withdrawn::leaves_nothing(room, &course.follow.open, &stopped)? => {
            Err(withdrawing::withdraw(room, &course.follow.open, stopped))
        }
        ended => ended,
    }
}

/// From the tenant's word to the bag in the safe.
fn held(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
) -> Result<Sealed, CeremonyError> {
    let via = course.via;
    people::may_sign(
        room,
        &course.force,
        course.force.policy.witnesses.registration,
    )?;
    let clock = room.clock;
    let kept = sealing::kept(room, &course.follow.open)?;
    let (statement, proven) = match kept {
        Some(statement) => {
            let proven = proven_again(room, course, clock, &statement)?;
            (statement, proven)
        }
        None => match via {
            Via::Graph => through_graph::register(room, session, course, clock)?,
            Via::Portal => at_the_portal::register(room, session, course, clock)?,
        },
    };
    let registration = course.follow.open.registration(&*room.desk)?;
    if via == Via::Graph && registration.is_none() {
        return Err(CeremonyError::Answer(
            "open/ holds a statement and no registration",
        ));
    }
    let evidence = Evidence {
        attest: proven.attest,
        presence: Some(proven.presence),
        probe: None,
        registration,
    };
    planned::write(room, course.planned, &statement)?;
    let rp_id = rp_id_of(&statement)?;
    sealing::seal(room, &course.sealing(&rp_id), &statement, evidence)
}

/// The script of this way.
const fn script(via: Via, replaces: bool) -> &'static Script {
    match (via, replaces) {
        (Via::Graph, false) => &REGISTRATION,
        (Via::Portal, false) => &PORTAL_REGISTRATION,
        (Via::Graph, true) => &REPLACEMENT,
        (Via::Portal, true) => &PORTAL_REPLACEMENT,
    }
}

fn rp_id_of(statement: &Statement) -> Result<RpId, CeremonyError> {
    let key = statement.key.as_ref();
    key.and_then(|key| key.rp_id.clone())
        .ok_or(CeremonyError::Answer("the statement names no rp id"))
}

/// What the key signed over the statement.
struct Proven {
    presence: Presence,
    attest: Option<crate::record::Registration>,
}

/// What the key signed over a statement that an earlier run made; what is missing is made now.
fn proven_again(
    room: &mut Room<'_>,
    course: &Course<'_>,
    clock: &dyn Clock,
    statement: &Statement,
) -> Result<Proven, CeremonyError> {
    let open = &course.follow.open;
    let attested = attest::kept(room, open)?;
    let complete = course.via == Via::Graph || attested.is_some();
    if let (Some(presence), true) = (open.presence(&*room.desk)?, complete) {
        return Ok(Proven {
            presence,
            attest: attested.and_then(|attested| attested.made),
        });
    }
    let rp_id = rp_id_of(statement)?;
    let returning = match made_before(room, course, &rp_id)? {
        Some(made) => Some(made.stated(statement)),
        None => Returning::of_statement(statement),
    };
    prove(room, course, clock, None, statement, returning.as_ref())
}

/// The words, then PIN and touch; at a portal the key shows who attests it as well.
fn prove<'c>(
    room: &mut Room<'_>,
    course: &Course<'_>,
    clock: &'c dyn Clock,
    signing: Option<Signing<'c>>,
    statement: &Statement,
    returning: Option<&Returning>,
) -> Result<Proven, CeremonyError> {
    let open = &course.follow.open;
    let rp_id = rp_id_of(statement)?;
    let sealing = course.sealing(&rp_id);
    let (presence, mut hand, pin) = if let Some(presence) = open.presence(&*room.desk)? {
        let (hand, pin) = sealing::unlocked_again(room, &sealing, clock, statement, returning)?;
        (presence, hand, pin)
    } else {
        let proven = sealing::prove(room, &sealing, clock, signing, statement, returning)?;
        (proven.presence, proven.hand, proven.pin)
    };
    let attest = match course.via {
        Via::Graph => None,
        Via::Portal => attest::make(room, open, &mut hand, &pin, statement)?.made,
    };
    Ok(Proven { presence, attest })
}

fn begin(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    wish: &RegistrationWish<'_>,
) -> Result<(Begun, wish::Begun), CeremonyError> {
    let label = wish.label;
    if let Some(begun) = open.begun(&*room.desk)? {
        let as_begun = wish::Begun::kept(room, open, wish)?;
        room.operator.say(&format!(
            "The ceremony for {label} that began at {} goes on.",
            begun.started
        ));
        return Ok((begun, as_begun));
    }
    // What a finished ceremony left while it was tidied does not belong to this one.
    open.close(&mut *room.desk)?;
    may_begin(room, wish)?;
    let as_begun = wish::Begun::of(wish, room.plan)?;
    let begun = Begun {
        label: Some(label.to_owned()),
        record_id: stating::fresh_id(room),
        started: room.clock.utc(),
    };
    as_begun.keep(room, open)?;
    open.put(&mut *room.desk, "begun.json", &begun)?;
    Ok((begun, as_begun))
}

/// Refuses a label that was used, and a second ceremony beside an open one.
fn may_begin(room: &mut Room<'_>, wish: &RegistrationWish<'_>) -> Result<(), CeremonyError> {
    let label = wish.label;
    let ledger = Ledger::new(&mut *room.store);
    let used = next::registered(&ledger)?.contains(label);
    // The same label is the same physical key, registered anew.
    if used && wish.replaces != Some(label) {
        return Err(CeremonyError::LabelUsed(label.to_owned()));
    }
    if let Some(old) = wish.replaces {
        replaced::may(room, label, old)?;
    }
    match OpenCeremony::unfinished(&*room.desk)?.into_iter().next() {
        Some(other) => Err(CeremonyError::Unfinished(other)),
        None => Ok(()),
    }
}

/// The key that an interrupted run made its credential on, if there was one.
fn made_before(
    room: &mut Room<'_>,
    course: &Course<'_>,
    rp_id: &RpId,
) -> Result<Option<Returning>, CeremonyError> {
    let kept = course.follow.open.registration(&*room.desk)?;
    let tenant = room.plan.tenant.id;
    Ok(kept.and_then(|kept| Returning::made(&kept, tenant, rp_id)))
}

/// The label whose passkey this ceremony may have deleted already; `None` if it cannot have.
fn without<'c>(room: &Room<'_>, course: &'c Course<'_>) -> Result<Option<&'c str>, CeremonyError> {
    Ok(if replaced::may_be_gone(room, course)? {
        course.replaces.as_deref()
    } else {
        None
    })
}
