//! Metadata: what a record cites, what an auditor brings, and what is reported against a model.

use crate::support::Changed;
use crate::support::Files;
use crate::support::REHEARSAL;
use crate::support::Verdict;
use crate::support::agree;
use crate::support::can_run;
use crate::support::fresh;
use crate::support::glasskey;
use crate::support::set;
use crate::support::signed_again;
use crate::support::verify_py;
use crate::told::told;
use glasskey::primitives::Digest;
use glasskey::primitives::bytes;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

const MADE: &str = "tests/vectors/mds";
const THEN: &str = "2024-12-21T00:00:00Z";

fn made(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(MADE).join(name)
}

/// The rehearsal's trust file, without its anchors if they should not help, and the made root.
fn trust(folder: &Path, name: &str, anchors: bool, root: bool) -> PathBuf {
    let mut text = fs::read_to_string(REHEARSAL.trust()).unwrap();
    if !anchors {
        text.truncate(text.find("[[anchor]]").unwrap_or(text.len()));
    }
    if root {
        text.push_str(&fs::read_to_string(made("trust.toml")).unwrap());
    }
    let file = folder.join(name);
    fs::write(&file, text).unwrap();
    file
}

/// The book whose last record cites this BLOB under this number; the BLOB is kept if asked to be.
fn citing(blob: &[u8], number: u64, kept: bool) -> Files {
    let digest = Digest::of(blob);
    let cited = serde_json::json!({"no": number, "sha256": digest});
    let mut files = signed_again(|record| set(record, "/statement/inputs/mds", cited));
    if kept {
        files.insert(format!("ledger/mds/{digest}.jwt"), blob.to_vec());
    }
    files
}

fn keeping(name: &str) -> Files {
    let blob = fs::read(made(name)).unwrap();
    let mut files = REHEARSAL.files.clone();
    files.insert(format!("ledger/mds/{}.jwt", Digest::of(&blob)), blob);
    files
}

fn has(verdict: &Verdict, subject: &str, check: &str, what: &str) -> bool {
    let wanted = [subject, check, what].map(str::to_owned).to_vec();
    verdict.findings.contains(&wanted)
}

#[test]
fn metadata_that_a_record_cites_is_judged_alike() {
    if !can_run("cited metadata") {
        return;
    }
    let folder = fresh("cited-trust");
    let whole = trust(&folder, "whole.toml", true, true);
    let bare = trust(&folder, "bare.toml", false, true);
    let blob = |name: &str| fs::read(made(name)).unwrap();
    let nine = blob("blob-9.jwt");
    let mut cut = nine.clone();
    cut.truncate(nine.len() - 1);
    let mut changed = nine.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let mut all = Vec::new();
    for (what, files) in [
        ("no 9 cited and kept", citing(&nine, 9, true)),
        ("no 9 cited and not kept", citing(&nine, 9, false)),
        ("no 9 cited as no 10", citing(&nine, 10, true)),
        ("a cut BLOB", citing(&cut, 9, true)),
        ("a changed BLOB", citing(&changed, 9, true)),
        ("no BLOB at all", citing(b"", 9, true)),
        (
            "another signer",
            citing(&blob("blob-other-name.jwt"), 7, true),
        ),
        ("no 10 cited", citing(&blob("blob-10.jwt"), 10, true)),
        ("no 11 cited", citing(&blob("blob-11.jwt"), 11, true)),
        ("no 9 kept", keeping("blob-9.jwt")),
        ("no 10 kept", keeping("blob-10.jwt")),
        ("no 11 kept", keeping("blob-11.jwt")),
        ("no 7 kept, without the model", keeping("blob-7.jwt")),
    ] {
        for (with, trust) in [
            ("", Some(whole.clone())),
            (", without anchors", Some(bare.clone())),
            (", the root unknown", Some(REHEARSAL.trust())),
            (", nothing brought", None),
        ] {
            all.push(Changed {
                trust,
                ..Changed::new(format!("{what}{with}"), files.clone())
            });
        }
    }
    for name in [
        "blob-8.jwt",
        "blob-9.jwt",
        "blob-10.jwt",
        "blob-other-name.jwt",
    ] {
        for trust in [&whole, &bare] {
            all.push(Changed {
                trust: Some(trust.clone()),
                mds: Some(made(name)),
                ..Changed::new(format!("{name} brought"), REHEARSAL.files.clone())
            });
        }
    }
    let verdicts = agree("cited", &all);
    let of = |what: &str| {
        let place = all.iter().position(|changed| changed.what == what);
        &verdicts[place.unwrap_or_else(|| panic!("{what}"))]
    };
    let good = of("no 9 cited and kept");
    // The key signed another statement: the book is broken whatever the metadata says.
    assert!(has(good, "record:000004", "PRES-BIND", "fail"));
    for check in ["MDS-SIG", "MDS-STALE", "ATT-CHAIN"] {
        assert!(
            has(good, "record:000004", check, "pass"),
            "{check} {good:?}"
        );
    }
    assert!(has(good, "record:000004", "MDS-STATUS", "warn"), "{good:?}");
    let cited_alone = of("no 9 cited and kept, without anchors");
    assert!(has(cited_alone, "record:000004", "ATT-CHAIN", "pass"));
    assert!(has(cited_alone, "record:000003", "ATT-CHAIN", "unknown"));
    for what in [
        "no 9 cited as no 10",
        "a cut BLOB",
        "a changed BLOB",
        "another signer",
    ] {
        assert!(has(of(what), "record:000004", "MDS-SIG", "fail"), "{what}");
    }
    let revoked = of("no 10 kept");
    assert_eq!(revoked.exit, 1);
    assert!(has(revoked, "record:000001", "MDS-STATUS", "fail"));
    let broken = of("no 11 kept");
    assert!(has(broken, "record:000001", "MDS-STATUS", "unknown"));
    let unlisted = of("no 7 kept, without the model");
    assert!(has(unlisted, "record:000001", "MDS-STATUS", "not_run"));
}

/// Exit code and verdicts by check, of either verifier.
fn evidence(of_python: bool, file: &Path, further: &[&str]) -> (i32, BTreeMap<String, String>) {
    let mut arguments = vec!["--evidence", file.to_str().unwrap(), "--json"];
    arguments.extend(further);
    let output = if of_python {
        verify_py(&arguments)
    } else {
        glasskey(&[&["audit"], &arguments[..]].concat())
    };
    let value: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let word = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let all = value["findings"].as_array().unwrap().iter();
    let verdicts = all
        .filter(|one| one["check"] != "FW-ADVISORY")
        .map(|one| (word(one, "check"), word(one, "verdict")))
        .collect();
    (output.status.code().unwrap(), verdicts)
}

fn alike(file: &Path, further: &[&str]) -> (i32, BTreeMap<String, String>) {
    let ours = evidence(false, file, further);
    assert_eq!(
        ours,
        evidence(true, file, further),
        "{} {further:?}",
        file.display()
    );
    ours
}

#[test]
fn made_registrations_are_judged_alike_to_made_metadata() {
    if !can_run("made registrations") {
        return;
    }
    let (root, seven, eight) = (made("trust.toml"), made("blob-7.jwt"), made("blob-8.jwt"));
    let other = made("blob-other-name.jwt");
    let mut exits = Vec::new();
    for name in ["a.json", "b.json", "a-as-b.json", "a-as-b-plain.json"] {
        for blob in [&seven, &eight, &other] {
            for time in [
                "2026-06-01",
                "20261201000000Z",
                "2027-06-01T00:00:00Z",
                "2025-01-01",
            ] {
                let further = [
                    "--trust",
                    root.to_str().unwrap(),
                    "--mds",
                    blob.to_str().unwrap(),
                    "--as-of",
                    time,
                ];
                exits.push(alike(&made(name), &further).0);
                alike(&made(name), &further[2..]);
            }
        }
    }
    // A genuine one passes, a stale or revoked one is open, all others break.
    for exit in [0, 1, 6] {
        assert!(exits.contains(&exit), "{exit}: {exits:?}");
    }
}

#[test]
fn every_real_attestation_is_judged_alike_to_the_real_blob() {
    if !can_run("real attestations and the real BLOB") {
        return;
    }
    // Not part of this repository: where it is not named, this test is not applicable.
    let Some(blob) = std::env::var_os("GLASSKEY_TEST_MDS").map(PathBuf::from) else {
        told("not applicable: GLASSKEY_TEST_MDS names no metadata BLOB");
        return;
    };
    let folder = fresh("real-blob");
    let vectors: Vec<Value> =
        serde_json::from_str(include_str!("../vectors/attestations.json")).unwrap();
    for vector in vectors {
        let name = vector["name"].as_str().unwrap();
        let client_data = match vector["clientDataJSON"].as_str() {
            Some(text) => bytes::base64url(text.as_bytes()),
            None => vector["clientDataJSON_b64u"].as_str().unwrap().to_owned(),
        };
        let object = vector["attestationObject_b64u"].as_str().unwrap();
        let file = folder.join(format!("{name}.json"));
        let whole =
            serde_json::json!({"attestation_object": object, "client_data_json": client_data});
        fs::write(&file, whole.to_string()).unwrap();
        let further = ["--mds", blob.to_str().unwrap(), "--as-of", THEN];
        let (exit, verdicts) = alike(&file, &further);
        let packed = vector["fmt"] == "packed";
        let preview = name.contains("Mldsa");
        let chain = match (packed, preview) {
            (true, true) => "fail",
            (true, false) => "pass",
            (false, _) => "not_run",
        };
        assert_eq!(verdicts["ATT-CHAIN"], chain, "{name}");
        let unverified = verdicts["UV"] == "fail" || verdicts["UP"] == "fail";
        assert_eq!(exit == 6, preview || unverified, "{name} {verdicts:?}");
        assert_eq!(verdicts["MDS-SIG"], "pass");
    }
}
