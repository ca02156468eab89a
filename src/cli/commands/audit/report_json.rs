//! An audit for programs.

use super::Audited;
use super::outside;
use crate::cli::exit::Exit;
use crate::cli::pinned::Source;
use crate::cli::words;
use crate::ledger::audit::RecordRow;
use serde_json::Value;
use serde_json::json;

/// One record.
pub(super) fn row(row: &RecordRow) -> Value {
    let mut value = json!({
        "index": row.index, "event": row.event, "started": row.started, "sha256": row.sha256,
    });
    if let Some(members) = value.as_object_mut() {
        let optional = [
            ("account", &row.account),
            ("key", &row.key),
            ("bag", &row.bag),
            ("safe", &row.safe),
        ];
        for (name, member) in optional {
            if let Some(member) = member {
                members.insert(name.to_owned(), json!(member));
            }
        }
    }
    value
}

/// The end of a report whose records were written before: its other members.
pub(super) fn after_rows(rest: &Value) -> String {
    let text = format!("{rest:#}\n");
    format!("\n],{}", text.strip_prefix('{').unwrap_or(&text))
}

/// The end of a report whose records were begun, and that was broken off.
pub(super) fn broken_off(exit: Exit, why: &str) -> String {
    after_rows(&json!({"schema": "glasskey.audit/1", "exit": exit.code(), "broken_off": why}))
}

/// The report for programs: `glasskey.audit/1`; `rows` says whether its records are in it.
pub(super) fn report(audited: &Audited, kept: &[String], rows: bool) -> Value {
    let report = &audited.report;
    let faults: Vec<Value> = report
        .faults
        .iter()
        .map(|fault| {
            let mut value =
                json!({"file": format!("ledger/{}", fault.file), "why": words::fault(fault)});
            if let (Some(command), Some(members)) = (fault.command(), value.as_object_mut()) {
                members.insert("command".to_owned(), json!(command));
            }
            value
        })
        .chain(
            audited
                .beside
                .iter()
                .map(|(file, why)| json!({"file": file, "why": why})),
        )
        .collect();
    let mut value = json!({
        "schema": "glasskey.audit/1",
        "exit": audited.exit().code(),
        "rehearsal": report.rehearsal,
        "judged_as_of": report.judged_as_of,
        "hypothetical": audited.hypothetical && !report.rehearsal,
        "trust_file": audited.source.file().is_some(),
        "anchors": outside::json(audited),
        "anchors_needed": report.anchors_needed,
        "faults": faults,
        "findings": audited.all_findings(),
        "passes_not_listed": report.passes_not_listed,
        "findings_not_listed": report.findings_not_listed,
        "faults_not_listed": report.faults_not_listed,
        "unfinished": audited.unfinished,
    });
    if let Some(members) = value.as_object_mut() {
        if rows {
            let listed: Vec<Value> = report.records.iter().map(row).collect();
            members.insert("records".to_owned(), json!(listed));
            let before = json!(report.records_not_listed);
            members.insert("records_not_listed".to_owned(), before);
        }
        let (from, file) = match &audited.source {
            Source::Given(path) => ("given", Some(path)),
            Source::Pinned(path) => ("pinned", Some(path)),
            Source::Nobody(path) => ("nobody", path.as_ref()),
        };
        let mut trust = json!({"from": from});
        if let (Some(file), Some(trust)) = (file, trust.as_object_mut()) {
            trust.insert("file".to_owned(), json!(file.display().to_string()));
        }
        members.insert("trust".to_owned(), trust);
        if !kept.is_empty() {
            members.insert("kept".to_owned(), json!(kept));
        }
        if let Some(head) = &report.head {
            let head =
                json!({"origin": head.origin.to_string(), "root": head.root, "size": head.size});
            members.insert("head".to_owned(), head);
        }
        if let Some(genesis) = &report.genesis {
            members.insert("genesis".to_owned(), json!(genesis));
        }
        if let Some((file, why)) = audited.first_bad() {
            members.insert("first_bad".to_owned(), json!({"file": file, "why": why}));
        }
    }
    value
}
