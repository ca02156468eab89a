//! What was signed and who is still missing, for people and as JSON.

use super::Done;
use crate::cli::Output;
use crate::cli::commands::sign::name;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::page;
use crate::ledger::Signing;
use crate::ledger::ToSign;
use crate::record::Namespace;
use serde_json::Value;
use serde_json::json;

/// What was done, on standard output.
pub(super) fn report(
    done: &[Done],
    records: &[ToSign],
    refused: &[(usize, Failure)],
    left: Option<&[Signing]>,
    next: Option<&str>,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let of = |place: usize| records.get(place);
    let shown = if output.json {
        let value = json!({
            "schema": "glasskey.sign/1",
            "signed": done.iter().map(|one| json!({
                "record": of(one.place).and_then(|record| record.index),
                "record_id": of(one.place).map(|record| record.statement.record_id.to_string()),
                "ref": one.reference,
                "documents": one.signatures.iter().map(|(what, _)| document(*what)).collect::<Vec<_>>(),
                "file": one.file,
            })).collect::<Vec<Value>>(),
            "refused": refused.iter().map(|(place, failure)| json!({
                "record": of(*place).and_then(|record| record.index),
                "why": failure.why,
            })).collect::<Vec<Value>>(),
            "missing": left.map(missing_json),
            "next": next,
        });
        format!("{value:#}\n")
    } else {
        let mut shown = String::new();
        for one in done {
            let record = of(one.place);
            let what = record.map_or_else(String::new, |record| {
                name(record.index, &record.statement.happened())
            });
            let line = format!("Signed as {}: {what} {}", one.reference, one.file);
            shown.push_str(&page::hang("", 0, &line));
        }
        shown.push_str(&left.map(missing_text).unwrap_or_default());
        if let Some(next) = next {
            shown.push_str(&page::hang("", 0, next));
        }
        shown
    };
    output.print(&shown)?;
    Ok(Exit::Done)
}

/// Who is still missing, for people.
pub(in crate::cli::commands::sign) fn missing_text(left: &[Signing]) -> String {
    let mut shown = String::new();
    for one in left {
        let words = one.words().unwrap_or_default();
        let line = format!("{}: {words}.", name(one.index, &one.happened));
        shown.push_str(&page::hang("Missing: ", 9, &line));
    }
    shown
}

/// Who is still missing, as JSON.
pub(in crate::cli::commands::sign) fn missing_json(left: &[Signing]) -> Vec<Value> {
    let one = |one: &Signing| {
        json!({
            "record": one.index,
            "event": one.event.word(),
            "who": one.who_is_missing(),
            "witnesses": {"have": one.witnesses, "need": one.witnesses_needed},
        })
    };
    left.iter().map(one).collect()
}

/// What a signature is over, in a word.
pub(in crate::cli::commands::sign) const fn document(namespace: Namespace) -> &'static str {
    match namespace {
        Namespace::Record => "record",
        Namespace::Checkpoint => "checkpoint",
        Namespace::Roster => "roster",
        Namespace::Trial => "trial",
    }
}
