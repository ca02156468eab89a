//! A key is lost (DESIGN §5): what is left is shown first; the tenant lets go of it at once, without a
//! quorum; then the log is read, and the loss is stated and signed.
//!
//! Without the tenant it is recorded all the same, and running it again goes on. It can be stopped
//! anywhere and goes on from `open/`. What was begun with the key before, and needs it, is given up.

mod hunt;

use super::Appended;
use super::Begun;
use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::closing;
use super::follow::Follow;
use super::given_up;
use super::in_use;
use super::in_use::KeyOfBook;
use super::people;
use super::plain;
use super::registration::given_up as registration;
use super::revoking;
use super::scripts::LOSS;
use super::sealing;
use super::stating;
use super::ways_left::WaysLeft;
use super::withdrawing;
use crate::entra::Session;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::primitives::UtcTime;
use crate::record::Event;
use crate::record::Evidence;
use crate::record::LossPart;
use crate::record::Statement;
use serde::Deserialize;
use serde::Serialize;

/// The file in `open/` that says when it was found to be gone.
const DISCOVERED: &str = "discovered.json";
/// The file in `open/` that says that what is left was shown and, where it had to be, agreed to.
const SHOWN: &str = "shown.json";
/// Files in `open/` of which one is there as soon as something was done, in the tenant or to the record.
const DONE: &[&str] = &[
    "sent.json",
    "revoked.json",
    "sessions.json",
    "statement.json",
    "record.json",
];

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Discovered {
    at: UtcTime,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    /// Whether the method may be deleted: something is left to open an account with.
    may_revoke: bool,
}

/// What every step knows.
struct Course<'a> {
    key: KeyOfBook<'a>,
    follow: Follow,
    begun: Begun,
    force: InForce,
    discovered: UtcTime,
}

/// Records the loss of the key with this label, revokes it first, or goes on where an earlier run
/// stopped. `session` is `None` where the tenant is not to be reached; `discovered` is when it was
/// found to be gone, `None` for now.
///
/// # Errors
/// [`CeremonyError`]; [`CeremonyError::Matter`] if it is gone already, and the tenant is without it.
pub fn lose(
    room: &mut Room<'_>,
    session: Option<&mut Session>,
    label: &str,
    discovered: Option<UtcTime>,
) -> Result<Appended, CeremonyError> {
    let course = course(room, label, discovered)?;
    let open = &course.follow.open;
    if let Some(statement) = open.statement(&*room.desk)?
        && open.record(&*room.desk)?.is_none()
        && session.is_some()
        && statement.loss.is_some_and(|loss| loss.revoked.is_none())
    {
        // It was stated without the tenant, and nobody has signed it: now it can be told.
        open.forget_statement(&mut *room.desk)?;
    }
    let statement = match sealing::kept(room, open)? {
        Some(statement) => statement,
        None => state(room, session, &course)?,
    };
    if open.record(&*room.desk)?.is_none() {
        course.follow.step(room, 4, "")?;
        if !plain::agree(room, &statement, &[])? {
            open.forget_statement(&mut *room.desk)?;
            return Err(CeremonyError::Declined);
        }
    }
    course.follow.step(room, 5, "")?;
    given_up::close(room, label)?;
    let evidence = Evidence::default();
    let (_, appended) = closing::close(room, open, &statement, evidence, &course.force)?;
    course.follow.minutes(room, &statement, &appended)?;
    open.close(&mut *room.desk)?;
    if statement.loss.is_some_and(|loss| loss.revoked.is_none()) {
        room.operator.say(&format!(
            "The tenant may still let {label} in: `glasskey lost {label}` again, once it can be \
             reached and another key is proven, revokes it."
        ));
    }
    Ok(appended)
}

fn course<'a>(
    room: &mut Room<'a>,
    label: &str,
    discovered: Option<UtcTime>,
) -> Result<Course<'a>, CeremonyError> {
    let key = in_use::on_record(room, label)?;
    let follow = Follow::new(&LOSS, label);
    let begun = follow.open.begun(&*room.desk)?;
    let unrevoked = key.book.facts.follow_ups.unrevoked.iter();
    let goes_on = unrevoked.map(|one| &one.label).any(|one| one == label);
    if let (Some(record), None, false) = (key.recorded.gone, &begun, goes_on) {
        return Err(CeremonyError::Matter {
            why: format!("{label} is out of use by record {record:06}"),
            next: "nothing is left to do; `glasskey audit` shows that record".to_owned(),
        });
    }
    let now = room.clock.utc();
    if discovered.is_some_and(|at| at > now) {
        return Err(CeremonyError::Matter {
            why: "the key cannot have been found to be gone in time to come".to_owned(),
            next: "give the time at which it was: --discovered 2026-11-25T03:12:00Z".to_owned(),
        });
    }
    // Nothing waits for another ceremony: it is urgent.
    let begun = plain::begin_beside(room, &follow.open, Some(label))?;
    let discovered = when(room, &follow.open, &key, discovered, &begun)?;
    let force = match Ledger::new(&mut *room.store).in_force() {
        // The roster of a record that was cut off before it was written comes with its signatures.
        Err(LedgerError::Missing { .. }) => {
            closing::bring_signatures(room)?;
            Ledger::new(&mut *room.store).in_force()?
        }
        force => force?,
    };
    Ok(Course {
        key,
        follow,
        begun,
        force,
        discovered,
    })
}

/// When it was found to be gone: as an earlier run or record has it, as told now, or now.
fn when(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    key: &KeyOfBook<'_>,
    told: Option<UtcTime>,
    begun: &Begun,
) -> Result<UtcTime, CeremonyError> {
    if let Some(kept) = open.value::<Discovered>(&*room.desk, DISCOVERED)? {
        return Ok(kept.at);
    }
    let recorded = match key.recorded.gone {
        Some(record) => Ledger::new(&mut *room.store).record(record)?.statement.loss,
        None => None,
    };
    let at = told
        .or(recorded.map(|loss| loss.discovered))
        .unwrap_or(begun.started);
    open.put(&mut *room.desk, DISCOVERED, &Discovered { at })?;
    Ok(at)
}

/// Steps 1 to 3, and the statement.
fn state(
    room: &mut Room<'_>,
    mut session: Option<&mut Session>,
    course: &Course<'_>,
) -> Result<Statement, CeremonyError> {
    let open = &course.follow.open;
    let revoked = revoke(room, session.as_deref_mut(), course)?;
    registered_anew(room, session.as_deref_mut(), course, revoked)?;
    course.follow.step(room, 3, &course.key.account.alias)?;
    let hunt = hunt::read(room, session.as_deref_mut(), open, &course.key)?;
    // The tenant let go of it; who signs that is asked only now.
    people::may_sign(room, &course.force, course.force.policy.witnesses.loss)?;
    let exceptions = course.follow.exceptions(room)?;
    let mut statement = stating::statement(room, Event::Loss, &course.begun, &course.force)?;
    statement.account = Some(course.key.account_part());
    statement.exceptions = exceptions;
    statement.inputs.script_sha256 = Some(course.follow.script.digest());
    if let Some(session) = session {
        let headers = session.observed();
        statement.inputs.graph_date = headers.date.as_ref().map(|date| date.graph);
        let ids = &headers.request_ids;
        statement.inputs.request_ids.clone_from(ids);
    }
    statement.loss = Some(LossPart {
        discovered: course.discovered,
        hunt,
        revoked,
    });
    statement.unseen_key = Some(course.key.unseen());
    open.put(&mut *room.desk, "statement.json", &statement)?;
    Ok(statement)
}

/// Steps 1 and 2: what is left; then the tenant lets go of the key. `None` if it has it still.
fn revoke(
    room: &mut Room<'_>,
    mut session: Option<&mut Session>,
    course: &Course<'_>,
) -> Result<Option<UtcTime>, CeremonyError> {
    let (open, key) = (&course.follow.open, &course.key);
    let (label, alias) = (&key.planned.label, &key.account.alias);
    let by = format!("loss/{label}");
    course.follow.step(room, 1, label)?;
    let revoked = revoking::kept(room, open)?;
    let methods = match (&mut session, revoked) {
        (Some(session), None) => Some(revoking::methods(room, session)),
        (Some(_), Some(_)) | (None, _) => None,
    };
    if let Some(methods) = &methods {
        let read = revoking::were_read(methods, key);
        reached(room, label, read)?;
    }
    let shown = match open.value::<Shown>(&*room.desk, SHOWN)? {
        Some(shown) if session.is_none() || revoked.is_some() => shown,
        Some(_) | None => show(room, course, methods.as_ref())?,
    };
    course.follow.step(room, 2, alias)?;
    let Some(session) = session else {
        room.operator.say(&format!(
            "The tenant is not asked: it may still let {label} in until this is run again with it."
        ));
        return Ok(revoked);
    };
    if !shown.may_revoke && revoked.is_none() {
        room.operator.say(&format!(
            "{label} is the last key that is proven: its method stays until another is. Register \
             one, then run `glasskey lost {label}` again."
        ));
        return Ok(None);
    }
    let revoked = match (revoked, &methods) {
        (Some(at), _) => Some(at),
        (None, Some(methods)) => {
            let ended = revoking::revoke(room, session, open, &by, key, methods);
            reached(room, label, ended)?
        }
        (None, None) => None,
    };
    if revoked.is_some() {
        revoking::end_sessions(room, session, open, &by, key)?;
    }
    Ok(revoked)
}

/// The key was being registered anew: what it has in the tenant by that goes too.
fn registered_anew(
    room: &mut Room<'_>,
    session: Option<&mut Session>,
    course: &Course<'_>,
    revoked: Option<UtcTime>,
) -> Result<(), CeremonyError> {
    let label = &course.key.planned.label;
    if !registration::is_open(room, label)? {
        return Ok(());
    }
    if let (Some(session), Some(_)) = (session, revoked) {
        let given_up = registration::give_up(room, session, label);
        reached(room, label, given_up.map(drop))
    } else {
        room.operator.say(&format!(
            "The registration of {label} that is open stays: `glasskey lost {label}` again, with the \
             tenant, gives it up."
        ));
        Ok(())
    }
}

/// What came of asking the tenant; where it failed, what can be done without it is said.
fn reached<T>(
    room: &mut Room<'_>,
    label: &str,
    ended: Result<T, CeremonyError>,
) -> Result<T, CeremonyError> {
    if let Err(CeremonyError::Tenant { .. }) = &ended {
        room.operator.say(&format!(
            "Where the tenant cannot be reached, `glasskey lost {label} --without-tenant` \
             records the loss, and says that the key is still to be revoked."
        ));
    }
    ended
}

/// Step 1: what is left, shown before anything is done; an account without a way in is given up by
/// name.
fn show(
    room: &mut Room<'_>,
    course: &Course<'_>,
    methods: Option<&super::ways_left::Methods>,
) -> Result<Shown, CeremonyError> {
    let open = &course.follow.open;
    let ways = WaysLeft::without(room, &course.key, &course.force.policy, methods);
    ways.show(room);
    let shown = Shown {
        may_revoke: !ways.locks_out(),
    };
    if shown.may_revoke
        && methods.is_some()
        && let Err(declined) = ways.give_up(room)
    {
        if withdrawing::holds_one_of(room, open, DONE)? {
            return Err(declined);
        }
        // Nothing was done yet: nothing is kept.
        return Err(withdrawing::withdraw(room, open, declined));
    }
    open.put(&mut *room.desk, SHOWN, &shown)?;
    Ok(shown)
}
