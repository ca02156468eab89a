//! A key is taken out of use (DESIGN §5): what is left is shown first; the tenant lets go of it; the key
//! signs a last time, and is erased; then everyone signs.
//!
//! It can be stopped anywhere and goes on from `open/`.

mod erase;
mod foreign;
mod in_hand;
mod wish;

use super::Appended;
use super::Begun;
use super::CeremonyError;
use super::OpenCeremony;
use super::Prompt;
use super::Room;
use super::closing;
use super::follow::Follow;
use super::given_up;
use super::in_use;
use super::in_use::KeyOfBook;
use super::people;
use super::plain;
use super::presence;
use super::revoking;
use super::scripts::RETIREMENT;
use super::sealing;
use super::sealing::Numbers;
use super::sealing::Sealing;
use super::stating;
use super::the_key::Stops;
use super::the_recorded;
use super::the_recorded::Expected;
use super::ways_left::WaysLeft;
use super::withdrawing;
use crate::entra::Session;
use crate::facts::key::RecordedCredential;
use crate::findings::Finding;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::primitives::UtcTime;
use crate::record::Event;
use crate::record::Evidence;
use crate::record::Exception;
use crate::record::KeyEnd;
use crate::record::KeyPart;
use crate::record::RetirementPart;
use crate::record::Statement;
use in_hand::Held;

/// Where the steps that every sealing has stand in the script.
const NUMBERS: Numbers = Numbers {
    key: 2,
    statement: 5,
    bag: 6,
    record: 7,
};
/// Files in `open/` of which one is there as soon as something was done, in the tenant or on the key.
const DONE: &[&str] = &[
    "sent.json",
    "revoked.json",
    "sessions.json",
    "statement.json",
    "presence.json",
    "erasing.json",
    "erased.json",
    "record.json",
];

/// What every step knows.
struct Course<'a> {
    key: KeyOfBook<'a>,
    credential: RecordedCredential,
    follow: Follow,
    begun: Begun,
    force: InForce,
    end: KeyEnd,
}

impl Course<'_> {
    fn sealing(&self) -> Sealing<'_> {
        Sealing {
            planned: self.key.planned,
            follow: &self.follow,
            force: &self.force,
            rp_id: &self.credential.rp_id,
            numbers: NUMBERS,
            stops: Stops::AtAnotherKey,
        }
    }

    fn expected(&self) -> Expected<'_> {
        Expected {
            planned: self.key.planned,
            recorded: &self.key.recorded,
            credential: &self.credential,
            open: &self.follow.open,
            policy: &self.force.policy,
            signs: true,
        }
    }
}

/// Takes the key with this label out of use, or goes on where an earlier run stopped. `end` is what
/// becomes of it; where the retirement has begun, [`KeyEnd::Deleted`], which is what a command without an
/// option means, goes on with what it was begun with.
///
/// # Errors
/// [`CeremonyError`]; [`CeremonyError::Matter`] if it is the last key of the book that is proven: that
/// one is never removed. [`CeremonyError::Withdrawn`] if it was declined before anything was done:
/// nothing of it is left.
pub fn retire(
    room: &mut Room<'_>,
    session: &mut Session,
    label: &str,
    end: KeyEnd,
) -> Result<Appended, CeremonyError> {
    let course = course(room, label, end)?;
    match held(room, session, &course) {
        Err(refused) if withdrawing::is_refusal(&refused) => {
            let open = &course.follow.open;
            if withdrawing::holds_one_of(room, open, DONE)? {
                return Err(refused);
            }
            Err(withdrawing::withdraw(room, open, refused))
        }
        ended => ended,
    }
}

/// From what is left to the record.
fn held(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
) -> Result<Appended, CeremonyError> {
    let label = &course.key.planned.label;
    people::may_sign(room, &course.force, course.force.policy.witnesses.other)?;
    let open = &course.follow.open;
    let (statement, held) = match sealing::kept(room, open)? {
        None => from_the_start(room, session, course)?,
        Some(statement) => (statement, None),
    };
    let evidence = if statement.key.is_some() {
        signed(room, course, &statement, held)?
    } else {
        agreed(room, course, &statement)?;
        Evidence::default()
    };
    course.follow.step(room, 7, "")?;
    given_up::close(room, label)?;
    let (_, appended) = closing::close(room, open, &statement, evidence, &course.force)?;
    course.follow.minutes(room, &statement, &appended)?;
    open.close(&mut *room.desk)?;
    room.operator.say(&format!(
        "{label} is out of use. Its label is never used again: a new key gets one of its own."
    ));
    Ok(appended)
}

fn course<'a>(room: &mut Room<'a>, label: &str, end: KeyEnd) -> Result<Course<'a>, CeremonyError> {
    let key = in_use::on_record(room, label)?;
    let follow = Follow::new(&RETIREMENT, label);
    let open = &follow.open;
    let not_in_use = || CeremonyError::NotInUse(label.to_owned());
    if key.recorded.gone.is_some() && open.begun(&*room.desk)?.is_none() {
        return Err(not_in_use());
    }
    let credential = key.recorded.credential.clone().ok_or_else(not_in_use)?;
    let begun = begin(room, open, label)?;
    let end = wish::wished(room, open, label, end)?;
    let force = Ledger::new(&mut *room.store).in_force()?;
    Ok(Course {
        key,
        credential,
        follow,
        begun,
        force,
        end,
    })
}

/// Begins, or takes up what has begun. What was begun with this key before is given up for it, if that is
/// wished: it may have broken in the middle.
fn begin(room: &mut Room<'_>, open: &OpenCeremony, label: &str) -> Result<Begun, CeremonyError> {
    let with_it = given_up::of_key(room, label)?;
    plain::no_other(room, open, &with_it)?;
    if let (Some(first), None) = (with_it.first(), open.begun(&*room.desk)?) {
        let question = Prompt::Question(format!(
            "{} has begun and not finished. Once {label} is out of use, nobody can finish it. Give it up?",
            with_it.join(" and ")
        ));
        if !room.operator.confirm(&question) {
            return Err(CeremonyError::Unfinished(first.clone()));
        }
    }
    plain::begin_beside(room, open, Some(label))
}

/// Steps 1 to 5: from what is left to the statement.
fn from_the_start<'c>(
    room: &mut Room<'c>,
    session: &mut Session,
    course: &Course<'_>,
) -> Result<(Statement, Option<Held<'c>>), CeremonyError> {
    let open = &course.follow.open;
    let (label, alias) = (&course.key.planned.label, &course.key.account.alias);
    course.follow.step(room, 1, label)?;
    let methods = revoking::methods(room, session);
    if revoking::kept(room, open)?.is_none() {
        revoking::were_read(&methods, &course.key)?;
        let ways = WaysLeft::without(room, &course.key, &course.force.policy, Some(&methods));
        ways.show(room);
        if ways.locks_out() {
            return Err(CeremonyError::Matter {
                why: format!("{label} is the last key of this book that is proven"),
                next: "register and verify another key first: `glasskey register`".to_owned(),
            });
        }
        ways.give_up(room)?;
    }
    let mut held = if course.end == KeyEnd::NotInHand {
        course
            .follow
            .announce(room, 2, &format!("{label} is not in the hand"))?;
        None
    } else if erase::begun(room, open)?.is_some() {
        erase::erase(room, course, None)?;
        None
    } else {
        Some(in_hand::take(room, course)?)
    };
    course.follow.step(room, 4, alias)?;
    let by = format!("retirement/{label}");
    let revoked = revoking::revoke(room, session, open, &by, &course.key, &methods)?;
    let revoked = revoked.ok_or_else(|| CeremonyError::Matter {
        why: format!("the tenant has the method of {label} still"),
        next: "sign in as somebody who may delete it, and run the same command again".to_owned(),
    })?;
    let (key, findings) = match &mut held {
        Some(held) => {
            course.follow.announce(room, 5, "The witnesses' words")?;
            (Some(held.part(room, course)?), held.looked.findings.clone())
        }
        None => (None, Vec::new()),
    };
    let statement = state(room, session, course, revoked, key, findings)?;
    Ok((statement, held))
}

fn state(
    room: &mut Room<'_>,
    session: &Session,
    course: &Course<'_>,
    revoked: UtcTime,
    key: Option<KeyPart>,
    findings: Vec<Finding>,
) -> Result<Statement, CeremonyError> {
    let open = &course.follow.open;
    let nonces = if key.is_some() {
        presence::nonces(room)?
    } else {
        Vec::new()
    };
    let mut exceptions = course.follow.exceptions(room)?;
    exceptions.splice(0..0, in_hand::odd_bag(room, course)?);
    if erase::begun(room, open)?.is_some() {
        exceptions.push(erased_before(course));
    }
    let mut statement = stating::statement(room, Event::Retirement, &course.begun, &course.force)?;
    statement.account = Some(course.key.account_part());
    statement.exceptions = exceptions;
    statement.findings = findings;
    statement.inputs.script_sha256 = Some(course.follow.script.digest());
    let headers = session.observed();
    statement.inputs.graph_date = headers.date.as_ref().map(|date| date.graph);
    let ids = &headers.request_ids;
    statement.inputs.request_ids.clone_from(ids);
    if key.is_none() {
        statement.unseen_key = Some(course.key.unseen());
    }
    statement.key = key;
    statement.nonces = nonces;
    statement.retirement = Some(RetirementPart {
        end: course.end,
        revoked,
    });
    open.put(&mut *room.desk, "statement.json", &statement)?;
    Ok(statement)
}

/// Why the retirement of a key that signed and was erased is stated without it.
fn erased_before(course: &Course<'_>) -> Exception {
    let label = &course.key.planned.label;
    let since = match course.end {
        KeyEnd::NotInHand => {
            "its erasure was begun; it is not in the hand any more, and nobody knows what is on it"
        }
        KeyEnd::Deleted | KeyEnd::Reset => {
            "it was erased; that statement was not signed by all and counts no more, and an erased \
             key signs nothing"
        }
    };
    Exception {
        step: "5.3".to_owned(),
        text: format!("{label} signed an earlier statement of this, then {since}"),
    }
}

/// Step 5 of a key that does not sign: the people agree to the words.
fn agreed(
    room: &mut Room<'_>,
    course: &Course<'_>,
    statement: &Statement,
) -> Result<(), CeremonyError> {
    let open = &course.follow.open;
    if open.record(&*room.desk)?.is_some() {
        return Ok(());
    }
    course.follow.step(room, 5, "")?;
    if plain::agree(room, statement, &[])? {
        return Ok(());
    }
    open.forget_statement(&mut *room.desk)?;
    Err(CeremonyError::Declined)
}

/// Steps 5 and 6: the key signs, and is erased.
fn signed<'c>(
    room: &mut Room<'c>,
    course: &Course<'_>,
    statement: &Statement,
    mut held: Option<Held<'c>>,
) -> Result<Evidence, CeremonyError> {
    let (open, sealing) = (&course.follow.open, course.sealing());
    let presence = if let Some(presence) = open.presence(&*room.desk)? {
        presence
    } else {
        let clock = room.clock;
        let returning = the_recorded::returning(room, &course.expected());
        let signing = held.take().map(Held::signing);
        let proven = sealing::prove(room, &sealing, clock, signing, statement, Some(&returning))?;
        held = Some(Held::again(proven.hand, proven.pin));
        proven.presence
    };
    erase::erase(room, course, held)?;
    Ok(Evidence {
        attest: None,
        presence: Some(presence),
        probe: the_recorded::kept_probe(room, open)?,
        registration: None,
    })
}
