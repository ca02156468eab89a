//! `audit FILE.pdf`: a page of ours, held against what it holds, and against its book.

mod against;
mod report;
mod signed;

use super::NOTHING;
use crate::cli::Output;
use crate::cli::args::Audit;
use crate::cli::commands::evidence;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held::AsOf;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::ledger::Trust;
use crate::paper::Drawn;
use crate::paper::PageValues;
use crate::paper::PdfFault;
use crate::paper::Reprint;
use against::Against;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

/// A page that was audited.
struct Page {
    file: PathBuf,
    reprint: Reprint,
    findings: Vec<Finding>,
    /// The book's folder, and how its own audit ends; `None` without a book.
    book: Option<(PathBuf, Exit)>,
    as_of: AsOf,
}

impl Page {
    fn exit(&self) -> Exit {
        let own = evidence::exit(&self.findings);
        match self.book {
            Some((_, Exit::Ledger)) => Exit::Ledger,
            Some(_) | None => own,
        }
    }
}

/// Whether what is to be audited is a PDF: a plain file that begins as one does, or is named so.
pub(super) fn is_one(path: &Path) -> bool {
    let plain = fs::metadata(path).is_ok_and(|meta| meta.is_file());
    let named = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("pdf"));
    let begins = || {
        let mut head = [0; 5];
        let file = fs::File::open(path);
        file.is_ok_and(|mut file| file.read_exact(&mut head).is_ok() && head == *b"%PDF-")
    };
    plain && (named || begins())
}

/// Runs the command.
pub(super) fn run(
    path: &Path,
    arguments: &Audit,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    alone(arguments)?;
    let as_of = AsOf::of(arguments.as_of.as_ref());
    let reprint = Reprint::read(&super::input(path)?).map_err(|fault| refused(path, fault))?;
    let mut against = match found(path, arguments) {
        Some(folder) => Some(Against::open(&folder, arguments, as_of, output)?),
        None => None,
    };
    let trust = against
        .as_ref()
        .map_or_else(Trust::default, |book| book.trust.clone());
    let subject = subject(&reprint);
    let mut findings = vec![drawn(&reprint, &subject)];
    let index = match &mut against {
        Some(book) => book.index(&reprint)?,
        None => None,
    };
    let force = match (&mut against, index) {
        (Some(book), Some(index)) => Some(book.force(index)?),
        _ => None,
    };
    findings.extend(signed::findings(&reprint, index, force.as_ref(), &trust));
    match &mut against {
        Some(book) => findings.extend(book.findings(&reprint, index, &subject)?),
        None => findings.extend(nobody(&subject)),
    }
    let page = Page {
        file: path.to_owned(),
        reprint,
        findings,
        book: against.map(|book| (book.folder.clone(), book.exit)),
        as_of,
    };
    let text = if output.json {
        format!("{:#}\n", report::json(&page))
    } else {
        report::text(&page, output)
    };
    output.print(&text)?;
    Ok(page.exit())
}

/// Refuses what only the audit of a book has.
fn alone(arguments: &Audit) -> Result<(), Failure> {
    let others = [
        ("--qr", arguments.qr.is_some()),
        ("--heads", arguments.heads.is_some()),
        ("--remember", arguments.remember.is_some()),
        ("--pin", arguments.pin),
        ("--mds", arguments.mds.is_some()),
    ];
    match others.into_iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Failure::new(
            Exit::Usage,
            NOTHING,
            format!("{name} is for a book, and this is a page"),
            "audit the page without it, then its book with it",
        )),
        None => Ok(()),
    }
}

/// The book that a page is held against: the one that was named, else the one whose page it is by
/// its folder; `None` if there is none.
fn found(path: &Path, arguments: &Audit) -> Option<PathBuf> {
    if let Some(folder) = &arguments.of {
        return Some(folder.clone());
    }
    let paper = path.parent()?;
    let folder = paper.parent().filter(|one| !one.as_os_str().is_empty());
    let folder = folder.map_or_else(|| PathBuf::from("."), Path::to_owned);
    let is_book = fs::metadata(folder.join("glasskey.toml")).is_ok_and(|meta| meta.is_file())
        || fs::metadata(folder.join("ledger/origin")).is_ok_and(|meta| meta.is_file());
    (paper.ends_with("paper") && is_book).then_some(folder)
}

/// What the page is about.
fn subject(reprint: &Reprint) -> Subject {
    match reprint.values() {
        PageValues::Bag(values) => Subject::record(values.index),
        PageValues::Receipt(values) => Subject::record(values.record),
        PageValues::Minutes(values) => values.outcome.as_ref().map_or_else(Subject::book, |out| {
            Subject::record(u64::from(out.pointer.index()))
        }),
        PageValues::Inside(_) => reprint
            .sealed()
            .and_then(|(statement, _)| statement.key)
            .map_or_else(Subject::book, |key| Subject::key(&key.label)),
        PageValues::Blank(values) => Subject::key(&values.key_label),
        PageValues::Inventory(values) => Subject::safe(&values.safe),
        PageValues::PinEnvelope(_) | PageValues::Script(_) => Subject::book(),
    }
}

/// `PAGE-DRAWN`
fn drawn(reprint: &Reprint, subject: &Subject) -> Finding {
    let finding =
        |verdict, detail: String| Finding::new(Check::PageDrawn, verdict, subject.clone(), detail);
    let forged = "believe nothing that is written on it, and print it again from the book";
    match reprint.drawn() {
        Drawn::Same(_) => finding(
            Verdict::Pass,
            "what it holds prints this page, byte for byte".to_owned(),
        ),
        Drawn::Differs(what) => finding(
            Verdict::Fail,
            format!("what it holds prints another page: {what}"),
        )
        .fix(forged),
        Drawn::Nothing(why) => finding(
            Verdict::Fail,
            format!("what it holds prints no such page: {why}"),
        )
        .fix(forged),
        Drawn::ByAnother(tool, what) => {
            let same = "its text layer reads the same, which need not be what is drawn";
            let what = what.unwrap_or_else(|| same.to_owned());
            finding(
                Verdict::Unknown,
                format!("glasskey {tool} says that it drew it, so bytes are not compared: {what}"),
            )
            .fix("print it again and compare by eye, or audit it with that version")
        }
    }
}

/// What cannot be said without a book.
fn nobody(subject: &Subject) -> Vec<Finding> {
    let not_run = |check, what: &str| {
        Finding::new(
            check,
            Verdict::NotRun,
            subject.clone(),
            format!("{what}: no book was named"),
        )
    };
    vec![
        not_run(Check::PageRecord, "whether the ledger has it"),
        not_run(
            Check::PagePlan,
            "whether its user name, numbers and dates are the plan’s",
        ),
        Finding::new(
            Check::TrustRoot,
            Verdict::Unknown,
            Subject::book(),
            "a page cannot vouch for itself",
        )
        .fix("name its book: --book DIR, with --trust FILE from elsewhere"),
    ]
}

fn refused(path: &Path, fault: PdfFault) -> Failure {
    let next = match fault {
        PdfFault::TooLarge | PdfFault::NotPdf => {
            "name a page that `glasskey print` or a ceremony made"
        }
        PdfFault::Foreign => {
            "only glasskey’s own pages are taken apart; print it again from its book and compare"
        }
        PdfFault::TooMuch => {
            "believe nothing that is written on it, and print it again from its book"
        }
        PdfFault::NoValues => {
            "it is older than that, or was changed: print it again from its book and compare"
        }
    };
    let why = format!("{}: {fault}", path.display());
    Failure::new(Exit::Usage, NOTHING, why, next)
}
