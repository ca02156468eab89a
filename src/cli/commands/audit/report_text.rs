//! An audit for people.

use super::Audited;
use super::outside;
use crate::cli::Output;
use crate::cli::console;
use crate::cli::exit::Exit;
use crate::cli::held::AsOf;
use crate::cli::page;
use crate::cli::pinned::Source;
use crate::cli::words;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::primitives::text;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

/// The report in a few lines, after a rehearsal, which has its trust file.
pub(super) fn summary(audited: &Audited, output: &Output<'_>) -> String {
    let mut out = String::new();
    if let Some(head) = &audited.report.head {
        let _ = writeln!(out, "  {} records, root\n  {}", head.size, head.root);
    }
    out.push_str(&checks(output, &audited.report.findings));
    // It was wrapped for the whole width.
    let words = verdict(audited, output.style);
    let words: Vec<&str> = words.lines().collect();
    out.push_str(&page::hang("  ", 2, &words.join(" ")));
    out
}

/// The report for people, with what was `kept` for the next time.
pub(super) fn report(audited: &Audited, kept: &[String], output: &Output<'_>) -> String {
    let report = &audited.report;
    let style = output.style;
    let mut out = String::new();
    if let Some(head) = &report.head {
        let _ = writeln!(
            out,
            "{}",
            style.strong(&text::printable(&head.origin.to_string()))
        );
        let _ = writeln!(out, "  {} records, root\n  {}", head.size, head.root);
    }
    if report.rehearsal {
        out.push_str(&page::hang("  ", 2, &format!(
            "This is a rehearsal: nothing in it is real. It is judged as of its last record, {}{}.",
            report.judged_as_of,
            if audited.source.file().is_some() {
                ", with the rehearsal's anchor from the trust file in place of metadata"
            } else {
                ""
            }
        )));
    } else {
        let as_of = AsOf {
            time: report.judged_as_of,
            hypothetical: audited.hypothetical,
        };
        out.push_str(&page::hang("  ", 2, &as_of.words()));
    }
    out.push('\n');
    if report.records_not_listed > 0 {
        let earlier = format!(
            "{} earlier records; --json --verbose lists every one.",
            report.records_not_listed
        );
        out.push_str(&page::hang("  ", 2, &earlier));
    }
    for row in &report.records {
        let about: Vec<&str> = [&row.account, &row.key, &row.bag, &row.safe]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let event = row.event.word();
        let line = format!(
            "  {:06}  {}  {} {}",
            row.index,
            row.started,
            text::pad(event, 13),
            text::printable(&about.join("  "))
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out.push('\n');
    out.push_str(&checks(output, &audited.all_findings()));
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
    out.push_str(&outside::lines(audited, style));
    out.push('\n');
    out.push_str(&verdict(audited, style));
    for words in kept {
        out.push_str(&page::hang("", 0, words));
    }
    out
}

/// Findings under their subjects; what passes or was not asked is counted unless asked for.
fn checks(output: &Output<'_>, findings: &[Finding]) -> String {
    let mut out = String::new();
    let mut subjects: Vec<&Subject> = Vec::new();
    let mut by_subject: HashMap<&Subject, Vec<Finding>> = HashMap::new();
    for one in findings {
        let of = by_subject.entry(&one.subject).or_default();
        if of.is_empty() {
            subjects.push(&one.subject);
        }
        of.push(one.clone());
    }
    let book = Subject::book();
    for subject in subjects {
        let of = by_subject.remove(subject).unwrap_or_default();
        let quiet = of
            .iter()
            .all(|one| matches!(one.verdict, Verdict::Pass | Verdict::NotRun));
        if quiet && !output.verbose && *subject != book {
            continue;
        }
        let _ = writeln!(
            out,
            "  {}",
            output.style.faint(&text::printable(&subject.to_string()))
        );
        out.push_str(&console::findings(output.style, output.verbose, &of, 2));
    }
    let count = |verdict| findings.iter().filter(|one| one.verdict == verdict).count();
    let _ = writeln!(
        out,
        "  {} checks: {} pass, {} warn, {} fail, {} unknown, {} not run{}",
        findings.len(),
        count(Verdict::Pass),
        count(Verdict::Warn),
        count(Verdict::Fail),
        count(Verdict::Unknown),
        count(Verdict::NotRun),
        if output.verbose { "" } else { " (--verbose)" }
    );
    out
}

/// The closing words: of the book, and of the code where there is one.
fn verdict(audited: &Audited, style: page::Style) -> String {
    match &audited.code {
        Some(code) => with_code(audited, code, style),
        None => of_book(audited, style),
    }
}

/// A book that is not whole is said first; one that is clean is so whatever another book's code says, but
/// not beside one that it should have.
fn with_code(audited: &Audited, code: &Finding, style: page::Style) -> String {
    let book = || of_book(audited, style);
    let no_trust = style.strong("Do not trust this code");
    let apart = code.subject != Subject::code();
    match (audited.of_book(), code.verdict) {
        (Exit::Ledger, Verdict::Fail) if apart => book(),
        (_, Verdict::Fail) if apart => page::hang(
            "",
            0,
            &format!(
                "{} They do not fit, and one of them was made anew: find out which.",
                style.strong("Trust neither this book nor this code.")
            ),
        ),
        (Exit::Ledger, Verdict::Fail) => format!("{}{no_trust} either.\n", book()),
        (Exit::Done, Verdict::Fail) => format!("{no_trust}; the book itself is clean.\n"),
        (_, Verdict::Fail) => format!("{no_trust}.\n{}", book()),
        (Exit::Done, Verdict::Warn) => page::hang(
            "",
            0,
            &format!(
                "{} Every signature, head and proof verifies; read what is warned of: {}.",
                style.strong("Clean."),
                code.check
            ),
        ),
        (Exit::Done, Verdict::Unknown) => {
            "The book is clean; of the code, see the findings above.\n".to_owned()
        }
        (
            _,
            Verdict::Pass | Verdict::Warn | Verdict::Unknown | Verdict::Accepted | Verdict::NotRun,
        ) => book(),
    }
}

fn of_book(audited: &Audited, style: page::Style) -> String {
    let mut findings = audited.report.findings.iter();
    let root = findings.find(|one| one.check == Check::TrustRoot);
    let mismatched = root.is_some_and(|one| one.verdict == Verdict::Fail);
    let vouched = root.is_some_and(|one| one.verdict == Verdict::Pass);
    match (audited.of_book(), audited.first_bad(), &audited.source) {
        (Exit::Ledger, Some(_), Source::Pinned(pin)) if mismatched => changed(audited, pin, style),
        (Exit::Ledger, Some((file, why)), _) => page::hang(
            "",
            0,
            &format!(
                "{} The first bad file is {}: {}",
                style.strong("Do not trust this book."),
                text::printable(&file),
                text::printable(&why)
            ),
        ),
        (Exit::Done, _, _) => format!(
            "{} Every signature, head and proof verifies.\n",
            style.strong("Clean.")
        ),
        (_, _, Source::Nobody(pin)) if !vouched => unvouched(audited, pin.as_deref()),
        (_, _, Source::Nobody(_) | Source::Given(_) | Source::Pinned(_)) => {
            "The book is whole; see the findings above.\n".to_owned()
        }
    }
}

/// Another genesis than the one that was pinned at first use.
fn changed(audited: &Audited, pin: &Path, style: page::Style) -> String {
    let genesis = audited.report.genesis;
    let here = genesis.map_or_else(|| "unreadable".to_owned(), |digest| digest.to_string());
    let pin = text::printable(&pin.display().to_string());
    let mut out = page::hang(
        "",
        0,
        &style.strong("Do not trust this book. ITS IDENTIFICATION HAS CHANGED."),
    );
    out.push_str(&page::hang(
        "",
        0,
        &format!(
            "Its genesis is {here}, and that is not the one pinned at first use. Someone may have \
             put another book in its place, right now; or it was begun anew. Compare with the \
             paper signed on its first day, and ask its people. Only if they began a new book: \
             move {pin} away and pin the new one."
        ),
    ));
    out
}

/// Nobody outside says which book this is.
fn unvouched(audited: &Audited, pin: Option<&Path>) -> String {
    let mut out = page::hang(
        "",
        0,
        "The book is whole in itself. It cannot vouch for itself: give --trust the file you hold from elsewhere.",
    );
    if pin.is_some() {
        let book = text::printable(&audited.folder.display().to_string());
        let _ = writeln!(
            out,
            "If you hold none, compare genesis with the paper signed on its first day, then pin it:"
        );
        let _ = writeln!(out, "  glasskey audit {book} --pin");
    }
    out
}
