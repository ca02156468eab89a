//! Registrations and metadata in forms that two readers could take differently: made ones, each
//! with what must come out (`tests/vectors/evidence`).

use crate::support::can_run;
use crate::support::fresh;
use crate::support::glasskey;
use crate::support::verify_py;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::thread;

const CASES: &str = include_str!("../vectors/evidence/cases.json");
/// Programs of Python at work at once.
const AT_ONCE: usize = 4;

/// Exit code, and the verdict of each check.
type Judged = (i32, BTreeMap<String, String>);

fn judged(output: &Output) -> Judged {
    let code = output.status.code().unwrap();
    let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let all = value["findings"].as_array().cloned().unwrap_or_default();
    let word = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let verdicts = all
        .iter()
        .filter(|one| one["check"] != "FW-ADVISORY")
        .map(|one| (word(one, "check"), word(one, "verdict")))
        .collect();
    (code, verdicts)
}

/// What both programs say of a case, where that is what must come out; else what is wrong.
fn both(case: &Value, folder: &Path, number: usize) -> Result<Judged, String> {
    let put = |extension: &str, content: &Value| {
        let path = folder.join(format!("{number}.{extension}"));
        fs::write(&path, content.as_str().unwrap()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let file = put("json", &case["evidence"]);
    let trust = put("toml", &case["trust"]);
    let mut arguments = vec!["--evidence", &file, "--trust", &trust];
    arguments.extend(["--as-of", "2026-11-22", "--json"]);
    let blob;
    if case["blob"].is_string() {
        blob = put("jwt", &case["blob"]);
        arguments.extend(["--mds", &blob]);
    }
    let ours = judged(&glasskey(&[&["audit"], &arguments[..]].concat()));
    let theirs = judged(&verify_py(&arguments));
    if ours != theirs {
        return Err(format!("{}: {ours:?}, verify.py {theirs:?}", case["what"]));
    }
    let verdict = case["check"].as_str().and_then(|check| ours.1.get(check));
    let right = i64::from(ours.0) == case["exit"]
        && verdict.map(String::as_str) == case["verdict"].as_str();
    if right {
        Ok(ours)
    } else {
        Err(format!("{}: {ours:?}", case["what"]))
    }
}

#[test]
fn forms_that_two_readers_could_take_differently_are_judged_alike_and_as_they_must_be() {
    if !can_run("forms of evidence") {
        return;
    }
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    assert!(cases.len() > 130, "{}", cases.len());
    let folder = fresh("forms");
    let numbered: Vec<(usize, &Value)> = cases.iter().enumerate().collect();
    let part = numbered.len().div_ceil(AT_ONCE);
    let wrong: Vec<String> = thread::scope(|scope| {
        let parts: Vec<_> = numbered
            .chunks(part)
            .map(|part| {
                let folder = &folder;
                scope.spawn(move || -> Vec<String> {
                    part.iter()
                        .filter_map(|(number, case)| both(case, folder, *number).err())
                        .collect()
                })
            })
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap())
            .collect()
    });
    assert!(
        wrong.is_empty(),
        "{} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
