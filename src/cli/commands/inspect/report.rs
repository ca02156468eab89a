//! What was seen, for people and for programs.

use super::read::Seen;
use crate::cli::commands::credentials;
use crate::cli::key_page;
use crate::cli::page::Style;
use crate::findings::Finding;
use crate::findings::Verdict;
use serde_json::Value;
use serde_json::json;

/// The schema of `--json`.
pub(super) const SCHEMA: &str = "glasskey.inspect/1";

/// A page a key.
pub(super) fn text(seen: &[Seen], style: Style, verbose: bool) -> String {
    let mut out = String::new();
    for one in seen {
        if !out.is_empty() {
            out.push('\n');
        }
        if let Ok(read) = &one.read {
            out.push_str(&key_page::text(style, verbose, &read.facts, &read.findings));
        }
        if let Some(Ok(held)) = &one.held {
            out.push_str(&credentials::text(held));
        }
    }
    out
}

/// The report for programs.
pub(super) fn json(seen: &[Seen]) -> Value {
    let findings: Vec<&Finding> = seen
        .iter()
        .filter_map(|one| one.read.as_ref().ok())
        .flat_map(|read| &read.findings)
        .filter(|finding| finding.verdict != Verdict::NotRun)
        .collect();
    let keys: Vec<Value> = seen.iter().map(one).collect();
    json!({"schema": SCHEMA, "keys": keys, "findings": findings})
}

/// One key for programs.
pub(super) fn one(seen: &Seen) -> Value {
    match &seen.read {
        Ok(read) => {
            let mut value = key_page::json(&read.facts, &read.findings);
            if let (Some(Ok(held)), Some(members)) = (&seen.held, value.as_object_mut()) {
                members.insert("credentials".to_owned(), credentials::json(held));
            }
            value
        }
        Err(why) => {
            let failure = why.failure();
            json!({
                "path": seen.entry.path,
                "state": why.state(),
                "error": {"what": failure.what, "why": failure.why, "next": failure.next},
            })
        }
    }
}
