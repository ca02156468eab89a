//! makeCredential.

use super::*;
use crate::rehearsal::key::Personality;
use crate::rehearsal::key::REHEARSAL_AAGUID;
use crate::rehearsal::key::attestation_root_der;
use crate::webauthn::SignatureCheck;
use der::Decode;
use der::Encode;
use ring::signature::ECDSA_P256_SHA256_ASN1;
use ring::signature::UnparsedPublicKey;
use x509_cert::Certificate;

fn made(client: &mut Client, wish: &Make<'_>) -> Result<Made, u8> {
    let token = client.token(2, PIN, Some(1), Some(wish.rp)).unwrap();
    client.make(wish, Some(&token))
}

fn verify(issuer: &Certificate, message: &[u8], signature: &[u8]) {
    let key = issuer.tbs_certificate().subject_public_key_info();
    let key = key.subject_public_key.raw_bytes();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key)
        .verify(message, signature)
        .unwrap();
}

#[test]
fn the_attestation_ends_at_the_rehearsal_root() {
    let (_, mut client) = standard_with_pin();
    let made = made(&mut client, &Make::resident(b"u")).unwrap();
    assert_eq!(made.format, "packed");
    assert_eq!(made.statement.named_member("alg"), Some(&Value::int(-7)));
    let signature = made.statement.named_member("sig").unwrap();
    let chain = made
        .statement
        .named_member("x5c")
        .unwrap()
        .as_array()
        .unwrap();
    assert_eq!(chain.len(), 1);
    let leaf = Certificate::from_der(chain[0].as_bytes().unwrap()).unwrap();
    verify(&leaf, &made.signed(), signature.as_bytes().unwrap());
    let root = Certificate::from_der(attestation_root_der()).unwrap();
    for certificate in [&leaf, &root] {
        let signed = certificate.tbs_certificate().to_der().unwrap();
        verify(&root, &signed, certificate.signature().raw_bytes());
    }
}

#[test]
fn the_leaf_is_what_webauthn_8_2_1_asks_of_it() {
    let leaf = Certificate::from_der(include_bytes!("../attestation/leaf.der")).unwrap();
    let leaf = leaf.tbs_certificate();
    assert_eq!(
        leaf.subject().to_string(),
        "CN=glasskey rehearsal key,OU=Authenticator Attestation,O=glasskey rehearsal,C=ZZ"
    );
    assert_eq!(leaf.version(), x509_cert::certificate::Version::V3);
    let extensions = leaf.extensions().unwrap();
    let aaguid = extensions
        .iter()
        .find(|extension| extension.extn_id.to_string() == "1.3.6.1.4.1.45724.1.1.4")
        .unwrap();
    assert!(!aaguid.critical);
    let expected = [&[0x04, 0x10][..], REHEARSAL_AAGUID.bytes()].concat();
    assert_eq!(aaguid.extn_value.as_bytes(), expected);
    let constraints = extensions
        .iter()
        .find(|extension| extension.extn_id.to_string() == "2.5.29.19")
        .unwrap();
    assert_eq!(constraints.extn_value.as_bytes(), [0x30, 0x00]);
}

#[test]
fn authenticator_data_says_model_touch_and_verification() {
    let (_, mut client) = standard_with_pin();
    let made = made(&mut client, &Make::resident(b"u")).unwrap();
    let credential = made.data.credential().unwrap();
    assert_eq!(credential.aaguid, REHEARSAL_AAGUID);
    assert!(made.data.user_present() && made.data.user_verified());
    assert_eq!(made.data.counter(), 1);
    assert_eq!(made.data.extensions(), None);
    assert_eq!(made.id().len(), 63);
}

#[test]
fn the_same_rp_and_user_overwrite_and_the_old_id_is_dead() {
    let (key, mut client) = standard_with_pin();
    let first = made(&mut client, &Make::resident(b"u")).unwrap();
    let second = made(&mut client, &Make::resident(b"u")).unwrap();
    assert_ne!(first.id(), second.id());
    assert_eq!(key.resident_credentials(), 1);
    let silent = client.assert(&Get::silent(first.id()), None);
    assert_eq!(silent.err(), Some(0x2e));
    client.assert(&Get::silent(second.id()), None).unwrap();
    made(&mut client, &Make::resident(b"v")).unwrap();
    let elsewhere = Make {
        rp: "example.org",
        ..Make::resident(b"u")
    };
    made(&mut client, &elsewhere).unwrap();
    assert_eq!(key.resident_credentials(), 3);
}

#[test]
fn an_excluded_credential_stops_the_next_after_a_touch() {
    let (key, mut client) = standard_with_pin();
    let first = made(&mut client, &Make::resident(b"u")).unwrap();
    let wish = Make {
        exclude: vec![b"nobody's", first.id()],
        ..Make::resident(b"v")
    };
    assert_eq!(made(&mut client, &wish).err(), Some(0x19));
    assert_eq!(key.statistics().touches_asked, 2);
    assert_eq!(key.resident_credentials(), 1);
    let elsewhere = Make {
        rp: "example.org",
        ..wish
    };
    made(&mut client, &elsewhere).unwrap();
}

#[test]
fn a_credential_that_needs_verification_is_not_given_away_by_exclusion() {
    let (_, mut client) = standard_with_pin();
    let protected = Make {
        extensions: vec![("credProtect", Value::Unsigned(3))],
        ..Make::resident(b"u")
    };
    let first = made(&mut client, &protected).unwrap();
    let wish = Make {
        resident: false,
        exclude: vec![first.id()],
        ..Make::resident(b"v")
    };
    client.make(&wish, None).unwrap();
    assert_eq!(made(&mut client, &wish).err(), Some(0x19));
}

#[test]
fn the_26th_discoverable_credential_finds_the_store_full() {
    let (key, mut client) = standard_with_pin();
    for user in 0..25 {
        made(&mut client, &Make::resident(&[user])).unwrap();
    }
    assert_eq!(client.info().at(0x14), Some(&Value::Unsigned(0)));
    assert_eq!(made(&mut client, &Make::resident(&[25])).err(), Some(0x28));
    made(&mut client, &Make::resident(&[7])).unwrap();
    assert_eq!(key.resident_credentials(), 25);
}

#[test]
fn a_key_with_a_pin_makes_discoverable_credentials_only_with_it() {
    let (key, mut client) = standard();
    client.make(&Make::resident(b"u"), None).unwrap();
    key.set_pin_directly(PIN);
    assert_eq!(client.make(&Make::resident(b"v"), None).err(), Some(0x36));
    let wish = Make {
        resident: false,
        ..Make::resident(b"v")
    };
    let loose = client.make(&wish, None).unwrap();
    assert!(!loose.data.user_verified());
    let answer = client.assert(&Get::of(loose.id()), None).unwrap();
    assert_eq!(answer.at(4), None);
    assert_eq!(key.resident_credentials(), 1);
}

#[test]
fn extensions_asked_for_are_answered() {
    let (_, mut client) = standard_with_pin();
    let wish = Make {
        extensions: vec![
            ("credProtect", Value::Unsigned(2)),
            ("hmac-secret", Value::Bool(true)),
            ("unheard-of", Value::Null),
        ],
        ..Make::resident(b"u")
    };
    let made = made(&mut client, &wish).unwrap();
    let expected = Value::Map(vec![
        (Value::text("credProtect"), Value::Unsigned(2)),
        (Value::text("hmac-secret"), Value::Bool(true)),
    ]);
    assert_eq!(made.data.extensions(), Some(&expected));
}

#[test]
fn a_key_attests_itself_or_not_at_all_where_that_is_its_kind() {
    let spec = KeySpec::new("K", 1);
    let (own, clock) = key(spec.clone().with_personality(Personality::SelfAttestation));
    let made = Client::open(&own, &clock)
        .make(&Make::resident(b"u"), None)
        .unwrap();
    assert_eq!(made.format, "packed");
    assert_eq!(made.statement.named_member("x5c"), None);
    let signature = made.statement.named_member("sig").unwrap();
    let credential = made.data.credential().unwrap();
    assert_eq!(
        credential
            .public_key
            .verify(&made.signed(), signature.as_bytes().unwrap()),
        SignatureCheck::Good
    );
    let (none, clock) = key(spec.with_personality(Personality::NoAttestation));
    let made = Client::open(&none, &clock)
        .make(&Make::resident(b"u"), None)
        .unwrap();
    assert_eq!(
        (made.format.as_str(), made.statement),
        ("none", Value::Map(vec![]))
    );
}

#[test]
fn bad_requests_are_refused_with_the_status_for_it() {
    let (_, mut client) = standard();
    let Value::Map(good) = Make::resident(b"u").request(None) else {
        panic!()
    };
    let with = |key: i64, value: Option<Value>| {
        let mut members = good.clone();
        members.retain(|(k, _)| *k != Value::int(key));
        members.extend(value.map(|value| (Value::int(key), value)));
        Value::Map(members)
    };
    let option = |name, value| Some(Value::named(vec![(name, value)]));
    let ids = |count| Some(Value::Array(vec![descriptor(b"x"); count]));
    for (request, status) in [
        (with(1, None), 0x14),
        (with(1, Some(Value::Null)), 0x11),
        (with(2, Some(Value::Map(vec![]))), 0x14),
        (with(3, Some(Value::Array(vec![]))), 0x11),
        (with(4, Some(Value::Array(vec![]))), 0x26),
        (with(5, ids(9)), 0x15),
        (with(6, option("credProtect", Value::Unsigned(4))), 0x02),
        (with(7, option("rk", Value::Unsigned(1))), 0x11),
        (with(7, option("up", Value::Bool(false))), 0x2c),
        (with(7, option("uv", Value::Bool(true))), 0x2c),
        (with(8, Some(Value::bytes(&[0; 32]))), 0x14),
        (with(10, Some(Value::Unsigned(1))), 0x02),
        (Value::Array(vec![]), 0x11),
    ] {
        assert_eq!(
            client.cbor(0x01, Some(&request)).err(),
            Some(status),
            "{request:?}"
        );
    }
    assert_eq!(client.raw(&[&[1][..], &[0; 1_200]].concat()), [0x39]);
    assert_eq!(client.raw(&[0x55]), [0x01]);
    assert_eq!(client.raw(&[0x04, 0xa0]), [0x03]);
}

#[test]
fn cbor_that_is_not_canonical_is_refused() {
    let (_, mut client) = standard();
    let good = Make::resident(b"u").request(None).encode();
    let Value::Map(members) = Make::resident(b"u").request(None) else {
        panic!()
    };
    let mut swapped = vec![0xa0 | u8::try_from(members.len()).unwrap()];
    for (key, value) in members.iter().rev() {
        swapped.extend([key.encode(), value.encode()].concat());
    }
    let long_head = [&[0xb8, good[0] & 0x1f], &good[1..]].concat();
    let trailing = [&good[..], &[0]].concat();
    for bad in [
        &swapped,
        &long_head,
        &trailing,
        &good[..good.len() - 1].to_vec(),
    ] {
        assert_eq!(client.raw(&[&[1][..], bad].concat()), [0x12]);
    }
    assert_eq!(client.raw(&[&[1][..], &good].concat())[0], 0);
}
