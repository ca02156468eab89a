//! Step 5: Microsoft's list, with what shows each line; only what nothing shows is asked.

use super::Course;
use super::TenantSide;
use super::checklist;
use super::checklist::Known;
use super::checklist::Observed;
use super::signed_in::PATIENCE;
use super::signed_in::sound;
use crate::ceremony::CeremonyError;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ledger::Ledger;
use crate::record::AlertPart;
use crate::record::ChecklistPart;
use crate::record::Event;
use std::collections::BTreeSet;

/// A training counts for so many days.
const TRAINED_DAYS: i64 = 365;

/// Goes through the list: what shows each line, and what people say of those that nothing shows.
///
/// # Errors
/// [`CeremonyError::Declined`]; [`CeremonyError::Mismatch`] if what is typed is no answer to it.
pub(super) fn list(
    room: &mut Room<'_>,
    course: &Course<'_>,
    tenant: &TenantSide,
    sign_in: Option<String>,
    alert: Option<&AlertPart>,
    task: Option<String>,
    has_role: Option<bool>,
) -> Result<Vec<ChecklistPart>, CeremonyError> {
    let script = course.follow.script;
    let lines = checklist::lines(&Observed {
        findings: &tenant.findings,
        sign_in,
        alert: alert.map(|alert| format!("{} saw {}", alert.seen_by, alert.id)),
        task,
        has_role,
        sites: sites(room, course),
        staff: staff(course),
        people: people(room, course),
        script: format!("script {}/{}", script.name, script.version),
        training: training(room, course)?,
    });
    let asked = checklist::asked(&lines);
    let mut because: Vec<Option<String>> = vec![None; asked.len()];
    if !asked.is_empty() {
        for number in not_done(room, &asked)? {
            let Some(line) = number.checked_sub(1).and_then(|place| asked.get(place)) else {
                continue;
            };
            let what = format!("Not done: {}.", line.question);
            room.operator.say(&what);
            let text = room
                .operator
                .line(&Prompt::Because { what })
                .ok_or(CeremonyError::Declined)?;
            let text = text.trim();
            let text = if sound(text) {
                text
            } else {
                "no reason was given"
            };
            if let Some(place) = because.get_mut(number.saturating_sub(1)) {
                *place = Some(text.to_owned());
            }
        }
    }
    let operator = room.references().into_iter().next().unwrap_or_default();
    let mut because = because.into_iter();
    let parts: Vec<ChecklistPart> = lines
        .iter()
        .map(|line| {
            let because = match line.known {
                Known::Asked => because.next().flatten(),
                Known::Shown(_) | Known::NotSo(_) => None,
            };
            checklist::part(line, because.as_deref(), &operator)
        })
        .collect();
    for part in &parts {
        let done = if part.done { "done" } else { "not done" };
        room.operator
            .say(&format!("{}: {done}: {}", part.item, part.text));
    }
    Ok(parts)
}

/// The numbers of what was not done of the lines that are asked.
fn not_done(room: &mut Room<'_>, asked: &[&checklist::Line]) -> Result<Vec<usize>, CeremonyError> {
    for (number, line) in (1..).zip(asked) {
        room.operator.say(&format!("{number}. {}", line.question));
    }
    for _ in 0..PATIENCE {
        let line = room
            .operator
            .line(&Prompt::NotDone)
            .ok_or(CeremonyError::Declined)?;
        if let Some(numbers) = checklist::not_done(&line, asked.len()) {
            return Ok(numbers);
        }
        room.operator
            .say("Numbers from the list, with spaces between them, or `all`.");
    }
    Err(CeremonyError::Mismatch("list"))
}

/// Where the keys of the account lie, by the records.
fn sites(room: &Room<'_>, course: &Course<'_>) -> Known {
    let mut safes = BTreeSet::new();
    let mut places = BTreeSet::new();
    for key in course.book.facts.keys_of(&course.account.alias) {
        let Some(name) = &key.safe else { continue };
        let safe = room.plan.safes.iter().find(|safe| safe.id == *name);
        safes.insert(name.clone());
        places.extend(safe.map(|safe| safe.site.clone()));
    }
    let words = safes.into_iter().collect::<Vec<_>>().join(", ");
    if places.len() > 1 {
        let places = places.into_iter().collect::<Vec<_>>().join(", ");
        Known::Shown(format!("{words}, at {places}"))
    } else {
        Known::NotSo(format!("all at one place: {words}"))
    }
}

/// Who came or left since the key was seen last.
fn staff(course: &Course<'_>) -> Vec<String> {
    let label = &course.planned.label;
    let own = course
        .book
        .facts
        .keys
        .iter()
        .find(|key| key.label == *label);
    let last = own.and_then(|key| key.seen).map(|(at, _)| at);
    course
        .book
        .facts
        .happened
        .iter()
        .filter(|one| last.is_none_or(|last| one.at > last))
        .map(|one| one.what.clone())
        .collect()
}

/// Whether the plan's people are those who count.
fn people(room: &Room<'_>, course: &Course<'_>) -> Known {
    let count: BTreeSet<&str> = course
        .force
        .people
        .iter()
        .map(|person| person.reference.as_str())
        .collect();
    let planned: BTreeSet<&str> = room
        .plan
        .people
        .iter()
        .map(|person| person.reference.as_str())
        .collect();
    let words = |all: &BTreeSet<&str>| all.iter().copied().collect::<Vec<_>>().join(", ");
    if planned.is_empty() || planned == count {
        let roster = course.force.roster_index;
        Known::Shown(format!("roster of record {roster:06}: {}", words(&count)))
    } else {
        Known::NotSo(format!(
            "the plan has {}, the roster in force {}",
            words(&planned),
            words(&count)
        ))
    }
}

/// The last training of everyone who signs, if it is not too long ago.
fn training(room: &mut Room<'_>, course: &Course<'_>) -> Result<Option<String>, CeremonyError> {
    let mut left: BTreeSet<String> = room.references().into_iter().collect();
    let mut records = Vec::new();
    let oldest = course.begun.started.plus_days(-TRAINED_DAYS);
    let ledger = Ledger::new(&mut *room.store);
    for index in (0..ledger.size()?).rev() {
        let statement = ledger.record(index)?.statement;
        if statement.time.started < oldest || left.is_empty() {
            break;
        }
        if let (Event::Training, Some(training)) = (statement.event, &statement.training) {
            let before = left.len();
            for person in &training.people {
                left.remove(person);
            }
            if left.len() < before {
                records.push(format!("record {index:06}"));
            }
        }
    }
    let trained = left.is_empty() && !records.is_empty();
    Ok(trained.then(|| records.join(", ")))
}
