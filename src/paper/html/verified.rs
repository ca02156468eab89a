//! Verifications of the period: expected, performed, late, missed.

use super::markup::Html;
use super::table::Cell;
use super::table::Table;
use super::view::ReportPage;
use crate::ledger::report::Counts;
use crate::ledger::report::Overdue;
use crate::ledger::report::Report;
use crate::record::Level;

pub(super) fn put(html: &mut Html, page: &ReportPage<'_>) {
    let report = page.report;
    html.of(
        "p",
        "Each key is expected with PIN and touch (level L1 or L2) as often as the policy in force says, \
         and each account by a real sign-in (L2) as often. A look without the PIN (L0) moves no day.",
    );
    let heads = [
        "",
        "Expected",
        "In time",
        "Late",
        "Missed",
        "Days that passed without",
    ];
    let rows = report
        .keys
        .iter()
        .map(|key| counts(format!("{} of {}", key.label, key.account), &key.counts));
    let mut named = heads;
    named[0] = "Key";
    let table = Table {
        id: "verified-keys",
        caption: "Keys, with PIN and touch",
        heads: &named,
        rows: rows.collect(),
        none: "No key was in use.",
    };
    table.put(html);
    let rows = report
        .accounts
        .iter()
        .map(|account| counts(account.alias.clone(), &account.sign_ins));
    named[0] = "Account";
    let table = Table {
        id: "verified-accounts",
        caption: "Accounts, by a real sign-in",
        heads: &named,
        rows: rows.collect(),
        none: "No account had a key.",
    };
    table.put(html);
    put_overdue(html, page);
    performed(html, page);
}

/// Whom nothing was seen of in the period, though it was due before: a key, or an account's sign-ins.
pub(super) fn overdue(report: &Report) -> Vec<(String, Overdue)> {
    let keys = report.keys.iter();
    let keys = keys.map(|key| (format!("{} of {}", key.label, key.account), key.overdue));
    let accounts = report.accounts.iter();
    let accounts = accounts.map(|one| (format!("{}, by a sign-in", one.alias), one.overdue));
    keys.chain(accounts)
        .filter_map(|(name, overdue)| Some((name, overdue?)))
        .collect()
}

/// Where nothing is, no table says so: most periods have none.
fn put_overdue(html: &mut Html, page: &ReportPage<'_>) {
    let all = overdue(page.report);
    if all.is_empty() {
        return;
    }
    let row =
        |(name, overdue): (String, Overdue)| vec![Cell::Code(name), Cell::Alarm(overdue.words())];
    let table = Table {
        id: "verified-overdue",
        caption: "Due before the period, and not performed in it",
        heads: &["Key or account", "Stands"],
        rows: all.into_iter().map(row).collect(),
        none: "None.",
    };
    table.put(html);
}

fn counts(name: String, counts: &Counts) -> Vec<Cell> {
    let days: Vec<String> = counts.missed.iter().map(|day| day.day()).collect();
    vec![
        Cell::Code(name),
        Cell::Count(u64::from(counts.expected)),
        Cell::Count(u64::from(counts.in_time)),
        Cell::Count(u64::from(counts.late)),
        Cell::count(counts.missed.len()),
        Cell::several(&days, "none"),
    ]
}

fn performed(html: &mut Html, page: &ReportPage<'_>) {
    let keys = page.report.keys.iter();
    let mut all: Vec<_> = keys.flat_map(|key| &key.verifications).collect();
    all.sort_by_key(|one| one.record);
    let rows = all.iter().map(|one| {
        let level = match one.level {
            Level::L0 => "L0, without the PIN",
            Level::L1 => "L1, with PIN and touch",
            Level::L2 => "L2, by a real sign-in",
        };
        let late = match one.days_late {
            0 => Cell::text("in time"),
            days => Cell::Alarm(format!("{days} days late")),
        };
        vec![
            Cell::record(one.record),
            Cell::Moment(one.at),
            Cell::code(&one.key),
            Cell::text(level),
            one.due.map_or(Cell::Nothing("no day was set"), Cell::Day),
            if one.due.is_some() {
                late
            } else {
                Cell::Nothing("counts for no day")
            },
        ]
    });
    let table = Table {
        id: "verified-each",
        caption: "Verifications that were performed",
        heads: &["Record", "When", "Key", "Level", "Was due", "Stands"],
        rows: rows.collect(),
        none: "None was performed in the period.",
    };
    table.put(html);
}
