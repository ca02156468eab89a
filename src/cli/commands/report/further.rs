//! What a page tells besides the records of the period: what is due and to be done, what a loss would
//! leave.

use super::NOTHING;
use super::Reported;
use super::unread;
use crate::ceremony::CeremonyError;
use crate::ceremony::LateException;
use crate::ceremony::day;
use crate::ceremony::day::DayFacts;
use crate::ceremony::day::DayItem;
use crate::ceremony::day::Kind;
use crate::ceremony::restore;
use crate::ceremony::waiting;
use crate::cli::commands::audit::outside;
use crate::cli::commands::day::unfinished;
use crate::cli::failure::Failure;
use crate::cli::open_book;
use crate::cli::place;
use crate::cli::words;
use crate::findings;
use crate::findings::Due;
use crate::findings::Recovery;
use crate::io::AnyLedger;
use crate::ledger::BookReading;
use crate::ledger::Ledger;
use crate::ledger::report::Report;
use crate::paper::AnchorRow;
use crate::paper::LedgerState;
use crate::paper::ReportPage;
use crate::paper::ToDo;
use crate::paper::ToDoKind;
use crate::plan::Policy;
use std::path::Path;

/// The program, as pages name it.
const TOOL: &str = concat!("glasskey ", env!("CARGO_PKG_VERSION"));

/// What is told besides.
pub(super) struct Further {
    /// The book's name.
    pub(super) book: String,
    /// The records until the period's end.
    pub(super) reading: BookReading,
    /// The policy in force then.
    pub(super) policy: Policy,
    /// When each key is due.
    pub(super) dues: Vec<Due>,
    /// What is to be done.
    to_do: Vec<ToDo>,
    /// What a loss would leave; `None` without a plan.
    recovery: Option<Recovery>,
    /// Where the ledger ends.
    ledger: Option<LedgerState>,
    /// What holds it from outside.
    anchors: Vec<AnchorRow>,
}

impl Further {
    /// What the page of HTML is made of.
    pub(super) fn page<'a>(&'a self, reported: &'a Reported) -> ReportPage<'a> {
        ReportPage {
            book: &self.book,
            report: &reported.report,
            bad: reported.bad.as_ref(),
            as_of: reported.as_of,
            dues: &self.dues,
            to_do: &self.to_do,
            findings: reported.audited.findings(),
            recovery: self.recovery.as_ref(),
            ledger: self.ledger,
            anchors: &self.anchors,
            anchors_needed: reported.audited.anchors_needed(),
            tool: TOOL,
        }
    }
}

/// Reads the rest.
pub(super) fn gather(
    folder: &Path,
    store: &mut AnyLedger,
    reported: &Reported,
) -> Result<Further, Failure> {
    let ledger = Ledger::new(store);
    let read = ledger.read_book_of(reported.report.records);
    let mut reading = read.map_err(|error| unread(&error))?;
    // Also where the book begins after the period, and none of its records was read.
    reading.rehearsal = reported.report.rehearsal;
    let policy = match (&reading.policy, &reported.plan) {
        (Some(policy), _) => policy.clone(),
        (None, Some(plan)) => plan.policy.clone(),
        (None, None) => Policy::default(),
    };
    let to_do = to_do(folder, &ledger, reported, &mut reading)?;
    let audited = &reported.audited;
    let state = audited.head().zip(audited.genesis());
    let origin = reported.report.origin.as_deref().unwrap_or_default();
    Ok(Further {
        book: match &reported.plan {
            Some(plan) => plan.book.name.clone(),
            None => origin.rsplit('/').next().unwrap_or(origin).to_owned(),
        },
        dues: findings::dues(&reading.facts, &[], &policy, reported.as_of),
        to_do,
        recovery: reported
            .plan
            .as_ref()
            .map(|plan| Recovery::of(plan, &reading.facts.keys)),
        ledger: state.map(|(head, genesis)| LedgerState {
            size: head.size,
            root: head.root,
            genesis,
        }),
        anchors: outside::rows(audited),
        reading,
        policy,
    })
}

/// What the day's page says; nothing of a book without a plan, or in a container.
fn to_do(
    folder: &Path,
    ledger: &Ledger<'_>,
    reported: &Reported,
    reading: &mut BookReading,
) -> Result<Vec<ToDo>, Failure> {
    let Some(plan) = &reported.plan else {
        return Ok(Vec::new());
    };
    if place::address(folder, NOTHING)?.is_some() {
        return Ok(Vec::new());
    }
    let desk = open_book::desk(folder);
    let opened = |error| words::ceremony(&CeremonyError::Open(error));
    let unfinished = unfinished(&desk)?;
    let late = LateException::all(&desk).map_err(opened)?.len();
    reading.facts.restore = restore::loose(&desk).map_err(opened)?;
    // A record that cannot be read is what the page says first.
    let unsigned = waiting::incomplete(ledger, &desk).unwrap_or_default();
    let day = day::day(&DayFacts {
        plan,
        reading,
        unfinished: &unfinished,
        late,
        unsigned: &unsigned,
        findings: reported.audited.findings(),
        broken: reported.bad.as_ref(),
        as_of: reported.as_of,
    });
    let Some(begins) = not_begun(&reported.report) else {
        return Ok(day.items.into_iter().map(of_day).collect());
    };
    // What is planned waits for the first record, and that is there.
    let items = day.items.into_iter();
    let items = items.filter(|item| item.kind != Kind::Planned);
    Ok(items.map(of_day).chain([begins]).collect())
}

/// That the book begins after the period; `None` if it does not.
fn not_begun(report: &Report) -> Option<ToDo> {
    let begins = report.begins_after()?;
    Some(ToDo {
        kind: ToDoKind::Soon,
        what: report.not_begun()?,
        next: format!("name {} or a later day with --to", begins.day()),
        by: Some(begins),
    })
}

fn of_day(item: DayItem) -> ToDo {
    ToDo {
        kind: match item.kind {
            Kind::Broken | Kind::Unfinished | Kind::Unsigned | Kind::Overdue | Kind::Open => {
                ToDoKind::Pressing
            }
            Kind::Loose => ToDoKind::Restore,
            Kind::Due | Kind::Planned => ToDoKind::Soon,
            Kind::Changed => ToDoKind::Drift,
        },
        what: item.what,
        next: item.next,
        by: item.by,
    }
}
