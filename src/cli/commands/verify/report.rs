//! What a walk, or collecting, came to.

use crate::ceremony::Collected;
use crate::ceremony::Walked;
use crate::cli::Output;
use crate::cli::at_the_safe::AtSafe;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::page;
use crate::cli::words;
use crate::findings::Due;
use crate::findings::DueDepth;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::ledger::Ledger;
use serde_json::Value;
use serde_json::json;

/// Says which keys were verified, and which are left. Schema `glasskey.walk/1`.
///
/// # Errors
/// What stopped it, after what was done was said; [`Failure`] with exit 6 or 7.
pub(super) fn walked(
    safe: &mut AtSafe,
    walked: Walked,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    let mut keys = Vec::new();
    for (label, sealed) in &walked.done {
        let statement = Ledger::new(&mut safe.book.store)
            .record(sealed.appended.index)
            .map_err(|error| words::ledger(&error))?
            .statement;
        let open = |one: &Finding| matches!(one.verdict, Verdict::Fail | Verdict::Unknown);
        if statement.findings.iter().any(open) {
            exit = Exit::Findings;
        }
        keys.push((label, sealed, statement));
    }
    if !walked.left.is_empty() {
        exit = Exit::Declined;
    }
    let shown = if output.json {
        let done: Vec<Value> = keys
            .iter()
            .map(|(label, sealed, statement)| {
                json!({
                    "label": label,
                    "record": sealed.appended.index,
                    "sha256": sealed.appended.digest,
                    "level": statement.level,
                    "pages": sealed.pages,
                    "missing": sealed.appended.missing,
                    "findings": statement.findings,
                })
            })
            .collect();
        let value = json!({
            "schema": "glasskey.walk/1",
            "exit": exit.code(),
            "done": done,
            "left": walked.left.iter().map(due).collect::<Vec<_>>(),
        });
        format!("{value:#}\n")
    } else {
        let mut text = String::new();
        for (label, sealed, statement) in &keys {
            let line = format!(
                "{label}: record {:06}, {}",
                sealed.appended.index,
                statement.happened()
            );
            text.push_str(&page::hang("", 2, &line));
            if !sealed.appended.missing.is_empty() {
                let line = format!("yet to sign: {}", sealed.appended.missing.join(", "));
                text.push_str(&page::hang("  ", 4, &line));
            }
        }
        if keys.is_empty() && walked.left.is_empty() {
            text.push_str("No key is due.\n");
        }
        if !walked.left.is_empty() {
            text.push_str("Left, in this order (`glasskey verify --due` goes on):\n");
            for one in &walked.left {
                let line = format!("{}, due by {}", one.command(), one.by.day());
                text.push_str(&page::hang("  ", 4, &line));
            }
        }
        text
    };
    output.print(&shown)?;
    match walked.stopped {
        Some(error) => Err(words::ceremony(&error)),
        None => Ok(exit),
    }
}

fn due(one: &Due) -> Value {
    json!({
        "label": one.label,
        "account": one.account,
        "safe": one.safe,
        "by": one.by,
        "sign_in": one.depth == DueDepth::SignIn,
        "reasons": one.reasons,
    })
}

/// Says which sign-ins were collected. Schema `glasskey.collected/1`.
///
/// # Errors
/// [`Failure`] with exit 7.
pub(super) fn collected(collected: &Collected, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let exit = if collected.left.is_empty() {
        Exit::Done
    } else {
        Exit::Findings
    };
    let shown = if output.json {
        let records: Vec<u64> = collected.done.iter().map(|one| one.index).collect();
        let value = json!({
            "schema": "glasskey.collected/1",
            "exit": exit.code(),
            "records": records,
            "pending": collected.left,
        });
        format!("{value:#}\n")
    } else {
        let mut text = String::new();
        for one in &collected.done {
            let line = format!("Record {:06} brings a sign-in.", one.index);
            text.push_str(&page::hang("", 2, &line));
        }
        for why in &collected.left {
            text.push_str(&page::hang("Pending: ", 2, why));
        }
        if text.is_empty() {
            text.push_str("No sign-in is pending.\n");
        }
        text
    };
    output.print(&shown)?;
    Ok(exit)
}
