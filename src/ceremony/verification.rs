//! The quarterly verification of one key (DESIGN §5).
//!
//! The bag is read while it is closed → the tenant is asked → the right key, held against its record →
//! new bag, nonces → statement → words → PIN, touch (not at L0) → inside sheet → sealed → signatures →
//! append → bag face. It can be stopped anywhere and goes on from `open/`.

mod checklist;
mod collect;
mod depth;
mod signed_in;
mod signing_out;
mod statement;
mod tenant_side;
mod the_list;
mod walk;

pub use collect::PendingSignIn;
pub use collect::collect;
pub use collect::pending_sign_ins;
pub use walk::Collected;
pub use walk::Walked;
pub use walk::begun_verification;
pub use walk::collect_all;
pub use walk::due_now;
pub use walk::verify_due;

use signed_in::SignInSide;

use super::Begun;
use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::follow::Follow;
use super::found;
use super::given_up;
use super::people;
use super::presence;
use super::script::Script;
use super::scripts::VERIFICATION;
use super::scripts::VERIFICATION_WITH_SIGN_IN;
use super::sealing;
use super::sealing::Numbers;
use super::sealing::Sealed;
use super::sealing::Sealing;
use super::sealing::Signing;
use super::stating;
use super::the_key::Stops;
use super::the_recorded;
use super::the_recorded::Expected;
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
    statement: 5,
    bag: 6,
    record: 7,
};

/// The same, where there is a sign-in.
const NUMBERS_WITH_SIGN_IN: Numbers = Numbers {
    key: 6,
    statement: 8,
    bag: 9,
    record: 10,
};

/// How deep a verification goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// L0: the PIN envelope stays closed, nobody touches. It moves no due date.
    WithoutPin,
    /// L1: PIN and touch.
    WithPin,
    /// L2: PIN and touch, a real sign-in, its alert, and Microsoft's list. Where log or alert lag it
    /// is recorded as L1, with the sign-in pending.
    WithSignIn,
}

impl Depth {
    const fn script(self) -> &'static Script {
        match self {
            Self::WithoutPin | Self::WithPin => &VERIFICATION,
            Self::WithSignIn => &VERIFICATION_WITH_SIGN_IN,
        }
    }

    const fn numbers(self) -> Numbers {
        match self {
            Self::WithoutPin | Self::WithPin => NUMBERS,
            Self::WithSignIn => NUMBERS_WITH_SIGN_IN,
        }
    }
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
    fn expected(&self) -> Expected<'_> {
        Expected {
            planned: self.planned,
            recorded: &self.recorded,
            credential: &self.credential,
            open: &self.follow.open,
            policy: &self.force.policy,
            signs: self.depth != Depth::WithoutPin,
        }
    }

    fn sealing(&self) -> Sealing<'_> {
        Sealing {
            planned: self.planned,
            follow: &self.follow,
            force: &self.force,
            rp_id: &self.rp_id,
            numbers: self.depth.numbers(),
            stops: Stops::AtAnotherKey,
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
    let kept = sealing::kept(room, &course.follow.open)?;
    let Some(statement) = kept else {
        return from_the_bag(room, session, &course);
    };
    let presence = match (course.follow.open.presence(&*room.desk)?, depth) {
        (Some(presence), _) => Some(presence),
        (None, Depth::WithoutPin) => None,
        (None, Depth::WithPin | Depth::WithSignIn) => Some(prove(room, &course, None, &statement)?),
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
    let recorded = recorded.ok_or_else(not_in_use)?;
    let follow = Follow {
        script: depth.script(),
        // Whatever its depth: a key has one verification at a time.
        open: OpenCeremony::new(VERIFICATION.name, label),
    };
    if recorded.gone.is_some() && !given_up::can_finish(room, &follow.open, label)? {
        return Err(not_in_use());
    }
    let credential = recorded.credential.clone().ok_or_else(not_in_use)?;
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
        if depth::depth(&*room.desk, open)? != Some(depth) {
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
    depth::keep_depth(room, open, depth)?;
    open.put(&mut *room.desk, "begun.json", &begun)?;
    Ok(begun)
}

/// From the closed bag to the statement, and the sealing.
fn from_the_bag(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
) -> Result<Sealed, CeremonyError> {
    course.follow.step(room, 1, "")?;
    let bag = found::read(room, &course.follow.open, &course.recorded)?;
    let about = format!("{} and {}", course.account.alias, course.planned.label);
    course.follow.step(room, 2, &about)?;
    let tenant = tenant_side::ask(room, session, course);
    let sign_in = sign_in(room, session, course, &tenant)?;
    let numbers = course.depth.numbers();
    course
        .follow
        .step(room, numbers.key, &course.planned.label)?;
    let (mut hand, looked) = the_recorded::take(room, &course.expected())?;
    course.follow.step(room, numbers.statement - 1, "")?;
    let statement = statement::state(room, course, &bag, tenant, sign_in, &mut hand, &looked)?;
    let presence = if course.depth == Depth::WithoutPin {
        drop(hand);
        sealing::read_aloud(room, &course.sealing(), &statement)?;
        room.operator.say(
            "The PIN envelope stays closed, and nobody touches: the key signs nothing at this level.",
        );
        None
    } else {
        let signing = Signing { hand, pin: None };
        Some(prove(room, course, Some(signing), &statement)?)
    };
    seal(room, course, &statement, presence)
}

/// The words, PIN and touch, of the key in the hand or of the one that comes into it again.
fn prove<'c>(
    room: &mut Room<'c>,
    course: &Course<'_>,
    signing: Option<Signing<'c>>,
    statement: &Statement,
) -> Result<Presence, CeremonyError> {
    let (clock, sealing) = (room.clock, course.sealing());
    let returning = the_recorded::returning(room, &course.expected());
    let returning = Some(&returning);
    sealing::prove(room, &sealing, clock, signing, statement, returning).map(|it| it.presence)
}

/// The sign-in, at that depth: by the key of the record, which is recognised before anybody types its
/// PIN into a browser, and let go.
fn sign_in(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    tenant: &TenantSide,
) -> Result<SignInSide, CeremonyError> {
    if course.depth != Depth::WithSignIn {
        return Ok(SignInSide::default());
    }
    if !signed_in::is_seen(room, course)? {
        course.follow.step(room, 3, &course.planned.label)?;
        let (hand, _) = the_recorded::take(room, &course.expected())?;
        drop(hand);
    }
    signed_in::sign_in_and_list(room, session, course, tenant)
}

/// The last two steps.
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
