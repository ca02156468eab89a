//! Books that everyone signed again after they were changed.

use crate::support::Changed;
use crate::support::LAST;
use crate::support::REHEARSAL;
use crate::support::agree;
use crate::support::can_run;
use crate::support::earlier;
use crate::support::set;
use crate::support::signed_again;
use serde_json::Value;

#[test]
#[expect(clippy::too_many_lines, reason = "a list of what may be changed")]
fn records_that_everyone_signed_again_are_judged_alike() {
    if !can_run("books that were signed again") {
        return;
    }
    let (genesis, third) = (earlier(0), earlier(3));
    let taken = |path: &str| third.pointer(path).unwrap().clone();
    let base: Value = earlier(4);
    let of_base = |path: &str| base.pointer(path).unwrap().clone();
    let mut sealed: Vec<Value> = of_base("/statement/sealed").as_array().unwrap().clone();
    let sorted = Value::Array(sealed.clone());
    sealed.reverse();
    let reversed = Value::Array(sealed.clone());
    sealed.pop();
    let fewer: Vec<Value> = sealed.iter().rev().cloned().collect();
    let more = {
        let mut all = sorted.as_array().unwrap().clone();
        all.push(Value::String("f".repeat(64)));
        Value::Array(all)
    };
    let s = |text: &str| Value::String(text.to_owned());
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let stated = |check: &str, verdict: &str| {
        json(&format!(
            r#"[{{"check":"{check}","detail":"x","subject":"account:BG-1","verdict":"{verdict}"}}]"#
        ))
    };
    let changes: Vec<(&str, Value)> = vec![
        ("/statement/custody/bag", s("R26-9999")),
        ("/statement/custody/bag", taken("/statement/custody/bag")),
        (
            "/statement/custody/previous_bag",
            json(r#"{"number":"R1","state":"intact"}"#),
        ),
        ("/statement/custody", Value::Null),
        (
            "/statement/account/object_id",
            taken("/statement/tenant_id"),
        ),
        ("/statement/account", Value::Null),
        ("/statement/key/label", s("BG1-A")),
        (
            "/statement/key/aaguid",
            s("fa2b99dc-9e39-4257-8f92-4a30d23c4118"),
        ),
        (
            "/statement/key/credential_id",
            taken("/statement/key/credential_id"),
        ),
        ("/statement/key/credential_id", Value::Null),
        (
            "/statement/key/public_key",
            taken("/statement/key/public_key"),
        ),
        ("/statement/key/public_key", Value::Null),
        ("/statement/key/public_key/cose", s("oQEC")),
        ("/statement/key/rp_id", s("login.example.com")),
        ("/statement/key/rp_id", Value::Null),
        ("/statement/key", Value::Null),
        (
            "/statement/key/firmware",
            json(r#"{"basis":"getinfo","value":"9.9.9"}"#),
        ),
        (
            "/statement/key/firmware",
            json(r#"{"basis":"hearsay","value":"9.9.9"}"#),
        ),
        (
            "/statement/unseen_key",
            json(r#"{"label":"BG2-B","record":1}"#),
        ),
        ("/evidence/presence", taken("/evidence/presence")),
        ("/evidence/presence", Value::Null),
        (
            "/evidence/presence/signature",
            taken("/evidence/presence/signature"),
        ),
        ("/evidence/presence/signature", s("")),
        ("/evidence/presence/authenticator_data", s("AAAA")),
        (
            "/evidence/presence/client_data_json",
            taken("/evidence/presence/client_data_json"),
        ),
        ("/evidence/probe", taken("/evidence/presence")),
        ("/evidence/registration", taken("/evidence/registration")),
        ("/evidence/registration", Value::Null),
        (
            "/evidence/registration/client_data_json",
            taken("/evidence/registration/client_data_json"),
        ),
        ("/evidence/registration/client_data_json", s("e30")),
        ("/evidence/registration/attestation_object", s("oA")),
        ("/evidence/attest", taken("/evidence/registration")),
        ("/statement/rehearsal", Value::Bool(false)),
        ("/statement/ledger/size", json("3")),
        ("/statement/ledger/size", json("5")),
        ("/statement/ledger/size", json("0")),
        ("/statement/ledger/root", s(&"0".repeat(64))),
        ("/statement/ledger/origin", s("elsewhere")),
        (
            "/statement/tenant_id",
            taken("/statement/account/object_id"),
        ),
        ("/statement/sealed", reversed),
        ("/statement/sealed", Value::Array(fewer)),
        ("/statement/sealed", more),
        ("/statement/sealed", Value::Array(Vec::new())),
        ("/statement/sealed", taken("/statement/sealed")),
        ("/statement/sealed", Value::Null),
        ("/statement/findings", stated("SITE-PAIR", "fail")),
        ("/statement/findings", stated("SITE-PAIR", "unknown")),
        ("/statement/findings", stated("SITE-PAIR", "accepted")),
        ("/statement/findings", stated("MDS-SIG", "fail")),
        ("/statement/findings", stated("UV", "unknown")),
        (
            "/statement/acceptance",
            json(r#"{"check":"SITE-PAIR","subject":"book","until":"2030-01-01T00:00:00Z"}"#),
        ),
        ("/evidence/probe", taken("/evidence/presence")),
        ("/evidence/attest", of_base("/evidence/registration")),
        ("/statement/expected_signers", json(r#"["op-1","w-1"]"#)),
        ("/statement/expected_signers", json(r#"["w-1","op-1"]"#)),
        (
            "/statement/expected_signers",
            json(r#"["op-1","op-1","w-1"]"#),
        ),
        ("/statement/expected_signers", json(r#"["op-1"]"#)),
        ("/statement/expected_signers", json("[]")),
        (
            "/statement/expected_signers",
            json(r#"["op-1","w-1","w-3"]"#),
        ),
        (
            "/statement/expected_signers",
            json(r#"["op-1","w-1","../w-2"]"#),
        ),
        ("/statement/nonces", Value::Null),
        ("/statement/nonces/0/value", s("AAAA")),
        ("/statement/nonces/0/ref", s("w-2")),
        ("/statement/nonces/0/ref", s("w-9")),
        ("/statement/inputs/policy_sha256", s(&"1".repeat(64))),
        ("/statement/inputs/roster_sha256", s(&"1".repeat(64))),
        (
            "/statement/inputs/mds",
            json(
                r#"{"no":3,"sha256":"1111111111111111111111111111111111111111111111111111111111111111"}"#,
            ),
        ),
        (
            "/statement/record_id",
            genesis.pointer("/statement/record_id").unwrap().clone(),
        ),
        ("/statement/schema", s("glasskey.record/2")),
        ("/statement/extra", s("x")),
        ("/statement/time/started", s("2026-01-05T09:00:00Z")),
        ("/statement/time/started", s("2026-01-05T10:45:00Z")),
        ("/statement/time/started", s("2026-01-05T09:00:60Z")),
        ("/statement/time/started", s("2019-01-05T09:00:00Z")),
        ("/statement/event", s("custody")),
        ("/statement/event", s("verification")),
        ("/statement/event", s("genesis")),
        ("/statement/event", s("people")),
        ("/statement/event", s("party")),
        ("/statement/level", s("L1")),
        (
            "/statement/people",
            json(r#"[{"ref":"op-1","roles":["operator"]}]"#),
        ),
        (
            "/statement/policy",
            genesis.pointer("/statement/policy").unwrap().clone(),
        ),
        (
            "/statement/anchors",
            json(&format!("[\"{}\"]", "1".repeat(64))),
        ),
        ("/statement/key/slots/used", json("4294967296")),
        ("/statement/key/pin/set", json("1")),
    ];
    let mut all: Vec<Changed> = changes
        .into_iter()
        .flat_map(|(path, new)| {
            let files = signed_again(|record| set(record, path, new.clone()));
            let what = format!(
                "{path} = {}",
                new.to_string().chars().take(60).collect::<String>()
            );
            [Some(REHEARSAL.trust()), None].map(|trust| Changed {
                trust,
                ..Changed::new(what.clone(), files.clone())
            })
        })
        .collect();
    let untouched = Changed {
        trust: None,
        ..Changed::new("untouched", signed_again(|_| ()))
    };
    assert_eq!(untouched.files, REHEARSAL.files);
    all.push(untouched);
    let verdicts = agree("signed-again", &all);
    let kinds: std::collections::BTreeSet<&Vec<Vec<String>>> =
        verdicts.iter().map(|one| &one.findings).collect();
    assert!(kinds.len() > 30, "{}", kinds.len());
}

#[test]
fn the_first_bad_file_is_the_earliest_whether_a_signature_or_its_evidence_is_bad() {
    if !can_run("the first bad file") {
        return;
    }
    let path = "/evidence/presence/signature";
    let other = earlier(3).pointer(path).unwrap().clone();
    let lied = signed_again(|record| set(record, path, other));
    let signature = lied[&format!("{LAST}/w-1.sig")].clone();
    let with = |name: &str, bytes: Option<&[u8]>| {
        let mut files = lied.clone();
        match bytes {
            Some(bytes) => drop(files.insert(name.to_owned(), bytes.to_vec())),
            None => drop(files.remove(name)),
        }
        Changed::new(name, files)
    };
    let missing = format!("{LAST}/w-1.sig");
    let record = format!("{LAST}/record.json");
    let cases = [
        ("ledger/records/000005/w-1.sig", Some(&*signature), &record),
        (
            "ledger/records/000002/w-1.sig",
            None,
            &"ledger/records/000002/w-1.sig".to_owned(),
        ),
        (&missing, None, &missing),
        ("ledger/stray", Some(b"x"), &"ledger/stray".to_owned()),
        ("roster.allowed_signers", Some(b"x"), &record),
    ];
    let all: Vec<Changed> = cases
        .iter()
        .map(|(name, bytes, _)| with(name, *bytes))
        .collect();
    for (verdict, (_, _, first)) in agree("first", &all).iter().zip(&cases) {
        assert_eq!(verdict.first_bad.as_ref(), Some(*first));
        assert_eq!(verdict.exit, 6);
    }
}

#[test]
fn a_record_of_another_book_is_named_before_its_signatures_by_both() {
    if !can_run("records of another book") {
        return;
    }
    let other = "rehearsal.glasskey.invalid/9c2a6f0e-41d3-4b57-8a0c-6d1f2e3b4c5d/fabrikam";
    let changes = [
        ("/statement/rehearsal", Value::Bool(false)),
        (
            "/statement/tenant_id",
            Value::String("9c2a6f0e-41d3-4b57-8a0c-6d1f2e3b4c5d".to_owned()),
        ),
        ("/statement/ledger/origin", Value::String(other.to_owned())),
    ];
    let all: Vec<Changed> = changes
        .into_iter()
        .map(|(path, new)| {
            let mut files = signed_again(|record| set(record, path, new));
            files.remove(&format!("{LAST}/w-1.sig"));
            Changed::new(path, files)
        })
        .collect();
    for verdict in agree("another-book", &all) {
        let first = verdict.first_bad.as_deref();
        assert_eq!(first, Some("ledger/records/000004/record.json"));
    }
}
