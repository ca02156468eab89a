//! The day's page: what a book leaves to be done now, most pressing first, each with the next command.
//! Pure: the book was read before, the tenant is not asked.

mod changes;
mod dues;
mod unfinished;

pub use unfinished::Unfinished;
pub use unfinished::resume;

use super::waiting::Waiting;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::ledger::BookReading;
use crate::plan::Plan;
use crate::primitives::UtcTime;

/// What the page is made of.
#[derive(Clone, Copy)]
pub struct DayFacts<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What the records say, and what is loose.
    pub reading: &'a BookReading,
    /// Ceremonies that have begun and not finished.
    pub unfinished: &'a [Unfinished],
    /// Exceptions that came after their statement and stand in no record.
    pub late: usize,
    /// Records that lack signatures.
    pub unsigned: &'a [Waiting],
    /// What the audit said of the book.
    pub findings: &'a [Finding],
    /// The first bad file and why, missing signatures apart; `None` if the book is whole.
    pub broken: Option<&'a (String, String)>,
    /// When.
    pub as_of: UtcTime,
}

/// Why something stands on the page; the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The book is not whole.
    Broken,
    /// A ceremony has begun and not finished.
    Unfinished,
    /// Something that a ceremony loosened is not read back.
    Loose,
    /// Signatures are missing.
    Unsigned,
    /// Its day is over.
    Overdue,
    /// A check fails or cannot tell.
    Open,
    /// It is due soon.
    Due,
    /// The plan has it and the book has not.
    Planned,
    /// Plan and book do not say the same.
    Changed,
}

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Self; 9] = [
        Self::Broken,
        Self::Unfinished,
        Self::Loose,
        Self::Unsigned,
        Self::Overdue,
        Self::Open,
        Self::Due,
        Self::Planned,
        Self::Changed,
    ];

    /// As programs read it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Unfinished => "unfinished",
            Self::Loose => "loose",
            Self::Unsigned => "unsigned",
            Self::Overdue => "overdue",
            Self::Open => "open",
            Self::Due => "due",
            Self::Planned => "planned",
            Self::Changed => "changed",
        }
    }

    /// As people read it, above its lines.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Broken => "Do not go on: the book is not whole",
            Self::Unfinished => "Unfinished",
            Self::Loose => "Loosened by a ceremony, and not back yet",
            Self::Unsigned => "Signatures missing",
            Self::Overdue => "Overdue",
            Self::Open => "Open",
            Self::Due => "Due soon",
            Self::Planned => "Planned, and not done yet",
            Self::Changed => "Changed since the records",
        }
    }
}

/// One line of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayItem {
    /// Why it stands there.
    pub kind: Kind,
    /// What it is about.
    pub subject: Subject,
    /// What is, in words.
    pub what: String,
    /// What to do: a command, or words around one.
    pub next: String,
    /// The day by which; `None` where there is none.
    pub by: Option<UtcTime>,
    /// The finding that it is from; `None` if it is of no check.
    pub finding: Option<Finding>,
}

impl DayItem {
    fn new(kind: Kind, subject: Subject, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            kind,
            subject,
            what: what.into(),
            next: next.into(),
            by: None,
            finding: None,
        }
    }

    /// The command that is next; `None` where words alone say what to do.
    #[must_use]
    pub fn command(&self) -> Option<&str> {
        if self.next.starts_with("glasskey") {
            return Some(&self.next);
        }
        let mut quoted = self.next.split('`').skip(1).step_by(2);
        quoted.find(|text| text.starts_with("glasskey"))
    }
}

/// The page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Its lines, most pressing first.
    pub items: Vec<DayItem>,
}

impl Day {
    /// The one next command; `None` if nothing is to be done that has one.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.items.iter().find_map(DayItem::command)
    }
}

/// The day's page.
#[must_use]
pub fn day(facts: &DayFacts<'_>) -> Day {
    let mut items = Vec::new();
    if let Some((file, why)) = facts.broken {
        let what = format!("{file}: {why}");
        items.push(DayItem::new(
            Kind::Broken,
            Subject::book(),
            what,
            "glasskey audit",
        ));
    }
    items.extend(unfinished::unfinished(facts));
    items.extend(unfinished::loose(facts));
    items.extend(unfinished::unsigned(facts));
    items.extend(dues::dues(facts));
    items.extend(changes::planned(facts));
    items.extend(changes::changed(facts));
    // A stable sort: what came first among equals stays first.
    items.sort_by(|one, other| {
        let day = |item: &DayItem| item.by.map_or(i64::MAX, UtcTime::unix);
        (one.kind, day(one)).cmp(&(other.kind, day(other)))
    });
    Day { items }
}
