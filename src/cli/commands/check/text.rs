//! A check for people: account by account, the worst first, what to do beneath.

use super::observation;
use super::report::Group;
use super::report::Report;
use super::report::When;
use crate::cli::Output;
use crate::cli::exit::Exit;
use crate::cli::page;
use crate::cli::page::Style;
use crate::findings::Change;
use crate::findings::Drift;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::primitives::text;
use std::fmt::Write as _;

/// Columns before what was found.
const HEAD: usize = 2 + 8 + 1;
/// Words of a digest on a line.
const WORDS_ON_A_LINE: usize = 4;

/// The report for people.
pub(super) fn report(report: &Report, output: &Output<'_>) -> String {
    let style = output.style;
    let mut out = head(report, style);
    if let Some((stated, drift)) = &report.drift {
        let title = format!("Since record {:06} of {}", stated.record, stated.at.day());
        let _ = writeln!(out, "\n{}", style.strong(&title));
        out.push_str(&drifted(drift, style));
    }
    for group in report.groups() {
        let _ = writeln!(out, "\n{}", title(&group, style));
        out.push_str(&findings(&group, style, output.verbose));
    }
    if report.observer {
        out.push_str(&observed(report, style));
    }
    out.push('\n');
    out.push_str(&summary(report, style));
    out
}

fn head(report: &Report, style: Style) -> String {
    let name = text::printable(&report.plan.book.name);
    let mut out = format!("{}\n", style.strong(&name));
    let line = |out: &mut String, words: &str| out.push_str(&page::hang("  ", 2, words));
    let asked = &report.asked;
    line(
        &mut out,
        &format!(
            "Tenant {}, {}.",
            report.plan.tenant.id,
            answers(asked.answers)
        ),
    );
    if let Some(path) = &asked.file {
        let path = text::printable(&path.display().to_string());
        line(
            &mut out,
            &format!("Judged from {path} alone: what is not in it is unknown."),
        );
    }
    line(
        &mut out,
        &match report.when {
            When::Now(time) => format!("Judged as of {time}."),
            When::Answered(time) => format!("Judged as of {time}, its last answer."),
            When::Rehearsal(time) => format!(
                "This is a rehearsal: nothing in it is real. Judged as of its last record, {time}."
            ),
            When::Asked(time) => {
                format!("Judged as of {time}, as asked: hypothetical, not this machine's clock.")
            }
        },
    );
    if report.book.head.is_none() {
        let words = "No record yet: the plan alone is held against the tenant.";
        line(&mut out, words);
    }
    if let Some(key) = &report.key {
        let (label, account) = (&key.label, &key.account);
        let name = text::printable(&key.name);
        let words = format!("In the hand for {label} of {account}: {name}. No PIN was asked for.");
        line(&mut out, &words);
    }
    out
}

fn answers(count: usize) -> String {
    if count == 1 {
        "1 answer".to_owned()
    } else {
        format!("{count} answers")
    }
}

fn title(group: &Group<'_>, style: Style) -> String {
    let name = if group.name == "book" {
        "The book, and the tenant as a whole".to_owned()
    } else {
        text::printable(group.name)
    };
    let counts = [
        (Verdict::Fail, "fail"),
        (Verdict::Unknown, "unknown"),
        (Verdict::Warn, "warn"),
        (Verdict::Accepted, "accepted"),
    ]
    .into_iter()
    .filter_map(|(verdict, word)| {
        let count = group.findings.iter().filter(|one| one.verdict == verdict);
        let count = count.count();
        (count > 0).then(|| format!("{count} {word}"))
    })
    .collect::<Vec<_>>();
    let title = style.strong(&name);
    if counts.is_empty() {
        title
    } else {
        format!("{title}  {}", style.faint(&counts.join(", ")))
    }
}

fn findings(group: &Group<'_>, style: Style, verbose: bool) -> String {
    let mut out = String::new();
    let quiet = |verdict| matches!(verdict, Verdict::Pass | Verdict::NotRun);
    let listed: Vec<&Finding> = group
        .findings
        .iter()
        .copied()
        .filter(|one| verbose || !quiet(one.verdict))
        .collect();
    let same = |one: &&Finding, other: &&Finding| {
        (one.verdict, one.check, &one.subject) == (other.verdict, other.check, &other.subject)
    };
    for of_one in listed.chunk_by(same) {
        out.push_str(&of_check(of_one, group.name, style));
    }
    if verbose {
        return out;
    }
    let mut passed: Vec<&str> = Vec::new();
    for one in &group.findings {
        let id = one.check.id();
        if one.verdict == Verdict::Pass && !passed.contains(&id) {
            passed.push(id);
        }
    }
    if !passed.is_empty() {
        let head = format!("  {} ", style.verdict(Verdict::Pass, 8));
        out.push_str(&page::hang(&head, HEAD, &passed.join(" ")));
    }
    let not_run = group.findings.iter();
    let not_run = not_run.filter(|one| one.verdict == Verdict::NotRun).count();
    if not_run > 0 {
        let head = format!("  {} ", style.verdict(Verdict::NotRun, 8));
        out.push_str(&page::hang(&head, HEAD, &format!("{not_run} (--verbose)")));
    }
    out
}

/// What one check found of one subject: verdict, check and subject; beneath what is, what to do and
/// why it matters.
fn of_check(all: &[&Finding], group: &str, style: Style) -> String {
    let Some(one) = all.first() else {
        return String::new();
    };
    let own = [Subject::account(group), Subject::book()];
    let mut out = format!(
        "  {} {}",
        style.verdict(one.verdict, 8),
        style.strong(one.check.id())
    );
    if !own.contains(&one.subject) {
        let subject = text::printable(&one.subject.to_string());
        let _ = write!(out, "  {}", style.faint(&subject));
    }
    out.push('\n');
    let space = " ".repeat(HEAD);
    for (place, one) in all.iter().enumerate() {
        out.push_str(&page::hang(&space, HEAD, &text::printable(&one.detail)));
        let next = all.get(place + 1).map(|next| &next.fix);
        if let Some(fix) = one.fix.as_ref().filter(|_| next != Some(&one.fix)) {
            let todo = format!("{space}do:  ");
            out.push_str(&page::hang(&todo, HEAD + 5, &text::printable(fix)));
        }
    }
    if one.verdict.is_open() {
        let why = format!("{space}why: ");
        out.push_str(&page::hang(&why, HEAD + 5, one.check.why()));
    }
    out
}

fn drifted(drift: &[Drift], style: Style) -> String {
    if drift.is_empty() {
        return "  Nothing drifted from what it stated.\n".to_owned();
    }
    let mut out = String::new();
    for one in drift {
        let verdict = match one.change {
            Change::Worse | Change::NotStated => one.now.0,
            Change::Other => Verdict::Warn,
            Change::Better => Verdict::Pass,
        };
        let _ = writeln!(
            out,
            "  {} {}  {}",
            style.verdict(verdict, 8),
            style.strong(&one.words),
            style.faint(&text::printable(&format!("{} {}", one.check, one.subject)))
        );
        let space = " ".repeat(HEAD);
        if let Some((then, detail)) = &one.then {
            let head = format!("{space}then: ");
            let words = format!("{}: {detail}", then.word());
            out.push_str(&page::hang(&head, HEAD + 6, &text::printable(&words)));
        }
        let head = format!("{space}now:  ");
        let words = format!("{}: {}", one.now.0.word(), one.now.1);
        out.push_str(&page::hang(&head, HEAD + 6, &text::printable(&words)));
    }
    out
}

/// The digest of a witness's own run, to be read aloud.
fn observed(report: &Report, style: Style) -> String {
    let digest = observation::digest(report);
    let mut out = format!("\n{}\n", style.strong("The observer's digest"));
    let _ = writeln!(out, "  {digest}");
    for (number, words) in digest.words().chunks(WORDS_ON_A_LINE).enumerate() {
        let first = number * WORDS_ON_A_LINE + 1;
        let cells: Vec<String> = words.iter().map(|word| text::pad(word, 14)).collect();
        let _ = writeln!(out, "  {first:>2}  {}", cells.join(" ").trim_end());
    }
    out.push_str(&page::hang(
        "  ",
        2,
        "Read it to the operator; the record carries it. It is worth something only with what it \
         is of: keep that with --out FILE.",
    ));
    out
}

fn summary(report: &Report, style: Style) -> String {
    let count = |verdict| report.count(verdict);
    let mut out = format!(
        "{} findings: {} fail, {} unknown, {} warn, {} accepted, {} pass, {} not run\n",
        report.findings.len(),
        count(Verdict::Fail),
        count(Verdict::Unknown),
        count(Verdict::Warn),
        count(Verdict::Accepted),
        count(Verdict::Pass),
        count(Verdict::NotRun),
    );
    let words = match report.exit {
        Exit::Done => format!(
            "{} Nothing fails, and nothing is unknown.",
            style.strong("In order.")
        ),
        Exit::Findings => "Each line that fails says what to change; unknown never passes, and \
                           says what would tell."
            .to_owned(),
        Exit::Tenant => "The tenant did not answer: nothing above says how it is.".to_owned(),
        Exit::Ledger => format!(
            "{} A key or its record is not what it should be.",
            style.strong("Stop here.")
        ),
        Exit::Usage | Exit::Declined | Exit::Key | Exit::Output | Exit::Bug => String::new(),
    };
    out.push_str(&page::hang("", 0, &words));
    out
}
