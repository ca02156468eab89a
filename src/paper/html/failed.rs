//! What failed, and why: what the audit finds now, and what the records state of then.

use super::markup::Html;
use super::table::Cell;
use super::table::Table;
use super::view::ReportPage;
use crate::findings::Verdict;
use crate::ledger::report::StatedRow;

pub(super) fn put(html: &mut Html, page: &ReportPage<'_>) {
    let quiet = |verdict| matches!(verdict, Verdict::Pass | Verdict::NotRun);
    let found = page.findings.iter().filter(|one| !quiet(one.verdict));
    let rows = found.map(|one| {
        vec![
            Cell::code(one.check.id()),
            Cell::Verdict(one.verdict),
            Cell::code(one.subject.to_string()),
            Cell::text(&one.detail),
            one.fix
                .as_ref()
                .map_or(Cell::Nothing("nothing"), Cell::text),
        ]
    });
    let table = Table {
        id: "failed-audit",
        caption: "What the audit found, passes apart",
        heads: &["Check", "Verdict", "Of", "What was seen", "What to do"],
        rows: rows.collect(),
        none: "Everything that was looked at passes.",
    };
    table.put(html);
    let counted = |wanted: Verdict| {
        let of = page.findings.iter().filter(|one| one.verdict == wanted);
        of.count()
    };
    let words = format!(
        "Besides: {} findings pass, {} were not run.",
        counted(Verdict::Pass),
        counted(Verdict::NotRun)
    );
    html.of("p", &words);
    let rows = grouped(&page.report.failed)
        .into_iter()
        .map(|(one, records)| {
            vec![
                Cell::code(one.check.id()),
                Cell::Verdict(one.verdict),
                Cell::code(one.subject.to_string()),
                Cell::text(&one.detail),
                Cell::Several(records),
                Cell::Day(one.mark.at),
            ]
        });
    let table = Table {
        id: "failed-stated",
        caption: "What did not pass when a record of the period was made, as it states itself",
        heads: &[
            "Check",
            "Verdict",
            "Of",
            "What was seen",
            "By records",
            "First",
        ],
        rows: rows.collect(),
        none: "Everything passed.",
    };
    table.put(html);
}

/// Each thing that was stated, once, with the records that state it.
fn grouped(all: &[StatedRow]) -> Vec<(&StatedRow, Vec<String>)> {
    let mut groups: Vec<(&StatedRow, Vec<String>)> = Vec::new();
    for one in all {
        let record = format!("{:06}", one.mark.record);
        let same = |(first, _): &&mut (&StatedRow, Vec<String>)| {
            (first.check, first.verdict, &first.subject, &first.detail)
                == (one.check, one.verdict, &one.subject, &one.detail)
        };
        match groups.iter_mut().find(same) {
            Some((_, records)) => records.push(record),
            None => groups.push((one, vec![record])),
        }
    }
    groups
}
