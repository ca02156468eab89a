//! Against the real BLOB no 122 of 2024-12-20, which may not be bundled: `GLASSKEY_TEST_MDS` names
//! the file. Where it is not set these tests do not apply, and say so.

use super::super::*;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::primitives::bytes;
use crate::webauthn::Aaguid;
use crate::webauthn::AttestationObject;
use crate::webauthn::attestation::ChainFact;
use crate::webauthn::attestation::ChainFault;
use crate::webauthn::attestation::ExtensionFact;
use crate::webauthn::attestation::Format;
use crate::webauthn::attestation::SignatureFact;
use crate::webauthn::attestation::certificate::Certificate;
use crate::webauthn::attestation::judge;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::io::Write;

fn blob(test: &str) -> Option<Vec<u8>> {
    if let Ok(path) = std::env::var("GLASSKEY_TEST_MDS") {
        return Some(std::fs::read(path).unwrap());
    }
    let line = format!("not applicable: {test}: GLASSKEY_TEST_MDS names no metadata BLOB\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    None
}

fn time(text: &str) -> UtcTime {
    UtcTime::parse(text).unwrap()
}

fn then() -> UtcTime {
    time("2024-12-21T00:00:00Z")
}

fn verified(blob: &[u8]) -> Metadata {
    Metadata::verify(blob, &fido_roots(), then()).unwrap()
}

#[test]
fn the_real_blob_is_verified_as_of_its_own_time_and_no_other() {
    let Some(blob) = blob("the real blob") else {
        return;
    };
    let read = verified(&blob);
    assert_eq!(read.number(), 122);
    assert_eq!(read.next_update(), time("2025-01-01T00:00:00Z"));
    assert_eq!(read.entries(), 281);
    assert_eq!(read.models().count(), 189);
    assert_eq!(read.root(), Digest::of(fido_roots()[0]));
    let refused = |roots: &[&[u8]], as_of| Metadata::verify(&blob, roots, as_of).unwrap_err();
    assert_eq!(
        refused(&fido_roots(), time("2026-11-22T00:00:00Z")),
        MetadataError::NotToRoot(ChainFault::Expired)
    );
    assert_eq!(
        refused(&fido_roots(), time("2024-01-01T00:00:00Z")),
        MetadataError::NotToRoot(ChainFault::NotValidYet)
    );
    assert_eq!(
        refused(&fido_roots()[1..], then()),
        MetadataError::NotToRoot(ChainFault::UnknownIssuer)
    );
}

#[test]
fn the_real_blob_changed_or_cut_anywhere_is_refused() {
    let Some(mut blob) = blob("the real blob, changed") else {
        return;
    };
    let whole = blob.len();
    let cases = (crate::test_cases() / 2).min(10_000);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(cases));
    let places: Vec<(usize, u8)> = (0..cases)
        .map(|_| {
            let tree = (0..whole, 1_u8..128).new_tree(&mut runner).unwrap();
            prop::strategy::ValueTree::current(&tree)
        })
        .collect();
    for (index, (at, change)) in places.into_iter().enumerate() {
        blob[at] ^= change;
        assert!(
            Metadata::verify(&blob, &fido_roots(), then()).is_err(),
            "byte {at}"
        );
        blob[at] ^= change;
        if index % 10 == 0 {
            assert!(
                Metadata::verify(&blob[..at], &fido_roots(), then()).is_err(),
                "{at} bytes"
            );
        }
    }
    assert_eq!(verified(&blob).number(), 122);
}

#[test]
fn every_anchor_of_the_real_blob_but_one_can_be_read() {
    let Some(blob) = blob("anchors of the real blob") else {
        return;
    };
    let read = verified(&blob);
    let mut unreadable = Vec::new();
    for model in read.models() {
        for anchor in read.anchors_for(model) {
            assert!(anchor.serves >= 1, "{model}");
            if Certificate::parse(&anchor.der).is_none() {
                unreadable.push(model);
            }
        }
    }
    // Feitian BioPass FIDO2 Pro: two certificates in one string, each of them also on its own.
    let feitian = Aaguid::parse("4c0cf95d-2f40-43b5-ba42-4c83a11c04ba").unwrap();
    assert_eq!(unreadable, [feitian]);
}

#[test]
fn the_one_revoked_model_of_the_real_blob_is_found() {
    let Some(blob) = blob("status reports of the real blob") else {
        return;
    };
    let read = verified(&blob);
    let mut revoked = Vec::new();
    for model in read.models() {
        for report in read.entry(model).unwrap().unwrap().status_reports {
            assert!(report.effective.is_some(), "{model}");
            assert!(!matches!(report.status, Status::Other(_)), "{model}");
            if report.status == Status::Revoked {
                revoked.push(model.to_string());
            }
        }
    }
    assert_eq!(revoked, ["ba86dc56-635f-4141-aef6-00227b1b9af6"]);
}

#[test]
fn every_real_attestation_comes_out_as_its_source_says() {
    let Some(blob) = blob("real attestations to real anchors") else {
        return;
    };
    let read = verified(&blob);
    let text = include_str!("../../../../tests/vectors/attestations.json");
    let entries: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
    let mut genuine = 0;
    for vector in entries {
        let name = vector["name"].as_str().unwrap();
        let raw = bytes::from_base64url(vector["attestationObject_b64u"].as_str().unwrap());
        let object = AttestationObject::parse(&raw.unwrap()).unwrap();
        let client_data = match vector["clientDataJSON"].as_str() {
            Some(text) => text.as_bytes().to_vec(),
            None => bytes::from_base64url(vector["clientDataJSON_b64u"].as_str().unwrap()).unwrap(),
        };
        let model = object.auth_data().credential().unwrap().aaguid;
        let anchors = read.anchors_for(model);
        let as_of = if name == "Mldsa44" {
            time("2026-11-22T00:00:00Z")
        } else {
            then()
        };
        let facts = judge(&object, &client_data, &anchors, as_of);
        if facts.format != Format::Packed {
            assert_eq!(facts.chain, ChainFact::NotApplicable, "{name}");
            continue;
        }
        assert_eq!(facts.signature, SignatureFact::Good, "{name}");
        assert_eq!(facts.aaguid_extension, ExtensionFact::Matches, "{name}");
        if let Some(later) = vector["mds"].as_str() {
            // The vector quotes a later BLOB, in which one name has grown.
            let entry = read.entry(model).unwrap().unwrap();
            assert!(later.starts_with(&entry.description.unwrap()), "{name}");
        }
        if vector["mds_chain"].is_string() {
            genuine += 1;
            let ChainFact::ToAnchor { index, serves, .. } = facts.chain else {
                panic!("{name}: {:?}", facts.chain)
            };
            assert!(serves > 1, "{name}");
            let anchor = Certificate::parse(&anchors[index].der).unwrap();
            let subject = anchor.subject_texts(der::asn1::ObjectIdentifier::new_unwrap("2.5.4.3"));
            assert_eq!(subject, ["Yubico U2F Root CA Serial 457200631"], "{name}");
        } else {
            assert_eq!(
                facts.chain,
                ChainFact::NotToAnchor {
                    why: ChainFault::UnknownIssuer
                },
                "{name}"
            );
        }
        // Listed as it is, another vendor's model does not vouch for it.
        let feitian = Aaguid::parse("4c0cf95d-2f40-43b5-ba42-4c83a11c04ba").unwrap();
        let borrowed = judge(&object, &client_data, &read.anchors_for(feitian), as_of);
        assert!(
            matches!(borrowed.chain, ChainFact::NotToAnchor { .. }),
            "{name}"
        );
    }
    assert_eq!(genuine, 9);
}
