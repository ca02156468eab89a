//! The period's records: who approved each, and what happened, a table a kind.

use super::markup::Html;
use super::table::Cell;
use super::table::Table;
use super::view::ReportPage;
use crate::ledger::report::Mark;
use crate::record::BagState;
use crate::record::OpeningReason;

pub(super) fn put(html: &mut Html, page: &ReportPage<'_>) {
    approvals(html, page);
    exceptions(html, page);
    amendments(html, page);
    openings(html, page);
    ends(html, page);
    trainings(html, page);
}

fn row<const N: usize>(mark: Mark, cells: [Cell; N]) -> Vec<Cell> {
    let mut row = vec![Cell::record(mark.record), Cell::Day(mark.at)];
    row.extend(cells);
    row
}

fn approvals(html: &mut Html, page: &ReportPage<'_>) {
    let rows = page.report.approvals.iter().map(|one| {
        let signed: Vec<String> = one
            .expected
            .iter()
            .filter(|who| !one.missing.contains(who))
            .cloned()
            .collect();
        let missing = if one.missing.is_empty() {
            Cell::Nothing("nobody")
        } else {
            Cell::Alarm(one.missing.join(", "))
        };
        let witnesses = format!("{} of {}", one.witnesses, one.witnesses_needed);
        row(
            one.mark,
            [
                Cell::text(&one.happened),
                Cell::several(&signed, "nobody"),
                missing,
                Cell::text(witnesses),
                Cell::or(one.reference.as_deref(), "none"),
            ],
        )
    });
    let table = Table {
        id: "records-all",
        caption: "What happened, and who approved it",
        heads: &[
            "Record",
            "Day",
            "What happened",
            "Signed",
            "Has not signed",
            "Witnesses",
            "Reference",
        ],
        rows: rows.collect(),
        none: "There is no record of the period.",
    };
    table.put(html);
}

fn exceptions(html: &mut Html, page: &ReportPage<'_>) {
    let all = page.report.exceptions.iter();
    let rows = all.map(|one| row(one.mark, [Cell::code(&one.step), Cell::text(&one.text)]));
    let table = Table {
        id: "records-exceptions",
        caption: "Exceptions: where a ceremony left its script",
        heads: &["Record", "Day", "Step", "What was done instead, and why"],
        rows: rows.collect(),
        none: "None.",
    };
    table.put(html);
}

fn amendments(html: &mut Html, page: &ReportPage<'_>) {
    let all = page.report.amendments.iter();
    let rows = all.map(|one| {
        row(
            one.mark,
            [Cell::record(one.corrects), Cell::text(&one.text)],
        )
    });
    let table = Table {
        id: "records-corrections",
        caption: "Corrections of earlier records",
        heads: &["Record", "Day", "Corrects", "What it should have said"],
        rows: rows.collect(),
        none: "None.",
    };
    table.put(html);
}

fn openings(html: &mut Html, page: &ReportPage<'_>) {
    let rows = page.report.openings.iter().map(|one| {
        let why = match one.reason {
            OpeningReason::Incident => Cell::Alarm("an incident".to_owned()),
            OpeningReason::Test => Cell::text("a drill"),
            OpeningReason::Inspection => Cell::text("an inspection"),
            OpeningReason::Move => Cell::text("a move"),
        };
        let found = match one.found {
            Some(BagState::Intact) => Cell::text("intact"),
            Some(BagState::Broken) => Cell::Alarm("broken".to_owned()),
            Some(BagState::Missing) => Cell::Alarm("missing".to_owned()),
            None => Cell::Nothing("nobody looked"),
        };
        row(
            one.mark,
            [
                Cell::code(&one.key),
                Cell::Moment(one.opened),
                why,
                Cell::or(one.bag.as_deref(), "nobody looked"),
                found,
            ],
        )
    });
    let table = Table {
        id: "records-openings",
        caption: "Bags that were opened, apart from verifications",
        heads: &["Record", "Day", "Key", "Opened", "Why", "Bag", "Found"],
        rows: rows.collect(),
        none: "None.",
    };
    table.put(html);
}

fn ends(html: &mut Html, page: &ReportPage<'_>) {
    let report = page.report;
    let lost = report.losses.iter().map(|one| {
        let revoked = one.revoked.map_or_else(
            || Cell::Alarm("not shown to be revoked".to_owned()),
            Cell::Moment,
        );
        row(
            one.mark,
            [
                Cell::code(&one.key),
                Cell::text("lost"),
                Cell::Day(one.discovered),
                revoked,
            ],
        )
    });
    let retired = report.retirements.iter().map(|one| {
        row(
            one.mark,
            [
                Cell::code(&one.key),
                Cell::text("taken out of use"),
                Cell::Day(one.mark.at),
                Cell::Nothing("by its record"),
            ],
        )
    });
    let table = Table {
        id: "records-ends",
        caption: "Keys that were lost or taken out of use",
        heads: &[
            "Record",
            "Day",
            "Key",
            "How",
            "Since",
            "Gone from the tenant",
        ],
        rows: lost.chain(retired).collect(),
        none: "None.",
    };
    table.put(html);
}

fn trainings(html: &mut Html, page: &ReportPage<'_>) {
    let rows = page.report.trainings.iter().map(|one| {
        row(
            one.mark,
            [
                Cell::several(&one.people, "nobody"),
                Cell::Count(one.rehearsed),
            ],
        )
    });
    let table = Table {
        id: "records-trainings",
        caption: "Trainings",
        heads: &["Record", "Day", "Who", "Records of the rehearsal"],
        rows: rows.collect(),
        none: "None.",
    };
    table.put(html);
}
