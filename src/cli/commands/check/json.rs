//! A check for programs: `glasskey.check/1`.

use super::observation;
use super::report::Report;
use crate::findings::Drift;
use crate::findings::Outcome;
use crate::findings::Recovery;
use crate::findings::Verdict;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// The report.
pub(super) fn report(report: &Report) -> Value {
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| {
        members.insert(name.to_owned(), value);
    };
    put("schema", json!("glasskey.check/1"));
    put("exit", json!(report.exit.code()));
    put("rehearsal", json!(report.book.reading.rehearsal));
    put("judged_as_of", json!(report.when.time()));
    let hypothetical = matches!(report.when, super::When::Asked(_));
    put("hypothetical", json!(hypothetical));
    put("tenant", tenant(report));
    if let Some(head) = &report.book.head {
        let whole = report.book.broken.is_none();
        put(
            "ledger",
            json!({
                "origin": head.origin.to_string(), "root": head.root, "size": head.size,
                "whole": whole,
            }),
        );
    }
    put("findings", json!(report.findings));
    put("counts", counts(report));
    let recovery = Recovery::of(&report.plan, &report.book.reading.facts.keys);
    put("recovery", recovered(&recovery));
    if let Some((stated, drift)) = &report.drift {
        let drift: Vec<Value> = drift.iter().map(drifted).collect();
        put(
            "since",
            json!({"record": stated.record, "at": stated.at, "drift": drift}),
        );
    }
    if let Some(key) = &report.key {
        let mut value = json!({"label": key.label, "account": key.account, "name": key.name});
        if let (Some(aaguid), Some(members)) = (&key.aaguid, value.as_object_mut()) {
            members.insert("aaguid".to_owned(), json!(aaguid));
        }
        put("key", value);
    }
    if report.observer {
        let digest = observation::digest(report);
        put(
            "observer",
            json!({
                "sha256": digest, "words": digest.words(), "observation": observation::of(report),
            }),
        );
    }
    Value::Object(members)
}

fn tenant(report: &Report) -> Value {
    let headers = &report.asked.survey.tenant.headers;
    let mut value = json!({
        "id": report.plan.tenant.id,
        "answers": report.asked.answers,
        "request_ids": headers.request_ids,
    });
    if let Some(members) = value.as_object_mut() {
        if let Some(date) = headers.date {
            members.insert("date".to_owned(), json!(date.graph));
        }
        if let Some(file) = &report.asked.file {
            members.insert("offline".to_owned(), json!(file.display().to_string()));
        }
    }
    value
}

fn counts(report: &Report) -> Value {
    let all = [
        Verdict::Pass,
        Verdict::Warn,
        Verdict::Fail,
        Verdict::Unknown,
        Verdict::NotRun,
        Verdict::Accepted,
    ];
    let counts = all.map(|verdict| (verdict.word().to_owned(), json!(report.count(verdict))));
    Value::Object(counts.into_iter().collect())
}

fn recovered(recovery: &Recovery) -> Value {
    let outcome = |outcome: &Outcome<'_>| {
        let lost: Vec<String> = outcome.lost.iter().map(ToString::to_string).collect();
        json!({"lost": lost, "open": outcome.open})
    };
    let single: Vec<Value> = recovery.single().iter().map(outcome).collect();
    let mut value = json!({
        "accounts": recovery.accounts(),
        "open": recovery.open_now(),
        "not_counted": recovery.uncounted(),
        "single": single,
    });
    // Of more than 300 things, double losses are not worked out.
    if let (Some(double), Some(members)) = (recovery.double(), value.as_object_mut()) {
        let double: Vec<Value> = double.iter().map(outcome).collect();
        members.insert("double".to_owned(), json!(double));
    }
    value
}

fn drifted(drift: &Drift) -> Value {
    let side =
        |(verdict, detail): &(Verdict, String)| json!({"verdict": verdict, "detail": detail});
    let mut value = json!({
        "change": drift.change.word(),
        "check": drift.check,
        "subject": drift.subject,
        "words": drift.words,
        "now": side(&drift.now),
    });
    if let (Some(then), Some(members)) = (&drift.then, value.as_object_mut()) {
        members.insert("then".to_owned(), side(then));
    }
    value
}
