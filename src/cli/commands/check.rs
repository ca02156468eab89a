//! `glasskey check`: what the tenant says of the accounts, held against plan and book.

mod asked;
mod book;
mod in_hand;
mod json;
mod junit;
mod observation;
mod report;
mod since;
mod text;

use crate::cli::Output;
use crate::cli::args::Check;
use crate::cli::args::Format;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held;
use crate::cli::plan_file;
use crate::findings;
use crate::findings::Check as Id;
use crate::findings::Finding;
use crate::findings::Judged;
use crate::findings::Verdict;
use crate::io::own_file;
use crate::ledger::audit::breaks;
use asked::Asked;
use report::Report;
use report::When;
use std::fs;
use std::path::Path;

/// What is said of a check that did not happen.
const NOTHING: &str = "nothing was checked; the tenant was not asked";

/// Runs the command.
pub(crate) fn run(arguments: &Check, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = format(arguments, output)?;
    for path in [&arguments.save_exchanges, &arguments.out]
        .into_iter()
        .flatten()
    {
        is_free(path)?;
    }
    let file = plan_file::read(&arguments.book, NOTHING, output)?;
    let book = book::open(&arguments.book, output)?;
    if let Some(tenant) = book.reading.tenant
        && tenant != file.plan.tenant.id
    {
        return Err(Failure::new(
            Exit::Usage,
            NOTHING,
            format!(
                "the plan names tenant {}, and the records {tenant}",
                file.plan.tenant.id
            ),
            "correct tenant.id in glasskey.toml, or name another book",
        ));
    }
    if book.reading.rehearsal && arguments.offline.is_none() {
        return Err(Failure::new(
            Exit::Usage,
            NOTHING,
            "this is a rehearsal's book: no tenant stands behind it",
            "judge what was saved: rehearse --save-exchanges FILE, check --offline FILE",
        ));
    }
    let stated = arguments
        .since
        .map(|record| since::stated(&arguments.book, record))
        .transpose()?;
    let hand = match &arguments.key {
        Some(label) => Some(in_hand::read(label, &file.plan, &book)?),
        None => None,
    };
    let asked = match &arguments.offline {
        Some(path) => asked::of_file(path, &file.plan, arguments.as_of)?,
        None => asked::of_tenant(arguments, &file.plan, output)?,
    };
    let report = judge(arguments, file, book, asked, hand, stated);
    let kept = keep(arguments, &report, output);
    let page = match format {
        Format::Text => text::report(&report, output),
        Format::Json => format!("{:#}\n", json::report(&report)),
        Format::Junit => junit::report(&report),
    };
    output.print(&page)?;
    if let Some(failure) = &report.book.broken {
        failure.write(output.err);
    }
    if let Some(failure) = &report.asked.unanswered {
        failure.write(output.err);
    }
    kept?;
    Ok(report.exit)
}

/// How the result is written: `--json` is `--format json`.
fn format(arguments: &Check, output: &mut Output<'_>) -> Result<Format, Failure> {
    match (arguments.format, output.json) {
        (Some(Format::Text | Format::Junit), true) => Err(Failure::new(
            Exit::Usage,
            NOTHING,
            "--json and another --format cannot both be written to standard output",
            "leave one of them out",
        )),
        (Some(Format::Json), _) | (None, true) => {
            output.json = true;
            Ok(Format::Json)
        }
        (format, false) => Ok(format.unwrap_or(Format::Text)),
    }
}

/// A file that is to be made must not be there: nothing is overwritten.
fn is_free(path: &Path) -> Result<(), Failure> {
    if fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Usage,
        NOTHING,
        format!(
            "{} is there already, and is not overwritten",
            path.display()
        ),
        "name a file that is not there yet",
    ))
}

fn judge(
    arguments: &Check,
    file: plan_file::PlanFile,
    book: book::Book,
    asked: Asked,
    hand: Option<in_hand::InHand>,
    stated: Option<findings::Stated>,
) -> Report {
    let when = when(arguments, &book, &asked);
    let policy = book.reading.policy.as_ref().unwrap_or(&file.plan.policy);
    let judged = Judged {
        survey: &asked.survey,
        plan: &file.plan,
        policy,
        book: &book.reading.facts,
        as_of: when.time(),
    };
    let mut all = findings::tenant(&judged);
    if arguments.offline.is_some() {
        for finding in all.iter_mut().filter(|one| one.check == Id::TimeSkew) {
            no_clock(finding);
        }
    }
    if let Some(hand) = &hand {
        all.extend(in_hand::findings(hand, &judged));
        all.retain(|one| hand.concerns(&file.plan, &one.subject));
    }
    // Who may accept is for the audit to say: a broken book accepts nothing.
    if book.broken.is_none() {
        book.reading.acceptances.apply(&mut all, when.time());
    }
    let drift = stated.map(|stated| {
        let keys = &book.reading.facts.keys;
        let drift = findings::drift(&stated, &all, &asked.survey, keys);
        (stated, drift)
    });
    let mut exit = Exit::Done;
    for finding in &all {
        if finding.verdict.is_open() {
            exit = exit.max(Exit::Findings);
        }
        if breaks(finding) {
            exit = exit.max(Exit::Ledger);
        }
    }
    for failure in [&book.broken, &asked.unanswered].into_iter().flatten() {
        exit = exit.max(failure.exit);
    }
    Report {
        plan: file.plan,
        plan_sha256: file.sha256,
        book,
        asked,
        when,
        findings: all,
        drift,
        key: hand.map(in_hand::InHand::into_shown),
        observer: arguments.observer,
        exit,
    }
}

/// As of when everything is judged.
fn when(arguments: &Check, book: &book::Book, asked: &Asked) -> When {
    if let Some(time) = arguments.as_of {
        return When::Asked(time);
    }
    match (book.reading.rehearsal, book.reading.last) {
        (true, Some(last)) => When::Rehearsal(last),
        (true, None) | (false, _) if asked.file.is_some() => When::Answered(asked.at),
        (true, None) | (false, _) => When::Now(asked.at),
    }
}

/// A file does not say what this computer's clock said when the answers came.
fn no_clock(finding: &mut Finding) {
    *finding = Finding::new(
        finding.check,
        Verdict::NotRun,
        finding.subject.clone(),
        "judged from a file: this clock was not beside the tenant's",
    );
}

/// Keeps what was asked to be kept: exchanges, and a witness's observation.
fn keep(arguments: &Check, report: &Report, output: &mut Output<'_>) -> Result<(), Failure> {
    if let Some(path) = &arguments.save_exchanges {
        create(path, report.asked.exchanges.as_bytes())?;
        let _ = writeln!(
            output.err,
            "glasskey: note: {} holds raw answers of the tenant: keep it to yourself",
            path.display()
        );
    }
    if let Some(path) = &arguments.out {
        create(path, &observation::bytes(report))?;
    }
    Ok(())
}

/// A new file that only this user may read, whole or not at all.
fn create(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let cannot = |why: String| {
        Failure::new(
            Exit::Output,
            "the check is done and stands above; this file was not written",
            format!("{}: {why}", path.display()),
            "name a new file where this user may write, and run the command again",
        )
    };
    match own_file::create_private(path, bytes) {
        Ok(true) => Ok(()),
        Ok(false) => Err(cannot("it was made meanwhile".to_owned())),
        Err(error) => Err(cannot(error.to_string())),
    }
}

/// The bytes of a file that was named; see [`held::file`].
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    // A pipe would be waited for.
    if fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        return Err(Failure::new(
            Exit::Usage,
            NOTHING,
            format!("{}: not a plain file", path.display()),
            "name a file that is there and that this user may read",
        ));
    }
    held::file(path, NOTHING)
}
