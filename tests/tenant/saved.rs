//! What a rehearsal exchanges with its tenant, registrations included, is as described on both sides.

use crate::openapi::Api;
use glasskey::entra::Version;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

#[test]
fn every_exchange_of_a_rehearsal_is_as_described() {
    let file = std::env::temp_dir().join(format!("glasskey-exchanges-{}", std::process::id()));
    let book = std::env::temp_dir().join(format!("glasskey-described-{}", std::process::id()));
    let output = Command::new(env!("CARGO_BIN_EXE_glasskey"))
        .arg("rehearse")
        .arg("--out")
        .arg(&book)
        .arg("--save-exchanges")
        .arg(&file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = std::fs::read_to_string(&file).unwrap();
    let _ = std::fs::remove_file(&file);
    let _ = std::fs::remove_dir_all(&book);
    let api = Api::read();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let (request, response) = (&line["request"], &line["response"]);
        let (version, target) = split(request["url"].as_str().unwrap());
        let verb = request["method"].as_str().unwrap();
        let Some(of) = api.find(version, verb, &target) else {
            wrong.push(format!("{verb} {target} is not described"));
            continue;
        };
        if !target.contains("$skiptoken") {
            wrong.extend(api.request_faults(&of, &target, &bytes(&request["body"])));
        }
        let status = u16::try_from(response["status"].as_u64().unwrap()).unwrap();
        wrong.extend(api.answer_faults(&of, status, &bytes(&response["body"])));
        seen.insert(of.name);
    }
    assert_eq!(wrong, [""; 0], "{wrong:#?}");
    let posted = "v1.0 POST /users/{user-id}/authentication/fido2Methods";
    assert!(seen.contains(posted), "{seen:?}");
}

fn bytes(body: &Value) -> Vec<u8> {
    if body.is_null() || body == "" {
        Vec::new()
    } else {
        body.to_string().into_bytes()
    }
}

fn split(url: &str) -> (Version, String) {
    for (base, version) in [
        ("https://graph.microsoft.com/v1.0", Version::V1),
        ("https://graph.microsoft.com/beta", Version::Beta),
        ("https://management.azure.com", Version::Arm),
    ] {
        if let Some(target) = url.strip_prefix(base) {
            return (version, target.to_owned());
        }
    }
    panic!("{url}");
}
