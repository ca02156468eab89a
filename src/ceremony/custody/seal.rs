//! A key that is out of its bag is put into a new one. It proves itself with PIN and touch, as in a
//! verification; no tenant is asked. Where a new PIN is due, this is where it is changed.

use crate::ceremony::Begun;
use crate::ceremony::CeremonyError;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::follow::Follow;
use crate::ceremony::given_up;
use crate::ceremony::in_use;
use crate::ceremony::in_use::KeyOfBook;
use crate::ceremony::key_part::Credential;
use crate::ceremony::key_part::Now;
use crate::ceremony::key_part::key_part;
use crate::ceremony::people;
use crate::ceremony::pin_change;
use crate::ceremony::pins::AtFloor;
use crate::ceremony::pins::NewPinFrom;
use crate::ceremony::pins::PinDesk;
use crate::ceremony::plain;
use crate::ceremony::presence;
use crate::ceremony::scripts::CUSTODY_SEAL;
use crate::ceremony::sealing;
use crate::ceremony::sealing::Numbers;
use crate::ceremony::sealing::Sealed;
use crate::ceremony::sealing::Sealing;
use crate::ceremony::sealing::Signing;
use crate::ceremony::stating;
use crate::ceremony::the_key::InHand;
use crate::ceremony::the_key::Stops;
use crate::ceremony::the_recorded;
use crate::ceremony::the_recorded::Expected;
use crate::ceremony::the_recorded::Looked;
use crate::facts::follow_up::PinKnown;
use crate::facts::key::RecordedCredential;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::record::Basis;
use crate::record::Custody;
use crate::record::Event;
use crate::record::Evidence;
use crate::record::KeyPart;
use crate::record::PublicKeyPart;
use crate::record::Statement;

/// Where the steps that every sealing has stand in the script.
const NUMBERS: Numbers = Numbers {
    key: 1,
    statement: 4,
    bag: 5,
    record: 6,
};

/// What every step knows.
struct Course<'a> {
    key: KeyOfBook<'a>,
    credential: RecordedCredential,
    follow: Follow,
    begun: Begun,
    force: InForce,
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

/// Puts the key with this label, which is in no bag, into a new one, or goes on where an earlier run
/// stopped.
///
/// # Errors
/// [`CeremonyError`]; [`CeremonyError::Matter`] if it is in a bag. What was made until then is in
/// `open/`.
pub fn seal_bag(room: &mut Room<'_>, label: &str) -> Result<Sealed, CeremonyError> {
    let key = in_use::on_record(room, label)?;
    let not_in_use = || CeremonyError::NotInUse(label.to_owned());
    let follow = Follow::new(&CUSTODY_SEAL, label);
    if key.recorded.gone.is_some() && !given_up::can_finish(room, &follow.open, label)? {
        return Err(not_in_use());
    }
    let credential = key.recorded.credential.clone().ok_or_else(not_in_use)?;
    if let (Some(bag), None) = (&key.recorded.bag, follow.open.begun(&*room.desk)?) {
        return Err(CeremonyError::Matter {
            why: format!(
                "{label} is in bag {bag}, by record {:06}",
                key.recorded.last.0
            ),
            next: format!(
                "open it first: `glasskey custody open {label} --reason REASON`; \
                 `glasskey verify {label}` opens it and seals it again"
            ),
        });
    }
    let begun = plain::begin(room, &follow.open, Some(label))?;
    let force = Ledger::new(&mut *room.store).in_force()?;
    let course = Course {
        key,
        credential,
        follow,
        begun,
        force,
    };
    people::may_sign(room, &course.force, course.force.policy.witnesses.other)?;
    let sealing = course.sealing();
    let open = &course.follow.open;
    let (statement, signing) = if let Some(statement) = sealing::kept(room, open)? {
        (statement, None)
    } else {
        from_the_key(room, &course)?
    };
    let presence = if let Some(presence) = open.presence(&*room.desk)? {
        presence
    } else {
        let clock = room.clock;
        let returning = the_recorded::returning(room, &course.expected());
        let returning = Some(&returning);
        sealing::prove(room, &sealing, clock, signing, &statement, returning)?.presence
    };
    let evidence = Evidence {
        attest: None,
        presence: Some(presence),
        probe: the_recorded::kept_probe(room, open)?,
        registration: None,
    };
    sealing::seal(room, &sealing, &statement, evidence)
}

/// Steps 1 to 3: the key of the record, and the statement.
fn from_the_key<'c>(
    room: &mut Room<'c>,
    course: &Course<'_>,
) -> Result<(Statement, Option<Signing<'c>>), CeremonyError> {
    let (mut hand, looked) = key_in_hand(room, course)?;
    course.follow.step(room, 3, "")?;
    let statement = state(room, course, &mut hand, &looked)?;
    Ok((statement, Some(Signing { hand, pin: None })))
}

/// Steps 1 and 2: the key of the record; a new PIN where one is due.
fn key_in_hand<'c>(
    room: &mut Room<'c>,
    course: &Course<'_>,
) -> Result<(InHand<'c>, Looked), CeremonyError> {
    loop {
        course.follow.step(room, 1, &course.key.planned.label)?;
        let (mut hand, looked) = the_recorded::take(room, &course.expected())?;
        course.follow.step(room, 2, "")?;
        match renewed(room, course, &mut hand) {
            Ok(()) => return Ok((hand, looked)),
            Err(CeremonyError::Replug) => {
                sealing::replug(room, course.key.planned, &mut hand)?;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Changes the PIN where that is due and wished.
fn renewed(
    room: &mut Room<'_>,
    course: &Course<'_>,
    hand: &mut InHand<'_>,
) -> Result<(), CeremonyError> {
    let label = &course.key.planned.label;
    let why: Vec<String> = course
        .key
        .book
        .facts
        .follow_ups
        .pin_changes_of(label)
        .map(|due| match &due.why {
            PinKnown::Incident => format!("the incident of record {:06}", due.record),
            PinKnown::Left(person) => format!("{person} left (record {:06})", due.record),
        })
        .collect();
    if why.is_empty() {
        room.operator.say("No new PIN is due.");
        return Ok(());
    }
    if let Some(at) = pin_change::noted(&*room.desk, label, &course.key.book.facts.follow_ups)? {
        room.operator.say(&format!(
            "A new PIN is due: {}. It was changed at {at}.",
            why.join("; ")
        ));
        return Ok(());
    }
    let prompt = Prompt::Question(format!(
        "{label} is due for a new PIN: {}. Change it now?",
        why.join("; ")
    ));
    if !room.operator.confirm(&prompt) {
        room.operator
            .say("The PIN stays as it is; a new one stays due.");
        return Ok(());
    }
    let policy = &course.force.policy;
    let mut desk = PinDesk {
        ctap: &mut hand.ctap,
        name: hand.facts.name(),
        operator: &mut *room.operator,
        floor: policy.pin_retries_floor,
        at_floor: AtFloor::Refuse,
        min_length: policy.min_pin_length,
    };
    desk.change(NewPinFrom::Typed)?;
    let at = room.clock.utc();
    pin_change::note(&mut *room.desk, label, at)?;
    room.operator.say(
        "The PIN is changed. Write it on a new PIN sheet now; it is kept nowhere else. It is asked \
         for once more, from that sheet.",
    );
    Ok(())
}

/// Step 3: new bag, nonces, and the statement of all that is known before the touch.
fn state(
    room: &mut Room<'_>,
    course: &Course<'_>,
    hand: &mut InHand<'_>,
    looked: &Looked,
) -> Result<Statement, CeremonyError> {
    let planned = course.key.planned;
    let bag = presence::bag_number(room, &planned.label)?;
    let nonces = presence::nonces(room)?;
    let exceptions = course.follow.exceptions(room)?;
    let mut statement = stating::statement(room, Event::Custody, &course.begun, &course.force)?;
    statement.account = Some(course.key.account_part());
    statement.custody = Some(Custody {
        bag,
        previous_bag: None,
        safe: planned.safe.clone(),
        shelf: planned.shelf.clone(),
    });
    statement.exceptions = exceptions;
    statement.findings.clone_from(&looked.findings);
    statement.inputs.script_sha256 = Some(course.follow.script.digest());
    statement.key = Some(key(room, course, hand)?);
    statement.nonces = nonces;
    let open = &course.follow.open;
    open.put(&mut *room.desk, "statement.json", &statement)?;
    Ok(statement)
}

fn key(
    room: &mut Room<'_>,
    course: &Course<'_>,
    hand: &mut InHand<'_>,
) -> Result<KeyPart, CeremonyError> {
    let label = &course.key.planned.label;
    let mut known = course.key.book.facts.keys.iter();
    let credential = Credential {
        aaguid: course.key.recorded.aaguid,
        id: course.credential.id.clone(),
        method_id: known
            .find(|key| key.label == *label)
            .and_then(|key| key.method_id.clone()),
        public_key: PublicKeyPart {
            basis: Basis::Record,
            cose: course.credential.public_key.clone(),
        },
        rp_id: course.credential.rp_id.clone(),
    };
    let now = Now {
        pin_retries: hand
            .ctap
            .pin_retries()
            .ok()
            .map(|retries| u32::from(retries.remaining)),
        slots_left: hand.facts.slots_left().known().copied(),
    };
    let mut part = key_part(&hand.facts, label, credential, now);
    part.pin.changed = pin_change::stated(room, label, &course.key.book.facts.follow_ups)?;
    Ok(part)
}
