//! Roles, policy, and who was authorised to do what.

use super::markup::Html;
use super::table::Cell;
use super::table::Table;
use super::view::ReportPage;
use crate::ledger::report::Span;
use crate::ledger::report::What;

pub(super) fn put(html: &mut Html, page: &ReportPage<'_>) {
    html.of(
        "p",
        "People are known here by their refs alone. Whose ref it is stands in the book’s people.toml, \
         which is no part of the ledger.",
    );
    let report = page.report;
    let rows = report.people.iter().map(|one| {
        with_span(
            vec![Cell::code(&one.person), Cell::text(one.role.word())],
            &one.span,
        )
    });
    let table = Table {
        id: "people-roster",
        caption: "Roster: who had which role",
        heads: &["Person", "Role", "From", "By record", "Until"],
        rows: rows.collect(),
        none: "Nobody.",
    };
    table.put(html);
    let rows = report.authorised.iter().map(|one| {
        let what = match &one.what {
            What::Ceremonies { .. } => "hold ceremonies with it".to_owned(),
            What::PinEnvelope { envelope, .. } => format!("hold its PIN envelope, {envelope}"),
            What::Safe { safe, .. } => format!("open {safe}, where it lies"),
        };
        let cells = vec![
            Cell::code(&one.person),
            Cell::text(one.role.word()),
            Cell::code(one.what.key()),
            Cell::Text(what),
        ];
        with_span(cells, &one.span)
    });
    let table = Table {
        id: "people-authorised",
        caption: "Who was authorised to do what, and when",
        heads: &["Person", "As", "Key", "To", "From", "By record", "Until"],
        rows: rows.collect(),
        none: "Nobody.",
    };
    table.put(html);
    policy(html, page);
}

fn with_span(mut cells: Vec<Cell>, span: &Span) -> Vec<Cell> {
    cells.push(Cell::Day(span.from.at));
    cells.push(Cell::record(span.from.record));
    cells.push(
        span.until
            .map_or(Cell::Nothing("holds on"), |until| Cell::Day(until.at)),
    );
    cells
}

fn policy(html: &mut Html, page: &ReportPage<'_>) {
    let changed = page
        .report
        .policies
        .iter()
        .filter(|one| !one.changes.is_empty());
    let rows = changed.map(|one| {
        vec![
            Cell::record(one.span.from.record),
            Cell::Day(one.span.from.at),
            Cell::text(one.changes.join("; ")),
        ]
    });
    let table = Table {
        id: "people-policy-changes",
        caption: "Changes of the policy",
        heads: &["Record", "Day", "What changed"],
        rows: rows.collect(),
        none: "None.",
    };
    table.put(html);
    let last = page.report.policies.last();
    let settings = last.map(|one| one.settings.as_slice()).unwrap_or_default();
    let rows = settings
        .iter()
        .map(|(name, value)| vec![Cell::code(name), Cell::code(value)]);
    let table = Table {
        id: "people-policy",
        caption: "The policy in force at the period’s end",
        heads: &["Setting", "Value"],
        rows: rows.collect(),
        none: "No policy was in force.",
    };
    table.put(html);
}
