//! Each key's history: a drawing, and the same as a table.

use super::markup::Html;
use super::plots::plot;
use super::table::Cell;
use super::table::Table;
use super::view::ReportPage;
use crate::ledger::report::KeyHistory;
use crate::ledger::report::KeyPoint;
use crate::record::BagState;
use crate::record::Level;

pub(super) fn put(html: &mut Html, page: &ReportPage<'_>) {
    let histories = &page.report.histories;
    let begins = histories.iter().map(|key| key.in_use.from.at).min();
    let Some(begins) = begins else {
        html.with("p", &[("class", "none")], "No key was in use.");
        return;
    };
    html.of(
        "p",
        "From each key’s registration to the period’s end, over one axis of time. A square is the \
         registration, a ring a look without PIN or a bag that was opened or closed, a dot PIN and \
         touch (L1), a diamond a real sign-in (L2), a cross its end. The dashed line is where the \
         policy lets nobody try a PIN any more.",
    );
    for (number, key) in histories.iter().enumerate() {
        one(html, page, number, key, begins);
    }
}

fn one(
    html: &mut Html,
    page: &ReportPage<'_>,
    number: usize,
    key: &KeyHistory,
    begins: crate::primitives::UtcTime,
) {
    let heading = format!("key-{number}-heading");
    html.element("article", &[("aria-labelledby", &heading)], |html| {
        html.element("h3", &[("id", &heading)], |html| {
            html.text(&key.label);
            html.with(
                "span",
                &[("class", "aside")],
                &format!(" of {}", key.account),
            );
        });
        html.with("p", &[("class", "facts")], &facts(key));
        let id = format!("key-{number}-plot");
        plot(html, &id, key, begins, page.report.period.to, floor(page));
        let table = Table {
            id: &format!("key-{number}"),
            caption: &format!("{}: what its records tell", key.label),
            heads: &[
                "Record",
                "Day",
                "Event",
                "PIN tries",
                "Free slots",
                "Used slots",
                "Firmware",
                "Bag before",
                "Bag after",
                "Safe",
            ],
            rows: key.points.iter().map(row).collect(),
            none: "No record tells of it.",
        };
        table.put(html);
    });
    html.fixed("\n");
}

fn facts(key: &KeyHistory) -> String {
    let mut parts = vec![
        key.model
            .clone()
            .unwrap_or_else(|| "model not in the list".to_owned()),
    ];
    if let Some(aaguid) = &key.aaguid {
        parts.push(format!("AAGUID {aaguid}"));
    }
    if let Some(serial) = &key.serial {
        parts.push(format!("serial {serial}"));
    }
    parts.push(match key.in_use.until {
        Some(until) => format!(
            "in use from {} to {} (record {:06})",
            key.in_use.from.at.day(),
            until.at.day(),
            until.record
        ),
        None => format!("in use since {}", key.in_use.from.at.day()),
    });
    parts.join(" · ")
}

/// PIN tries at which the policy in force at the period's end lets nobody try any more.
fn floor(page: &ReportPage<'_>) -> Option<u32> {
    let policy = page.report.policies.last()?;
    let mut settings = policy.settings.iter();
    let (_, value) = settings.find(|(name, _)| name == "pin-retries-floor")?;
    value.parse().ok()
}

fn row(point: &KeyPoint) -> Vec<Cell> {
    let level = match point.level {
        Some(Level::L0) => " L0",
        Some(Level::L1) => " L1",
        Some(Level::L2) => " L2",
        None => "",
    };
    let mut event = format!("{}{level}", point.event.word());
    if point.pin_changed == Some(true) {
        event.push_str(", PIN changed");
    }
    let before = point.bag_before.as_ref().map(|bag| {
        let found = match point.found {
            Some(BagState::Intact) => "intact",
            Some(BagState::Broken) => "BROKEN",
            Some(BagState::Missing) => "MISSING",
            None => "not looked at",
        };
        format!("{bag}, {found}")
    });
    vec![
        Cell::record(point.mark.record),
        Cell::Day(point.mark.at),
        Cell::text(event),
        Cell::number(point.pin_tries),
        Cell::number(point.slots_left),
        Cell::number(point.slots_used),
        Cell::or(point.firmware.as_deref(), "not reported"),
        Cell::or(before.as_deref(), "none"),
        Cell::or(point.bag.as_deref(), "in no bag"),
        Cell::or(point.safe.as_deref(), "not said"),
    ]
}
