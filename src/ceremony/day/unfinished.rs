//! What was begun and is not over: ceremonies, what they loosened, signatures that are missing.

use super::DayFacts;
use super::DayItem;
use super::Kind;
use crate::ceremony::Begun;
use crate::ceremony::scripts::SCRIPTS;
use crate::facts::restore::Loosened;
use crate::facts::restore::RestoreItem;
use crate::findings::Subject;
use crate::primitives::Guid;

/// A ceremony that has begun and not finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// Its folder's name in `open/`.
    pub id: String,
    /// How it began; `None` if that cannot be read.
    pub begun: Option<Begun>,
}

/// The command that goes on with an open ceremony, by its folder's name; `None` where it has to be
/// the one that it was begun with, which holds more than the folder's name.
#[must_use]
pub fn resume(id: &str) -> Option<String> {
    let (name, subject) = parts(id);
    // It has no script of its own: what it sent a moment ago is noted there.
    if let (None, Some(alias)) = (name, id.strip_prefix("provision-")) {
        return Some(format!("glasskey provision {alias}"));
    }
    match name? {
        "genesis" => Some("glasskey init".to_owned()),
        // It was kept which way, and in whose place.
        "registration" | "portal-registration" | "replacement" | "portal-replacement" => {
            Some(format!("glasskey register {subject}"))
        }
        "verification" => Some(format!("glasskey verify {subject}")),
        "verification-sign-in" => Some(format!("glasskey verify {subject} --sign-in")),
        "loss" => Some(format!("glasskey lost {subject}")),
        "retirement" => Some(format!("glasskey retire {subject}")),
        "custody-open" => Some(format!("glasskey custody open {subject}")),
        "custody-seal" => Some(format!("glasskey custody seal {subject}")),
        "custody-move" => Some(format!("glasskey custody move {subject}")),
        "custody-review" => Some(format!("glasskey custody review {subject}")),
        "policy" => Some("glasskey policy adopt".to_owned()),
        "people" => match subject.split_once('-') {
            Some((what, who)) => Some(format!("glasskey people {what} {who}")),
            None => Some("glasskey policy adopt".to_owned()),
        },
        "acceptance" => Some("glasskey accept".to_owned()),
        "exception" => Some("glasskey note exception".to_owned()),
        "amendment" => Some(format!("glasskey note amendment {subject}")),
        _ => None,
    }
}

/// The script's name and the subject in a folder's name.
fn parts(id: &str) -> (Option<&'static str>, &str) {
    let mut named: Vec<(&'static str, &str)> = SCRIPTS
        .iter()
        .filter_map(|script| {
            Some((
                script.name,
                id.strip_prefix(script.name)?.strip_prefix('-')?,
            ))
        })
        .collect();
    // Of names that begin alike the longest is meant.
    named.sort_by_key(|(name, _)| name.len());
    named
        .pop()
        .map_or((None, id), |(name, subject)| (Some(name), subject))
}

pub(super) fn unfinished(facts: &DayFacts<'_>) -> Vec<DayItem> {
    let one = |open: &Unfinished| {
        let (name, subject) = parts(&open.id);
        let label = open.begun.as_ref().and_then(|begun| begun.label.as_ref());
        let about = label.map_or_else(Subject::book, |label| Subject::key(label));
        let what = name.map_or_else(|| open.id.clone(), |name| format!("{name} {subject}"));
        let since = match &open.begun {
            Some(begun) => format!("begun {}, not finished", begun.started),
            None => format!("open/{}/begun.json cannot be read", open.id),
        };
        let next = match (name, resume(&open.id)) {
            // Either command begins one, and what began it is not kept.
            (Some("amendment"), Some(command)) => {
                format!("`{command}`, or `glasskey verify --collect` if that began it")
            }
            (_, Some(command)) => command,
            (_, None) => {
                "run the command again that it was begun with: it goes on from there".to_owned()
            }
        };
        DayItem::new(Kind::Unfinished, about, format!("{what}: {since}"), next)
    };
    let mut items: Vec<DayItem> = facts.unfinished.iter().map(one).collect();
    if facts.late > 0 {
        let what = format!(
            "{} came after the statement of their ceremony and stand in no record",
            super::dues::counted(facts.late, "exception", "exceptions")
        );
        let next = "glasskey note exception";
        items.push(DayItem::new(Kind::Unfinished, Subject::book(), what, next));
    }
    items
}

pub(super) fn loose(facts: &DayFacts<'_>) -> Vec<DayItem> {
    let items = facts.reading.facts.restore.iter();
    items.map(|item| one_loose(facts, item)).collect()
}

fn one_loose(facts: &DayFacts<'_>, item: &RestoreItem) -> DayItem {
    let account = |id: &Guid| {
        let mut accounts = facts.plan.accounts.iter();
        let account = accounts.find(|one| one.object_id == Some(*id));
        account.map_or_else(|| id.to_string(), |account| account.alias.clone())
    };
    let (subject, what) = match &item.loosened {
        Loosened::SelfService => (
            Subject::book(),
            "self-service set-up of passkeys was turned on".to_owned(),
        ),
        Loosened::TapGroup { account: id, .. } => (
            Subject::account(&account(id)),
            format!("{} was put into the group that may use a pass", account(id)),
        ),
        Loosened::Pass { account: id } => (
            Subject::account(&account(id)),
            format!("{} was given a Temporary Access Pass", account(id)),
        ),
        Loosened::ByHand { what } => (Subject::book(), format!("changed by hand: {what}")),
    };
    let next = match item.by.split_once('/') {
        Some(("provision", alias)) => format!("glasskey provision {alias}"),
        Some((
            "registration" | "portal-registration" | "replacement" | "portal-replacement",
            label,
        )) => format!("glasskey register {label}"),
        Some(_) | None => "run that ceremony again: it puts back and reads back".to_owned(),
    };
    let since = format!("{what} by {} on {}", item.by, item.since.day());
    DayItem::new(Kind::Loose, subject, since, next)
}

pub(super) fn unsigned(facts: &DayFacts<'_>) -> Vec<DayItem> {
    let one = |waiting: &crate::ceremony::waiting::Waiting| {
        let signing = &waiting.signing;
        let missing = signing.words().unwrap_or_default();
        let (subject, which, number) = match signing.index {
            Some(index) => (
                Subject::record(index),
                format!("Record {index:06}"),
                format!(" {index:06}"),
            ),
            None => (
                Subject::book(),
                "A record that counts only when everyone has signed".to_owned(),
                String::new(),
            ),
        };
        let what = format!("{which}: {} {missing}", signing.happened);
        let next = format!("glasskey sign --export{number} -o to-sign.json");
        DayItem::new(Kind::Unsigned, subject, what, next)
    };
    facts.unsigned.iter().map(one).collect()
}
