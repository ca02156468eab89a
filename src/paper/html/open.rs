//! Drift: plan against records, and records against each other. What is accepted for a while, and what
//! a ceremony loosened.

use super::due;
use super::markup::Html;
use super::table::Cell;
use super::table::Table;
use super::view::ReportPage;
use super::view::ToDoKind;

pub(super) fn drift(html: &mut Html, page: &ReportPage<'_>) {
    html.of(
        "p",
        "Nothing here was asked of the tenant while this was made: `glasskey check --since RECORD` does. \
         Compared are plan and records, and what one record states with what the next one does.",
    );
    due::list(
        html,
        page,
        "drift-plan",
        "Where plan and records do not say the same",
        ToDoKind::Drift,
    );
    let rows = page.report.drift.iter().map(|one| {
        vec![
            Cell::record(one.mark.record),
            Cell::Day(one.mark.at),
            Cell::code(one.check.id()),
            Cell::code(one.subject.to_string()),
            Cell::Verdict(one.before),
            Cell::record(one.since),
            Cell::Verdict(one.now),
            Cell::text(&one.detail),
        ]
    });
    let table = Table {
        id: "drift-stated",
        caption: "What a record of the period states otherwise than the one before",
        heads: &[
            "Record",
            "Day",
            "Check",
            "Of",
            "Before",
            "By record",
            "Now",
            "What was seen",
        ],
        rows: rows.collect(),
        none: "Nothing changed.",
    };
    table.put(html);
}

pub(super) fn put(html: &mut Html, page: &ReportPage<'_>) {
    let rows = page.report.acceptances.iter().map(|one| {
        let stands = if one.until < page.as_of {
            Cell::Alarm("ran out".to_owned())
        } else {
            Cell::text("in force")
        };
        vec![
            Cell::record(one.mark.record),
            Cell::code(one.check.id()),
            Cell::code(one.subject.to_string()),
            Cell::Day(one.until),
            stands,
            one.reason
                .as_ref()
                .map_or(Cell::Nothing("nobody said why"), Cell::text),
        ]
    });
    let table = Table {
        id: "open-accepted",
        caption: "Checks that may fail for a while, by a signed acceptance",
        heads: &["Record", "Check", "Of", "Until", "Stands", "Why"],
        rows: rows.collect(),
        none: "Nothing is accepted.",
    };
    table.put(html);
    due::list(
        html,
        page,
        "open-restore",
        "Loosened by a ceremony, and not read back yet",
        ToDoKind::Restore,
    );
}
