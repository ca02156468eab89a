//! Step 6: the account's credential is deleted from the key, or the key is reset.

use super::Course;
use super::in_hand::Held;
use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::returning::Returning;
use crate::ceremony::sealing;
use crate::ceremony::the_key;
use crate::ceremony::the_key::InHand;
use crate::ceremony::the_key::Stops;
use crate::ceremony::the_recorded;
use crate::ctap::ClientPin;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::CtapStatus;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::facts::Observed;
use crate::facts::claims::same_serial;
use crate::facts::key as facts_key;
use crate::facts::key::KeyFacts;
use crate::findings::Verdict;
use crate::plan::PlannedKey;
use crate::primitives::UtcTime;
use crate::record::KeyEnd;
use serde::Deserialize;
use serde::Serialize;

/// The file in `open/` that says that the erasure is about to be sent.
const ERASING: &str = "erasing.json";
/// The file in `open/` that says that the key is erased.
const ERASED: &str = "erased.json";
/// How often a reset is begun anew.
const PATIENCE: u32 = 5;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    at: UtcTime,
    /// What is done to the key; absent where an older glasskey wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<KeyEnd>,
}

/// What an earlier run did to the key, or was about to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Erasure {
    /// What; `None` where an older glasskey wrote it.
    pub(super) end: Option<KeyEnd>,
    /// When it was done; `None` if that is not known.
    pub(super) done: Option<UtcTime>,
}

impl Erasure {
    /// Why nothing else becomes of the key with this label.
    pub(super) fn stands_against(self, label: &str) -> String {
        let what = match self.end {
            Some(KeyEnd::Deleted) => "the deletion of the account's credential on",
            Some(KeyEnd::Reset) => "the reset of",
            Some(KeyEnd::NotInHand) | None => "the erasure of",
        };
        if self.done.is_some() {
            format!("{what} {label} is done, and is what the record has to state")
        } else {
            format!("{what} {label} was begun, and has to be finished as it was begun")
        }
    }
}

/// What an earlier run did to the key, or was about to: it may sign no more. `None` if it did nothing.
pub(super) fn begun(
    room: &Room<'_>,
    open: &OpenCeremony,
) -> Result<Option<Erasure>, CeremonyError> {
    if let Some(At { at, end }) = open.value(&*room.desk, ERASED)? {
        return Ok(Some(Erasure {
            end,
            done: Some(at),
        }));
    }
    let erasing: Option<At> = open.value(&*room.desk, ERASING)?;
    Ok(erasing.map(|At { end, .. }| Erasure { end, done: None }))
}

/// Erases what is to be erased, unless an earlier run did.
pub(super) fn erase<'c>(
    room: &mut Room<'c>,
    course: &Course<'_>,
    held: Option<Held<'c>>,
) -> Result<(), CeremonyError> {
    let (open, label) = (&course.follow.open, &course.key.planned.label);
    if open.value::<At>(&*room.desk, ERASED)?.is_some() || open.record(&*room.desk)?.is_some() {
        return Ok(());
    }
    course.follow.step(room, 6, label)?;
    if course.end == KeyEnd::NotInHand {
        return Ok(());
    }
    let again = open.value::<At>(&*room.desk, ERASING)?.is_some();
    let end = Some(course.end);
    if !again {
        let at = room.clock.utc();
        open.put(&mut *room.desk, ERASING, &At { at, end })?;
    }
    match course.end {
        KeyEnd::NotInHand => {}
        KeyEnd::Deleted => {
            let mut held = held;
            if let Some(held) = &mut held {
                let (hand, pin) = held.both();
                delete(course, hand, pin)?;
            } else {
                let (mut hand, pin) = back(room, course)?;
                delete(course, &mut hand, &pin)?;
            }
            room.operator.say(&format!(
                "The account's credential is no more on {label}: the key was asked."
            ));
        }
        KeyEnd::Reset => {
            // A handle that is open would hear the key go.
            drop(held);
            reset(room, course, again)?;
            room.operator.say(&format!(
                "{label} is reset: it has neither credential nor PIN."
            ));
        }
    }
    let at = room.clock.utc();
    Ok(open.put(&mut *room.desk, ERASED, &At { at, end })?)
}

/// The key again, by what it claims: its credential may be gone already.
fn back<'c>(room: &mut Room<'c>, course: &Course<'_>) -> Result<(InHand<'c>, Pin), CeremonyError> {
    let clock = room.clock;
    let planned = course.key.planned;
    let expected = PlannedKey {
        aaguid: Some(course.key.recorded.aaguid),
        serial: course.key.recorded.serial.clone(),
        ..planned.clone()
    };
    loop {
        let again = format!("The key: {} in the hand again", planned.label);
        course.follow.announce(room, 6, &again)?;
        let stops = Stops::AtAnotherKey;
        let mut hand = the_key::take(room, clock, &expected, None, stops, &|_| Vec::new())?;
        match the_key::unlock(room, &mut hand, &course.credential.rp_id) {
            Ok(pin) => return Ok((hand, pin)),
            Err(CeremonyError::Replug) => sealing::replug(room, &expected, &mut hand)?,
            Err(error) => return Err(error),
        }
    }
}

/// Deletes the credential, and asks the key whether it is gone.
fn delete(course: &Course<'_>, hand: &mut InHand<'_>, pin: &Pin) -> Result<(), CeremonyError> {
    let (rp_id, id) = (&course.credential.rp_id, &course.credential.id);
    // The same PIN to the same open handle, where it succeeded in this ceremony (DESIGN §5).
    let permissions = Permissions::CREDENTIAL_MANAGEMENT;
    let token = hand.ctap.token(pin, permissions, Some(rp_id))?;
    let left = |hand: &mut InHand<'_>| {
        let all = hand.ctap.credentials(&token, &rp_id.hash())?;
        Ok::<bool, CtapError>(all.iter().any(|one| one.credential_id == *id))
    };
    if !left(hand)? {
        return Ok(());
    }
    hand.ctap.delete_credential(&token, id)?;
    if left(hand)? {
        return Err(CeremonyError::Answer(
            "the key still lists the credential that it said to have deleted",
        ));
    }
    Ok(())
}

/// Resets the key, within the seconds after power-up in which it takes that. `again` is whether an
/// earlier run may have sent it.
fn reset(room: &mut Room<'_>, course: &Course<'_>, again: bool) -> Result<(), CeremonyError> {
    let label = &course.key.planned.label;
    for _ in 0..PATIENCE {
        let prompt = Prompt::PowerUp {
            label: label.clone(),
        };
        if !room.operator.confirm(&prompt) {
            return Err(CeremonyError::Declined);
        }
        let Some((mut ctap, facts)) = alone(room)? else {
            room.operator.say(&format!(
                "Leave {label} plugged in, and no other security key."
            ));
            continue;
        };
        if again && is_erased(course, &facts) {
            room.operator
                .say("It was reset before: nothing was sent again.");
            return Ok(());
        }
        if !is_the_one(room, course, &mut ctap, &facts)? {
            continue;
        }
        let operator = &mut *room.operator;
        let sent = ctap.reset(&mut |state| operator.keep_alive(label, state));
        match sent {
            Ok(()) => return shows(&mut ctap),
            Err(error) => match error.status() {
                Some(CtapStatus::NotAllowed) => room.operator.say(
                    "It was plugged in too long ago, or takes no reset over this line; nothing \
                     was erased.",
                ),
                Some(
                    CtapStatus::UserActionTimeout
                    | CtapStatus::ActionTimeout
                    | CtapStatus::OperationDenied,
                ) => room.operator.say("Nobody touched it; nothing was erased."),
                Some(_) | None => return Err(error.into()),
            },
        }
    }
    Err(CeremonyError::Mismatch("key to reset"))
}

/// The one key that is plugged in, opened; `None` if there is not exactly one.
fn alone<'c>(room: &mut Room<'c>) -> Result<Option<(Ctap<'c>, KeyFacts)>, CeremonyError> {
    let entries = room.keys.list()?;
    let [entry] = entries.as_slice() else {
        return Ok(None);
    };
    let clock = room.clock;
    let transport = room.keys.open(&entry.path)?;
    let mut ctap = Ctap::open(transport, clock, room.entropy.source())?;
    ctap.cancel_when(room.operator.stops());
    let facts = facts_key::observe(&mut ctap, entry, clock.utc())?;
    Ok(Some((ctap, facts)))
}

/// Whether the key is surely the one of the record: what may be another's is never reset.
fn is_the_one(
    room: &mut Room<'_>,
    course: &Course<'_>,
    ctap: &mut Ctap<'_>,
    facts: &KeyFacts,
) -> Result<bool, CeremonyError> {
    let known: Returning = the_recorded::returning(room, &course.expected());
    let mut nonce = [0; 16];
    room.entropy.source().fill(&mut nonce);
    let finding = known.judge(ctap, facts, &nonce, &course.key.planned.label)?;
    let surely = finding.verdict == Verdict::Pass;
    room.operator.findings(&[finding]);
    if !surely {
        room.operator
            .say("Whether it is the key of the record cannot be told, so it is not reset.");
    }
    Ok(surely)
}

/// Whether it looks like the key of the record after a reset.
fn is_erased(course: &Course<'_>, facts: &KeyFacts) -> bool {
    let recorded = &course.key.recorded;
    let number = match (facts.serial(), &recorded.serial) {
        (Observed::Known(seen), Some(known)) => same_serial(&seen, known),
        (_, None) => true,
        (_, Some(_)) => false,
    };
    number
        && facts.client_pin == ClientPin::NotSet
        && facts.aaguid().known() == Some(&recorded.aaguid)
}

fn shows(ctap: &mut Ctap<'_>) -> Result<(), CeremonyError> {
    if ctap.get_info()?.client_pin() == ClientPin::NotSet {
        return Ok(());
    }
    Err(CeremonyError::Answer(
        "the key said that it was reset, and still has a PIN",
    ))
}
