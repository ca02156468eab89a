//! `glasskey audit`: verifies a book offline.

use crate::cli::Output;
use crate::cli::args::Audit;
use crate::cli::console;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::page;
use crate::cli::words;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::io::FolderLedger;
use crate::io::SystemClock;
use crate::ledger::FileName;
use crate::ledger::LedgerStore;
use crate::ledger::Trust;
use crate::ledger::audit::AuditReport;
use crate::ledger::audit::InOrder;
use crate::ledger::audit::Judges;
use crate::ledger::audit::Outside;
use crate::ledger::audit::RecordFacts;
use crate::ledger::audit::RecordFiles;
use crate::ledger::audit::Standing;
use crate::ledger::audit::audit;
use crate::ledger::audit::judge;
use crate::ledger::parse_heads;
use crate::plan::Plan;
use crate::primitives::Clock;
use crate::primitives::text;
use serde_json::Value;
use serde_json::json;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::thread;

/// The copy of the newest roster beside the ledger.
const ROSTER: &str = "roster.allowed_signers";
/// Largest trust file, head file or plan that is read, in bytes.
const MAX_INPUT: u64 = 16 << 20;

/// Runs the command.
pub(crate) fn run(arguments: &Audit, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let trust = match &arguments.trust {
        None => Trust::default(),
        Some(path) => {
            Trust::parse(&input(path)?).map_err(|fault| unusable(path, &fault.to_string()))?
        }
    };
    let heads = match &arguments.heads {
        None => Vec::new(),
        Some(path) => {
            parse_heads(&input(path)?).map_err(|fault| unusable(path, &fault.to_string()))?
        }
    };
    let audited = book(&arguments.book, &trust, &heads)?;
    if output.json {
        let text = format!("{:#}\n", as_json(&audited, arguments.trust.is_some()));
        output.print(&text)?;
    } else {
        let text = as_text(&audited, arguments, output);
        output.print(&text)?;
    }
    Ok(audited.exit())
}

/// A book that was audited.
pub(crate) struct Audited {
    report: AuditReport,
    /// What is wrong beside the ledger: a file of the book, and why.
    beside: Vec<(String, String)>,
    /// Ceremonies that have begun and not finished.
    unfinished: Vec<String>,
}

impl Audited {
    /// How it ends.
    pub(crate) fn exit(&self) -> Exit {
        match self.report.standing() {
            Standing::Broken => Exit::Ledger,
            Standing::Open | Standing::Clean if !self.beside.is_empty() => Exit::Ledger,
            Standing::Open => Exit::Findings,
            Standing::Clean => Exit::Done,
        }
    }

    /// What the checks said.
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.report.findings
    }

    /// The report in a few lines.
    pub(crate) fn summary(&self, output: &Output<'_>) -> String {
        let mut out = String::new();
        if let Some(head) = &self.report.head {
            let _ = writeln!(out, "  {} records, root {}", head.size, head.root);
        }
        out.push_str(&checks(output, &self.report.findings));
        let trusted = Audit {
            book: ".".into(),
            trust: Some(".".into()),
            heads: None,
        };
        out.push_str(&page::hang(
            "  ",
            2,
            verdict(self, &trusted, output.style).trim_end(),
        ));
        out
    }

    /// The first bad file, relative to the book, and why.
    fn first_bad(&self) -> Option<(String, String)> {
        match self.report.first_bad() {
            Some((file, why)) => Some((format!("ledger/{file}"), words::why(&why))),
            None => self.beside.first().cloned(),
        }
    }
}

/// Audits the book in `folder`.
pub(crate) fn book(
    folder: &Path,
    trust: &Trust,
    heads: &[crate::ledger::Checkpoint],
) -> Result<Audited, Failure> {
    let place = folder.join(ledger_folder(folder));
    if !place.is_dir() {
        return Err(Failure::new(
            Exit::Usage,
            "nothing was audited",
            format!("{} has no ledger", folder.display()),
            "name the folder that holds glasskey.toml and its ledger: `glasskey audit BOOK`",
        ));
    }
    let store = FolderLedger::new(place, folder.join("open").join(".tmp"));
    let outside = Outside {
        trust,
        heads,
        as_of: SystemClock::new().utc(),
    };
    let report = audit(&store, &outside, &mut Cores).map_err(|error| words::store(&error))?;
    let beside = roster_copy(folder, &store);
    let unfinished = unfinished(folder);
    Ok(Audited {
        report,
        beside,
        unfinished,
    })
}

/// Where the plan says the ledger is; `ledger` if there is no plan that says otherwise.
fn ledger_folder(folder: &Path) -> String {
    let plan = input(&folder.join("glasskey.toml"))
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| Plan::parse(&text).ok());
    plan.map_or_else(|| "ledger".to_owned(), |plan| plan.book.ledger)
}

/// Records are judged on all cores.
struct Cores;

impl Judges for Cores {
    fn judge(&mut self, batch: Vec<RecordFiles>, trust: &Trust) -> Vec<RecordFacts> {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        if cores < 2 || batch.len() < cores {
            return InOrder.judge(batch, trust);
        }
        let share = batch.len().div_ceil(cores);
        thread::scope(|scope| {
            let running: Vec<_> = batch
                .chunks(share)
                .map(|part| {
                    scope.spawn(move || {
                        part.iter()
                            .map(|files| judge(files, trust))
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            let mut all = Vec::with_capacity(batch.len());
            for (part, handle) in batch.chunks(share).zip(running) {
                match handle.join() {
                    Ok(facts) => all.extend(facts),
                    Err(_) => all.extend(part.iter().map(|files| judge(files, trust))),
                }
            }
            all
        })
    }
}

/// The copy of the newest roster must be that roster, byte for byte.
fn roster_copy(folder: &Path, store: &dyn LedgerStore) -> Vec<(String, String)> {
    let newest = store
        .list("roster/")
        .unwrap_or_default()
        .into_iter()
        .rfind(|name| matches!(FileName::parse(name), Some(FileName::Roster(_))));
    let Some(newest) = newest else {
        return Vec::new();
    };
    let Ok(Some(expected)) = store.read(&newest) else {
        return Vec::new();
    };
    let copy = folder.join(ROSTER);
    let plain = fs::symlink_metadata(&copy).is_ok_and(|meta| meta.is_file());
    let why = match input(&copy) {
        Ok(found) if plain && found == expected => return Vec::new(),
        Ok(_) if plain => format!("it is not the newest roster, ledger/{newest}"),
        Ok(_) => "it is not a plain file".to_owned(),
        Err(failure) => failure.why,
    };
    vec![(ROSTER.to_owned(), why)]
}

fn unfinished(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder.join("open")) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("begun.json").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_unstable();
    names
}

fn input(path: &Path) -> Result<Vec<u8>, Failure> {
    let cannot = |words: String| {
        Failure::new(
            Exit::Usage,
            "nothing was audited",
            format!("{}: {words}", path.display()),
            "name a file that is there and that this user may read",
        )
    };
    let file = fs::File::open(path).map_err(|error| cannot(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(MAX_INPUT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| cannot(error.to_string()))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_INPUT {
        return Err(cannot("larger than 16 MiB".to_owned()));
    }
    Ok(bytes)
}

fn unusable(path: &Path, why: &str) -> Failure {
    Failure::new(
        Exit::Usage,
        "nothing was audited",
        format!("{}: {why}", path.display()),
        "correct the file; docs/formats/trust.md has an example",
    )
}

fn as_json(audited: &Audited, trusted: bool) -> Value {
    let report = &audited.report;
    let faults: Vec<Value> = report
        .faults
        .iter()
        .map(|fault| {
            let mut value =
                json!({"file": format!("ledger/{}", fault.file), "why": words::fault(fault)});
            if let (Some(command), Some(members)) = (fault.command(), value.as_object_mut()) {
                members.insert("command".to_owned(), json!(command));
            }
            value
        })
        .chain(
            audited
                .beside
                .iter()
                .map(|(file, why)| json!({"file": file, "why": why})),
        )
        .collect();
    let records: Vec<Value> = report
        .records
        .iter()
        .map(|row| {
            let mut value = json!({
                "index": row.index, "event": row.event, "started": row.started, "sha256": row.sha256,
            });
            if let Some(members) = value.as_object_mut() {
                let optional = [("account", &row.account), ("key", &row.key), ("bag", &row.bag), ("safe", &row.safe)];
                for (name, member) in optional {
                    if let Some(member) = member {
                        members.insert(name.to_owned(), json!(member));
                    }
                }
            }
            value
        })
        .collect();
    let mut value = json!({
        "schema": "glasskey.audit/1",
        "exit": audited.exit().code(),
        "rehearsal": report.rehearsal,
        "judged_as_of": report.judged_as_of,
        "trust_file": trusted,
        "faults": faults,
        "findings": report.findings,
        "passes_not_listed": report.passes_not_listed,
        "records": records,
        "unfinished": audited.unfinished,
    });
    if let Some(members) = value.as_object_mut() {
        if let Some(head) = &report.head {
            let head =
                json!({"origin": head.origin.to_string(), "root": head.root, "size": head.size});
            members.insert("head".to_owned(), head);
        }
        if let Some(genesis) = &report.genesis {
            members.insert("genesis".to_owned(), json!(genesis));
        }
        if let Some((file, why)) = audited.first_bad() {
            members.insert("first_bad".to_owned(), json!({"file": file, "why": why}));
        }
    }
    value
}

/// The report for people.
fn as_text(audited: &Audited, arguments: &Audit, output: &Output<'_>) -> String {
    let report = &audited.report;
    let style = output.style;
    let mut out = String::new();
    if let Some(head) = &report.head {
        let _ = writeln!(
            out,
            "{}",
            style.strong(&text::printable(&head.origin.to_string()))
        );
        let _ = writeln!(out, "  {} records, root {}", head.size, head.root);
    }
    if report.rehearsal {
        out.push_str(&page::hang("  ", 2, &format!(
            "This is a rehearsal: nothing in it is real. It is judged as of its last record, {}, with the rehearsal's anchor from the trust file in place of metadata.",
            report.judged_as_of
        )));
    } else {
        let _ = writeln!(out, "  Judged as of {}.", report.judged_as_of);
    }
    out.push('\n');
    for row in &report.records {
        let about: Vec<&str> = [&row.account, &row.key, &row.bag, &row.safe]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let event = format!("{:?}", row.event).to_lowercase();
        let _ = writeln!(
            out,
            "  {:06}  {}  {} {}",
            row.index,
            row.started,
            text::pad(&event, 13),
            text::printable(&about.join("  "))
        );
    }
    out.push('\n');
    out.push_str(&checks(output, &report.findings));
    for fault in &report.faults {
        let head = format!("  {} ", style.verdict(Verdict::Fail, 8));
        let what = format!("ledger/{}: {}", fault.file, words::fault(fault));
        out.push_str(&page::hang(&head, 11, &text::printable(&what)));
        if let Some(command) = fault.command() {
            let _ = writeln!(out, "           do: {command}");
        }
    }
    for (file, why) in &audited.beside {
        let head = format!("  {} ", style.verdict(Verdict::Fail, 8));
        out.push_str(&page::hang(
            &head,
            11,
            &text::printable(&format!("{file}: {why}")),
        ));
    }
    for open in &audited.unfinished {
        out.push_str(&page::hang("  unfinished: ", 14, &text::printable(open)));
    }
    out.push('\n');
    out.push_str(&verdict(audited, arguments, style));
    out
}

/// Findings under their subjects; what passes or was not asked is counted unless asked for.
fn checks(output: &Output<'_>, findings: &[Finding]) -> String {
    let mut out = String::new();
    let mut subjects: Vec<String> = Vec::new();
    for one in findings {
        let subject = one.subject.to_string();
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    for subject in subjects {
        let of: Vec<Finding> = findings
            .iter()
            .filter(|one| one.subject.to_string() == subject)
            .cloned()
            .collect();
        let quiet = of
            .iter()
            .all(|one| matches!(one.verdict, Verdict::Pass | Verdict::NotRun));
        if quiet && !output.verbose && subject != "book" {
            continue;
        }
        let _ = writeln!(out, "  {}", output.style.faint(&text::printable(&subject)));
        out.push_str(&console::findings(output.style, output.verbose, &of, 2));
    }
    let count = |verdict| findings.iter().filter(|one| one.verdict == verdict).count();
    let _ = writeln!(
        out,
        "  {} checks: {} pass, {} warn, {} fail, {} unknown, {} not run (list them with --verbose)",
        findings.len(),
        count(Verdict::Pass),
        count(Verdict::Warn),
        count(Verdict::Fail),
        count(Verdict::Unknown),
        count(Verdict::NotRun)
    );
    out
}

fn verdict(audited: &Audited, arguments: &Audit, style: page::Style) -> String {
    match (audited.exit(), audited.first_bad()) {
        (Exit::Ledger, Some((file, why))) => page::hang(
            "",
            0,
            &format!(
                "{} The first bad file is {}: {}",
                style.strong("Do not trust this book."),
                text::printable(&file),
                text::printable(&why)
            ),
        ),
        (Exit::Done, _) => format!(
            "{} Every signature, head and proof verifies.\n",
            style.strong("Clean.")
        ),
        (_, _) if arguments.trust.is_none() => page::hang(
            "",
            0,
            "The book is whole in itself. It cannot vouch for itself: give --trust the file you hold from elsewhere.",
        ),
        (_, _) => "The book is whole; see the findings above.\n".to_owned(),
    }
}
