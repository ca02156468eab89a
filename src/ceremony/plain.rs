//! Ceremonies about words: statement → shown in sentences → agreed → signed → appended. No key is
//! plugged in and no tenant is asked. Every step looks first for what an earlier run left in `open/`.

use super::Appended;
use super::Begun;
use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::closing;
use super::closing::Terms;
use super::follow::Follow;
use super::people;
use super::prompt::Prompt;
use super::script::Script;
use super::stating;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::primitives::Digest;
use crate::record::Event;
use crate::record::Evidence;
use crate::record::Statement;

/// Which ceremony about words is held.
#[derive(Clone, Copy)]
pub struct Occasion<'o> {
    /// Its script.
    pub script: &'static Script,
    /// What happens.
    pub event: Event,
    /// What names its folder in `open/` beside the script's name.
    pub subject: &'o str,
    /// What it is about, in a few words.
    pub about: &'o str,
}

/// What a ceremony about words states.
pub struct Matter<'m> {
    /// What changes by it, in sentences that stand beneath the statement's.
    pub changes: Vec<String>,
    /// Writes the members that this event alone has.
    pub fill: Box<dyn FnOnce(&mut Statement) + 'm>,
    /// The roster that it brings, and the file of names behind it.
    pub roster: Option<(Vec<u8>, Vec<u8>)>,
}

/// Makes what is stated, from what is in force.
pub type MakeMatter<'m> =
    dyn FnMut(&mut Room<'_>, &InForce, &Begun) -> Result<Matter<'m>, CeremonyError> + 'm;

/// What is done once the record is in the ledger, before the ceremony is over. A ceremony that is cut
/// does it again: it must come to the same.
pub(super) type Afterwards<'m> =
    dyn FnMut(&mut Room<'_>, &OpenCeremony, &Statement) -> Result<(), CeremonyError> + 'm;

/// Holds a ceremony about words, or goes on with one that was interrupted. `matter` is asked only
/// where no earlier run has stated it.
///
/// # Errors
/// [`CeremonyError::Waiting`] if it has to wait for signatures; another [`CeremonyError`] if it
/// stopped: running it again goes on. After [`CeremonyError::Withdrawn`], before the first signature,
/// nothing of it is left.
pub fn hold(
    room: &mut Room<'_>,
    occasion: Occasion<'_>,
    matter: &mut MakeMatter<'_>,
) -> Result<Appended, CeremonyError> {
    hold_then(room, occasion, matter, &mut |_, _, _| Ok(()))
}

/// As [`hold`], with something to do once the record is in the ledger.
///
/// # Errors
/// As [`hold`], and what `afterwards` says.
pub(super) fn hold_then(
    room: &mut Room<'_>,
    occasion: Occasion<'_>,
    matter: &mut MakeMatter<'_>,
    afterwards: &mut Afterwards<'_>,
) -> Result<Appended, CeremonyError> {
    no_other(
        room,
        &Follow::new(occasion.script, occasion.subject).open,
        &[],
    )?;
    undertake(room, occasion, matter, afterwards)
}

/// As [`hold`], whatever else has begun and not finished: for what cannot wait.
///
/// # Errors
/// As [`hold`].
pub(super) fn hold_beside(
    room: &mut Room<'_>,
    occasion: Occasion<'_>,
    matter: &mut MakeMatter<'_>,
) -> Result<Appended, CeremonyError> {
    undertake(room, occasion, matter, &mut |_, _, _| Ok(()))
}

fn undertake(
    room: &mut Room<'_>,
    occasion: Occasion<'_>,
    matter: &mut MakeMatter<'_>,
    afterwards: &mut Afterwards<'_>,
) -> Result<Appended, CeremonyError> {
    let follow = Follow::new(occasion.script, occasion.subject);
    let open = &follow.open;
    let begun = begin_beside(room, open, None)?;
    let ended = held(room, &follow, occasion, &begun, matter, afterwards);
    if ended.is_err() && open.statement(&*room.desk)?.is_none() {
        let stopped = matches!(
            ended,
            Err(CeremonyError::Declined | CeremonyError::Mismatch(_))
        );
        if stopped && open.holds_answers(&*room.desk)? {
            // What was answered until then is not asked again.
            return ended;
        }
        // Nothing was stated or answered yet, or it cannot be: nothing is kept.
        open.close(&mut *room.desk)?;
        return match ended {
            Err(CeremonyError::Declined) => Err(CeremonyError::Withdrawn),
            ended => ended,
        };
    }
    ended
}

fn held(
    room: &mut Room<'_>,
    follow: &Follow,
    occasion: Occasion<'_>,
    begun: &Begun,
    matter: &mut MakeMatter<'_>,
    afterwards: &mut Afterwards<'_>,
) -> Result<Appended, CeremonyError> {
    let open = &follow.open;
    let statement = match kept(room, open)? {
        Some(statement) => statement,
        None => state(room, follow, occasion, begun, matter)?,
    };
    let force = force_of(room, &statement)?;
    if open.record(&*room.desk)?.is_none() {
        follow.step(room, 2, "")?;
        let changes = open.changes(&*room.desk)?;
        if !agree(room, &statement, &changes)? {
            open.close(&mut *room.desk)?;
            return Err(CeremonyError::Declined);
        }
    }
    follow.step(room, 3, "")?;
    let roster = open.roster(&*room.desk)?;
    let terms = Terms {
        roster: roster.as_deref(),
        // What changes who and what counts must not count before they agreed.
        waits: matches!(statement.event, Event::People | Event::Policy),
    };
    let evidence = Evidence::default();
    let (_, appended) = closing::close_on(room, open, &statement, evidence, &force, terms)?;
    if let Some(text) = &roster {
        if let Some(names) = room.desk.read(&open.name("people.toml"))? {
            room.desk.put("people.toml", &names)?;
        }
        room.desk.put("roster.allowed_signers", text)?;
    }
    afterwards(room, open, &statement)?;
    follow.minutes(room, &statement, &appended)?;
    open.close(&mut *room.desk)?;
    Ok(appended)
}

/// Step 1: what is to be stated, and the statement of it.
fn state(
    room: &mut Room<'_>,
    follow: &Follow,
    occasion: Occasion<'_>,
    begun: &Begun,
    matter: &mut MakeMatter<'_>,
) -> Result<Statement, CeremonyError> {
    let open = &follow.open;
    // Before anything is asked, and again where it is stated: a roster may come with it.
    closing::bring_signatures(room)?;
    let force = Ledger::new(&mut *room.store).in_force()?;
    people::may_sign(room, &force, occasion.event.witnesses(&force.policy))?;
    closing::last_is_signed(room, occasion.event)?;
    follow.step(room, 1, occasion.about)?;
    let matter = matter(room, &force, begun)?;
    let exceptions = follow.exceptions(room)?;
    let mut statement = stating::statement(room, occasion.event, begun, &force)?;
    statement.exceptions = exceptions;
    statement.inputs.script_sha256 = Some(follow.script.digest());
    (matter.fill)(&mut statement);
    if let Some((roster, names)) = &matter.roster {
        statement.inputs.roster_sha256 = Digest::of(roster);
        statement.people_sha256 = Some(Digest::of(names));
        open.put_bytes(&mut *room.desk, "roster.allowed_signers", roster)?;
        open.put_bytes(&mut *room.desk, "people.toml", names)?;
    }
    open.put(&mut *room.desk, "changes.json", &matter.changes)?;
    open.put(&mut *room.desk, "statement.json", &statement)?;
    Ok(statement)
}

/// Shows what is to be signed in sentences, and its digest, and asks whether it is meant; `false` if
/// it is not. Nothing was signed then.
///
/// # Errors
/// [`CeremonyError::NotCanonical`].
pub(super) fn agree(
    room: &mut Room<'_>,
    statement: &Statement,
    changes: &[String],
) -> Result<bool, CeremonyError> {
    let mut sentences = statement.sentences();
    sentences.extend(changes.iter().cloned());
    room.operator.sentences(&sentences);
    room.operator.digest(&statement.digest()?);
    Ok(room.operator.confirm(&Prompt::Agreed))
}

/// Begins a ceremony, or takes up the one that has begun. `label` is the key that it is about.
///
/// # Errors
/// [`CeremonyError::Unfinished`] if another has begun and not finished.
pub(super) fn begin(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    label: Option<&str>,
) -> Result<Begun, CeremonyError> {
    no_other(room, open, &[])?;
    begin_beside(room, open, label)
}

/// Refuses to begin while another ceremony has begun and not finished, but for those of these ids.
pub(super) fn no_other(
    room: &Room<'_>,
    open: &OpenCeremony,
    but: &[String],
) -> Result<(), CeremonyError> {
    let unfinished = OpenCeremony::unfinished(&*room.desk)?;
    match unfinished.into_iter().find(|id| !but.contains(id)) {
        Some(other) if open.begun(&*room.desk)?.is_none() => Err(CeremonyError::Unfinished(other)),
        Some(_) | None => Ok(()),
    }
}

/// As [`begin`], whatever else has begun and not finished.
///
/// # Errors
/// [`CeremonyError::Open`].
pub(super) fn begin_beside(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    label: Option<&str>,
) -> Result<Begun, CeremonyError> {
    if let Some(begun) = open.begun(&*room.desk)? {
        room.operator.say(&format!(
            "What began at {} ({}) goes on.",
            begun.started,
            open.id()
        ));
        return Ok(begun);
    }
    // What a finished ceremony left while it was tidied does not belong to this one.
    open.close(&mut *room.desk)?;
    let begun = Begun {
        label: label.map(str::to_owned),
        record_id: stating::fresh_id(room),
        started: room.clock.utc(),
    };
    open.put(&mut *room.desk, "begun.json", &begun)?;
    Ok(begun)
}

/// The statement that an earlier run kept, if it may still be signed. One that the ledger has outgrown,
/// or that expects others than are here, is made anew of what was answered for it, a bag that was read
/// among it; where nothing was, all is forgotten, and the command says again what it is to state.
fn kept(room: &mut Room<'_>, open: &OpenCeremony) -> Result<Option<Statement>, CeremonyError> {
    let Some(statement) = open.statement(&*room.desk)? else {
        return Ok(None);
    };
    let ledger = Ledger::new(&mut *room.store);
    let appended = closing::index_of(&ledger, &statement)?.is_some();
    if !appended && statement.ledger.size != ledger.size()? {
        open.forget_statement(&mut *room.desk)?;
        if open.holds_answers(&*room.desk)? {
            room.operator
                .say("The ledger has grown since the statement was made: it is stated anew.");
            return Ok(None);
        }
        open.close(&mut *room.desk)?;
        return Err(CeremonyError::Matter {
            why: "the ledger has grown since this was stated, so nobody may sign it any more, and \
                  no signature of it counts"
                .to_owned(),
            next: "run the command again with all that it is to state".to_owned(),
        });
    }
    if people::stands(room, open, &statement, appended)? {
        return Ok(Some(statement));
    }
    if open.holds_answers(&*room.desk)? {
        return Ok(None);
    }
    open.close(&mut *room.desk)?;
    Err(CeremonyError::Matter {
        why: format!(
            "this was stated for {} to sign, and others are here: it is given up",
            statement.expected_signers.join(", ")
        ),
        next: "run the command again with all that it is to state".to_owned(),
    })
}

/// What counted before the record of this statement, whether it is appended or not.
pub(super) fn force_of(
    room: &mut Room<'_>,
    statement: &Statement,
) -> Result<InForce, CeremonyError> {
    let ledger = Ledger::new(&mut *room.store);
    let index = match closing::index_of(&ledger, statement)? {
        Some(index) => index,
        None => ledger.size()?,
    };
    Ok(ledger.in_force_for(index)?)
}
