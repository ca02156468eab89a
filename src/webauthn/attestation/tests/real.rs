use super::super::*;
use crate::primitives::UtcTime;
use crate::primitives::bytes;
use crate::webauthn::Aaguid;
use crate::webauthn::AttestationObject;
use crate::webauthn::RpId;
use proptest::prelude::*;
use std::sync::LazyLock;

/// One entry of `tests/vectors/attestations.json`.
struct Real {
    name: String,
    object: Vec<u8>,
    client_data: Vec<u8>,
    read: serde_json::Value,
}

static ALL: LazyLock<Vec<Real>> = LazyLock::new(|| {
    let text = include_str!("../../../../tests/vectors/attestations.json");
    let entries: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
    entries
        .into_iter()
        .map(|read| Real {
            name: read["name"].as_str().unwrap().into(),
            object: bytes::from_base64url(read["attestationObject_b64u"].as_str().unwrap())
                .unwrap(),
            client_data: match read["clientDataJSON"].as_str() {
                Some(text) => text.as_bytes().to_vec(),
                None => {
                    bytes::from_base64url(read["clientDataJSON_b64u"].as_str().unwrap()).unwrap()
                }
            },
            read,
        })
        .collect()
});

fn as_of() -> UtcTime {
    UtcTime::parse("2024-12-21T00:00:00Z").unwrap()
}

fn facts(real: &Real) -> AttestationFacts {
    let object = AttestationObject::parse(&real.object).unwrap();
    judge(&object, &real.client_data, &[], as_of())
}

#[test]
fn every_real_attestation_is_read_as_others_read_it() {
    assert_eq!(ALL.len(), 15);
    for real in ALL.iter() {
        let object = AttestationObject::parse(&real.object).unwrap();
        let name = &real.name;
        let facts = facts(real);
        assert_eq!(real.read["fmt"], facts.format.to_string(), "{name}");
        let aaguid = facts.aaguid.unwrap().to_string();
        assert_eq!(real.read["aaguid"], aaguid, "{name}");
        if let Some(count) = real.read["x5c_len"].as_u64() {
            let found = u64::try_from(certificates(&object).len());
            assert_eq!(found, Ok(count), "{name}");
        }
        let signature = if matches!(facts.format, Format::Packed | Format::FidoU2f) {
            SignatureFact::Good
        } else {
            SignatureFact::NotApplicable
        };
        assert_eq!(facts.signature, signature, "{name}");
        let chain = if facts.format == Format::Packed {
            ChainFact::NoAnchorKnown
        } else {
            ChainFact::NotApplicable
        };
        assert_eq!(facts.chain, chain, "{name}");
    }
}

#[test]
fn every_real_packed_certificate_names_its_model_and_meets_the_requirements() {
    let mut packed = 0;
    for real in ALL.iter() {
        let facts = facts(real);
        if facts.format != Format::Packed {
            assert_eq!(facts.aaguid_extension, ExtensionFact::NotApplicable);
            continue;
        }
        packed += 1;
        assert_eq!(
            facts.aaguid_extension,
            ExtensionFact::Matches,
            "{}",
            real.name
        );
        assert_eq!(facts.certificate_requirements, [], "{}", real.name);
        assert_eq!(facts.enterprise_serial, None, "{}", real.name);
    }
    assert_eq!(packed, 10);
}

#[test]
fn attested_firmware_is_what_another_reader_finds_in_the_certificate() {
    let found: Vec<(String, String)> = ALL
        .iter()
        .filter_map(|real| {
            let firmware = facts(real).attested_firmware?;
            Some((real.name.clone(), firmware.to_string()))
        })
        .collect();
    let expected = [
        ("YubikeyFips5Nfc", "5.4.2"),
        ("YubikeyBio_5_5_4", "5.5.4"),
        ("YubikeyBio_5_5_6", "5.5.6"),
        ("Mldsa44", "6.0.0"),
        ("CredPropsEmpty", "5.4.2"),
    ];
    assert_eq!(
        found,
        expected.map(|(name, firmware)| (name.to_owned(), firmware.to_owned()))
    );
}

#[test]
fn every_real_registration_says_what_it_was_for() {
    for real in ALL.iter() {
        let object = AttestationObject::parse(&real.object).unwrap();
        let rp_id = real.read["rpId"].as_str().map(RpId::new);
        let facts = registration(&object, &real.client_data, rp_id.as_ref());
        let name = &real.name;
        let client_data = facts.client_data.unwrap();
        assert_eq!(client_data.kind, "webauthn.create", "{name}");
        assert!(!client_data.challenge.is_empty(), "{name}");
        if rp_id.is_some() {
            assert_eq!(facts.rp_id_hash, RpIdHashFact::Matches, "{name}");
            assert_eq!(facts.origin, OriginFact::Within, "{name}");
        } else {
            assert_eq!(facts.rp_id_hash, RpIdHashFact::NotCompared, "{name}");
            assert_eq!(facts.origin, OriginFact::NotCompared, "{name}");
        }
        if let Some(flags) = real.read["flags"].as_u64() {
            assert_eq!(facts.user_present, flags & 1 != 0, "{name}");
            assert_eq!(facts.user_verified, flags & 4 != 0, "{name}");
        }
        let other = RpId::new("login.microsoft.com");
        let facts = registration(&object, &real.client_data, Some(&other));
        assert_eq!(facts.rp_id_hash, RpIdHashFact::Differs, "{name}");
        assert_eq!(facts.origin, OriginFact::Outside, "{name}");
    }
}

#[test]
fn a_real_attestation_over_other_client_data_is_bad() {
    for real in ALL.iter() {
        let object = AttestationObject::parse(&real.object).unwrap();
        let facts = judge(&object, b"{}", &[], as_of());
        if matches!(facts.format, Format::Packed | Format::FidoU2f) {
            assert_eq!(facts.signature, SignatureFact::Bad, "{}", real.name);
        }
    }
}

#[test]
fn an_anchor_that_is_the_leaf_is_accepted_by_its_bytes_and_validity() {
    let real = ALL.iter().find(|real| real.name == "Mldsa44").unwrap();
    let object = AttestationObject::parse(&real.object).unwrap();
    let leaf = Anchor {
        der: certificates(&object)[0].to_vec(),
        source: AnchorSource::TrustFile,
        serves: 1,
    };
    let at = |time: &str| {
        let time = UtcTime::parse(time).unwrap();
        judge(
            &object,
            &real.client_data,
            std::slice::from_ref(&leaf),
            time,
        )
        .chain
    };
    assert_eq!(
        at("2027-01-01T00:00:00Z"),
        ChainFact::ToAnchor {
            anchor: leaf.sha256(),
            index: 0,
            source: AnchorSource::TrustFile,
            serves: 1
        }
    );
    let why = |why| ChainFact::NotToAnchor { why };
    assert_eq!(at("2028-01-02T00:00:00Z"), why(ChainFault::Expired));
    assert_eq!(at("2019-01-01T00:00:00Z"), why(ChainFault::NotValidYet));
}

fn a_real_object() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    (0..ALL.len()).prop_map(|index| (ALL[index].object.clone(), ALL[index].client_data.clone()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn one_flipped_bit_never_panics_and_never_proves_more(
        (mut object, client_data) in a_real_object(),
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let before = AttestationObject::parse(&object).unwrap();
        let index = at.index(object.len());
        object[index] ^= 1 << bit;
        if let Some(after) = AttestationObject::parse(&object) {
            let facts = judge(&after, &client_data, &[], as_of());
            let _ = registration(&after, &client_data, None);
            if facts.signature == SignatureFact::Good && before.auth_data() != after.auth_data() {
                // Only fido-u2f leaves parts of authenticator data unsigned (flags, AAGUID, counter).
                prop_assert_eq!(facts.format, Format::FidoU2f);
            }
        }
    }

    #[test]
    fn a_broken_certificate_or_statement_never_panics(
        (object, client_data) in a_real_object(),
        at in any::<prop::sample::Index>(),
        to in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let object = AttestationObject::parse(&object).unwrap();
        let mut ders: Vec<Vec<u8>> = certificates(&object).iter().map(|der| der.to_vec()).collect();
        let anchors: Vec<Anchor> = ders
            .iter()
            .map(|der| Anchor { der: der.clone(), source: AnchorSource::Metadata, serves: 2 })
            .collect();
        for der in &mut ders {
            let index = at.index(der.len());
            der[index] = to;
            if to % 2 == 0 {
                der.truncate(cut.index(der.len()));
            }
            let _ = certificate::Certificate::parse(der);
        }
        let borrowed: Vec<&[u8]> = ders.iter().map(Vec::as_slice).collect();
        let _ = chain::follow(&borrowed, &anchors, as_of());
        let broken: Vec<Anchor> = ders
            .iter()
            .map(|der| Anchor { der: der.clone(), source: AnchorSource::Book, serves: 1 })
            .collect();
        let _ = judge(&object, &client_data, &broken, as_of());
    }

    #[test]
    fn no_bytes_make_a_certificate_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = certificate::Certificate::parse(&bytes);
        let _ = certificate::says_authority(&bytes);
        let _ = certificate::octet_string(&bytes);
        let _ = chain::path(&bytes, &[&bytes], &[b"x"], as_of());
        if let Some(object) = AttestationObject::parse(&bytes) {
            let _ = judge(&object, &bytes, &[], as_of());
        }
    }
}

#[test]
fn the_real_models_are_the_ones_on_the_label() {
    let bio = ALL
        .iter()
        .find(|real| real.name == "YubikeyBio_5_5_4")
        .unwrap();
    assert_eq!(
        facts(bio).aaguid,
        Aaguid::parse("d8522d9f-575b-4866-88a9-ba99fa02f35b")
    );
}
