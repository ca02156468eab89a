//! `glasskey report`: what a book tells of a period, for an auditor: on the screen, as a page of HTML,
//! a calendar, a table, or all of it in a bundle.

mod bundle;
mod days;
mod files;
mod further;
mod text;

use super::audit;
use super::audit::Audited;
use crate::cli::Output;
use crate::cli::args;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held::AsOf;
use crate::cli::held::end_of;
use crate::cli::pinned;
use crate::cli::pinned::Source;
use crate::cli::place;
use crate::cli::plan_file;
use crate::cli::words;
use crate::io::AnyLedger;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::ledger::report::Period;
use crate::ledger::report::Report;
use crate::plan::Plan;
use crate::primitives::UtcTime;
use serde_json::Value;
use serde_json::json;

const NOTHING: &str = "nothing was reported";

/// A report, and how its book stands.
struct Reported {
    report: Report,
    /// The first bad file and why; `None` if the book is whole, but for signatures that are yet to come.
    bad: Option<(String, String)>,
    /// The plan; `None` where there is none beside the ledger.
    plan: Option<Plan>,
    audited: Audited,
    /// Whose word counts.
    source: Source,
    /// When the book is judged: the period's end, or today's where that has not come.
    as_of: UtcTime,
}

impl Reported {
    /// How the command ends.
    fn exit(&self) -> Exit {
        let unsigned = self
            .report
            .approvals
            .iter()
            .any(|one| !one.missing.is_empty());
        if self.bad.is_some() || unsigned {
            Exit::Ledger
        } else if self.is_missed() {
            Exit::Findings
        } else {
            Exit::Done
        }
    }

    /// Whether something was missed in the period, or overdue all through it.
    fn is_missed(&self) -> bool {
        let keys = self.report.keys.iter();
        let accounts = self.report.accounts.iter();
        keys.map(|key| (&key.counts, key.overdue))
            .chain(accounts.map(|account| (&account.sign_ins, account.overdue)))
            .any(|(counts, overdue)| !counts.missed.is_empty() || overdue.is_some())
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &args::Report, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let wanted = files::Wanted::of(&arguments.to_files, output.json)?;
    let mut store = place::ledger_of(&arguments.book, NOTHING)?;
    let reported = reported(arguments, &mut store, output)?;
    if !wanted.is_empty() {
        let further = further::gather(&arguments.book, &mut store, &reported)?;
        let written = files::write(
            &wanted,
            &arguments.book,
            &store,
            &reported,
            &further,
            output,
        )?;
        if !output.json {
            output.print(&written)?;
            return Ok(reported.exit());
        }
    }
    let page = if output.json {
        format!("{:#}\n", json(&reported)?)
    } else {
        text::report(&reported, output.style)
    };
    output.print(&page)?;
    Ok(reported.exit())
}

/// Audits the book and reads its period.
fn reported(
    arguments: &args::Report,
    store: &mut AnyLedger,
    output: &mut Output<'_>,
) -> Result<Reported, Failure> {
    // The plan says who holds which PIN envelope; a copy for an auditor may be without.
    let plan = if arguments.book.join("glasskey.toml").is_file() {
        Some(plan_file::read(&arguments.book, NOTHING, output)?.plan)
    } else {
        None
    };
    let (trust, source) = pinned::trust(arguments.trust.as_deref(), store, NOTHING)?;
    let ends = Ends::of(store)?;
    let (period, as_of) = ends.period(arguments)?;
    let judged = ends.last.map_or(as_of, |last| as_of.max(last));
    let audited = audit::book_at(&arguments.book, &trust, source.clone(), judged)?;
    let report = Ledger::new(store)
        .report(period, plan.as_ref())
        .map_err(|error| unread(&error))?;
    Ok(Reported {
        report,
        bad: audited.first_bad_for_good(),
        plan,
        audited,
        source,
        as_of,
    })
}

fn unread(error: &LedgerError) -> Failure {
    words::ledger(error).saying(NOTHING)
}

/// When a book begins and ends.
struct Ends {
    first: Option<UtcTime>,
    last: Option<UtcTime>,
    rehearsal: bool,
}

impl Ends {
    fn of(store: &mut AnyLedger) -> Result<Self, Failure> {
        let ledger = Ledger::new(store);
        let size = ledger.size().map_err(|error| unread(&error))?;
        let statement = |index| ledger.record(index).map(|record| record.statement);
        let mut ends = Self {
            first: None,
            last: None,
            rehearsal: false,
        };
        if let Some(index) = size.checked_sub(1) {
            let first = statement(0).map_err(|error| unread(&error))?;
            let last = statement(index).map_err(|error| unread(&error))?;
            ends.rehearsal = first.rehearsal;
            ends.first = Some(first.time.started);
            ends.last = Some(last.time.started);
        }
        Ok(ends)
    }

    /// The period that was named, or that of the whole book, and when it is judged. A day that is not
    /// over is taken as over, so that the same day always says the same.
    fn period(&self, arguments: &args::Report) -> Result<(Period, UtcTime), Failure> {
        let now = match self.last {
            Some(last) if self.rehearsal => last,
            Some(_) | None => AsOf::of(None).time,
        };
        let evening = end_of(&now.day()).unwrap_or(now);
        let to = arguments.to.unwrap_or(evening);
        let morning = |at: UtcTime| UtcTime::parse(&format!("{}T00:00:00Z", at.day()));
        let from = arguments.from.unwrap_or_else(|| {
            let first = self.first.and_then(morning).unwrap_or(to);
            first.min(to)
        });
        if from > to {
            return Err(Failure::new(
                Exit::Usage,
                NOTHING,
                format!("the period ends on {} before it begins", to.day()),
                "name the earlier day with --from, the later one with --to",
            ));
        }
        // The time of a rehearsal is made up: no day that somebody names is yet to come.
        let latest = match arguments.to {
            Some(to) if self.rehearsal => to,
            None if self.rehearsal => now,
            Some(_) | None => evening,
        };
        Ok((Period { from, to }, to.min(latest)))
    }
}

/// `glasskey.report/1`
fn json(reported: &Reported) -> Result<Value, Failure> {
    let mut value = serde_json::to_value(&reported.report)
        .map_err(|error| Failure::new(Exit::Bug, NOTHING, error.to_string(), "report this"))?;
    if let Some(members) = value.as_object_mut() {
        members.insert("schema".to_owned(), json!("glasskey.report/1"));
        members.insert("exit".to_owned(), json!(reported.exit().code()));
        members.insert("whole".to_owned(), json!(reported.bad.is_none()));
        if let Some((file, why)) = &reported.bad {
            members.insert("first_bad".to_owned(), json!({"file": file, "why": why}));
        }
    }
    Ok(value)
}
