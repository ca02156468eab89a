//! What a key signed: flipped bits, the code inside a bag, real attestations.

use crate::support::Changed;
use crate::support::LAST;
use crate::support::REHEARSAL;
use crate::support::agree;
use crate::support::can_run;
use crate::support::earlier;
use crate::support::fresh;
use crate::support::set;
use crate::support::signed_again;
use crate::support::text;
use crate::support::verify_py;
use glasskey::paper::Seal;
use glasskey::primitives::bytes;
use glasskey::record::CeremonyRecord;
use glasskey::webauthn::AuthenticatorData;
use serde_json::Value;
use std::fs;

#[test]
fn evidence_with_any_bit_flipped_is_judged_alike_check_by_check() {
    if !can_run("flipped evidence") {
        return;
    }
    let mut all = Vec::new();
    for (path, step) in [
        ("/evidence/registration/attestation_object", 7),
        ("/evidence/registration/client_data_json", 61),
        ("/evidence/presence/authenticator_data", 5),
        ("/evidence/presence/client_data_json", 61),
        ("/evidence/presence/signature", 9),
        ("/statement/key/public_key/cose", 9),
    ] {
        let original = earlier(4)
            .pointer(path)
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned();
        let original = bytes::from_base64url(&original).unwrap();
        for (number, at) in (0..original.len()).step_by(step).enumerate() {
            let mut flipped = original.clone();
            flipped[at] ^= 1 << (number % 8);
            let new = Value::String(bytes::base64url(&flipped));
            let files = signed_again(|record| set(record, path, new));
            all.push(Changed::new(
                format!("{path}: bit {} of byte {at}", number % 8),
                files,
            ));
        }
    }
    assert!(all.len() > 150, "{}", all.len());
    for (changed, verdict) in all.iter().zip(agree("flipped", &all)) {
        assert_eq!(verdict.exit, 6, "{}", changed.what);
        // A format's name is not signed: another one proves nothing, and is `unknown`.
        let open = |one: &Vec<String>| {
            one[0] == "record:000004" && (one[2] == "fail" || one[2] == "unknown")
        };
        let unreadable = !verdict.findings.iter().any(|one| one[0] == "record:000004");
        assert!(
            unreadable || verdict.findings.iter().any(open),
            "{}",
            changed.what
        );
    }
}

#[test]
fn the_code_inside_a_bag_is_checked_against_its_statement() {
    if !can_run("the code inside a bag") {
        return;
    }
    let record = CeremonyRecord::parse(&REHEARSAL.files[&format!("{LAST}/record.json")]).unwrap();
    let presence = record.evidence.presence.clone().unwrap();
    let key = record.statement.key.clone().unwrap();
    let seal = Seal {
        digest: record.statement.digest().unwrap(),
        public_key: key.public_key.unwrap().cose,
        authenticator_data: AuthenticatorData::parse(&presence.authenticator_data.0).unwrap(),
        signature: presence.signature.0,
    };
    let book = REHEARSAL.folder.join("book");
    let run = |text: &str| verify_py(&["--seal", text, book.to_str().unwrap()]);
    let code = seal.to_string();
    let good = run(&code);
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    assert!(text(&good).contains("was signed by key BG2-B with a touch and its PIN"));
    let raw = bytes::from_base32(&code["GLASSKEY1:S:".len()..]).unwrap();
    for at in (0..raw.len()).step_by(3) {
        let mut flipped = raw.clone();
        flipped[at] ^= 1;
        let bad = run(&format!("GLASSKEY1:S:{}", bytes::base32(&flipped)));
        assert_eq!(bad.status.code(), Some(6), "{at}: {bad:?}");
        assert!(text(&bad).starts_with("BAD seal: "), "{bad:?}");
    }
    for odd in [
        "",
        "GLASSKEY1:S:",
        "GLASSKEY1:R:AAAA",
        &code.to_lowercase(),
        &code[..40],
    ] {
        assert_eq!(run(odd).status.code(), Some(6), "{odd}");
    }
}

#[test]
fn every_real_attestation_comes_out_as_its_readme_says() {
    if !can_run("real attestations") {
        return;
    }
    let folder = fresh("attestations");
    let vectors: Vec<Value> =
        serde_json::from_str(include_str!("../vectors/attestations.json")).unwrap();
    for vector in vectors {
        let name = vector["name"].as_str().unwrap();
        let client_data = match vector["clientDataJSON"].as_str() {
            Some(text) => bytes::base64url(text.as_bytes()),
            None => vector["clientDataJSON_b64u"].as_str().unwrap().to_owned(),
        };
        let mut evidence = serde_json::json!({
            "attestation_object": vector["attestationObject_b64u"],
            "client_data_json": client_data,
        });
        if vector["rpId"].is_string() {
            evidence["rp_id"] = vector["rpId"].clone();
        }
        let file = folder.join(format!("{name}.json"));
        fs::write(&file, evidence.to_string()).unwrap();
        let file = file.to_str().unwrap();
        let output = verify_py(&[
            "--evidence",
            file,
            "--json",
            "--as-of",
            "2024-12-21T00:00:00Z",
        ]);
        let value: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        let verdict = |check: &str| {
            let all = value["findings"].as_array().unwrap();
            let found = all.iter().find(|one| one["check"] == check).unwrap();
            found["verdict"].as_str().unwrap().to_owned()
        };
        let packed = vector["fmt"] == "packed";
        let (proves, open) = if packed {
            ("pass", "unknown")
        } else {
            ("unknown", "not_run")
        };
        assert_eq!(verdict("ATT-FMT"), proves, "{name}");
        assert_eq!(verdict("ATT-CHAIN"), open, "{name}");
        let signed = packed || vector["fmt"] == "fido-u2f";
        assert_eq!(
            verdict("ATT-SIG"),
            if signed { "pass" } else { "not_run" },
            "{name}"
        );
        let certified = if packed { "pass" } else { "not_run" };
        assert_eq!(verdict("ATT-AAGUID-EXT"), certified, "{name}");
        assert_eq!(verdict("ATT-CERT-REQ"), certified, "{name}");
        assert_eq!(value["hypothetical"], true);
        if vector["rpId"].is_string() {
            assert_ne!(verdict("RP-HASH"), "not_run", "{name}");
        } else {
            assert_eq!(verdict("RP-HASH"), "not_run", "{name}");
        }
        // One bit of the client data: the signature is over other bytes.
        if signed {
            evidence["client_data_json"] = Value::String(bytes::base64url(b"{}"));
            fs::write(file, evidence.to_string()).unwrap();
            let output = verify_py(&["--evidence", file]);
            assert_eq!(output.status.code(), Some(6), "{name}");
            assert!(text(&output).contains("ATT-SIG: not made over"), "{name}");
        }
    }
}
