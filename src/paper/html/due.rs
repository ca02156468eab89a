//! What is due: verifications by their day, and everything else that waits for somebody.

use super::markup::Html;
use super::table::Cell;
use super::table::Table;
use super::view::ReportPage;
use super::view::ToDo;
use super::view::ToDoKind;
use crate::findings::Due;
use crate::findings::DueDepth;
use crate::findings::DueStanding;

pub(super) fn put(html: &mut Html, page: &ReportPage<'_>) {
    let rows = page.dues.iter().map(row).collect();
    let table = Table {
        id: "due-table",
        caption: "When each key in use is to be verified again",
        heads: &[
            "Key",
            "Due",
            "Stands",
            "How",
            "Last seen",
            "Why before its days",
        ],
        rows,
        none: "No key is in use.",
    };
    table.put(html);
    list(
        html,
        page,
        "due-pressing",
        "Waits for somebody: overdue, failing or unfinished",
        ToDoKind::Pressing,
    );
    list(html, page, "due-soon", "Comes soon", ToDoKind::Soon);
}

fn row(due: &Due) -> Vec<Cell> {
    let stands = match due.standing {
        DueStanding::Overdue => Cell::Alarm("overdue".to_owned()),
        DueStanding::Soon => Cell::text("soon"),
        DueStanding::Later => Cell::text("later"),
    };
    let how = match due.depth {
        DueDepth::Presence => "with PIN and touch (L1)",
        DueDepth::SignIn => "by a real sign-in (L2)",
    };
    vec![
        Cell::code(&due.label),
        Cell::Day(due.by),
        stands,
        Cell::text(how),
        Cell::Day(due.last),
        if due.reasons.is_empty() {
            Cell::Nothing("its days count")
        } else {
            Cell::text(due.reasons.join("; "))
        },
    ]
}

/// What is to be done of one kind.
pub(super) fn list(
    html: &mut Html,
    page: &ReportPage<'_>,
    id: &str,
    caption: &str,
    kind: ToDoKind,
) {
    let of = page.to_do.iter().filter(|one| one.kind == kind);
    let row = |one: &ToDo| {
        vec![
            Cell::text(&one.what),
            one.by.map_or(Cell::Nothing("no day"), Cell::Day),
            Cell::text(&one.next),
        ]
    };
    let table = Table {
        id,
        caption,
        heads: &["What", "By", "What to do"],
        rows: of.map(row).collect(),
        none: "Nothing.",
    };
    table.put(html);
}
