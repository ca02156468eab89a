//! Bare `glasskey`: the day's page of a book. Reads and writes nothing but the screen; no network, but
//! for a ledger that lies elsewhere.

mod json;
mod text;

use super::audit;
use crate::ceremony::CeremonyError;
use crate::ceremony::LateException;
use crate::ceremony::OpenCeremony;
use crate::ceremony::OpenError;
use crate::ceremony::day;
use crate::ceremony::day::Day;
use crate::ceremony::day::DayFacts;
use crate::ceremony::day::Kind;
use crate::ceremony::day::Unfinished;
use crate::ceremony::restore;
use crate::ceremony::waiting;
use crate::ceremony::waiting::Waiting;
use crate::cli::Output;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held::AsOf;
use crate::cli::open_book;
use crate::cli::pinned;
use crate::cli::place;
use crate::cli::plan_file;
use crate::cli::words;
use crate::findings;
use crate::findings::Due;
use crate::io::FolderDesk;
use crate::ledger::BookReading;
use crate::ledger::Ledger;
use crate::plan::Plan;
use crate::primitives::UtcTime;
use crate::webauthn::metadata::fido_roots;
use std::fs;
use std::path::Path;

const NOTHING: &str = "nothing was read";

/// A book as its day's page shows it.
struct Page<'a> {
    folder: &'a Path,
    plan: Plan,
    reading: BookReading,
    records: u64,
    as_of: UtcTime,
    day: Day,
}

impl Page<'_> {
    /// A command of the page as it is typed from here.
    fn typed(&self, command: &str) -> String {
        let here = self.folder == Path::new(".");
        let needs_no_book = command == "glasskey" || command.starts_with("glasskey rehearse");
        if here || needs_no_book {
            return command.to_owned();
        }
        let folder = self.folder.display();
        if command.starts_with("glasskey audit") {
            format!("{command} {folder}")
        } else {
            format!("{command} --book {folder}")
        }
    }

    /// The next command: what is most pressing, else the tenant.
    fn next(&self) -> String {
        let next = self.day.next().unwrap_or(if self.reading.rehearsal {
            "glasskey audit"
        } else {
            "glasskey check"
        });
        self.typed(next)
    }

    /// How the command ends.
    fn exit(&self) -> Exit {
        let of = |item: &day::DayItem| match item.kind {
            Kind::Broken | Kind::Unsigned => Exit::Ledger,
            Kind::Overdue | Kind::Open | Kind::Loose => Exit::Findings,
            Kind::Unfinished | Kind::Due | Kind::Planned | Kind::Changed => Exit::Done,
        };
        self.day.items.iter().map(of).max().unwrap_or(Exit::Done)
    }
}

/// Shows the page of the book in `folder`, or here.
pub(crate) fn run(folder: Option<&Path>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let here = Path::new(".");
    let is_there = |name: &str| fs::symlink_metadata(here.join(name)).is_ok();
    if folder.is_none() && !is_there("glasskey.toml") && !is_there("ledger") {
        let text = if output.json {
            json::no_book()
        } else {
            text::no_book(output.style)
        };
        output.print(&text)?;
        return Ok(Exit::Done);
    }
    let page = read(folder.unwrap_or(here), output)?;
    let text = if output.json {
        format!("{:#}\n", json::page(&page))
    } else {
        text::page(&page, output.style)
    };
    output.print(&text)?;
    Ok(page.exit())
}

/// The ceremonies that have begun in a book's folder and not finished.
pub(super) fn unfinished(desk: &FolderDesk) -> Result<Vec<Unfinished>, Failure> {
    let open = OpenCeremony::unfinished(desk)
        .map_err(|error| words::ceremony(&CeremonyError::Open(error)))?;
    let one = |id: String| Unfinished {
        begun: OpenCeremony::of_id(id.clone()).begun(desk).ok().flatten(),
        id,
    };
    Ok(open.into_iter().map(one).collect())
}

/// Reads a book, and makes its page.
fn read<'a>(folder: &'a Path, output: &mut Output<'_>) -> Result<Page<'a>, Failure> {
    open_book::in_a_folder(folder, NOTHING)?;
    let plan = plan_file::read(folder, NOTHING, output)?.plan;
    let desk = open_book::desk(folder);
    let opened = |error: OpenError| words::ceremony(&CeremonyError::Open(error));
    let unfinished = unfinished(&desk)?;
    let late = LateException::all(&desk).map_err(opened)?.len();
    let mut reading = BookReading::default();
    let mut unsigned: Vec<Waiting> = Vec::new();
    let mut findings = Vec::new();
    let (mut records, mut broken) = (0, None);
    let mut as_of = AsOf::of(None).time;
    if let Some(mut store) = place::find(folder, NOTHING)? {
        let (trust, _) = pinned::trust(None, &store, NOTHING)?;
        let audited = audit::book(folder, &trust, &[])?;
        broken = audited.first_bad_for_good();
        as_of = audited.judged_as_of();
        findings = audited.findings().to_vec();
        let ledger = Ledger::new(&mut store);
        records = ledger.size().map_err(|error| words::ledger(&error))?;
        match (ledger.read_book(), waiting::incomplete(&ledger, &desk)) {
            (Ok(read), Ok(waiting)) => {
                (reading, unsigned) = (read, waiting);
                let reported = ledger.reported(&reading.facts.keys, &fido_roots(), as_of);
                let reported = reported.map_err(|error| words::ledger(&error))?;
                reading.facts.happened.extend(reported);
            }
            // A record that cannot be read is what the page says first.
            (_, _) if broken.is_some() => {}
            (Err(error), _) => return Err(words::ledger(&error)),
            (_, Err(error)) => return Err(words::ceremony(&error)),
        }
    }
    reading.facts.restore = restore::loose(&desk).map_err(opened)?;
    let day = day::day(&DayFacts {
        plan: &plan,
        reading: &reading,
        unfinished: &unfinished,
        late,
        unsigned: &unsigned,
        findings: &findings,
        broken: broken.as_ref(),
        as_of,
    });
    Ok(Page {
        folder,
        plan,
        reading,
        records,
        as_of,
        day,
    })
}

impl Page<'_> {
    /// When each key in use is due, in the order of their labels.
    fn dues(&self) -> Vec<Due> {
        let policy = self.reading.policy.as_ref().unwrap_or(&self.plan.policy);
        let mut dues = findings::dues(&self.reading.facts, &[], policy, self.as_of);
        dues.sort_by(|one, other| one.label.cmp(&other.label));
        dues
    }

    /// The bag that a key is in; `None` if it is in none.
    fn bag_of(&self, label: &str) -> Option<String> {
        let mut on_record = self.reading.on_record.iter();
        on_record.find(|one| one.label == label)?.bag.clone()
    }
}
