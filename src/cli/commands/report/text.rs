//! The report for people: 80 columns, one section after the other.

use super::Reported;
use crate::cli::page::Style;
use crate::cli::page::hang;
use crate::ledger::report::AccountReport;
use crate::ledger::report::Counts;
use crate::ledger::report::KeyReport;
use crate::ledger::report::Mark;
use crate::ledger::report::Overdue;
use crate::ledger::report::Report;
use crate::ledger::report::Span;
use crate::ledger::report::What;
use crate::primitives::text;
use crate::primitives::text::pad;
use std::fmt::Write as _;

/// The report.
pub(super) fn report(reported: &Reported, style: Style) -> String {
    let report = &reported.report;
    let mut out = String::new();
    out.push_str(&hang("", 0, &text::printable(report.book())));
    let words = format!(
        "From {} to {}. {} records until then, {} of them in the period.{}",
        report.period.from,
        report.period.to,
        report.records,
        report.approvals.len(),
        if report.rehearsal {
            " A rehearsal: nothing in it is real."
        } else {
            ""
        }
    );
    out.push_str(&hang("  ", 2, &words));
    if let Some(words) = report.not_begun() {
        out.push_str(&hang("  ", 2, &format!("Nothing to tell: {words}.")));
    }
    let stands = match &reported.bad {
        None => "The book is whole: `glasskey audit` says what else it found.".to_owned(),
        Some((file, why)) => format!("DO NOT TRUST THIS BOOK. The first bad file is {file}: {why}"),
    };
    out.push_str(&hang("  ", 2, &text::printable(&stands)));
    verifications(&mut out, style, report);
    approvals(&mut out, style, report);
    happened(&mut out, style, report);
    people(&mut out, style, report);
    out
}

fn section(out: &mut String, style: Style, title: &str, lines: &[String]) {
    let _ = write!(out, "\n{}\n", style.strong(title));
    if lines.is_empty() {
        out.push_str("  none\n");
    }
    for line in lines {
        out.push_str(&hang("  ", 2, &text::printable(line)));
    }
}

fn verifications(out: &mut String, style: Style, report: &Report) {
    let _ = write!(out, "\n{}\n", style.strong("Verifications"));
    let head = "expected  in time  late  missed";
    let _ = writeln!(out, "  {} {head}", pad("with PIN and touch", 24));
    for key in &report.keys {
        out.push_str(&of_key(key));
    }
    let _ = writeln!(out, "  {} {head}", pad("by a real sign-in", 24));
    for account in &report.accounts {
        out.push_str(&of_account(account));
    }
}

fn row(name: &str, counts: &Counts) -> String {
    let line = format!(
        "  {} {:>8}  {:>7}  {:>4}  {:>6}",
        pad(&text::printable(name), 24),
        counts.expected,
        counts.in_time,
        counts.late,
        counts.missed.len()
    );
    format!("{line}\n")
}

fn of_key(key: &KeyReport) -> String {
    let mut out = row(&format!("{} of {}", key.label, key.account), &key.counts);
    if let Some(until) = key.in_use.until {
        let gone = format!(
            "out of use since {} (record {:06})",
            until.at.day(),
            until.record
        );
        out.push_str(&hang("    ", 4, &gone));
    }
    for one in &key.verifications {
        let mut line = format!("{} {} record {:06}", one.at, level(one.level), one.record);
        if one.days_late > 0
            && let Some(due) = one.due
        {
            let _ = write!(line, ", {} days late: due {}", one.days_late, due.day());
        }
        out.push_str(&hang("    ", 4, &line));
    }
    overdue(&mut out, key.overdue);
    for day in &key.counts.missed {
        let line = format!("{day} due, and NOT PERFORMED by then");
        out.push_str(&hang("    ", 4, &line));
    }
    out
}

fn of_account(account: &AccountReport) -> String {
    let mut out = row(&account.alias, &account.sign_ins);
    let [l0, l1, l2] = account.levels;
    let line =
        format!("of its keys: {l0} without PIN (L0), {l1} with PIN (L1), {l2} by sign-in (L2)");
    out.push_str(&hang("    ", 4, &line));
    overdue(&mut out, account.overdue);
    for day in &account.sign_ins.missed {
        let line = format!("{day} due, and NOT PERFORMED by then");
        out.push_str(&hang("    ", 4, &line));
    }
    out
}

fn overdue(out: &mut String, overdue: Option<Overdue>) {
    if let Some(overdue) = overdue {
        out.push_str(&hang("    ", 4, &overdue.words()));
    }
}

const fn level(level: crate::record::Level) -> &'static str {
    match level {
        crate::record::Level::L0 => "L0",
        crate::record::Level::L1 => "L1",
        crate::record::Level::L2 => "L2",
    }
}

fn approvals(out: &mut String, style: Style, report: &Report) {
    let lines: Vec<String> = report
        .approvals
        .iter()
        .map(|one| {
            let mut line = format!("{} {} ", number(one.mark), one.happened);
            let signed: Vec<&str> = one
                .expected
                .iter()
                .filter(|who| !one.missing.contains(who))
                .map(String::as_str)
                .collect();
            let _ = write!(
                line,
                "Signed: {}",
                if signed.is_empty() {
                    "nobody".to_owned()
                } else {
                    signed.join(", ")
                }
            );
            if !one.missing.is_empty() {
                let _ = write!(line, "; NOT SIGNED: {}", one.missing.join(", "));
            }
            let _ = write!(
                line,
                "; {} of {} witnesses.",
                one.witnesses, one.witnesses_needed
            );
            if let Some(reference) = &one.reference {
                let _ = write!(line, " Reference: {reference}.");
            }
            line
        })
        .collect();
    section(
        out,
        style,
        "Records of the period, and who approved each",
        &lines,
    );
}

fn happened(out: &mut String, style: Style, report: &Report) {
    let lines = |rows: Vec<String>| rows;
    let exceptions = report
        .exceptions
        .iter()
        .map(|one| format!("{} at step {}: {}", number(one.mark), one.step, one.text));
    section(out, style, "Exceptions", &lines(exceptions.collect()));
    let acceptances = report.acceptances.iter().map(|one| {
        let why = one.reason.as_deref().unwrap_or("nobody said why");
        format!(
            "{} {} of {} until {}: {why}",
            number(one.mark),
            one.check,
            one.subject,
            one.until
        )
    });
    section(
        out,
        style,
        "Accepted for a while",
        &lines(acceptances.collect()),
    );
    let amendments = report.amendments.iter().map(|one| {
        format!(
            "{} corrects {:06}: {}",
            number(one.mark),
            one.corrects,
            one.text
        )
    });
    section(out, style, "Corrections", &lines(amendments.collect()));
    let trainings = report.trainings.iter().map(|one| {
        let people = one.people.join(", ");
        format!(
            "{} {people}, in a rehearsal of {} records",
            number(one.mark),
            one.rehearsed
        )
    });
    section(out, style, "Trainings", &lines(trainings.collect()));
    let openings = report.openings.iter().map(|one| {
        let why = match one.reason {
            crate::record::OpeningReason::Incident => "INCIDENT",
            crate::record::OpeningReason::Test => "a drill",
            crate::record::OpeningReason::Inspection => "an inspection",
            crate::record::OpeningReason::Move => "a move",
        };
        let bag = match (&one.bag, one.found) {
            (Some(bag), Some(state)) => {
                let state = match state {
                    crate::record::BagState::Intact => "intact",
                    crate::record::BagState::Broken => "broken",
                    crate::record::BagState::Missing => "missing",
                };
                format!("bag {bag}, found {state}")
            }
            (_, _) => "its bag, at which nobody looked".to_owned(),
        };
        format!(
            "{} {}: {why}, opened {}, {bag}",
            number(one.mark),
            one.key,
            one.opened
        )
    });
    section(
        out,
        style,
        "Bags opened; incidents",
        &lines(openings.collect()),
    );
    let losses = report.losses.iter().map(|one| {
        let revoked = match one.revoked {
            Some(at) => format!("revoked in the tenant by {at}"),
            None => "NOT SHOWN TO BE REVOKED in the tenant".to_owned(),
        };
        format!(
            "{} {}: found gone {}, {revoked}",
            number(one.mark),
            one.key,
            one.discovered
        )
    });
    section(out, style, "Keys lost", &lines(losses.collect()));
    let retired = report.retirements.iter();
    let retired = retired.map(|one| format!("{} {}", number(one.mark), one.key));
    section(
        out,
        style,
        "Keys taken out of use",
        &lines(retired.collect()),
    );
}

fn people(out: &mut String, style: Style, report: &Report) {
    let roles = report.people.iter().map(|one| {
        format!(
            "{} {} {}",
            pad(&one.person, 8),
            pad(one.role.word(), 15),
            span(&one.span)
        )
    });
    section(
        out,
        style,
        "Roster: who had which role",
        &roles.collect::<Vec<_>>(),
    );
    let policies = report.policies.iter().map(|one| {
        let what = if one.changes.is_empty() {
            let settings: Vec<String> = one
                .settings
                .iter()
                .map(|(name, value)| format!("{name} = {value}"))
                .collect();
            settings.join("; ")
        } else {
            one.changes.join("; ")
        };
        format!("{}: {what}", span(&one.span))
    });
    section(out, style, "Policy", &policies.collect::<Vec<_>>());
    let authorised = report.authorised.iter().map(|one| {
        let what = match &one.what {
            What::Ceremonies { key } => format!("hold ceremonies with {key}"),
            What::PinEnvelope { envelope, key } => {
                format!("hold PIN envelope {envelope} of {key}")
            }
            What::Safe { safe, key } => format!("open {safe}, where {key} lies"),
        };
        format!(
            "{} {} {what}, {}",
            pad(&one.person, 8),
            pad(one.role.word(), 15),
            span(&one.span)
        )
    });
    section(
        out,
        style,
        "Who was authorised to do what",
        &authorised.collect::<Vec<_>>(),
    );
}

/// `000003 2026-01-05`
fn number(mark: Mark) -> String {
    format!("{:06} {}", mark.record, mark.at.day())
}

/// `2026-01-05 (000000) until today's end of the book`
fn span(span: &Span) -> String {
    let from = format!(
        "from {} (record {:06})",
        span.from.at.day(),
        span.from.record
    );
    match span.until {
        Some(until) => format!(
            "{from} until {} (record {:06})",
            until.at.day(),
            until.record
        ),
        None => format!("{from} on"),
    }
}
