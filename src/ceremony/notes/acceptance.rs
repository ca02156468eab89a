//! A finding is accepted until a date.

use super::open_of;
use super::refused;
use super::said_before;
use super::sentence;
use crate::ceremony::Appended;
use crate::ceremony::Begun;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::plain;
use crate::ceremony::plain::Matter;
use crate::ceremony::plain::Occasion;
use crate::ceremony::scripts::ACCEPTANCE;
use crate::findings::Check;
use crate::findings::Subject;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::ledger::audit::is_acceptable;
use crate::primitives::UtcTime;
use crate::record::AcceptancePart;
use crate::record::Event;

/// What is to be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accept {
    /// The check whose failing is accepted.
    pub check: Check,
    /// What it is accepted of.
    pub subject: Subject,
    /// The last second of it.
    pub until: UtcTime,
    /// Why.
    pub reason: String,
}

/// The subject of an acceptance that an earlier run began, as its folder in `open/` has it.
///
/// # Errors
/// [`CeremonyError::Open`] if `open/` cannot be read.
pub fn acceptance_begun(room: &Room<'_>) -> Result<Option<String>, CeremonyError> {
    open_of(room, &ACCEPTANCE)
}

/// Accepts a finding, or goes on with the acceptance that an earlier run began: then `accept` may be
/// `None`.
///
/// # Errors
/// As [`crate::ceremony::hold`]; refused where the finding cannot be accepted.
pub fn accept(room: &mut Room<'_>, accept: Option<&Accept>) -> Result<Appended, CeremonyError> {
    let begun = acceptance_begun(room)?;
    let subject = match (accept, begun) {
        (Some(wanted), _) => folder(wanted),
        (None, Some(begun)) => begun,
        (None, None) => {
            return Err(refused(
                "no finding was named, and no acceptance has begun",
                "name it as `glasskey audit` or `check` does: `glasskey accept CHECK SUBJECT --until \
                 DATE`",
            ));
        }
    };
    let about = accept.map_or_else(String::new, |one| format!("{} {}", one.check, one.subject));
    let occasion = Occasion {
        script: &ACCEPTANCE,
        event: Event::Acceptance,
        subject: &subject,
        about: &about,
    };
    plain::hold(room, occasion, &mut |room, force, begun| {
        let wanted = accept.ok_or_else(|| {
            refused(
                "the acceptance that has begun states nothing yet",
                "name check, subject and date again",
            )
        })?;
        matter(room, force, begun, wanted)
    })
}

/// What names an acceptance in `open/`.
fn folder(accept: &Accept) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') {
            c
        } else {
            '-'
        }
    };
    let subject: String = accept.subject.to_string().chars().map(plain).collect();
    format!("{}-{subject}", accept.check)
}

fn matter(
    room: &mut Room<'_>,
    force: &InForce,
    begun: &Begun,
    wanted: &Accept,
) -> Result<Matter<'static>, CeremonyError> {
    if !is_acceptable(wanted.check) {
        return Err(refused(
            format!(
                "a {} that fails breaks the book or the key's proof, and is never accepted",
                wanted.check
            ),
            "find out what happened: `glasskey audit`; docs/checks.md says how it is mended",
        ));
    }
    if wanted.until <= begun.started {
        return Err(refused(
            format!("{} is over already", wanted.until),
            "name a day that is still to come: --until YYYY-MM-DD",
        ));
    }
    is_there(room, force, &wanted.subject)?;
    let reason = sentence(&wanted.reason, "the reason")?;
    let part = AcceptancePart {
        check: wanted.check,
        reason: Some(reason),
        subject: wanted.subject.clone(),
        until: wanted.until,
    };
    if let Some(index) = said_before(room, |one| one.acceptance.as_ref() == Some(&part))? {
        return Err(refused(
            format!("record {index:06} accepts that very finding until that very day"),
            "nothing is to be done",
        ));
    }
    room.operator.say(&format!(
        "{} ({}) of {}: accepted until {}, and not a second longer.",
        wanted.check,
        wanted.check.title(),
        wanted.subject,
        wanted.until
    ));
    Ok(Matter {
        changes: vec![
            "An audit says `accepted` in place of `fail` until then, and `fail` after it."
                .to_owned(),
        ],
        fill: Box::new(move |statement| statement.acceptance = Some(part)),
        roster: None,
    })
}

/// Refuses a subject that nothing in plan, roster or ledger goes by.
fn is_there(room: &mut Room<'_>, force: &InForce, subject: &Subject) -> Result<(), CeremonyError> {
    let text = subject.to_string();
    let (kind, name) = text.split_once(':').unwrap_or((&text, ""));
    let ledger = Ledger::new(&mut *room.store);
    let (found, known): (bool, Vec<String>) = match kind {
        "book" => (name.is_empty() && text == "book", Vec::new()),
        "policy" => (!name.is_empty(), Vec::new()),
        "record" => {
            let index = name.parse::<u64>().ok();
            let there = index.is_some_and(|index| *subject == Subject::record(index));
            let size = ledger.size()?;
            (there && index.is_some_and(|index| index < size), Vec::new())
        }
        "account" => {
            let accounts = room.plan.accounts.iter();
            known(name, accounts.map(|one| one.alias.clone()))
        }
        "key" => {
            let recorded = ledger.read_book()?.on_record;
            let recorded = recorded.into_iter().map(|one| one.label);
            let planned = room.plan.keys().map(|(_, key)| key.label.clone());
            known(name, planned.chain(recorded))
        }
        "safe" => known(name, room.plan.safes.iter().map(|one| one.id.clone())),
        "person" => known(name, force.people.iter().map(|one| one.reference.clone())),
        _ => (false, Vec::new()),
    };
    if found {
        return Ok(());
    }
    let next = if known.is_empty() {
        "write it as `glasskey audit` and `check` do: book, account:BG-1, key:BG1-A, record:000003"
            .to_owned()
    } else {
        format!("there is {}", known.join(", "))
    };
    Err(refused(format!("nothing here is {text}"), next))
}

/// Whether `name` is one of these, and all of them once.
fn known(name: &str, all: impl Iterator<Item = String>) -> (bool, Vec<String>) {
    let mut names: Vec<String> = all.collect();
    names.sort_unstable();
    names.dedup();
    (names.iter().any(|one| one == name), names)
}
