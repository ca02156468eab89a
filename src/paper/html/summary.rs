//! The page's head, what it says first, and its foot.

use super::markup::Html;
use super::table::moment;
use super::verified;
use super::view::ReportPage;
use super::view::ToDoKind;
use crate::findings::DueStanding;
use crate::findings::Verdict;

/// The title, the period, and how the book stands.
pub(super) fn header(html: &mut Html, page: &ReportPage<'_>) {
    let report = page.report;
    html.element("header", &[], |html| {
        html.with("p", &[("class", "kind")], "Report on emergency access");
        html.of("h1", page.book);
        html.element("p", &[("class", "period")], |html| {
            let (from, to) = (report.period.from.day(), report.period.to.day());
            html.with("time", &[("datetime", &from)], &from);
            html.text(" to ");
            html.with("time", &[("datetime", &to)], &to);
            html.text(", all times in UTC");
        });
        if report.rehearsal {
            let words = "A rehearsal: nothing in it is real.";
            html.with("p", &[("class", "banner rehearsal")], words);
        }
        if let Some(words) = report.not_begun() {
            html.with("p", &[("class", "banner")], &format!("Nothing to tell: {words}."));
        }
        html.element("p", &[("class", stands_class(page))], |html| {
            match page.bad {
                None => html.of("strong", "The book is whole.").text(" Every record, signature and head that is in it was verified when this was made."),
                Some((file, why)) => html
                    .of("strong", "Do not trust this book.")
                    .text(&format!(" The first bad file is {file}: {why}")),
            };
        });
    });
    html.fixed("\n");
}

const fn stands_class(page: &ReportPage<'_>) -> &'static str {
    if page.bad.is_none() {
        "banner whole"
    } else {
        "banner broken"
    }
}

/// The numbers to know first.
pub(super) fn put(html: &mut Html, page: &ReportPage<'_>) {
    let report = page.report;
    let (mut expected, mut in_time, mut late, mut missed) = (0_u32, 0_u32, 0_u32, 0_usize);
    for key in &report.keys {
        expected += key.counts.expected;
        in_time += key.counts.in_time;
        late += key.counts.late;
        missed += key.counts.missed.len();
    }
    let through = verified::overdue(report).len();
    let performed = match through {
        0 => format!("{late} late, {missed} missed"),
        through => format!("{late} late, {missed} missed, {through} overdue since before"),
    };
    let overdue = page
        .dues
        .iter()
        .filter(|due| due.standing == DueStanding::Overdue)
        .count();
    let unsigned = report
        .approvals
        .iter()
        .filter(|one| !one.missing.is_empty())
        .count();
    let failing = page
        .findings
        .iter()
        .filter(|one| one.verdict == Verdict::Fail)
        .count();
    let waiting = page
        .to_do
        .iter()
        .filter(|one| matches!(one.kind, ToDoKind::Pressing | ToDoKind::Restore))
        .count();
    let attributes: &[(&str, &str)] = &[("id", "first"), ("aria-labelledby", "first-heading")];
    html.element("section", attributes, |html| {
        html.with("h2", &[("id", "first-heading")], "In short");
        html.element("dl", &[("class", "figures")], |html| {
            let mut one = |name: &str, value: String, note: &str, alarm: bool| {
                let class = if alarm { "figure alarm" } else { "figure" };
                html.element("div", &[("class", class)], |html| {
                    html.of("dt", name);
                    html.with("dd", &[("class", "value")], &value);
                    html.with("dd", &[("class", "note")], note);
                });
            };
            let accounts = report.accounts.len();
            let in_use = report.access.len();
            one(
                "Keys in use",
                in_use.to_string(),
                &format!("at the end, for {accounts} accounts of the period"),
                in_use == 0,
            );
            one(
                "Verifications in time",
                format!("{in_time} of {expected}"),
                &performed,
                late > 0 || missed > 0 || through > 0,
            );
            one(
                "Overdue now",
                overdue.to_string(),
                &format!("{waiting} things wait for somebody"),
                overdue > 0,
            );
            one(
                "Checks that fail",
                failing.to_string(),
                &format!("of {} findings of the audit", page.findings.len()),
                failing > 0,
            );
            one(
                "Records",
                report.approvals.len().to_string(),
                &format!("in the period; {} in all until its end", report.records),
                false,
            );
            one(
                "Signatures missing",
                unsigned.to_string(),
                "records of the period that somebody has yet to sign",
                unsigned > 0,
            );
        });
    });
    html.fixed("\n");
}

/// What it was made from, and what it cannot say.
pub(super) fn footer(html: &mut Html, page: &ReportPage<'_>) {
    html.element("footer", &[], |html| {
        html.element("p", &[], |html| {
            html.text("Made by ").text(page.tool).text(" from ");
            html.of("code", page.report.book());
            html.text(", judged as of ");
            moment(html, page.as_of);
            html.text(". The same book and period give the same bytes.");
        });
        html.of(
            "p",
            "This page says what the book tells; it proves nothing by itself. What does is the book: \
             audit it with a trust file that you hold from elsewhere (VERIFY.md shows how, without \
             this program). That the tenant holds these credentials for these accounts was observed, \
             and no signature can see into a bag.",
        );
    });
    html.fixed("\n");
}
