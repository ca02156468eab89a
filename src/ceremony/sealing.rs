//! From the statement to the safe, as every ceremony that seals a key does it: words, PIN and touch,
//! inside sheet, bag, signatures, ledger, bag face. It can be stopped anywhere and goes on from `open/`.

use super::CeremonyError;
use super::OpenCeremony;
use super::Prompt;
use super::Room;
use super::closing;
use super::closing::Appended;
use super::follow::Follow;
use super::pages;
use super::people;
use super::pin_change;
use super::pins::PinStop;
use super::presence;
use super::returning::Returning;
use super::the_key;
use super::the_key::InHand;
use super::the_key::Stops;
use crate::ctap::CtapError;
use crate::ctap::Pin;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::plan::PlannedKey;
use crate::primitives::Clock;
use crate::record::Evidence;
use crate::record::KeyPart;
use crate::record::Presence;
use crate::record::Statement;
use crate::webauthn::RpId;

/// What a ceremony that seals a key brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The record.
    pub appended: Appended,
    /// The pages' names, relative to the book.
    pub pages: Vec<String>,
}

/// Where the steps that every sealing has stand in a ceremony.
#[derive(Clone, Copy)]
pub(super) struct Numbers {
    pub(super) key: u32,
    pub(super) statement: u32,
    pub(super) bag: u32,
    pub(super) record: u32,
}

/// What is sealed, and in which ceremony.
pub(super) struct Sealing<'a> {
    pub(super) planned: &'a PlannedKey,
    pub(super) follow: &'a Follow,
    pub(super) force: &'a InForce,
    pub(super) rp_id: &'a RpId,
    pub(super) numbers: Numbers,
    /// Which findings hand back a key that comes into the hand again.
    pub(super) stops: Stops,
}

/// The key that signs the statement.
pub(super) struct Signing<'c> {
    pub(super) hand: InHand<'c>,
    /// Its PIN, where it was typed for something else before the statement; `None` to have it typed once
    /// the words agree.
    pub(super) pin: Option<Pin>,
}

/// What the key signed, and the key, its PIN proven.
pub(super) struct Proven<'c> {
    pub(super) presence: Presence,
    pub(super) hand: InHand<'c>,
    pub(super) pin: Pin,
}

/// The statement an earlier run kept, if it may still be signed. One that the ledger has outgrown
/// would seal what another record sealed: it is stated anew, with a new touch. So is one that expects
/// people who are not here, and whose record is not in the ledger.
pub(super) fn kept(
    room: &mut Room<'_>,
    open: &OpenCeremony,
) -> Result<Option<Statement>, CeremonyError> {
    let Some(statement) = open.statement(&*room.desk)? else {
        return Ok(None);
    };
    let ledger = Ledger::new(&mut *room.store);
    let appended = closing::index_of(&ledger, &statement)?.is_some();
    if !appended && statement.ledger.size != ledger.size()? {
        room.operator
            .say("The ledger has grown since the statement was made: it is stated anew.");
        open.forget_statement(&mut *room.desk)?;
        return Ok(None);
    }
    let stands = people::stands(room, open, &statement, appended)?;
    Ok(stands.then_some(statement))
}

/// The key that signed the statement's presence, or is to sign it, in the hand again, within the step of
/// this number.
pub(super) fn key_again<'c>(
    room: &mut Room<'_>,
    sealing: &Sealing<'_>,
    clock: &'c dyn Clock,
    statement: &Statement,
    returning: Option<&Returning>,
    step: u32,
) -> Result<InHand<'c>, CeremonyError> {
    let key = statement.key.as_ref();
    let expected = PlannedKey {
        aaguid: key.map(|key| key.aaguid),
        serial: key
            .and_then(|key| key.serial.as_ref())
            .map(|claim| claim.value.clone()),
        ..sealing.planned.clone()
    };
    let again = format!("The key: {} in the hand again", expected.label);
    sealing.follow.announce(room, step, &again)?;
    let stops = sealing.stops;
    the_key::take(room, clock, &expected, returning, stops, &|_| Vec::new())
}

/// As [`key_again`], its PIN proven, where it signed the statement already.
pub(super) fn unlocked_again<'c>(
    room: &mut Room<'_>,
    sealing: &Sealing<'_>,
    clock: &'c dyn Clock,
    statement: &Statement,
    returning: Option<&Returning>,
) -> Result<(InHand<'c>, Pin), CeremonyError> {
    let step = sealing.numbers.statement;
    loop {
        let mut hand = key_again(room, sealing, clock, statement, returning, step)?;
        match the_key::unlock(room, &mut hand, sealing.rp_id) {
            Ok(pin) => return Ok((hand, pin)),
            Err(CeremonyError::Replug) => replug(room, sealing.planned, &mut hand)?,
            Err(error) => return Err(error),
        }
    }
}

/// Asks that a key which takes no PIN before that is unplugged and plugged in again.
pub(super) fn replug(
    room: &mut Room<'_>,
    planned: &PlannedKey,
    hand: &mut InHand<'_>,
) -> Result<(), CeremonyError> {
    let left = hand
        .ctap
        .pin_retries()
        .ok()
        .map(|retries| u32::from(retries.remaining));
    let prompt = Prompt::Replug {
        label: planned.label.clone(),
        tries_left: left,
    };
    if room.operator.confirm(&prompt) {
        Ok(())
    } else {
        Err(CeremonyError::Replug)
    }
}

/// The words, to be read aloud and compared.
pub(super) fn read_aloud(
    room: &mut Room<'_>,
    sealing: &Sealing<'_>,
    statement: &Statement,
) -> Result<(), CeremonyError> {
    sealing.follow.step(room, sealing.numbers.statement, "")?;
    room.operator.digest(&statement.digest()?);
    Ok(())
}

/// The words, then PIN and touch: that the PIN is typed says that the words agree, so nothing else is
/// asked. Where it was typed before them, that is asked. If they differ nothing was signed: the statement
/// is thrown away, so that what was mistyped can be stated rightly.
pub(super) fn prove<'c>(
    room: &mut Room<'_>,
    sealing: &Sealing<'_>,
    clock: &'c dyn Clock,
    signing: Option<Signing<'c>>,
    statement: &Statement,
    returning: Option<&Returning>,
) -> Result<Proven<'c>, CeremonyError> {
    let (mut hand, typed) = if let Some(signing) = signing {
        (signing.hand, signing.pin)
    } else {
        let step = sealing.numbers.key;
        let hand = key_again(room, sealing, clock, statement, returning, step)?;
        (hand, None)
    };
    read_aloud(room, sealing, statement)?;
    let mut agreed = match typed {
        Some(pin) if room.operator.confirm(&Prompt::WordsAgree) => Ok(pin),
        Some(_) => Err(CeremonyError::Declined),
        None => {
            room.operator.say(
                "If the words agree on every screen, the PIN is typed and the key touched: that signs \
                 the statement. If they do not, press Ctrl-C: nothing is signed, and it is stated anew.",
            );
            the_key::unlock(room, &mut hand, sealing.rp_id)
        }
    };
    while matches!(agreed, Err(CeremonyError::Replug)) {
        replug(room, sealing.planned, &mut hand)?;
        let step = sealing.numbers.statement;
        hand = key_again(room, sealing, clock, statement, returning, step)?;
        agreed = the_key::unlock(room, &mut hand, sealing.rp_id);
    }
    let open = &sealing.follow.open;
    // As was promised: a wrong statement is not signed by the next run.
    if matches!(
        agreed,
        Err(CeremonyError::Declined | CeremonyError::Pin(PinStop::Typed(_)))
    ) {
        open.forget_statement(&mut *room.desk)?;
    }
    let pin = agreed?;
    let presence = presence::prove(room, sealing.rp_id, &mut hand, &pin, statement);
    if matches!(presence, Err(CeremonyError::Key(CtapError::Cancelled))) {
        open.forget_statement(&mut *room.desk)?;
    }
    let presence = presence?;
    open.put(&mut *room.desk, "presence.json", &presence)?;
    Ok(Proven {
        presence,
        hand,
        pin,
    })
}

/// The inside sheet, the bag, the signatures, the ledger, the bag face. The sheet is the key's own
/// word: without a presence there is none, and the sheet of before goes back into the bag.
pub(super) fn seal(
    room: &mut Room<'_>,
    sealing: &Sealing<'_>,
    statement: &Statement,
    evidence: Evidence,
) -> Result<Sealed, CeremonyError> {
    let open = &sealing.follow.open;
    let mut names = Vec::new();
    if open.record(&*room.desk)?.is_none() {
        sealing.follow.step(room, sealing.numbers.bag, "")?;
        if let Some(presence) = &evidence.presence {
            names.push(pages::inside(
                room,
                statement,
                presence,
                sealing.force.roster_index,
            )?);
        } else {
            room.operator
                .say("The key signed nothing: the inside sheet of before goes back in.");
        }
        let custody = statement.custody.as_ref();
        let bag = custody.map(|custody| custody.bag.clone());
        let bag = bag.unwrap_or_default();
        let prompt = Prompt::Sealed {
            bag: bag.clone(),
            label: sealing.planned.label.clone(),
            words: evidence.presence.is_none(),
        };
        if !room.operator.confirm(&prompt) {
            // Nobody agreed to its words yet: what was mistyped can be stated rightly. What the key signed
            // is given up only for another bag.
            if evidence.presence.is_none() || takes_another_bag(room, sealing, &bag) {
                open.forget_statement(&mut *room.desk)?;
            }
            return Err(CeremonyError::Declined);
        }
    }
    sealing.follow.step(room, sealing.numbers.record, "")?;
    let (record, appended) = closing::close(room, open, statement, evidence, sealing.force)?;
    names.push(pages::bag(room, statement, &record, &appended)?);
    let changed = |key: &KeyPart| key.pin.changed == Some(true);
    if statement.key.as_ref().is_some_and(changed) {
        pin_change::strike(&mut *room.desk, &sealing.planned.label)?;
    }
    sealing.follow.minutes(room, statement, &appended)?;
    open.close(&mut *room.desk)?;
    Ok(Sealed {
        appended,
        pages: names,
    })
}

/// Whether another bag is taken in the place of this one, which tore or was misread, for which the key
/// signs anew.
fn takes_another_bag(room: &mut Room<'_>, sealing: &Sealing<'_>, bag: &str) -> bool {
    let takes = room.operator.confirm(&Prompt::AnotherBag {
        bag: bag.to_owned(),
        label: sealing.planned.label.clone(),
    });
    if takes {
        room.operator.say(
            "What the key signed is given up: the same command, run again, asks for another bag.",
        );
    }
    takes
}
