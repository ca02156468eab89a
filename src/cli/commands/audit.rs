//! `glasskey audit`: verifies a book offline.

mod all;
mod audited;
mod follow;
pub(super) mod outside;
mod paper;
mod qr;
mod remember;
mod report_json;
mod report_text;

pub(crate) use audited::Audited;

use super::evidence;
use crate::cli::Output;
use crate::cli::args::Audit;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held;
use crate::cli::held::AsOf;
use crate::cli::pinned;
use crate::cli::pinned::Source;
use crate::cli::place;
use crate::cli::whose;
use crate::cli::words;
use crate::findings::Subject;
use crate::io::Cores;
use crate::ledger::FileName;
use crate::ledger::LedgerStore;
use crate::ledger::Trust;
use crate::ledger::audit::Outside;
use crate::ledger::audit::Watch;
use crate::ledger::audit::audit_watched;
use crate::primitives::Digest;
use follow::Follow;
use follow::Rows;
use qr::Code;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The copy of the newest roster beside the ledger.
const ROSTER: &str = "roster.allowed_signers";
/// What is said of an audit that did not happen.
const NOTHING: &str = "nothing was audited";
/// Largest trust file or head file that is read, in bytes.
const MAX_INPUT: u64 = 16 << 20;

/// Runs the command.
pub(crate) fn run(arguments: &Audit, output: &mut Output<'_>) -> Result<Exit, Failure> {
    if let Some(path) = &arguments.evidence {
        return evidence::run(path, arguments, output);
    }
    if let Some(folder) = &arguments.all {
        return all::run(folder, arguments, output);
    }
    if paper::is_one(&arguments.book) {
        return paper::run(&arguments.book, arguments, output);
    }
    let book = match &arguments.of {
        Some(_) if arguments.book != Path::new(".") => {
            return Err(Failure::new(
                Exit::Usage,
                NOTHING,
                "a book is named twice, and neither is a page",
                "name the book alone, or a page (PDF) and its book with --book",
            ));
        }
        Some(folder) => folder,
        None => &arguments.book,
    };
    let code = arguments.qr.as_deref().map(Code::read).transpose()?;
    let as_of = AsOf::of(arguments.as_of.as_ref());
    let mut ledger = place::ledger_of(book, NOTHING)?;
    whose::warn(book, output);
    let given = arguments.trust.as_deref();
    let (mut trust, source) = pinned::trust(given, &ledger, NOTHING)?;
    let mut heads = remember::heads(arguments)?;
    heads.extend(code.iter().filter_map(Code::head).cloned());
    let brought = match &arguments.mds {
        Some(blob) => evidence::brought(blob, &mut trust, as_of, &Subject::book())?,
        None => Vec::new(),
    };
    let rows = output.json && output.verbose;
    if rows {
        output.print("{\"records\": [")?;
    }
    let follow_rows = rows.then_some(Rows {
        output: &mut *output,
        any: false,
        failed: None,
    });
    let mut follow = Follow::new(&ledger, follow_rows);
    let audited = book_as_of(
        book,
        &trust,
        &heads,
        as_of,
        if ledger.is_far() {
            Cores::new(place::FAR)
        } else {
            Cores::all()
        },
        &mut follow,
    );
    if let Some(failed) = follow.failed() {
        return Err(failed);
    }
    let mut audited = match audited {
        Err(failure) if rows => {
            // What was begun is still JSON.
            output.print(&report_json::broken_off(failure.exit, &failure.why))?;
            return Err(failure);
        }
        audited => audited?,
    };
    audited.report.add(brought);
    audited.source = source;
    audited.heads_file = arguments
        .heads
        .as_ref()
        .or(arguments.remember.as_ref())
        .map(|path| path.display().to_string());
    let outside = outside::finding(&audited);
    audited.report.add(outside);
    audited.code = match &code {
        Some(code) => Some(code.finding(&mut ledger)?),
        None => None,
    };
    let (mut kept, failed) = keep(arguments, &audited);
    kept.extend(
        audited
            .code
            .iter()
            .filter(|_| !output.json)
            .map(|one| format!("{}: {}.", one.subject, one.detail)),
    );
    let text = if output.json {
        let value = report_json::report(&audited, &kept, !rows);
        if rows {
            report_json::after_rows(&value)
        } else {
            format!("{value:#}\n")
        }
    } else {
        report_text::report(&audited, &kept, output)
    };
    output.print(&text)?;
    failed.map_or(Ok(audited.exit()), Err)
}

/// Keeps what an auditor asked to keep for the next time; what was done, and the first failure.
fn keep(arguments: &Audit, audited: &Audited) -> (Vec<String>, Option<Failure>) {
    let mut done = Vec::new();
    let mut failed = None;
    let wanted = arguments.pin || arguments.remember.is_some();
    if wanted && audited.foreign().is_some() && audited.of_book() != Exit::Ledger {
        done.push(
            "Nothing was kept: find out first why the code does not fit the book.".to_owned(),
        );
        return (done, failed);
    }
    let whole = audited.exit() != Exit::Ledger;
    let pinned = arguments
        .pin
        .then(|| pinned::pin(&audited.source, &audited.report, whole));
    let path = arguments.remember.as_deref();
    let remembered = path.map(|path| remember::head(path, audited));
    for one in pinned.into_iter().chain(remembered) {
        match one {
            Ok(words) => done.push(words),
            Err(failure) => failed = failed.or(Some(failure)),
        }
    }
    (done, failed)
}

/// Audits the book in `folder`.
pub(crate) fn book(
    folder: &Path,
    trust: &Trust,
    heads: &[crate::ledger::Checkpoint],
) -> Result<Audited, Failure> {
    book_as_of(folder, trust, heads, AsOf::of(None), Cores::all(), &mut ())
}

/// As [`book`], judged as of a time, by the word of `source`.
pub(super) fn book_at(
    folder: &Path,
    trust: &Trust,
    source: Source,
    time: crate::primitives::UtcTime,
) -> Result<Audited, Failure> {
    let as_of = AsOf {
        time,
        hypothetical: false,
    };
    let audited = book_as_of(folder, trust, &[], as_of, Cores::all(), &mut ())?;
    let mut audited = audited.from(source);
    let outside = outside::finding(&audited);
    audited.report.add(outside);
    Ok(audited)
}

fn book_as_of(
    folder: &Path,
    trust: &Trust,
    heads: &[crate::ledger::Checkpoint],
    as_of: AsOf,
    mut cores: Cores,
    watch: &mut dyn Watch,
) -> Result<Audited, Failure> {
    let store = place::ledger_of(folder, NOTHING)?;
    let outside = Outside {
        trust,
        heads,
        as_of: as_of.time,
    };
    let report =
        audit_watched(&store, &outside, &mut cores, watch).map_err(|error| words::store(&error))?;
    let mut beside = roster_copy(folder, &store)?;
    let open = unfinished(folder, &store);
    for (id, _) in open.iter().filter(|(_, has_record)| *has_record) {
        let why = "a record that was put together and not finished: run its ceremony again";
        beside.push((format!("open/{id}/record.json"), why.to_owned()));
    }
    let anchors = place::around(folder, outside::FOLDER, NOTHING)?;
    let stamps = anchors.map(|anchors| outside::stamps(&anchors, &store, &report, trust));
    let stamps = match stamps.transpose() {
        Ok(stamps) => stamps.unwrap_or_default(),
        Err(error) => {
            beside.push((outside::FOLDER.to_owned(), words::stored(&error)));
            Vec::new()
        }
    };
    beside.extend(stamps.iter().filter_map(|stamp| {
        let fault = stamp.judged.as_ref().err()?;
        let file = format!("{}/{}", outside::FOLDER, stamp.file);
        Some((file, words::kept_stamp(fault)))
    }));
    Ok(Audited {
        report,
        beside,
        unfinished: open.into_iter().map(|(id, _)| id).collect(),
        hypothetical: as_of.hypothetical,
        source: Source::Nobody(None),
        trust_heads: trust.heads.len(),
        heads_file: None,
        stamps,
        code: None,
        folder: folder.to_owned(),
    })
}

/// The copy of the newest roster must be that roster, byte for byte. In a container it may be
/// left out.
fn roster_copy(folder: &Path, store: &dyn LedgerStore) -> Result<Vec<(String, String)>, Failure> {
    let newest = store
        .list("roster/")
        .unwrap_or_default()
        .into_iter()
        .rfind(|name| matches!(FileName::parse(name), Some(FileName::Roster(_))));
    let Some(newest) = newest else {
        return Ok(Vec::new());
    };
    let Ok(Some(expected)) = store.read(&newest) else {
        return Ok(Vec::new());
    };
    let other = format!("it is not the newest roster, ledger/{newest}");
    if let Some(url) = place::address(folder, NOTHING)? {
        let around = place::around(folder, "", NOTHING)?;
        let found = around.map_or(Ok(None), |around| around.read(ROSTER));
        let why = match found {
            Ok(None) => return Ok(Vec::new()),
            Ok(Some(found)) if found == expected => return Ok(Vec::new()),
            Ok(Some(_)) => other,
            Err(error) => words::stored(&error),
        };
        return Ok(vec![(url.name_of(ROSTER), why)]);
    }
    let copy = folder.join(ROSTER);
    let plain = fs::symlink_metadata(&copy).is_ok_and(|meta| meta.is_file());
    let why = match input(&copy) {
        Ok(found) if plain && found == expected => return Ok(Vec::new()),
        Ok(_) if plain => other,
        Ok(_) => "it is not a plain file".to_owned(),
        Err(failure) => failure.why,
    };
    Ok(vec![(ROSTER.to_owned(), why)])
}

/// Ceremonies that are open in the book's folder, and whether each has put a record together; what is
/// in a container has none. One that is over, its record in the ledger, was stopped while it was tidied.
fn unfinished(folder: &Path, store: &dyn LedgerStore) -> Vec<(String, bool)> {
    if place::is_address(folder) {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir(folder.join("open")) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut over: BTreeMap<Digest, Vec<String>> = BTreeMap::new();
    for entry in entries.filter_map(Result::ok) {
        let ceremony = entry.path();
        let record = ceremony.join("record.json");
        let has_record = fs::symlink_metadata(&record).is_ok();
        let id = entry.file_name().to_string_lossy().into_owned();
        if ceremony.join("begun.json").is_file() {
            found.push((id, has_record));
        } else if has_record {
            match plain_digest(&record) {
                Some(digest) => over.entry(digest).or_default().push(id),
                None => found.push((id, true)),
            }
        }
    }
    // The ledger is read once, however many there are.
    let mut index = 0;
    while !over.is_empty() {
        let name = FileName::Record(index).to_string();
        let Ok(Some(bytes)) = store.read(&name) else {
            break;
        };
        over.remove(&Digest::of(&bytes));
        index += 1;
    }
    found.extend(over.into_values().flatten().map(|id| (id, true)));
    found.sort_unstable();
    found
}

/// SHA-256 of a plain file; `None` if it is none, or cannot be read.
fn plain_digest(path: &Path) -> Option<Digest> {
    let plain = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file());
    let bytes = plain.then(|| held::file(path, NOTHING).ok()).flatten()?;
    Some(Digest::of(&bytes))
}

fn input(path: &Path) -> Result<Vec<u8>, Failure> {
    held::up_to(MAX_INPUT, path, NOTHING)
}

fn unusable(path: &Path, why: &str) -> Failure {
    Failure::new(
        Exit::Usage,
        NOTHING,
        format!("{}: {why}", path.display()),
        "correct the file; docs/formats has an example of each",
    )
}
