//! The inventory as a table for programs (RFC 4180): a row a key. No cell begins as a spreadsheet's
//! formula would.

use crate::findings::Due;
use crate::findings::DueDepth;
use crate::ledger::report::KeyHistory;
use crate::ledger::report::Report;
use crate::primitives::text::printable;
use crate::record::Event;
use crate::record::Level;

/// The names of the columns.
const COLUMNS: [&str; 22] = [
    "key",
    "account",
    "roles",
    "in_use",
    "model",
    "aaguid",
    "serial",
    "firmware",
    "site",
    "safe",
    "shelf",
    "bag",
    "safe_controllers",
    "pin_envelope",
    "pin_holders",
    "pin_tries",
    "slots_left",
    "registered",
    "last_verified",
    "last_level",
    "due",
    "due_by_sign_in",
];

/// The keys of a report's period, with what is known of each at its end.
#[must_use]
pub fn inventory_csv(report: &Report, dues: &[Due]) -> String {
    let mut out = String::new();
    line(&mut out, COLUMNS.iter().map(|name| (*name).to_owned()));
    for key in &report.histories {
        line(&mut out, row(report, dues, key).into_iter());
    }
    out
}

fn row(report: &Report, dues: &[Due], key: &KeyHistory) -> [String; 22] {
    let access = report.access.iter().find(|row| row.key == key.label);
    let due = dues.iter().find(|due| due.label == key.label);
    let deep = |level: Option<Level>| matches!(level, Some(Level::L1 | Level::L2));
    let mut points = key.points.iter().rev();
    let seen = points.find(|point| point.event == Event::Registration || deep(point.level));
    let last = key.last();
    let of = |text: Option<&String>| text.cloned().unwrap_or_default();
    let number = |number: Option<u32>| number.map(|one| one.to_string()).unwrap_or_default();
    let latest = |value: fn(&crate::ledger::report::KeyPoint) -> Option<u32>| {
        number(key.points.iter().rev().find_map(value))
    };
    [
        key.label.clone(),
        key.account.clone(),
        access.map(|row| row.roles.join("; ")).unwrap_or_default(),
        if access.is_some() { "yes" } else { "no" }.to_owned(),
        of(key.model.as_ref()),
        key.aaguid
            .map(|aaguid| aaguid.to_string())
            .unwrap_or_default(),
        of(key.serial.as_ref()),
        key.firmware().unwrap_or_default().to_owned(),
        of(access.and_then(|row| row.site.as_ref())),
        of(last.and_then(|point| point.safe.as_ref())),
        of(last.and_then(|point| point.shelf.as_ref())),
        of(last.and_then(|point| point.bag.as_ref())),
        access
            .map(|row| row.safe_controllers.join("; "))
            .unwrap_or_default(),
        of(access.and_then(|row| row.envelope.as_ref())),
        access
            .map(|row| row.pin_holders.join("; "))
            .unwrap_or_default(),
        latest(|point| point.pin_tries),
        latest(|point| point.slots_left),
        key.in_use.from.at.to_string(),
        seen.map(|point| point.mark.at.to_string())
            .unwrap_or_default(),
        match seen.and_then(|point| point.level) {
            Some(Level::L2) => "L2",
            Some(Level::L1) => "L1",
            Some(Level::L0) | None => "",
        }
        .to_owned(),
        due.map(|due| due.by.day()).unwrap_or_default(),
        due.map(|due| {
            if due.depth == DueDepth::SignIn {
                "yes"
            } else {
                "no"
            }
        })
        .unwrap_or_default()
        .to_owned(),
    ]
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            out.push(',');
        }
        out.push_str(&quoted(&cell));
    }
    out.push_str("\r\n");
}

/// A cell: what would be a formula is text by the apostrophe before it.
fn quoted(cell: &str) -> String {
    let mut cell = printable(cell);
    let begins = cell.trim_start().chars().next();
    if begins.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')) {
        cell.insert(0, '\'');
    }
    if cell.contains(['"', ',', '\r', '\n', '\'', ';']) || cell.starts_with(' ') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_is_never_a_formula() {
        assert_eq!(quoted("BG1-A"), "BG1-A");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
        for formula in ["=1+1", "+1", "-1", "@x", " =1", "\t=1"] {
            let cell = quoted(formula);
            let inside = cell.trim_matches('"');
            assert!(
                inside.starts_with('\'') || inside.starts_with('\\'),
                "{cell}"
            );
        }
    }
}
