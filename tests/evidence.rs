//! `audit --evidence`: one registration alone, from real and from made keys.

#[path = "serve/told.rs"]
mod told;

use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use told::told;

const MADE: &str = "tests/vectors/mds";
const THEN: &str = "2024-12-21T00:00:00Z";

/// Exit code and findings of `audit --evidence`.
struct Judged {
    code: i32,
    output: Value,
    checks: BTreeMap<String, String>,
}

impl Judged {
    #[track_caller]
    fn is(&self, check: &str, verdict: &str) {
        let found = self.checks.get(check).map(String::as_str);
        assert_eq!(found, Some(verdict), "{check}: {:#}", self.output);
    }
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_glasskey"))
        .args(arguments)
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn judged(file: &Path, further: &[&str]) -> Judged {
    let mut arguments = vec!["audit", "--json", "--evidence", file.to_str().unwrap()];
    arguments.extend(further);
    let (code, out, err) = run(&arguments);
    let output: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{code} {out} {err}"));
    assert_eq!(output["schema"], "glasskey.evidence/1");
    assert_eq!(output["exit"], code);
    let checks = output["findings"].as_array().unwrap().iter().map(|one| {
        let word = |name: &str| one[name].as_str().unwrap().to_owned();
        (word("check"), word("verdict"))
    });
    Judged {
        code,
        checks: checks.collect(),
        output,
    }
}

/// A made registration, to the made BLOB.
fn made(name: &str) -> Judged {
    let further = [
        "--mds",
        "tests/vectors/mds/blob-7.jwt",
        "--trust",
        "tests/vectors/mds/trust.toml",
        "--as-of",
        "2026-11-22",
    ];
    judged(&Path::new(MADE).join(name), &further)
}

/// A file in a folder of this process.
fn file(name: &str, content: &[u8]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("glasskey-evidence-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn a_genuine_registration_passes_everything_and_exits_0() {
    for name in ["a.json", "b.json"] {
        let judged = made(name);
        assert_eq!(judged.code, 0, "{:#}", judged.output);
        for check in [
            "ATT-FMT",
            "ATT-SIG",
            "ATT-CHAIN",
            "ATT-AAGUID-EXT",
            "ATT-CERT-REQ",
            "FW-ATTESTED",
            "MDS-SIG",
            "MDS-STALE",
            "MDS-STATUS",
            "UP",
            "UV",
            "RP-HASH",
        ] {
            judged.is(check, "pass");
        }
        assert_eq!(judged.output["hypothetical"], true);
        assert_eq!(judged.output["judged_as_of"], "2026-11-22T00:00:00Z");
        assert_eq!(judged.output["mds"]["no"], 7);
    }
}

#[test]
fn vendor_a_cannot_attest_a_model_of_vendor_b_though_both_are_in_the_blob() {
    for name in ["a-as-b.json", "a-as-b-plain.json"] {
        let judged = made(name);
        judged.is("ATT-SIG", "pass");
        judged.is("ATT-CHAIN", "fail");
        assert_eq!(judged.code, 6, "{name}");
    }
}

#[test]
fn without_metadata_the_chain_is_unknown_and_the_exit_is_1() {
    let judged = judged(
        &Path::new(MADE).join("a.json"),
        &["--as-of", "20261122000000Z"],
    );
    judged.is("ATT-SIG", "pass");
    judged.is("ATT-CHAIN", "unknown");
    assert_eq!(judged.code, 1);
}

#[test]
fn a_blob_that_is_not_signed_under_a_root_at_hand_gives_no_anchor_and_exits_6() {
    let blob = [
        "--mds",
        "tests/vectors/mds/blob-7.jwt",
        "--as-of",
        "2026-11-22",
    ];
    let judged = judged(&Path::new(MADE).join("a.json"), &blob);
    judged.is("MDS-SIG", "fail");
    judged.is("ATT-CHAIN", "unknown");
    assert_eq!(judged.code, 6);
}

#[test]
fn a_model_that_was_revoked_is_named() {
    let further = [
        "--mds",
        "tests/vectors/mds/blob-8.jwt",
        "--trust",
        "tests/vectors/mds/trust.toml",
        "--as-of",
        "2026-11-22",
    ];
    let a = judged(&Path::new(MADE).join("a.json"), &further);
    a.is("ATT-CHAIN", "pass");
    a.is("MDS-STATUS", "fail");
    assert_eq!(a.code, 1);
    judged(&Path::new(MADE).join("b.json"), &further).is("MDS-STATUS", "pass");
}

#[test]
fn an_anchor_of_the_trust_file_stands_in_for_metadata() {
    let blob: Value = {
        let text = std::fs::read_to_string("tests/vectors/mds/blob-7.jwt").unwrap();
        let payload = text.split('.').nth(1).unwrap();
        let bytes = glasskey::primitives::bytes::from_base64url(payload).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let entry = &blob["entries"][0];
    let root = &entry["metadataStatement"]["attestationRootCertificates"][0];
    let text = format!("[[anchor]]\naaguid = {}\nder = {root}\n", entry["aaguid"]);
    let trust = file("anchor.toml", text.as_bytes());
    let further = ["--trust", trust.to_str().unwrap(), "--as-of", "2026-11-22"];
    let a = judged(&Path::new(MADE).join("a.json"), &further);
    a.is("ATT-CHAIN", "pass");
    assert_eq!(a.code, 0);
    judged(&Path::new(MADE).join("a-as-b.json"), &further).is("ATT-CHAIN", "unknown");
}

#[test]
fn without_an_rp_id_rp_hash_is_not_run_and_another_one_fails() {
    let text = std::fs::read(Path::new(MADE).join("a.json")).unwrap();
    let mut evidence: Value = serde_json::from_slice(&text).unwrap();
    evidence["rp_id"] = json!("login.microsoft.com");
    let other = judged(&file("other.json", evidence.to_string().as_bytes()), &[]);
    other.is("RP-HASH", "fail");
    assert_eq!(other.code, 6);
    evidence.as_object_mut().unwrap().remove("rp_id");
    judged(&file("no-rp.json", evidence.to_string().as_bytes()), &[]).is("RP-HASH", "not_run");
}

#[test]
fn an_attestation_object_that_cannot_be_read_fails_and_a_file_of_another_form_is_exit_2() {
    let broken = json!({"attestation_object": "oA", "client_data_json": "e30"}).to_string();
    let judged = judged(&file("broken.json", broken.as_bytes()), &[]);
    judged.is("ATT-FMT", "fail");
    assert_eq!(judged.code, 6);
    for (name, text) in [
        (
            "padded.json",
            r#"{"attestation_object":"oA==","client_data_json":"e30"}"#,
        ),
        (
            "more.json",
            r#"{"attestation_object":"oA","client_data_json":"e30","x":1}"#,
        ),
        (
            "twice.json",
            r#"{"attestation_object":"oA","attestation_object":"oA","client_data_json":"e30"}"#,
        ),
        ("none.json", "[]"),
        ("empty.json", ""),
    ] {
        let path = file(name, text.as_bytes());
        let (code, out, err) = run(&["audit", "--evidence", path.to_str().unwrap()]);
        assert_eq!((code, out.as_str()), (2, ""), "{name}");
        assert_eq!(err.lines().count(), 3, "{name}");
    }
}

#[test]
fn forms_that_two_readers_could_take_differently_come_out_as_they_must() {
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("vectors/evidence/cases.json")).unwrap();
    assert!(cases.len() > 130, "{}", cases.len());
    for (number, case) in cases.iter().enumerate() {
        let put = |name: &str, content: &Value| {
            let name = format!("form-{number}.{name}");
            file(&name, content.as_str().unwrap().as_bytes())
        };
        let path = put("json", &case["evidence"]);
        let trust = put("toml", &case["trust"]);
        let mut further = vec!["--trust", trust.to_str().unwrap(), "--as-of", "2026-11-22"];
        let blob = case["blob"].is_string().then(|| put("jwt", &case["blob"]));
        if let Some(blob) = &blob {
            further.extend(["--mds", blob.to_str().unwrap()]);
        }
        if case["exit"] == 2 {
            let first = ["audit", "--evidence", path.to_str().unwrap()];
            let (code, out, _) = run(&[&first[..], &further].concat());
            assert_eq!((code, out.as_str()), (2, ""), "{}", case["what"]);
            continue;
        }
        let judged = judged(&path, &further);
        let verdict = judged.checks.get(case["check"].as_str().unwrap());
        assert_eq!(
            verdict.map(String::as_str),
            case["verdict"].as_str(),
            "{}",
            case["what"]
        );
        assert_eq!(i64::from(judged.code), case["exit"], "{}", case["what"]);
    }
}

#[test]
fn a_person_reads_the_time_and_the_verdict() {
    let (code, out, _) = run(&[
        "audit",
        "--evidence",
        "tests/vectors/mds/a.json",
        "--mds",
        "tests/vectors/mds/blob-7.jwt",
        "--trust",
        "tests/vectors/mds/trust.toml",
        "--as-of",
        "2026-11-22T00:00:00Z",
    ]);
    assert_eq!(code, 0);
    assert!(
        out.contains("2026-11-22T00:00:00Z") && out.contains("hypothetical"),
        "{out}"
    );
    assert!(out.contains("Genuine."), "{out}");
    let usage = [
        "audit",
        "--evidence",
        "tests/vectors/mds/a.json",
        "--as-of",
        "today",
    ];
    assert_eq!(run(&usage).0, 2);
}

fn real() -> Vec<(Value, PathBuf)> {
    let text = include_str!("vectors/attestations.json");
    let entries: Vec<Value> = serde_json::from_str(text).unwrap();
    let written = entries.into_iter().map(|entry| {
        let client = match entry["clientDataJSON"].as_str() {
            Some(text) => glasskey::primitives::bytes::base64url(text.as_bytes()),
            None => entry["clientDataJSON_b64u"].as_str().unwrap().to_owned(),
        };
        let mut evidence = json!({
            "attestation_object": entry["attestationObject_b64u"],
            "client_data_json": client,
        });
        if let Some(rp_id) = entry["rpId"].as_str() {
            evidence["rp_id"] = json!(rp_id);
        }
        let name = format!("real-{}.json", entry["name"].as_str().unwrap());
        let path = file(&name, evidence.to_string().as_bytes());
        (entry, path)
    });
    written.collect()
}

/// What every real registration shows whether there is metadata or not.
#[track_caller]
fn shows_itself(entry: &Value, judged: &Judged) {
    let packed = entry["fmt"] == "packed";
    judged.is("ATT-FMT", if packed { "pass" } else { "unknown" });
    let signed = packed || entry["fmt"] == "fido-u2f";
    judged.is("ATT-SIG", if signed { "pass" } else { "not_run" });
    let of_packed = if packed { "pass" } else { "not_run" };
    judged.is("ATT-AAGUID-EXT", of_packed);
    judged.is("ATT-CERT-REQ", of_packed);
    let rp_hash = if entry["rpId"].is_string() {
        "pass"
    } else {
        "not_run"
    };
    judged.is("RP-HASH", rp_hash);
    if let Some(flags) = entry["flags"].as_u64() {
        judged.is("UP", if flags & 1 == 0 { "fail" } else { "pass" });
        judged.is("UV", if flags & 4 == 0 { "fail" } else { "pass" });
    }
    assert_ne!(judged.code, 0, "nothing is proven yet: {:#}", judged.output);
}

#[test]
fn every_real_registration_is_read_and_none_is_passed_off_as_genuine_without_metadata() {
    let all = real();
    assert_eq!(all.len(), 15);
    for (entry, path) in all {
        let judged = judged(&path, &["--as-of", THEN]);
        shows_itself(&entry, &judged);
        let packed = entry["fmt"] == "packed";
        judged.is("ATT-CHAIN", if packed { "unknown" } else { "not_run" });
    }
}

#[test]
fn every_real_registration_comes_out_as_its_source_says_against_the_real_blob() {
    let Ok(blob) = std::env::var("GLASSKEY_TEST_MDS") else {
        told("not applicable: GLASSKEY_TEST_MDS names no metadata BLOB");
        return;
    };
    let firmware = BTreeMap::from([
        ("YubikeyFips5Nfc", "5.4.2"),
        ("YubikeyBio_5_5_4", "5.5.4"),
        ("YubikeyBio_5_5_6", "5.5.6"),
        ("CredPropsEmpty", "5.4.2"),
    ]);
    for (entry, path) in real() {
        let name = entry["name"].as_str().unwrap();
        let judged = judged(&path, &["--mds", &blob, "--as-of", THEN]);
        judged.is("MDS-SIG", "pass");
        judged.is("MDS-STALE", "pass");
        let packed = entry["fmt"] == "packed";
        if name == "Mldsa44" {
            judged.is("ATT-SIG", "pass");
            judged.is("ATT-AAGUID-EXT", "pass");
            judged.is("ATT-CHAIN", "fail");
            assert_eq!(judged.code, 6);
            continue;
        }
        judged.is("ATT-CHAIN", if packed { "pass" } else { "not_run" });
        if packed {
            judged.is("MDS-STATUS", "pass");
            judged.is("FW-ADVISORY", "warn");
            let attested = firmware.get(name);
            judged.is(
                "FW-ATTESTED",
                if attested.is_some() {
                    "pass"
                } else {
                    "not_run"
                },
            );
            if let Some(attested) = attested {
                let all = judged.output["findings"].as_array().unwrap();
                let found = all
                    .iter()
                    .find(|one| one["check"] == "FW-ATTESTED")
                    .unwrap();
                assert_eq!(found["detail"], *attested);
            }
            let verified = judged.checks["UV"] == "pass";
            assert_eq!(
                judged.code,
                if verified { 0 } else { 6 },
                "{:#}",
                judged.output
            );
        } else {
            shows_itself(&entry, &judged);
        }
    }
}
