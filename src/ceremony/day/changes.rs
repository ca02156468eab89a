//! Where the plan and the records do not say the same: what is planned and not done, and what was
//! written into the plan since.

use super::DayFacts;
use super::DayItem;
use super::Kind;
use crate::findings::Subject;
use crate::plan::Role;
use std::collections::BTreeSet;

/// What the plan has and the book has not.
pub(super) fn planned(facts: &DayFacts<'_>) -> Vec<DayItem> {
    let mut items = Vec::new();
    if facts.reading.tenant.is_none() {
        let what = "the book has no first record: nobody may sign in it yet";
        let next = "glasskey init";
        return vec![DayItem::new(Kind::Planned, Subject::book(), what, next)];
    }
    for account in &facts.plan.accounts {
        if account.object_id.is_none() {
            let what = format!("{}: the plan has no object id of it yet", account.alias);
            let next = format!("glasskey provision {}", account.alias);
            let subject = Subject::account(&account.alias);
            items.push(DayItem::new(Kind::Planned, subject, what, next));
            continue;
        }
        for key in &account.keys {
            let on_record = &facts.reading.on_record;
            let begun = facts
                .unfinished
                .iter()
                .any(|open| open.id == format!("registration-{}", key.label));
            if begun || on_record.iter().any(|one| one.label == key.label) {
                continue;
            }
            let what = format!(
                "{}: planned for {}, and not registered",
                key.label, account.alias
            );
            let next = format!("glasskey register {}", key.label);
            items.push(DayItem::new(
                Kind::Planned,
                Subject::key(&key.label),
                what,
                next,
            ));
        }
    }
    items
}

/// What the plan says otherwise than the records.
pub(super) fn changed(facts: &DayFacts<'_>) -> Vec<DayItem> {
    let mut items = Vec::new();
    if facts.reading.tenant.is_none() {
        return items;
    }
    if let Some(policy) = &facts.reading.policy {
        let changes = policy.changes(&facts.plan.policy);
        if !changes.is_empty() {
            let what = format!(
                "the plan proposes another policy than the one in force: {}",
                changes.join("; ")
            );
            let next = "glasskey policy adopt";
            items.push(DayItem::new(Kind::Changed, Subject::book(), what, next));
        }
    }
    items.extend(people(facts));
    for key in &facts.reading.facts.keys {
        let subject = Subject::key(&key.label);
        let Some((_, planned)) = facts.plan.key(&key.label) else {
            let what = format!("{}: in use by the records, and not in the plan", key.label);
            let next = format!(
                "write it into glasskey.toml, or take it out of use: `glasskey retire {}`",
                key.label
            );
            items.push(DayItem::new(Kind::Changed, subject, what, next));
            continue;
        };
        if let Some(safe) = key.safe.as_ref().filter(|safe| **safe != planned.safe) {
            let what = format!(
                "{}: it lies in {safe} by the records, and in {} by the plan",
                key.label, planned.safe
            );
            let next = format!("glasskey custody move {}", key.label);
            items.push(DayItem::new(Kind::Changed, subject, what, next));
        }
    }
    items
}

/// Who may sign by the plan and not by the roster, and the other way round.
fn people(facts: &DayFacts<'_>) -> Vec<DayItem> {
    let mut items = Vec::new();
    let recorded = &facts.reading.facts.people;
    let set = |roles: &[Role]| {
        roles
            .iter()
            .map(|role| role.word())
            .collect::<BTreeSet<_>>()
    };
    for person in &facts.plan.people {
        let reference = &person.reference;
        let subject = Subject::person(reference);
        match recorded.iter().find(|one| one.reference == *reference) {
            None => {
                let what = format!("{reference}: in the plan, and not on the roster");
                let next = format!("glasskey people add {reference}");
                items.push(DayItem::new(Kind::Changed, subject, what, next));
            }
            Some(one) if set(&one.roles) != set(&person.roles) => {
                let what = format!("{reference}: other roles in the plan than in the records");
                let next = format!("glasskey people add {reference}");
                items.push(DayItem::new(Kind::Changed, subject, what, next));
            }
            Some(_) => {}
        }
    }
    for one in recorded {
        let mut planned = facts.plan.people.iter();
        if planned.any(|person| person.reference == one.reference) {
            continue;
        }
        let what = format!("{}: on the roster, and not in the plan", one.reference);
        let next = format!("glasskey people remove {}", one.reference);
        let subject = Subject::person(&one.reference);
        items.push(DayItem::new(Kind::Changed, subject, what, next));
    }
    items
}
