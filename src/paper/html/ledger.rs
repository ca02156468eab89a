//! Where the ledger stands, and what outside the book holds it.

use super::markup::Html;
use super::table::Cell;
use super::table::Table;
use super::view::ReportPage;
use crate::findings::Verdict;

pub(super) fn put(html: &mut Html, page: &ReportPage<'_>) {
    let origin = page.report.origin.as_deref();
    let mut rows = vec![vec![
        Cell::text("Origin"),
        Cell::or(origin, "no record yet"),
    ]];
    if let Some(state) = page.ledger {
        rows.push(vec![
            Cell::text("Records in it now"),
            Cell::code(state.size.to_string()),
        ]);
        rows.push(vec![
            Cell::text("Root of its tree (SHA-256)"),
            Cell::code(state.root.to_string()),
        ]);
        rows.push(vec![
            Cell::text("First record (SHA-256)"),
            Cell::code(state.genesis.to_string()),
        ]);
    }
    rows.push(vec![
        Cell::text("Whole"),
        match page.bad {
            None => Cell::text("yes, but for signatures that are yet to come"),
            Some((file, why)) => Cell::Alarm(format!("no: {file}: {why}")),
        },
    ]);
    let table = Table {
        id: "ledger-state",
        caption: "The ledger",
        heads: &["What", "Is"],
        rows,
        none: "",
    };
    table.put(html);
    let rows = page.anchors.iter().map(|one| {
        vec![
            Cell::text(one.kind),
            Cell::Verdict(one.verdict),
            Cell::Count(one.size),
            one.time.map_or(Cell::Nothing("does not say"), Cell::Moment),
            Cell::text(&one.detail),
            Cell::code(&one.source),
        ]
    });
    let table = Table {
        id: "ledger-anchors",
        caption: "Outside anchors",
        heads: &[
            "Kind",
            "Holds",
            "Records until",
            "Made",
            "What it comes to",
            "Lies in",
        ],
        rows: rows.collect(),
        none: "None was at hand.",
    };
    table.put(html);
    html.of("p", &reach(page));
}

/// How far outside anchors reach, in a sentence.
fn reach(page: &ReportPage<'_>) -> String {
    let holds = page
        .anchors
        .iter()
        .filter(|one| one.verdict == Verdict::Pass && one.kind != "genesis");
    let until = holds.map(|one| one.size).max().unwrap_or(0);
    let size = page.ledger.map_or(0, |state| state.size);
    let needed = page.anchors_needed;
    let reach = match until {
        0 => "No anchor outside holds any record after the first: an older copy of the book, or a cut \
              end, would not be found here."
            .to_owned(),
        until if until >= size => "Every record is held from outside.".to_owned(),
        until => format!(
            "The first {until} of {size} records are held from outside; if more followed and were cut, \
             that would not be found here."
        ),
    };
    let kinds = if needed == 1 { "kind" } else { "kinds" };
    format!("{reach} The policy asks for {needed} {kinds} of outside anchor besides genesis.")
}
