use super::super::forge::Key;
use super::super::forge::Paper;
use super::super::forge::auth_data;
use super::super::forge::model;
use super::super::forge::noon;
use super::super::forge::packed;
use super::super::forge::signed;
use super::super::*;
use crate::primitives::Digest;
use crate::primitives::cbor::Value;
use crate::webauthn::AttestationObject;

const DATA: &[u8] = b"{}";

fn facts(object: &AttestationObject) -> AttestationFacts {
    judge(object, DATA, &[], noon())
}

fn object(format: &str, members: Vec<(&str, Value)>) -> AttestationObject {
    AttestationObject::build(format, Value::named(members), &auth_data(&Key::p256())).unwrap()
}

#[test]
fn the_four_algorithms_are_checked_and_the_others_named() {
    for key in [Key::p256(), Key::p384(), Key::ed25519(), Key::rsa()] {
        let leaf = Paper::leaf("Root", model()).sign(&key, &key);
        let x5c = [leaf];
        let told = |algorithm| facts(&packed(&key, algorithm, &x5c, DATA)).signature;
        let own = key.algorithm();
        assert_eq!(told(own), SignatureFact::Good);
        for named in [-7, -8, -35, -257] {
            if named != own {
                assert_eq!(told(named), SignatureFact::OtherThanKey(named), "{own}");
            }
        }
        for unknown in [-36, -47, -48, -65535, 0, i64::MIN] {
            assert_eq!(told(unknown), SignatureFact::UnknownAlgorithm(unknown));
        }
        let elsewhere = packed(&key, own, &x5c, b"other");
        assert_eq!(facts(&elsewhere).signature, SignatureFact::Bad);
    }
}

#[test]
fn a_credential_that_vouches_for_itself_proves_no_model() {
    for key in [Key::p256(), Key::p384(), Key::ed25519()] {
        let data = auth_data(&key);
        let told = |algorithm: i64, message: &[u8]| {
            let statement = Value::named(vec![
                ("alg", Value::int(algorithm)),
                ("sig", Value::bytes(&key.sign(message))),
            ]);
            facts(&AttestationObject::build("packed", statement, &data).unwrap())
        };
        let good = told(key.algorithm(), &signed(&data, DATA));
        assert_eq!(good.format, Format::PackedSelf);
        assert_eq!(good.signature, SignatureFact::Good);
        assert_eq!(good.chain, ChainFact::NotApplicable);
        assert_eq!(good.aaguid_extension, ExtensionFact::NotApplicable);
        assert_eq!(good.leaf, None);
        let bad = told(key.algorithm(), b"something else");
        assert_eq!(bad.signature, SignatureFact::Bad);
        let mixed = told(-257, &signed(&data, DATA));
        assert_eq!(mixed.signature, SignatureFact::OtherThanKey(-257));
    }
}

#[test]
fn statements_that_do_not_have_the_shape_of_packed_are_malformed() {
    let sig = || ("sig", Value::bytes(&[1]));
    let alg = || ("alg", Value::int(-7));
    for x5c in [
        Value::Array(vec![]),
        Value::Array(vec![Value::bytes(&[1]), Value::int(1)]),
        Value::bytes(&[1]),
        Value::Null,
    ] {
        let facts = facts(&object("packed", vec![alg(), sig(), ("x5c", x5c)]));
        assert_eq!(facts.format, Format::Packed);
        assert_eq!(facts.signature, SignatureFact::Malformed);
        assert_eq!(facts.chain, ChainFact::NoCertificates);
    }
    let junk = || ("x5c", Value::Array(vec![Value::bytes(&[0x30, 0])]));
    for members in [
        vec![alg(), sig(), junk()],
        vec![sig(), junk()],
        vec![alg(), junk()],
    ] {
        let facts = facts(&object("packed", members));
        assert_eq!(facts.signature, SignatureFact::Malformed);
        assert_eq!(
            facts.certificate_requirements,
            [CertificateFault::Unreadable]
        );
        assert_eq!(facts.aaguid_extension, ExtensionFact::Malformed);
    }
    for members in [vec![], vec![alg()], vec![sig()]] {
        assert_eq!(
            facts(&object("packed", members)).signature,
            SignatureFact::Malformed
        );
    }
}

#[test]
fn formats_that_prove_no_model_are_named_and_nothing_more() {
    for (name, format) in [
        ("none", Format::None),
        ("apple", Format::Apple),
        ("tpm", Format::Tpm),
        ("android-key", Format::AndroidKey),
        (
            "android-safetynet",
            Format::Other("android-safetynet".into()),
        ),
        ("", Format::Other(String::new())),
    ] {
        let facts = facts(&object(name, vec![]));
        assert_eq!(facts.format, format);
        assert_eq!(facts.signature, SignatureFact::NotApplicable);
        assert_eq!(facts.chain, ChainFact::NotApplicable);
        assert_eq!(facts.aaguid_extension, ExtensionFact::NotApplicable);
    }
    let endless = "x".repeat(1000);
    let Format::Other(kept) = facts(&object(&endless, vec![])).format else {
        panic!("a format of that name")
    };
    assert_eq!(kept.len(), 64);
    let padded = object("none", vec![("sig", Value::bytes(&[1]))]);
    assert_eq!(facts(&padded).signature, SignatureFact::Malformed);
    let empty = object("fido-u2f", vec![]);
    assert_eq!(facts(&empty).signature, SignatureFact::Malformed);
}

#[test]
fn fido_u2f_is_about_a_p256_key_and_no_other() {
    let attesting = Key::p256();
    let leaf = Paper::leaf("Root", model()).sign(&attesting, &attesting);
    for (key, signature) in [
        (Key::p256(), SignatureFact::Good),
        (Key::p384(), SignatureFact::Malformed),
        (Key::ed25519(), SignatureFact::Malformed),
    ] {
        let data = auth_data(&key);
        let read = AttestationObject::build("none", Value::named(vec![]), &data).unwrap();
        let made = read.auth_data().credential().unwrap();
        let message = [
            &[0],
            read.auth_data().rp_id_hash().as_slice(),
            &Digest::of(DATA).0,
            made.credential_id.bytes(),
            made.public_key.point().unwrap_or_default(),
        ]
        .concat();
        let statement = Value::named(vec![
            ("sig", Value::bytes(&attesting.sign(&message))),
            ("x5c", Value::Array(vec![Value::bytes(&leaf)])),
        ]);
        let object = AttestationObject::build("fido-u2f", statement, &data).unwrap();
        assert_eq!(facts(&object).signature, signature, "{}", key.algorithm());
    }
}

#[test]
fn authenticator_data_without_a_credential_attests_nothing() {
    let data = [[0; 32].as_slice(), &[5, 0, 0, 0, 1]].concat();
    let statement = Value::named(vec![("alg", Value::int(-7)), ("sig", Value::bytes(&[1]))]);
    let facts = facts(&AttestationObject::build("packed", statement, &data).unwrap());
    assert_eq!(facts.aaguid, None);
    assert_eq!(facts.signature, SignatureFact::Malformed);
}
