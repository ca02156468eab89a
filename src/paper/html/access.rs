//! Who can open what, from where: the picture, and the same as a table.

use super::markup::Html;
use super::picture::picture;
use super::table::Cell;
use super::table::Table;
use super::view::ReportPage;

pub(super) fn put(html: &mut Html, page: &ReportPage<'_>) {
    let access = &page.report.access;
    html.of(
        "p",
        "As the last record of each key, the roster and the plan have it at the period’s end. To open \
         an account it takes its key and that key’s PIN: whoever opens the safe alone has no PIN, \
         and whoever holds the PIN envelope alone has no key.",
    );
    picture(html, access);
    if !access.is_empty() {
        let words = "Whole lines lead from people to safes that they may open, broken lines to keys \
                     whose PIN they may hold, and from each key to the account that it opens.";
        html.with("p", &[("class", "legend")], words);
    }
    let rows = access.iter().map(|row| {
        let mut account = row.account.clone();
        if !row.roles.is_empty() {
            account = format!("{account} ({})", row.roles.join(", "));
        }
        vec![
            Cell::code(&row.key),
            Cell::text(account),
            Cell::or(row.site.as_deref(), "not in the plan"),
            Cell::or(row.safe.as_deref(), "no record says"),
            Cell::or(row.shelf.as_deref(), "none named"),
            Cell::or(row.bag.as_deref(), "in no bag"),
            Cell::several(&row.safe_controllers, "nobody named"),
            Cell::or(row.envelope.as_deref(), "not in the plan"),
            Cell::several(&row.pin_holders, "nobody named"),
            Cell::several(&row.operators, "nobody"),
        ]
    });
    let table = Table {
        id: "access-table",
        caption: "Keys in use, where each lies, and who may use it",
        heads: &[
            "Key",
            "Account",
            "Site",
            "Safe",
            "Shelf",
            "Bag",
            "Open the safe",
            "PIN envelope",
            "Hold the PIN",
            "Hold ceremonies",
        ],
        rows: rows.collect(),
        none: "No key is in use.",
    };
    table.put(html);
}
