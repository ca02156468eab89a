//! The day's page for people.

use super::Page;
use crate::ceremony::day::DayItem;
use crate::ceremony::day::Kind;
use crate::cli::page::Style;
use crate::cli::page::hang;
use crate::findings::DueDepth;
use crate::findings::DueStanding;
use crate::primitives::text;
use std::fmt::Write as _;

/// What the program is, where there is no book.
pub(super) fn no_book(style: Style) -> String {
    let mut out = hang(
        "",
        0,
        "glasskey runs the life of the FIDO2 security keys that guard an Entra tenant's emergency \
         access (break glass) accounts: it registers each key, verifies it every quarter, prints \
         what goes into its sealed bag, and keeps a signed record that strangers can check.",
    );
    out.push_str("\nThis folder is no book: it has no glasskey.toml.\n\n");
    for (command, what) in [
        (
            "glasskey rehearse",
            "play it all; no key and no tenant needed",
        ),
        ("glasskey init", "begin a book here"),
        ("glasskey --book DIR", "what is due in the book in DIR"),
        ("glasskey doctor", "what this machine lacks"),
        ("glasskey --help", "every command"),
    ] {
        let _ = writeln!(out, "  {} {what}", text::pad(command, 22));
    }
    let _ = write!(out, "\n{} glasskey rehearse\n", style.strong("Next:"));
    out
}

/// The page.
pub(super) fn page(page: &Page<'_>, style: Style) -> String {
    let mut out = format!("{}\n", style.strong(&text::printable(&page.plan.book.name)));
    out.push_str(&hang("  ", 2, &stands(page)));
    out.push_str(&keys(page));
    for kind in Kind::ALL {
        let of: Vec<&DayItem> = page
            .day
            .items
            .iter()
            .filter(|item| item.kind == kind)
            .collect();
        if of.is_empty() {
            continue;
        }
        let _ = write!(out, "\n{}\n", style.strong(kind.heading()));
        for item in of {
            out.push_str(&line(page, item));
        }
    }
    if page.day.items.is_empty() {
        out.push_str("\nNothing is due.\n");
    }
    if page.reading.tenant.is_some() && !page.reading.rehearsal {
        let check = page.typed("glasskey check");
        let words = format!("The tenant was not asked what it says today: `{check}`.");
        let _ = write!(out, "\n{}", hang("", 0, &words));
    }
    let _ = write!(
        out,
        "\n{} {}\n",
        style.strong("Next:"),
        text::printable(&page.next())
    );
    out
}

/// How the book stands, in a sentence or two.
fn stands(page: &Page<'_>) -> String {
    let Some(last) = page.reading.last else {
        return "No record yet.".to_owned();
    };
    let keys = page.reading.facts.keys.len();
    let records = page.records;
    let mut words = format!(
        "{keys} {} in use; {records} {}, the last of {last}.",
        if keys == 1 { "key" } else { "keys" },
        if records == 1 { "record" } else { "records" },
    );
    if page.reading.rehearsal {
        let _ = write!(
            words,
            " A rehearsal: nothing in it is real, and it is judged as of its last record."
        );
    }
    words
}

/// Where each key in use is, and when it is due.
fn keys(page: &Page<'_>) -> String {
    let mut out = String::new();
    for due in page.dues() {
        let bag = page.bag_of(&due.label);
        let bag = bag.map_or_else(|| "in no bag".to_owned(), |bag| format!("bag {bag}"));
        let head = format!(
            "  {} {} {} ",
            text::pad(&text::printable(&due.label), 9),
            text::pad(&text::printable(due.safe.as_deref().unwrap_or("")), 8),
            text::pad(&text::printable(&bag), 14),
        );
        let late = match due.standing {
            DueStanding::Overdue => "OVERDUE since",
            DueStanding::Soon | DueStanding::Later => "due",
        };
        let how = match due.depth {
            DueDepth::SignIn => ", by a real sign-in",
            DueDepth::Presence => "",
        };
        let when = format!("{late} {}{how}", due.by.day());
        out.push_str(&hang(&head, text::display_width(&head), &when));
    }
    out
}

/// What is, and beneath it what to do.
fn line(page: &Page<'_>, item: &DayItem) -> String {
    let mut out = hang("  ", 2, &text::printable(&item.what));
    let next = match item.command() {
        Some(command) if command == item.next => page.typed(command),
        Some(command) => item.next.replace(command, &page.typed(command)),
        None => item.next.clone(),
    };
    out.push_str(&hang("      do: ", 10, &text::printable(&next)));
    out
}
