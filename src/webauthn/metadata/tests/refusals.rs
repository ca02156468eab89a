use super::super::*;
use super::signer::*;
use crate::primitives::UtcTime;
use crate::primitives::bytes;
use crate::webauthn::attestation::ChainFault;
use crate::webauthn::attestation::forge::Key;
use crate::webauthn::attestation::forge::model;
use crate::webauthn::attestation::forge::noon;
use proptest::prelude::*;
use serde_json::json;

#[test]
fn the_three_algorithms_are_verified_and_what_was_signed_is_read() {
    for (key, algorithm) in [
        (Key::rsa(), "RS256"),
        (Key::rsa(), "PS256"),
        (Key::p256(), "ES256"),
    ] {
        let signer = signer(key, algorithm);
        let blob = signer.blob(&payload(&[
            entry(model(), &[]),
            json!({"aaid": "1234#5678"}),
        ]));
        let read = signer.verify(&blob).unwrap();
        assert_eq!(read.number(), 7);
        assert_eq!(
            Some(read.next_update()),
            UtcTime::parse("2026-12-01T00:00:00Z")
        );
        assert_eq!(read.entries(), 2);
        assert_eq!(read.models().collect::<Vec<_>>(), [model()]);
        assert_eq!(read.sha256(), crate::primitives::Digest::of(&blob));
        assert_eq!(read.signer(), crate::primitives::Digest::of(&signer.x5c[0]));
        assert_eq!(read.root(), crate::primitives::Digest::of(&signer.root));
    }
}

#[test]
fn a_blob_with_any_one_byte_changed_is_refused_whole() {
    assert_eq!(HONEST.verify(&SMALL).unwrap().number(), 7);
    for at in 0..SMALL.len() {
        let mut blob = SMALL.clone();
        blob[at] ^= 1;
        assert!(HONEST.verify(&blob).is_err(), "byte {at}");
        blob[at] = if SMALL[at] == b'A' { b'B' } else { b'A' };
        assert!(HONEST.verify(&blob).is_err(), "byte {at}");
    }
}

#[test]
fn a_blob_cut_or_lengthened_anywhere_is_refused_whole() {
    for length in 0..SMALL.len() {
        assert!(HONEST.verify(&SMALL[..length]).is_err(), "{length} bytes");
    }
    for tail in ["\n", "=", "A", ".", "\0"] {
        let blob = [SMALL.as_slice(), tail.as_bytes()].concat();
        assert!(HONEST.verify(&blob).is_err(), "{tail:?}");
    }
    assert_eq!(
        HONEST
            .verify(&vec![b'A'; 32 * 1024 * 1024 + 1])
            .unwrap_err(),
        MetadataError::TooLarge {
            bytes: 32 * 1024 * 1024 + 1
        }
    );
}

#[test]
fn set_spare_bits_in_the_signature_are_refused() {
    let mut blob = SMALL.clone();
    let last = blob.last_mut().unwrap();
    *last += 1; // 256 bytes leave four spare bits in the last character, all zero before
    assert_eq!(
        HONEST.verify(&blob).unwrap_err(),
        MetadataError::NotBase64Url(JwsPart::Signature)
    );
}

#[test]
fn a_signer_that_leads_to_no_root_given_is_refused() {
    let blob = HONEST.blob(&payload(&[]));
    let stranger = signer(Key::p256(), "ES256");
    let refused = |roots: &[&[u8]], as_of: &str| {
        let as_of = UtcTime::parse(as_of).unwrap();
        Metadata::verify(&blob, roots, as_of).unwrap_err()
    };
    let now = "2026-11-22T12:00:00Z";
    assert_eq!(
        refused(&[], now),
        MetadataError::NotToRoot(ChainFault::AnchorUnreadable)
    );
    assert_eq!(
        refused(&[&stranger.root], now),
        MetadataError::NotToRoot(ChainFault::SignatureInvalid)
    );
    assert_eq!(
        refused(&fido_roots(), now),
        MetadataError::NotToRoot(ChainFault::UnknownIssuer)
    );
    assert_eq!(
        refused(&[&HONEST.root], "2041-01-01T00:00:00Z"),
        MetadataError::NotToRoot(ChainFault::Expired)
    );
    let both: [&[u8]; 2] = [&stranger.root, &HONEST.root];
    assert_eq!(Metadata::verify(&blob, &both, noon()).unwrap().number(), 7);
}

#[test]
fn a_signer_of_another_name_is_refused_wildcards_too() {
    for name in [
        "fidoalliance.org",
        "*.fidoalliance.org",
        "mds.fidoalliance.org.evil.org",
        "mds3.fidoalliance.org",
    ] {
        let signer = signer_named(Key::p256(), "ES256", name);
        assert_eq!(
            signer.refusal(&signer.header()),
            MetadataError::OtherName {
                names: vec![name.into()]
            }
        );
    }
}

#[test]
fn an_algorithm_is_bound_to_the_key_and_never_taken_from_the_header_alone() {
    let with = |signer: &Signer, algorithm: &str| {
        let mut header = signer.header();
        header["alg"] = json!(algorithm);
        signer.refusal(&header)
    };
    let ec = signer(Key::p256(), "ES256");
    for algorithm in ["none", "HS256", "EdDSA", "RS1", "rs256", ""] {
        for signer in [&*HONEST, &ec] {
            assert_eq!(
                with(signer, algorithm),
                MetadataError::AlgorithmNotAllowed {
                    algorithm: algorithm.into()
                }
            );
        }
    }
    let other = |algorithm: &str| MetadataError::AlgorithmOtherThanKey {
        algorithm: algorithm.into(),
    };
    assert_eq!(with(&HONEST, "ES256"), other("ES256"));
    assert_eq!(with(&ec, "RS256"), other("RS256"));
    assert_eq!(with(&ec, "PS256"), other("PS256"));
    assert_eq!(with(&HONEST, "PS256"), MetadataError::SignatureBad);
    let p384 = signer(Key::p384(), "ES256");
    assert_eq!(p384.refusal(&p384.header()), other("ES256"));
}

#[test]
fn a_header_that_is_not_understood_is_refused() {
    let mut critical = HONEST.header();
    critical["crit"] = json!(["exp"]);
    assert_eq!(HONEST.refusal(&critical), MetadataError::CriticalHeader);
    critical["crit"] = json!(null);
    assert_eq!(HONEST.refusal(&critical), MetadataError::CriticalHeader);
    for header in [
        json!({"alg": "RS256"}),
        json!({"alg": "RS256", "x5c": []}),
        json!({"alg": "RS256", "x5u": "https://example.org/x"}),
    ] {
        assert_eq!(HONEST.refusal(&header), MetadataError::NoCertificates);
    }
    assert_eq!(
        HONEST.refusal(&json!({"alg": "RS256", "x5c": ["AAAA", "*"]})),
        MetadataError::CertificateMalformed { index: 1 }
    );
    assert_eq!(
        HONEST.refusal(&json!({"alg": "RS256", "x5c": ["AAAA"]})),
        MetadataError::CertificateMalformed { index: 0 }
    );
    for header in [
        json!([]),
        json!({"x5c": []}),
        json!({"alg": 1}),
        json!({"alg": "RS256", "x5c": null}),
        json!(["RS256", []]),
        json!(null),
    ] {
        assert_eq!(HONEST.refusal(&header), MetadataError::HeaderMalformed);
    }
    let twice = bytes::base64url(br#"{"alg":"RS256","alg":"none","x5c":[]}"#);
    assert_eq!(
        HONEST
            .verify(format!("{twice}.e30.AA").as_bytes())
            .unwrap_err(),
        MetadataError::HeaderMalformed
    );
    for text in ["", ".", "a.b", "a.b.c.d"] {
        assert_eq!(
            HONEST.verify(text.as_bytes()).unwrap_err(),
            MetadataError::NotCompact,
            "{text}"
        );
    }
}

#[test]
fn signed_bytes_that_are_no_metadata_are_refused() {
    for payload in [
        "",
        "{}",
        "[]",
        r#"{"no":1,"nextUpdate":"2026-12-01","entries":{}}"#,
        r#"{"no":-1,"nextUpdate":"2026-12-01","entries":[]}"#,
        r#"{"no":1,"nextUpdate":"2026-13-01","entries":[]}"#,
        r#"{"no":1,"no":2,"nextUpdate":"2026-12-01","entries":[]}"#,
        r#"{"no":1,"nextUpdate":"2026-12-01","entries":[]} "x""#,
        r#"{"no":-0,"nextUpdate":"2026-12-01","entries":[]}"#,
        r#"[1,"2026-12-01",[]]"#,
        r#"{"legalHeader":"\ud800","no":1,"nextUpdate":"2026-12-01","entries":[]}"#,
        r#"{"legalHeader":1e999,"no":1,"nextUpdate":"2026-12-01","entries":[]}"#,
    ] {
        let blob = HONEST.blob(payload);
        assert_eq!(
            HONEST.verify(&blob).unwrap_err(),
            MetadataError::PayloadMalformed,
            "{payload}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Metadata::verify(&bytes, &fido_roots(), noon()).is_err());
    }

    #[test]
    fn no_header_makes_it_panic(header in "[ -~]{0,80}", payload in "[A-Za-z0-9_-]{0,20}") {
        let text = format!("{}.{payload}.AAAA", bytes::base64url(header.as_bytes()));
        prop_assert!(Metadata::verify(text.as_bytes(), &fido_roots(), noon()).is_err());
    }

    #[test]
    fn a_broken_certificate_in_the_header_never_panics(
        at in any::<prop::sample::Index>(),
        to in any::<u8>(),
        which in 0_usize..2,
    ) {
        let mut header = HONEST.header();
        let mut der = HONEST.x5c[which].clone();
        let index = at.index(der.len());
        der[index] = to;
        header["x5c"][which] = json!(bytes::base64(&der));
        let text = format!("{}.e30.AAAA", bytes::base64url(header.to_string().as_bytes()));
        prop_assert!(HONEST.verify(text.as_bytes()).is_err());
    }
}
