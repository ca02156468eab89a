//! An audited page, for people and for programs.

use super::Page;
use crate::cli::Output;
use crate::cli::exit::Exit;
use crate::cli::page;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::ledger::audit::breaks;
use crate::primitives::Digest;
use crate::primitives::text;
use serde_json::Value;
use serde_json::json;
use std::fmt::Write as _;

/// The report for programs: `glasskey.audit/1`, with `page` in place of a book's report.
pub(super) fn json(audited: &Page) -> Value {
    let attached = |(name, bytes): &(String, Vec<u8>)| json!({"name": name, "sha256": Digest::of(bytes), "size": bytes.len()});
    let attached: Vec<Value> = audited.reprint.attachments().iter().map(attached).collect();
    let mut value = json!({
        "schema": "glasskey.audit/1",
        "exit": audited.exit().code(),
        "judged_as_of": audited.as_of.time,
        "hypothetical": audited.as_of.hypothetical,
        "page": {
            "attachments": attached,
            "file": audited.file.display().to_string(),
            "kind": audited.reprint.values().kind(),
            "rehearsal": audited.reprint.is_rehearsal(),
            "tool": audited.reprint.tool(),
        },
        "findings": audited.findings,
    });
    if let (Some((folder, exit)), Some(members)) = (&audited.book, value.as_object_mut()) {
        let book = json!({"exit": exit.code(), "folder": folder.display().to_string()});
        members.insert("book".to_owned(), book);
    }
    value
}

/// The report for people.
pub(super) fn text(audited: &Page, output: &Output<'_>) -> String {
    let style = output.style;
    let mut out = String::new();
    let name = text::printable(&audited.file.display().to_string());
    let _ = writeln!(out, "{}", style.strong(&name));
    let names: Vec<&str> = audited
        .reprint
        .attachments()
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let attached = if names.is_empty() {
        "nothing but its own values".to_owned()
    } else {
        text::printable(&names.join(", "))
    };
    let about = format!(
        "A page of the kind {}, drawn by glasskey {}; in it: {attached}.",
        audited.reprint.values().kind(),
        text::printable(audited.reprint.tool())
    );
    out.push_str(&page::hang("  ", 2, &about));
    if audited.reprint.is_rehearsal() {
        let words = "This is a page of a rehearsal: nothing in it is real.";
        out.push_str(&page::hang("  ", 2, words));
    }
    let book = match &audited.book {
        Some((folder, _)) => format!(
            "Held against the book {}.",
            text::printable(&folder.display().to_string())
        ),
        None => "Held against no book.".to_owned(),
    };
    out.push_str(&page::hang("  ", 2, &book));
    out.push_str(&page::hang("  ", 2, &audited.as_of.words()));
    out.push('\n');
    for finding in &audited.findings {
        out.push_str(&page::finding(style, finding));
    }
    out.push('\n');
    out.push_str(&page::hang("", 0, &verdict(audited, style)));
    out
}

fn verdict(audited: &Page, style: page::Style) -> String {
    let first = audited.findings.iter().find(|one| breaks(one));
    match (audited.exit(), first) {
        (Exit::Ledger, Some(first)) => format!(
            "{} {}: {}",
            style.strong("Do not trust this page."),
            first.check,
            text::printable(&first.detail)
        ),
        (Exit::Done, _) => clean(audited, style),
        _ => {
            let open = |one: &&Finding| one.verdict.is_open();
            let open = audited.findings.iter().filter(open);
            let not_run = |one: &&Finding| one.verdict == Verdict::NotRun;
            let not_run = audited.findings.iter().filter(not_run).count();
            let ids: Vec<&str> = open.map(|one| one.check.id()).collect();
            format!(
                "{} Open: {}; {not_run} checks were not run.",
                style.strong("Not proven."),
                ids.join(" ")
            )
        }
    }
}

/// The page holds; what is warned of is named all the same.
fn clean(audited: &Page, style: page::Style) -> String {
    let warned = |one: &&Finding| one.verdict == Verdict::Warn;
    let warned = audited.findings.iter().filter(warned);
    let ids: Vec<&str> = warned.map(|one| one.check.id()).collect();
    let further = if ids.is_empty() {
        String::new()
    } else {
        format!("; read what is warned of: {}", ids.join(" "))
    };
    let clean = style.strong("Clean.");
    format!("{clean} The page is what its book prints{further}.")
}
