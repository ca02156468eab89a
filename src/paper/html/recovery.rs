//! What could still be opened after every single and every double loss: `RECOVERY` as a table.

use super::markup::Html;
use super::table::Cell;
use super::table::Table;
use super::view::ReportPage;
use crate::findings::Loss;
use crate::findings::Outcome;
use crate::findings::Recovery;

/// More things than fit a table of every pair.
const MOST: usize = 16;

pub(super) fn put(html: &mut Html, page: &ReportPage<'_>) {
    let Some(recovery) = page.recovery else {
        let words = "Not worked out: there is no plan beside the ledger, and only it says who holds \
                     which PIN.";
        html.with("p", &[("class", "none")], words);
        return;
    };
    html.of(
        "p",
        "An account can be opened while one of its keys in use is there and somebody is who holds its \
         PIN. Lost may be a physical key, a safe, a site, or a person with what only this person holds.",
    );
    if !recovery.uncounted().is_empty() {
        let words = format!(
            "Not counted, because the plan does not name them or nobody holds their PIN: {}.",
            recovery.uncounted().join(", ")
        );
        html.with("p", &[("class", "banner broken")], &words);
    }
    let rows = recovery
        .single()
        .iter()
        .map(|one| row(recovery, one))
        .collect();
    let table = Table {
        id: "recovery-single",
        caption: "If one thing is lost",
        heads: &["Lost", "Kind", "Accounts that still open", "Comes to"],
        rows,
        none: "Nothing is there to be lost.",
    };
    table.put(html);
    if let Some(least) = recovery.least_double_lock_outs() {
        let table = Table {
            id: "recovery-lock-outs",
            caption: "Two losses at once that lock everybody out",
            heads: &["Lost", "Kinds", "Accounts that still open", "Comes to"],
            rows: least.iter().map(|one| row(recovery, one)).collect(),
            none: "No two losses do.",
        };
        table.put(html);
    }
    pairs(html, recovery);
}

fn kind(loss: &Loss) -> &'static str {
    match loss {
        Loss::Key(_) => "key",
        Loss::Safe { .. } => "safe",
        Loss::Site(_) => "site",
        Loss::Person(_) => "person",
    }
}

fn row(recovery: &Recovery, outcome: &Outcome<'_>) -> Vec<Cell> {
    let lost: Vec<String> = outcome.lost.iter().map(ToString::to_string).collect();
    let kinds: Vec<&str> = outcome.lost.iter().map(|loss| kind(loss)).collect();
    let open: Vec<String> = outcome
        .open
        .iter()
        .map(|alias| (*alias).to_owned())
        .collect();
    vec![
        Cell::Code(lost.join(" and ")),
        Cell::text(kinds.join(" and ")),
        Cell::several(&open, "none"),
        comes_to(recovery, outcome),
    ]
}

fn comes_to(recovery: &Recovery, outcome: &Outcome<'_>) -> Cell {
    let all = recovery.accounts().len();
    match outcome.open.len() {
        0 => Cell::Alarm("locked out".to_owned()),
        open if open == all => Cell::text("nothing is closed"),
        open => Cell::text(format!("{open} of {all} open")),
    }
}

/// Every pair, where that is a table that can be read.
fn pairs(html: &mut Html, recovery: &Recovery) {
    let things = recovery.things();
    let Some(double) = recovery.double().filter(|_| things.len() <= MOST) else {
        let words = format!(
            "{} things can be lost; the table of every pair is left out.",
            things.len()
        );
        html.of("p", &words);
        return;
    };
    let single = recovery.single();
    let all = recovery.accounts().len();
    let cell = |outcome: Option<&Outcome<'_>>| match outcome {
        Some(outcome) if outcome.locks_out() => Cell::Alarm("none".to_owned()),
        Some(outcome) => Cell::text(format!("{} of {all}", outcome.open.len())),
        None => Cell::Nothing("not known"),
    };
    let names: Vec<String> = things.iter().map(ToString::to_string).collect();
    let of_pair = |one: &Loss, two: &Loss| {
        let mut pairs = double.iter();
        pairs.find(|pair| {
            let has = |wanted: &Loss| pair.lost.contains(&wanted);
            has(one) && has(two)
        })
    };
    let rows = things.iter().enumerate().map(|(place, one)| {
        let mut row = vec![Cell::Code(one.to_string())];
        row.extend(things.iter().map(|two| {
            if one == two {
                cell(single.get(place))
            } else {
                cell(of_pair(one, two))
            }
        }));
        row
    });
    let mut heads = vec!["Lost"];
    heads.extend(names.iter().map(String::as_str));
    let table = Table {
        id: "recovery-pairs",
        caption: "How many accounts open after every two losses; where row and column are the same \
                  thing, after that one alone",
        heads: &heads,
        rows: rows.collect(),
        none: "Nothing is there to be lost.",
    };
    table.put(html);
}
