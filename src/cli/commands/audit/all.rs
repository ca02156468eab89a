//! `audit --all`: every book beneath a folder or in a container, each for itself.

mod search;
mod trusted;

use super::Audited;
use super::NOTHING;
use crate::cli::Output;
use crate::cli::args::Audit;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held::AsOf;
use crate::cli::page;
use crate::cli::pinned;
use crate::cli::pinned::Source;
use crate::cli::place;
use crate::cli::progress::Progress;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::io::AnyLedger;
use crate::io::Cores;
use crate::ledger::Trust;
use crate::ledger::audit::Standing;
use crate::plan::ObjectUrl;
use crate::primitives::UtcTime;
use crate::primitives::text;
use search::Found;
use serde_json::Value;
use serde_json::json;
use std::fmt::Write as _;
use std::fs;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;

/// The column of a book's name.
const BOOK: usize = 39;

/// Before why a book is not clean.
const WHY: &str = "           ";

/// Folders within folders of a container that are looked into.
#[cfg(feature = "object-store")]
const DEEPEST: usize = 8;

/// What one book came to.
struct Row {
    book: String,
    tenant: Option<String>,
    records: u64,
    last: Option<UtcTime>,
    state: &'static str,
    exit: Exit,
    worst: Option<Verdict>,
    first_bad: Option<(String, String)>,
    /// The first of the findings that are open, the gravest verdict first.
    open: Option<Finding>,
}

/// Audits every book beneath `folder`.
pub(super) fn run(
    folder: &Path,
    arguments: &Audit,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let as_of = AsOf::of(arguments.as_of.as_ref());
    let far = place::address(folder, NOTHING)?;
    let found = if let Some(url) = &far {
        let mut books = Vec::new();
        elsewhere(url, &mut books)?;
        books.into_iter().map(Found::Book).collect()
    } else {
        search::beneath(folder).map_err(|error| nothing(folder, &error.to_string()))?
    };
    if found.is_empty() {
        let why = "no folder in it holds glasskey.toml or ledger/origin";
        return Err(nothing(folder, why));
    }
    if let Some(trust) = &arguments.trust
        && !trust.is_dir()
    {
        let why = "with --all, --trust names a folder of files <tenant id>.toml";
        return Err(nothing(trust, why));
    }
    let lanes = if far.is_some() { place::FAR } else { cores() };
    let mut rows = side_by_side(&found, lanes, |found, threads| {
        let name = named(found.place(), folder);
        match found {
            Found::Book(book) => audited(name, book, arguments.trust.as_deref(), as_of, threads),
            Found::Unseen(_, why) => Row::failed(name, None, Exit::Usage, why.clone()),
        }
    });
    if let Some(trust) = &arguments.trust {
        let without = trusted::without_book(trust, &rows);
        rows.extend(without.map_err(|error| nothing(trust, &error.to_string()))?);
    }
    let exit = rows.iter().map(|row| row.exit).max().unwrap_or(Exit::Done);
    let words = if output.json {
        format!("{:#}\n", as_json(&rows, exit, as_of))
    } else {
        table(&rows, as_of, output)
    };
    output.print(&words)?;
    Ok(exit)
}

/// The name of what is at `place`, seen from `folder`.
fn named(place: &Path, folder: &Path) -> String {
    let name = place.strip_prefix(folder).unwrap_or(place);
    if name.as_os_str().is_empty() {
        ".".to_owned()
    } else {
        name.display().to_string()
    }
}

/// What the book `name` came to, whatever happens to it.
fn audited(name: String, book: &Path, trust: Option<&Path>, as_of: AsOf, threads: usize) -> Row {
    let audited = catch_unwind(AssertUnwindSafe(|| one(book, trust, as_of, threads)));
    match audited {
        Err(_) => Row::failed(name, None, Exit::Bug, "a bug in glasskey".to_owned()),
        Ok((tenant, Err(failure))) => Row::failed(name, tenant, failure.exit, failure.why),
        Ok((tenant, Ok(audited))) => Row::of(name, tenant, &audited),
    }
}

/// Every book at `url` or beneath it, sorted: what has an origin or records is a ledger.
#[cfg(feature = "object-store")]
fn elsewhere(url: &ObjectUrl, books: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let container = place::container(url, NOTHING)?;
    let mut left = vec![(url.clone(), 0)];
    while let Some((place, depth)) = left.pop() {
        let layer = container.layer(&place);
        let layer = layer.map_err(|fault| place::failed(fault, &place, NOTHING))?;
        let is_ledger = layer.files.iter().any(|name| name == "origin")
            || layer.folders.iter().any(|name| name == "records");
        if is_ledger {
            let book = match place.parent() {
                Some(above) if above.join("ledger") == place && place != *url => above,
                Some(_) | None => place,
            };
            books.push(PathBuf::from(book.to_string()));
        } else if depth < DEEPEST {
            left.extend(
                layer
                    .folders
                    .iter()
                    .map(|name| (place.join(name), depth + 1)),
            );
        }
    }
    books.sort();
    Ok(())
}

#[cfg(not(feature = "object-store"))]
fn elsewhere(url: &ObjectUrl, _: &mut Vec<PathBuf>) -> Result<(), Failure> {
    Err(place::not_built_in(url, NOTHING))
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// `work` on each book, `cores` at once; where there are fewer books than cores, each gets some.
fn side_by_side(
    books: &[Found],
    cores: usize,
    work: impl Fn(&Found, usize) -> Row + Sync,
) -> Vec<Row> {
    let threads = (cores / books.len().max(1)).max(1);
    let (next, rows) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let progress = Mutex::new(Progress::new("books"));
    thread::scope(|scope| {
        for _ in 0..cores.min(books.len()) {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(book) = books.get(place) else {
                        return;
                    };
                    let row = work(book, threads);
                    let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
                    rows.push((place, row));
                    let done = u64::try_from(rows.len()).unwrap_or(u64::MAX);
                    drop(rows);
                    let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
                    progress.step(done, || u64::try_from(books.len()).ok());
                }
            });
        }
    });
    let mut rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The tenant that a book says it is of, and its audit.
fn one(
    book: &Path,
    trust: Option<&Path>,
    as_of: AsOf,
    threads: usize,
) -> (Option<String>, Result<Audited, Failure>) {
    let ledger = match place::ledger_of(book, NOTHING) {
        Ok(ledger) => ledger,
        Err(failure) => return (None, Err(failure)),
    };
    let tenant = pinned::origin(&ledger).map(|origin| origin.tenant().to_string());
    let trust = whose_word(&ledger, tenant.as_deref(), trust);
    let audited = trust.and_then(|(trust, source)| {
        let cores = Cores::new(threads);
        let audited = super::book_as_of(book, &trust, &[], as_of, cores, &mut ())?;
        let mut audited = audited.from(source);
        let outside = super::outside::finding(&audited);
        audited.report.add(outside);
        Ok(audited)
    });
    (tenant, audited)
}

/// Whose word counts for the book whose ledger is `ledger`: that of its tenant's file in the folder
/// `trust`, and without a folder what was pinned.
fn whose_word(
    ledger: &AnyLedger,
    tenant: Option<&str>,
    trust: Option<&Path>,
) -> Result<(Trust, Source), Failure> {
    let file = trust
        .zip(tenant)
        .map(|(folder, tenant)| folder.join(format!("{tenant}.toml")))
        .filter(|path| fs::symlink_metadata(path).is_ok());
    match (trust, &file) {
        // Whoever names a folder of trust files trusts nothing else.
        (Some(_), None) => Ok((Trust::default(), Source::Nobody(None))),
        (_, file) => pinned::trust(file.as_deref(), ledger, "the book was not audited"),
    }
}

impl Row {
    fn of(book: String, tenant: Option<String>, audited: &Audited) -> Self {
        let report = &audited.report;
        let exit = audited.exit();
        let worst = report.findings.iter().map(|one| one.verdict);
        let worst = worst.max_by_key(|verdict| gravity(*verdict));
        let open = report.findings.iter();
        let open = open.filter(|one| one.verdict.is_open());
        let open = open.min_by_key(|one| std::cmp::Reverse(gravity(one.verdict)));
        Self {
            book,
            tenant,
            records: report.head.as_ref().map_or(0, |head| head.size),
            last: report.last_started,
            state: match (exit, report.standing()) {
                (Exit::Done, _) => "clean",
                (Exit::Ledger, _) | (_, Standing::Broken) => "broken",
                (_, Standing::Clean | Standing::Open) => "open",
            },
            worst: if exit == Exit::Ledger {
                Some(Verdict::Fail)
            } else {
                worst
            },
            exit,
            first_bad: audited.first_bad(),
            open: open.cloned(),
        }
    }

    const fn failed(book: String, tenant: Option<String>, exit: Exit, why: String) -> Self {
        Self {
            first_bad: Some((String::new(), why)),
            book,
            tenant,
            records: 0,
            last: None,
            state: "failed",
            exit,
            worst: None,
            open: None,
        }
    }
}

const fn gravity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Pass => 0,
        Verdict::NotRun => 1,
        Verdict::Accepted => 2,
        Verdict::Warn => 3,
        Verdict::Unknown => 4,
        Verdict::Fail => 5,
    }
}

fn as_json(rows: &[Row], exit: Exit, as_of: AsOf) -> Value {
    let books: Vec<Value> = rows
        .iter()
        .map(|row| {
            let mut value = json!({
                "book": row.book, "records": row.records, "state": row.state, "exit": row.exit.code(),
            });
            if let Some(members) = value.as_object_mut() {
                if let Some(tenant) = &row.tenant {
                    members.insert("tenant".to_owned(), json!(tenant));
                }
                if let Some(last) = &row.last {
                    members.insert("last_record".to_owned(), json!(last));
                }
                if let Some(worst) = &row.worst {
                    members.insert("worst".to_owned(), json!(worst));
                }
                match &row.first_bad {
                    Some((file, why)) if file.is_empty() => {
                        members.insert("why".to_owned(), json!(why));
                    }
                    Some((file, why)) => {
                        let first = json!({"file": file, "why": why});
                        members.insert("first_bad".to_owned(), first);
                    }
                    None => {
                        if let Some(open) = &row.open {
                            members.insert("first_open".to_owned(), json!(open));
                        }
                    }
                }
            }
            value
        })
        .collect();
    json!({
        "schema": "glasskey.audit-all/1",
        "exit": exit.code(),
        "judged_as_of": as_of.time,
        "hypothetical": as_of.hypothetical,
        "books": books,
    })
}

fn table(rows: &[Row], as_of: AsOf, output: &Output<'_>) -> String {
    let style = output.style;
    let head = format!(
        "state    worst    {} {} book",
        text::pad("records", 7),
        text::pad("last", 10)
    );
    let mut out = format!("  {}\n", style.faint(&head));
    for row in rows {
        let worst = row.worst.map_or("-", Verdict::word);
        let last = row.last.map_or_else(|| "-".to_owned(), UtcTime::day);
        let state = text::pad(row.state, 8);
        let state = if row.state == "clean" {
            state
        } else {
            style.strong(&state)
        };
        let line = format!(
            "  {state} {} {:>7} {} ",
            text::pad(worst, 8),
            row.records,
            text::pad(&last, 10),
        );
        out.push_str(&page::hang(&line, BOOK, &text::printable(&row.book)));
        if let Some(tenant) = row.tenant.as_ref().filter(|_| output.verbose) {
            out.push_str(&page::hang(WHY, WHY.len(), &format!("tenant {tenant}")));
        }
        let words = match (&row.first_bad, &row.open) {
            (Some((file, why)), _) if file.is_empty() => why.clone(),
            (Some((file, why)), _) => format!("{file}: {why}"),
            (None, Some(open)) => format!("{}: {} {}", open.subject, open.check, open.detail),
            (None, None) => continue,
        };
        out.push_str(&page::hang(WHY, WHY.len(), &text::printable(&words)));
    }
    let count = |state| rows.iter().filter(|row| row.state == state).count();
    let _ = writeln!(
        out,
        "\n{} books: {} clean, {} open, {} broken, {} failed.",
        rows.len(),
        count("clean"),
        count("open"),
        count("broken"),
        count("failed")
    );
    out.push_str(&page::hang("", 0, &as_of.words()));
    out
}

fn nothing(path: &Path, why: &str) -> Failure {
    Failure::new(
        Exit::Usage,
        NOTHING,
        format!("{}: {why}", path.display()),
        "name the folder or container of the books: `glasskey audit --all DIR --trust DIR`",
    )
}
