use super::super::*;
use super::signer::*;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use crate::webauthn::attestation::AnchorSource;
use crate::webauthn::attestation::ChainFact;
use crate::webauthn::attestation::ChainFault;
use crate::webauthn::attestation::ExtensionFact;
use crate::webauthn::attestation::forge::Key;
use crate::webauthn::attestation::forge::Paper;
use crate::webauthn::attestation::forge::model;
use crate::webauthn::attestation::forge::noon;
use crate::webauthn::attestation::forge::packed;
use crate::webauthn::attestation::judge;
use proptest::prelude::*;
use serde_json::json;

#[test]
fn a_broken_entry_is_a_fault_of_its_own_model_only() {
    let broken = json!({"aaguid": other_model().to_string(), "statusReports": "none"});
    let blob = HONEST.blob(&payload(&[broken, entry(model(), &[b"root"]), json!(3)]));
    let read = HONEST.verify(&blob).unwrap();
    assert_eq!(read.entries(), 3);
    assert_eq!(
        read.entry(other_model()),
        Err(EntryMalformed(other_model()))
    );
    assert_eq!(read.anchors_for(other_model()), []);
    let found = read.entry(model()).unwrap().unwrap();
    assert_eq!(found.description.as_deref(), Some("Testkey"));
    assert_eq!(found.attestation_roots, [b"root".to_vec()]);
    assert_eq!(read.entry(Aaguid::ZERO), Ok(None));
}

#[test]
fn an_entry_that_another_reader_would_not_take_spoils_its_own_model_only() {
    let mine = entry(model(), &[b"root"]).to_string();
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let with = |more: &str| mine.replacen('{', &format!("{{{more},"), 1);
    let empty: &[u8] = b"";
    for odd in [
        with(&format!(r#""x":{deep}"#)),
        with(&format!(r#""x":{}"#, "1".repeat(5000))),
        with(r#""x":"\ud800""#),
        with(r#""\ud800":1"#),
        mine.replace(r#""Testkey""#, "null"),
        mine.replace(r#""Testkey""#, r#""\udc00""#),
        mine.replace("[]", r#"[["REVOKED",null,null,null,null]]"#),
        mine.replace("[]", r#"[{"status":"REVOKED","url":null}]"#),
        json!({"aaguid": model().to_string(), "metadataStatement": null}).to_string(),
        json!({"aaguid": model().to_string(), "metadataStatement": ["x", []]}).to_string(),
        entry(model(), &[b"root", empty]).to_string(),
    ] {
        assert_ne!(odd, mine);
        let beside = entry(other_model(), &[b"root"]);
        let all = format!(r#"{{"no":7,"nextUpdate":"2026-12-01","entries":[{odd},{beside}]}}"#);
        let read = HONEST.verify(&HONEST.blob(&all)).unwrap();
        let start: String = odd.chars().take(80).collect();
        assert_eq!(read.entry(model()), Err(EntryMalformed(model())), "{start}");
        assert!(read.entry(other_model()).unwrap().is_some(), "{start}");
    }
}

#[test]
fn status_reports_are_read_with_their_dates_and_unknown_ones_are_kept() {
    let mut told = entry(model(), &[]);
    told["statusReports"] = json!([
        {"status": "FIDO_CERTIFIED_L2", "effectiveDate": "2024-02-29", "certificateNumber": "x"},
        {"status": "ATTESTATION_KEY_COMPROMISE", "certificate": " QU JD\n", "url": "https://x"},
        {"status": "REVOKED", "effectiveDate": "soon", "authenticatorVersion": 5},
        {"status": "EATEN_BY_A_DOG"},
    ]);
    let read = HONEST.verify(&HONEST.blob(&payload(&[told]))).unwrap();
    let plain = |status| StatusReport {
        status,
        effective: None,
        authenticator_version: None,
        certificate: None,
        url: None,
    };
    assert_eq!(
        read.entry(model()).unwrap().unwrap().status_reports,
        [
            StatusReport {
                effective: UtcTime::parse("2024-02-29T00:00:00Z"),
                ..plain(Status::FidoCertified("FIDO_CERTIFIED_L2".into()))
            },
            StatusReport {
                certificate: Some(b"ABC".to_vec()),
                url: Some("https://x".into()),
                ..plain(Status::AttestationKeyCompromise)
            },
            StatusReport {
                authenticator_version: Some(5),
                ..plain(Status::Revoked)
            },
            plain(Status::Other("EATEN_BY_A_DOG".into())),
        ]
    );
}

#[test]
fn two_entries_for_one_model_count_as_one() {
    let mut second = entry(model(), &[b"two"]);
    second["statusReports"] = json!([{"status": "REVOKED"}]);
    let blob = HONEST.blob(&payload(&[entry(model(), &[b"one"]), second]));
    let read = HONEST.verify(&blob).unwrap();
    let found = read.entry(model()).unwrap().unwrap();
    assert_eq!(found.attestation_roots, [b"one".to_vec(), b"two".to_vec()]);
    assert_eq!(found.status_reports.len(), 1);
}

#[test]
fn an_anchor_serves_the_models_that_list_its_authority_or_one_below_it() {
    let (root_key, middle_key, lone_key) = (Key::p384(), Key::p256(), Key::p256());
    let root = Paper::authority("Vendor", "Vendor").sign(&root_key, &root_key);
    let renewed = Paper {
        until: "20500101000000Z",
        ..Paper::authority("Vendor", "Vendor")
    };
    let renewed = renewed.sign(&root_key, &root_key);
    let middle = Paper::authority("Vendor 2", "Vendor").sign(&middle_key, &root_key);
    let lone = Paper::authority("Vendor", "Vendor").sign(&lone_key, &lone_key);
    let third = Aaguid::parse("33333333-2222-3333-4444-555555555555").unwrap();
    let fourth = Aaguid::parse("44444444-2222-3333-4444-555555555555").unwrap();
    let blob = HONEST.blob(&payload(&[
        entry(model(), &[&root]),
        entry(other_model(), &[&renewed, b"unreadable"]),
        entry(third, &[&middle]),
        entry(fourth, &[&lone]),
    ]));
    let read = HONEST.verify(&blob).unwrap();
    let serves = |model| -> Vec<usize> {
        let anchors = read.anchors_for(model);
        assert!(
            anchors
                .iter()
                .all(|one| one.source == AnchorSource::Metadata)
        );
        anchors.iter().map(|anchor| anchor.serves).collect()
    };
    assert_eq!(serves(model()), [3]);
    assert_eq!(serves(other_model()), [3, 1]);
    assert_eq!(serves(third), [1]);
    // By its name the lone root could have issued the intermediate: counted, to be safe.
    assert_eq!(serves(fourth), [2]);
}

#[test]
fn an_attestation_is_judged_by_the_anchors_of_the_model_it_claims_alone() {
    let (mine, theirs, leaf_key) = (Key::p256(), Key::p256(), Key::p256());
    let my_root = Paper::authority("Mine", "Mine").sign(&mine, &mine);
    let their_root = Paper::authority("Theirs", "Theirs").sign(&theirs, &theirs);
    let blob = HONEST.blob(&payload(&[
        entry(model(), &[&my_root]),
        entry(other_model(), &[&their_root]),
    ]));
    let read = HONEST.verify(&blob).unwrap();
    let judged = |issuer: &'static str, key: &Key| {
        let leaf = Paper::leaf(issuer, model()).sign(&leaf_key, key);
        let object = packed(&leaf_key, -7, &[leaf], b"{}");
        judge(&object, b"{}", &read.anchors_for(model()), noon())
    };
    assert!(matches!(
        judged("Mine", &mine).chain,
        ChainFact::ToAnchor { serves: 1, .. }
    ));
    let borrowed = judged("Theirs", &theirs);
    assert_eq!(borrowed.aaguid_extension, ExtensionFact::Matches);
    assert_eq!(
        borrowed.chain,
        ChainFact::NotToAnchor {
            why: ChainFault::UnknownIssuer
        }
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn a_mutated_entry_never_panics(at in any::<prop::sample::Index>(), to in "[ -~]") {
        let mut json = entry(model(), &[b"root"]).to_string();
        let index = at.index(json.len());
        json.replace_range(index..=index, &to);
        let _ = entry::model(&json);
        let _ = entry::read(&json);
    }
}
