//! Every key that is due, one after the other, each safe opened once.

use super::Depth;
use super::collect;
use super::depth;
use super::pending_sign_ins;
use super::verify;
use crate::ceremony::CeremonyError;
use crate::ceremony::Desk;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::Sealed;
use crate::ceremony::scripts::VERIFICATION;
use crate::entra::GraphWrite;
use crate::entra::Session;
use crate::facts::due::Concerns;
use crate::facts::due::Happening;
use crate::facts::tenant::survey;
use crate::findings;
use crate::findings::Change;
use crate::findings::Due;
use crate::findings::DueDepth;
use crate::findings::DueStanding;
use crate::findings::Judged;
use crate::findings::Subject;
use crate::ledger::BookReading;
use crate::ledger::Ledger;
use crate::primitives::UtcTime;
use crate::webauthn::metadata::fido_roots;

/// What a walk came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walked {
    /// The keys that were verified, in order.
    pub done: Vec<(String, Sealed)>,
    /// The keys that are due and were not reached.
    pub left: Vec<Due>,
    /// Why it stopped before its end; `None` if it did not.
    pub stopped: Option<CeremonyError>,
}

/// The depth of the verification of this key that is open; `None` if none is.
///
/// # Errors
/// [`CeremonyError::Open`] if its folder cannot be read.
pub fn begun_verification(desk: &dyn Desk, label: &str) -> Result<Option<Depth>, CeremonyError> {
    let open = OpenCeremony::new(VERIFICATION.name, label);
    if open.begun(desk)?.is_none() {
        return Ok(None);
    }
    depth::depth(desk, &open)
}

/// When each key in use is due, by the records, by metadata and by what the tenant says now: what is worse
/// than at a key's last record makes it due.
///
/// # Errors
/// [`CeremonyError::Ledger`] if the book cannot be read.
pub fn due_now(room: &mut Room<'_>, session: &mut Session) -> Result<Vec<Due>, CeremonyError> {
    let ledger = Ledger::new(&mut *room.store);
    let book = ledger.read_book()?;
    let policy = ledger.in_force()?.policy;
    let as_of = room.clock.utc();
    let mut since = ledger.reported(&book.facts.keys, &fido_roots(), as_of)?;
    since.extend(drifted(room, session, &book, &policy, as_of)?);
    Ok(findings::dues(&book.facts, &since, &policy, as_of))
}

/// What in the tenant is worse than each key's last record stated.
fn drifted(
    room: &mut Room<'_>,
    session: &mut Session,
    book: &BookReading,
    policy: &crate::plan::Policy,
    as_of: UtcTime,
) -> Result<Vec<Happening>, CeremonyError> {
    let clock = room.clock;
    let mut writes = GraphWrite::new(&mut *room.tenant, clock, session);
    let surveyed = survey(&mut writes.reads(), room.plan);
    let now = findings::tenant(&Judged {
        survey: &surveyed,
        plan: room.plan,
        policy,
        book: &book.facts,
        as_of,
    });
    let mut all = Vec::new();
    for key in book.on_record.iter().filter(|key| key.gone.is_none()) {
        let stated = Ledger::new(&mut *room.store).stated(key.last.0)?;
        let (account, own) = (Subject::account(&key.account), Subject::key(&key.label));
        let worse = findings::drift(&stated, &now, &surveyed, &book.facts.keys)
            .into_iter()
            .filter(|one| one.change == Change::Worse)
            .filter(|one| one.subject == account || one.subject == own);
        all.extend(worse.map(|one| Happening {
            at: as_of,
            concerns: Concerns::Key(key.label.clone()),
            what: format!(
                "{} is worse than in record {:06}: {}",
                one.check, stated.record, one.words
            ),
        }));
    }
    Ok(all)
}

/// Verifies every key that is due or will be within the policy's `remind-days`, safe by safe; between
/// two keys a person may stop. What an earlier run left open is finished first.
///
/// # Errors
/// [`CeremonyError`] if the book cannot be read; what stops a key's verification is in the result.
pub fn verify_due(room: &mut Room<'_>, session: &mut Session) -> Result<Walked, CeremonyError> {
    let mut left: Vec<Due> = due_now(room, session)?;
    let mut begun = Vec::new();
    for one in &left {
        begun.push(begun_verification(&*room.desk, &one.label)?);
    }
    let open = begun.iter().position(Option::is_some);
    let open = open
        .and_then(|place| left.get(place))
        .map(|one| one.label.clone());
    left.retain(|one| one.standing != DueStanding::Later || open.as_ref() == Some(&one.label));
    order(&mut left, open.as_deref());
    let count = left.len();
    for (number, one) in (1..).zip(&left) {
        room.operator.say(&format!("{number}. {}", sentence(one)));
    }
    let mut walked = Walked {
        done: Vec::new(),
        left: Vec::new(),
        stopped: None,
    };
    let mut rest = left.into_iter();
    let mut number = 0;
    for one in rest.by_ref() {
        number += 1;
        let prompt = Prompt::NextKey {
            label: one.label.clone(),
            safe: one.safe.clone(),
            number,
            of: count,
        };
        if number > 1 && !room.operator.confirm(&prompt) {
            walked.left.push(one);
            break;
        }
        let kept = begun_verification(&*room.desk, &one.label)?;
        let depth = kept.unwrap_or(match one.depth {
            DueDepth::Presence => Depth::WithPin,
            DueDepth::SignIn => Depth::WithSignIn,
        });
        match verify(room, session, &one.label, depth) {
            Ok(sealed) => walked.done.push((one.label, sealed)),
            Err(error) => {
                walked.stopped = Some(error);
                walked.left.push(one);
                break;
            }
        }
    }
    walked.left.extend(rest);
    Ok(walked)
}

/// What is open first; then safe by safe, the one with the earliest date first.
fn order(all: &mut [Due], open: Option<&str>) {
    let earliest = |safe: &Option<String>, all: &[Due]| {
        let there = all.iter().filter(|one| one.safe == *safe);
        there.map(|one| one.by).min()
    };
    let before = all.to_vec();
    all.sort_by_key(|one| {
        (
            open != Some(one.label.as_str()),
            earliest(&one.safe, &before),
            one.safe.clone(),
            one.label.clone(),
        )
    });
}

/// What is due, by when and why, in a sentence.
fn sentence(one: &Due) -> String {
    let place = one
        .safe
        .as_ref()
        .map_or_else(String::new, |safe| format!(", in {safe}"));
    let sign_in = match one.depth {
        DueDepth::Presence => "",
        DueDepth::SignIn => ", with a sign-in",
    };
    let mut words = format!("{}{place}, due by {}{sign_in}", one.label, one.by.day());
    if !one.reasons.is_empty() {
        words.push_str(": ");
        words.push_str(&one.reasons.join("; "));
    }
    words.push('.');
    words
}

/// Collects every sign-in that is pending, one after the other; what cannot be collected yet is said
/// and stops nothing. An amendment that was cut off after its record was in the ledger is finished first.
///
/// # Errors
/// [`CeremonyError`] if a ceremony stopped, or the book cannot be read.
pub fn collect_all(room: &mut Room<'_>, session: &mut Session) -> Result<Collected, CeremonyError> {
    let mut collected = collect::finish_appended(room)?;
    let as_of = room.clock.utc();
    let pending = pending_sign_ins(&Ledger::new(&mut *room.store), as_of)?;
    for one in pending {
        match collect(room, session, &one) {
            Ok(appended) => collected.done.push(appended),
            Err(CeremonyError::Matter { why, next }) => {
                room.operator.say(&format!("{why} ({next})"));
                collected.left.push(why);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(collected)
}

/// What came of collecting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// The amendments.
    pub done: Vec<crate::ceremony::Appended>,
    /// Why the others are pending still, a sentence each.
    pub left: Vec<String>,
}
