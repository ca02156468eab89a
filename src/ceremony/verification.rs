//! The quarterly verification of one key (DESIGN §5).
//!
//! The bag is read while it is closed → the tenant is asked → the right key, held against its record →
//! PIN (not at L0) → new bag, nonces → statement → words → touch → inside sheet → sealed → signatures →
//! append → bag face. It can be stopped anywhere and goes on from `open/`.

mod found;
mod statement;
mod tenant_side;
mod the_recorded;

use found::FoundBag;

use super::Begun;
use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::follow::Follow;
use super::people;
use super::presence;
use super::scripts::VERIFICATION;
use super::sealing;
use super::sealing::Numbers;
use super::sealing::Sealed;
use super::sealing::Sealing;
use super::stating;
use super::the_key;
use super::the_key::InHand;
use crate::ctap::Pin;
use crate::entra::Session;
use crate::facts::key::OnRecord;
use crate::facts::key::RecordedCredential;
use crate::ledger::BookReading;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::plan::Account;
use crate::plan::PlannedKey;
use crate::primitives::Guid;
use crate::record::Evidence;
use crate::record::Presence;
use crate::record::Statement;
use crate::webauthn::RpId;
use tenant_side::TenantSide;

/// Where the steps that every sealing has stand in the script.
const NUMBERS: Numbers = Numbers {
    key: 3,
    pin: 4,
    statement: 6,
    bag: 7,
    record: 8,
};

/// How deep a verification goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// L0: the PIN envelope stays closed, nobody touches. It moves no due date.
    WithoutPin,
    /// L1: PIN and touch.
    WithPin,
}

/// What every step knows.
struct Course<'a> {
    account: &'a Account,
    object_id: Guid,
    planned: &'a PlannedKey,
    depth: Depth,
    follow: Follow,
    begun: Begun,
    force: InForce,
    book: BookReading,
    recorded: OnRecord,
    credential: RecordedCredential,
    rp_id: RpId,
}

impl Course<'_> {
    fn sealing(&self) -> Sealing<'_> {
        Sealing {
            account: self.account,
            planned: self.planned,
            follow: &self.follow,
            force: &self.force,
            rp_id: &self.rp_id,
            numbers: NUMBERS,
        }
    }
}

/// Verifies the key with this label, or goes on where an earlier run stopped.
///
/// # Errors
/// [`CeremonyError`]. What was made until then is in `open/`; running it again goes on from there.
pub fn verify(
    room: &mut Room<'_>,
    session: &mut Session,
    label: &str,
    depth: Depth,
) -> Result<Sealed, CeremonyError> {
    let course = course(room, label, depth)?;
    people::may_sign(room, &course.force, course.force.policy.witnesses.other)?;
    let sealing = course.sealing();
    let kept = sealing::kept(room, &course.follow.open)?;
    let statement = match kept {
        Some(statement) => statement,
        None => return from_the_bag(room, session, &course),
    };
    let presence = match (course.follow.open.presence(&*room.desk)?, depth) {
        (Some(presence), _) => Some(presence),
        (None, Depth::WithoutPin) => None,
        (None, Depth::WithPin) => {
            let clock = room.clock;
            let returning = the_recorded::returning(room, &course);
            let (mut hand, pin) =
                sealing::key_again(room, &sealing, clock, &statement, Some(&returning))?;
            Some(sealing::prove(room, &sealing, &mut hand, &pin, &statement)?)
        }
    };
    seal(room, &course, &statement, presence)
}

/// What the plan, the ledger and an earlier run say, before anything is asked.
fn course<'a>(room: &mut Room<'a>, label: &str, depth: Depth) -> Result<Course<'a>, CeremonyError> {
    let plan = room.plan;
    let (account, planned) = plan
        .key(label)
        .ok_or_else(|| CeremonyError::NoSuchKey(label.to_owned()))?;
    let object_id = account
        .object_id
        .ok_or_else(|| CeremonyError::NoObjectId(account.alias.clone()))?;
    let ledger = Ledger::new(&mut *room.store);
    let book = ledger.read_book()?;
    let force = ledger.in_force()?;
    let recorded = book
        .on_record
        .iter()
        .find(|key| key.label == label)
        .cloned();
    let not_in_use = || CeremonyError::NotInUse(label.to_owned());
    let recorded = recorded
        .filter(|key| key.gone.is_none())
        .ok_or_else(not_in_use)?;
    let credential = recorded.credential.clone().ok_or_else(not_in_use)?;
    let follow = Follow::new(&VERIFICATION, label);
    let begun = begin(room, &follow.open, label, depth)?;
    Ok(Course {
        account,
        object_id,
        planned,
        depth,
        follow,
        begun,
        force,
        book,
        recorded,
        rp_id: credential.rp_id.clone(),
        credential,
    })
}

fn begin(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    label: &str,
    depth: Depth,
) -> Result<Begun, CeremonyError> {
    if let Some(begun) = open.begun(&*room.desk)? {
        if found::depth(room, open)? != Some(depth) {
            return Err(CeremonyError::OtherDepth(label.to_owned()));
        }
        room.operator.say(&format!(
            "The verification of {label} that began at {} goes on.",
            begun.started
        ));
        return Ok(begun);
    }
    // What a finished ceremony left while it was tidied does not belong to this one.
    open.close(&mut *room.desk)?;
    if let Some(other) = OpenCeremony::unfinished(&*room.desk)?.into_iter().next() {
        return Err(CeremonyError::Unfinished(other));
    }
    let begun = Begun {
        label: Some(label.to_owned()),
        record_id: stating::fresh_id(room),
        started: room.clock.utc(),
    };
    found::keep_depth(room, open, depth)?;
    open.put(&mut *room.desk, "begun.json", &begun)?;
    Ok(begun)
}

/// Steps 1 to 6, and the sealing.
fn from_the_bag(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
) -> Result<Sealed, CeremonyError> {
    course.follow.step(room, 1, "")?;
    let bag = found::read(room, course)?;
    let about = format!("{} and {}", course.account.alias, course.planned.label);
    course.follow.step(room, 2, &about)?;
    let tenant = tenant_side::ask(room, session, course);
    let (mut hand, pin, looked) = key_and_pin(room, course)?;
    course.follow.step(room, 5, "")?;
    let statement = statement::state(room, course, &bag, tenant, &mut hand, &looked)?;
    let presence = match &pin {
        Some(pin) => {
            let sealing = course.sealing();
            Some(sealing::prove(room, &sealing, &mut hand, pin, &statement)?)
        }
        None => {
            sealing::read_aloud(room, &course.sealing(), &statement)?;
            None
        }
    };
    drop(hand);
    seal(room, course, &statement, presence)
}

/// Steps 3 and 4: the key of the record, and its PIN.
fn key_and_pin<'c>(
    room: &mut Room<'c>,
    course: &Course<'_>,
) -> Result<(InHand<'c>, Option<Pin>, the_recorded::Looked), CeremonyError> {
    loop {
        course.follow.step(room, 3, &course.planned.label)?;
        let (mut hand, looked) = the_recorded::take(room, course)?;
        if course.depth == Depth::WithoutPin {
            course
                .follow
                .announce(room, 4, "The PIN envelope stays closed")?;
            return Ok((hand, None, looked));
        }
        course.follow.step(room, 4, "")?;
        match the_key::unlock(room, &mut hand, &course.rp_id) {
            Ok(pin) => return Ok((hand, Some(pin), looked)),
            Err(CeremonyError::Replug) => sealing::replug(room, course.planned, &mut hand)?,
            Err(error) => return Err(error),
        }
    }
}

/// Steps 7 and 8.
fn seal(
    room: &mut Room<'_>,
    course: &Course<'_>,
    statement: &Statement,
    presence: Option<Presence>,
) -> Result<Sealed, CeremonyError> {
    let evidence = Evidence {
        attest: None,
        presence,
        probe: the_recorded::kept_probe(room, &course.follow.open)?,
        registration: None,
    };
    let changes = statement::changes(room, statement)?;
    let sealed = sealing::seal(room, &course.sealing(), statement, evidence)?;
    for change in changes {
        room.operator.say(&change);
    }
    Ok(sealed)
}
