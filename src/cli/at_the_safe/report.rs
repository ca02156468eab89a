//! What a ceremony came to, on standard output.

use super::AtSafe;
use crate::ceremony::Appended;
use crate::cli::Output;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::page;
use crate::cli::words;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::ledger::Ledger;
use crate::record::Statement;
use serde_json::Value;
use serde_json::json;
use std::fmt::Write as _;

/// Says which record a ceremony led to, its pages, who has yet to sign, and what to do `next`, a
/// sentence or command each. Schema `glasskey.ceremony/1`.
///
/// # Errors
/// [`Failure`] with exit 6 if the record cannot be read again, 7 if the result cannot be written.
pub(crate) fn ended(
    safe: &mut AtSafe,
    appended: &Appended,
    pages: &[String],
    next: &[String],
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let statement = Ledger::new(&mut safe.book.store)
        .record(appended.index)
        .map_err(|error| words::ledger(&error))?
        .statement;
    let exit = exit(&statement.findings);
    let mut next = next.to_vec();
    if !appended.missing.is_empty() {
        next.insert(
            0,
            format!(
                "glasskey sign --export {:06} -o to-sign.json",
                appended.index
            ),
        );
    }
    let shown = if output.json {
        let value = value(&statement, appended, pages, &next, exit);
        format!("{value:#}\n")
    } else {
        text(&statement, appended, pages, &next)
    };
    output.print(&shown)?;
    Ok(exit)
}

fn exit(findings: &[Finding]) -> Exit {
    let open = |finding: &Finding| matches!(finding.verdict, Verdict::Fail | Verdict::Unknown);
    if findings.iter().any(open) {
        Exit::Findings
    } else {
        Exit::Done
    }
}

fn text(statement: &Statement, appended: &Appended, pages: &[String], next: &[String]) -> String {
    let mut text = page::hang(
        "",
        0,
        &format!("Record {:06}: {}", appended.index, statement.happened()),
    );
    let _ = writeln!(text, "  SHA-256 {}", appended.digest);
    for name in pages {
        let _ = writeln!(text, "  {name}");
    }
    for finding in &statement.findings {
        if finding.verdict.is_open() {
            let line = format!(
                "{} {}: {}",
                finding.verdict.word(),
                finding.check,
                finding.detail
            );
            text.push_str(&page::hang("  ", 4, &line));
        }
    }
    if !appended.missing.is_empty() {
        let line = format!("Yet to sign: {}.", appended.missing.join(", "));
        text.push_str(&page::hang("", 0, &line));
    }
    if !next.is_empty() {
        text.push_str("Next:\n");
        for line in next {
            text.push_str(&page::hang("  ", 4, line));
        }
    }
    text
}

fn value(
    statement: &Statement,
    appended: &Appended,
    pages: &[String],
    next: &[String],
    exit: Exit,
) -> Value {
    json!({
        "schema": "glasskey.ceremony/1",
        "exit": exit.code(),
        "event": statement.event.word(),
        "record": appended.index,
        "record_id": statement.record_id.to_string(),
        "sha256": appended.digest,
        "head": {"root": appended.head.root, "size": appended.head.size},
        "pages": pages,
        "missing": appended.missing,
        "findings": statement.findings,
        "next": next,
    })
}
