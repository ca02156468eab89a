//! A bag is opened, for another end than a verification. In an emergency nobody waits for this: it can
//! be written afterwards, without tenant and without key.

use crate::ceremony::Appended;
use crate::ceremony::CeremonyError;
use crate::ceremony::Desk;
use crate::ceremony::Occasion;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::found;
use crate::ceremony::found::FoundBag;
use crate::ceremony::in_use;
use crate::ceremony::in_use::KeyOfBook;
use crate::ceremony::plain;
use crate::ceremony::plain::Matter;
use crate::ceremony::presence::plausible;
use crate::ceremony::scripts::CUSTODY_OPEN;
use crate::findings::FOLLOW_UP_DAYS;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::primitives::UtcTime;
use crate::record::BagState;
use crate::record::Event;
use crate::record::OpeningPart;
use crate::record::OpeningReason;
use crate::record::PinEnvelopePart;
use crate::record::PreviousBag;
use crate::record::Statement;
use serde::Deserialize;
use serde::Serialize;

/// How often an answer that cannot be understood is asked for again.
const PATIENCE: u32 = 3;
/// The file in `open/` that holds what was answered.
const FILE: &str = "opening.json";

/// Why and when a bag is opened, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Why.
    pub reason: OpeningReason,
    /// Why, in a sentence; `None` to be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// When it was opened; `None` if that is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UtcTime>,
    /// Refs of those who opened it; empty if they are those who sign.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opened_by: Vec<String>,
}

/// What was answered of an opening that is not stated yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answered {
    /// As it was begun.
    begun: Opening,
    /// The bag; absent where nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bag: Option<FoundBag>,
    /// Why it was opened; absent while nobody has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

fn folder(label: &str) -> OpenCeremony {
    OpenCeremony::new(CUSTODY_OPEN.name, label)
}

fn answered(desk: &dyn Desk, label: &str) -> Result<Option<Answered>, CeremonyError> {
    Ok(folder(label).value(desk, FILE)?)
}

/// With what the opening of this key's bag that is unfinished was begun; `None` if none is, or nothing
/// was answered in it.
///
/// # Errors
/// [`CeremonyError::Open`] if its folder cannot be read.
pub fn opening_begun(desk: &dyn Desk, label: &str) -> Result<Option<Opening>, CeremonyError> {
    Ok(answered(desk, label)?.map(|answered| answered.begun))
}

/// Records that the bag of the key with this label is opened, or goes on where an earlier run stopped.
///
/// # Errors
/// [`CeremonyError`]; [`CeremonyError::Matter`] if it is in no bag, the time cannot be, or the one that is
/// unfinished was begun otherwise. [`CeremonyError::NotInUse`] if the key was out of use by record before
/// the opening began.
pub fn open_bag(
    room: &mut Room<'_>,
    label: &str,
    opening: &Opening,
) -> Result<Appended, CeremonyError> {
    let open = folder(label);
    // It happened, whatever became of the key since.
    let goes_on = open.begun(&*room.desk)?.is_some();
    let begun_otherwise = opening_begun(&*room.desk, label)?.is_some_and(|begun| begun != *opening);
    // Until then nobody has signed any of it.
    let is_signed = open.record(&*room.desk)?.is_some();
    if begun_otherwise && !is_signed && opening.reason == OpeningReason::Incident {
        room.operator
            .say("What was begun before of another opening is dropped: an incident comes first.");
        open.close(&mut *room.desk)?;
    } else if begun_otherwise {
        return Err(CeremonyError::Matter {
            why: format!("the opening of {label} that is unfinished was begun with other options"),
            next: format!("`glasskey custody open {label}` alone goes on with it as it was begun"),
        });
    }
    let occasion = Occasion {
        script: &CUSTODY_OPEN,
        event: Event::Custody,
        subject: label,
        about: label,
    };
    let mut matter = |room: &mut Room<'_>, force: &InForce, begun: &crate::ceremony::Begun| {
        let key = if goes_on {
            in_use::on_record(room, label)?
        } else {
            in_use::in_use(room, label)?
        };
        stated(room, &key, force, opening, begun.started)
    };
    // Whatever else is unfinished, an emergency comes first.
    let appended = if opening.reason == OpeningReason::Incident {
        plain::hold_beside(room, occasion, &mut matter)?
    } else {
        plain::hold(room, occasion, &mut matter)?
    };
    let is_gone = in_use::on_record(room, label)?.recorded.gone.is_some();
    let is_incident = opening.reason == OpeningReason::Incident;
    if is_gone && is_incident {
        room.operator.say(&format!(
            "Within {FOLLOW_UP_DAYS} days the incident is reviewed: `glasskey custody review {label}`."
        ));
    }
    if is_gone {
        return Ok(appended);
    }
    room.operator.say(&format!(
        "{label} is in no bag now: `glasskey custody seal {label}` puts it into a new one."
    ));
    if is_incident {
        room.operator.say(&format!(
            "Within {FOLLOW_UP_DAYS} days: the incident is reviewed (`glasskey custody review \
             {label}`), and the key gets a new PIN, which `glasskey custody seal` asks for."
        ));
    }
    Ok(appended)
}

fn stated(
    room: &mut Room<'_>,
    key: &KeyOfBook<'_>,
    force: &InForce,
    opening: &Opening,
    begun: UtcTime,
) -> Result<Matter<'static>, CeremonyError> {
    let at = time(room, key, opening, begun)?;
    for person in &opening.opened_by {
        if force.people.iter().all(|one| one.reference != *person) {
            return Err(CeremonyError::Matter {
                why: format!("{person} is not on the roster in force"),
                next: "name who opened the bag by their ref: --opened-by REF".to_owned(),
            });
        }
    }
    let Answered { bag, text, .. } = ask(room, key, opening)?;
    let part = OpeningPart {
        at,
        bag: bag.as_ref().map(|found| found.bag.clone()),
        opened_by: opening.opened_by.clone(),
        reason: opening.reason,
        text,
    };
    let (account, unseen) = (key.account_part(), key.unseen());
    let pin = PinEnvelopePart {
        held_by: key.planned.pin.held_by.clone(),
        number: key.planned.pin.envelope.clone(),
    };
    let odd = bag.as_ref().and_then(FoundBag::exception);
    Ok(Matter {
        changes: Vec::new(),
        fill: Box::new(move |statement: &mut Statement| {
            statement.account = Some(account);
            statement.exceptions.splice(0..0, odd);
            statement.opening = Some(part);
            statement.pin_envelope = Some(pin);
            statement.unseen_key = Some(unseen);
        }),
        roster: None,
    })
}

/// The bag, and why it was opened; what an earlier run was told is not asked again.
fn ask(
    room: &mut Room<'_>,
    key: &KeyOfBook<'_>,
    opening: &Opening,
) -> Result<Answered, CeremonyError> {
    let label = &key.planned.label;
    let mut answered = if let Some(mut kept) = answered(&*room.desk, label)? {
        if let Some(bag) = kept.bag.take() {
            kept.bag = Some(found::again(room, &key.recorded, bag)?);
        } else {
            room.operator
                .say("Nobody read the bag, as was said before.");
        }
        kept
    } else {
        let asked = Answered {
            bag: bag(room, key, opening)?,
            begun: opening.clone(),
            text: opening.why.clone(),
        };
        folder(label).put(&mut *room.desk, FILE, &asked)?;
        asked
    };
    if answered.text.is_none() {
        answered.text = Some(found::explain(room, "Why was the bag opened?")?);
        folder(label).put(&mut *room.desk, FILE, &answered)?;
    }
    Ok(answered)
}

/// When it was opened: not to come, and not before the key was last put into a bag. A record that says that
/// it is out of use since is no such record.
fn time(
    room: &mut Room<'_>,
    key: &KeyOfBook<'_>,
    opening: &Opening,
    begun: UtcTime,
) -> Result<UtcTime, CeremonyError> {
    let Some(at) = opening.at else {
        return Ok(begun);
    };
    let refuse = |why: String| {
        Err(CeremonyError::Matter {
            why,
            next: "give the time at which it was opened: --at 2026-11-25T03:12:00Z".to_owned(),
        })
    };
    if at > room.clock.utc() {
        return refuse(format!("{at} is still to come"));
    }
    let (record, last) = if key.recorded.gone.is_some() {
        shown(room, &key.planned.label)?.unwrap_or((key.shown_by, at))
    } else {
        key.recorded.last
    };
    if at < last {
        return refuse(format!("{at} is before record {record:06}, of {last}"));
    }
    Ok(at)
}

/// The last record that shows the key in use, and its time.
fn shown(room: &mut Room<'_>, label: &str) -> Result<Option<(u64, UtcTime)>, CeremonyError> {
    let ledger = Ledger::new(&mut *room.store);
    let shown =
        ledger.latest_of_key(label, |record| record.statement.event != Event::Retirement)?;
    Ok(shown.map(|(index, record)| (index, record.statement.time.started)))
}

/// The bag, read while it is closed; afterwards, what is remembered of it. `None` if nobody looked, or
/// the key was in none.
fn bag(
    room: &mut Room<'_>,
    key: &KeyOfBook<'_>,
    opening: &Opening,
) -> Result<Option<FoundBag>, CeremonyError> {
    if key.recorded.bag.is_none() {
        if opening.reason == OpeningReason::Incident {
            room.operator
                .say("No record says that it is in a bag: it was used out of none.");
            return Ok(None);
        }
        let label = &key.planned.label;
        return Err(CeremonyError::Matter {
            why: format!("{label} is in no bag, by record {:06}", key.recorded.last.0),
            next: format!("put it into one: `glasskey custody seal {label}`"),
        });
    }
    if opening.at.is_none() {
        let found = found::look(room, &key.recorded)?;
        room.operator.say("Open it.");
        return Ok(Some(found));
    }
    for _ in 0..PATIENCE {
        let prompt = Prompt::OpenedBag {
            label: key.planned.label.clone(),
        };
        let line = room.operator.line(&prompt).ok_or(CeremonyError::Declined)?;
        let number = line.trim().to_uppercase();
        if number == "UNREAD" {
            return Ok(None);
        }
        if plausible(&number) {
            let bag = PreviousBag {
                number,
                state: BagState::Intact,
            };
            return Ok(Some(found::compared(room, &key.recorded, bag)?));
        }
        room.operator
            .say("A bag number has 1 to 40 letters, digits, dashes, dots or slashes.");
    }
    Err(CeremonyError::Mismatch("bag number"))
}
