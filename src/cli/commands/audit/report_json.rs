//! An audit for programs.

use super::Audited;
use crate::cli::words;
use serde_json::Value;
use serde_json::json;

/// The report for programs: `glasskey.audit/1`.
pub(super) fn report(audited: &Audited, trusted: bool) -> Value {
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
    let records: Vec<Value> = report
        .records
        .iter()
        .map(|row| {
            let mut value = json!({
                "index": row.index, "event": row.event, "started": row.started, "sha256": row.sha256,
            });
            if let Some(members) = value.as_object_mut() {
                let optional = [("account", &row.account), ("key", &row.key), ("bag", &row.bag), ("safe", &row.safe)];
                for (name, member) in optional {
                    if let Some(member) = member {
                        members.insert(name.to_owned(), json!(member));
                    }
                }
            }
            value
        })
        .collect();
    let mut value = json!({
        "schema": "glasskey.audit/1",
        "exit": audited.exit().code(),
        "rehearsal": report.rehearsal,
        "judged_as_of": report.judged_as_of,
        "trust_file": trusted,
        "faults": faults,
        "findings": report.findings,
        "passes_not_listed": report.passes_not_listed,
        "records": records,
        "unfinished": audited.unfinished,
    });
    if let Some(members) = value.as_object_mut() {
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
