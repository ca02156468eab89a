use super::*;
use crate::entra::MethodId;
use proptest::prelude::*;
use serde_json::json;

const CAPTURED: &str = include_str!("../../../tests/graph/creationoptions-captured-beta.json");
const SUFFIXED: &str = include_str!("../../../tests/graph/creationoptions-padding-suffix.json");
const DOCS: &str = include_str!("../../../tests/graph/creationoptions-docs-v1.json");

fn method(id: &str) -> Fido2Method {
    Fido2Method::read(json!({ "id": id })).unwrap()
}

fn decode(text: &str, methods: &[Fido2Method]) -> Result<Offer, OptionsFault> {
    SentOptions::read(serde_json::from_str(text).unwrap())
        .unwrap()
        .decode(Cloud::Global, methods)
}

fn options_excluding(id: &str) -> String {
    let mut value: Value = serde_json::from_str(DOCS).unwrap();
    value["publicKey"]["excludeCredentials"] = json!([{"type": "public-key", "id": id}]);
    value.to_string()
}

#[test]
fn the_captured_options_are_read_whole() {
    let Ok(offer) = decode(CAPTURED, &[]) else {
        panic!("refused")
    };
    let options = offer.options;
    assert_eq!(offer.expires, UtcTime::parse("2024-06-13T11:26:35Z"));
    assert_eq!(options.rp_id, RpId::new("login.microsoft.com"));
    assert_eq!(options.rp_name, "Microsoft");
    assert_eq!(options.user_id.expose().len(), 51);
    assert!(options.user_id.expose().starts_with(b"OF:"));
    assert_eq!(options.user_name, "john@contoso.com");
    assert_eq!(options.user_display_name, "John Doe");
    assert_eq!(options.challenge.len(), 6_931);
    assert!(options.challenge.starts_with("ZXlKaGJHY2lP"));
    assert_eq!(options.algorithms, [-7, -257]);
    let lengths: Vec<usize> = options.exclude.iter().map(|id| id.bytes().len()).collect();
    assert_eq!(lengths, [32, 32, 16, 32]);
    assert_eq!(options.cred_protect, Some(1));
    assert!(options.enforce_cred_protect);
    assert!(options.hmac_create_secret);
}

#[test]
fn ids_with_a_padding_digit_are_decoded_beside_the_methods() {
    let first = method("XDjx9wXDrVWBmE2MbPSkXdeMERfv6gN98uxavJ0ZrSyT8jYUs2BHKjAmh4P_T3Av0");
    let second = method("GshyINLMaOOwqt1LNUi0gQ2");
    let Ok(offer) = decode(SUFFIXED, &[second.clone(), first.clone()]) else {
        panic!("refused")
    };
    assert_eq!(
        offer.options.exclude,
        [first.credential().unwrap(), second.credential().unwrap()]
    );
    assert_eq!(
        decode(SUFFIXED, &[first]).err(),
        Some(OptionsFault::UnknownEncoding(
            "GshyINLMaOOwqt1LNUi0gQ2".into()
        ))
    );
}

#[test]
fn a_32_byte_id_with_its_digit_is_never_taken_for_33_bytes() {
    let credential = CredentialId::new(vec![0xfb; 32]).unwrap();
    let id = MethodId::of_credential(&credential);
    assert_eq!(
        bytes::from_base64url(id.as_str()).map(|b| b.len()),
        Some(33)
    );
    let text = options_excluding(id.as_str());
    let Ok(offer) = decode(&text, &[method(id.as_str())]) else {
        panic!("refused")
    };
    assert_eq!(offer.options.exclude, [credential]);
    assert_eq!(
        decode(&text, &[]).err(),
        Some(OptionsFault::UnknownEncoding(id.as_str().to_owned()))
    );
}

#[test]
fn an_id_that_two_methods_explain_differently_stops_the_registration() {
    let short = CredentialId::new(vec![0xfb; 32]).unwrap();
    let short_id = MethodId::of_credential(&short);
    let long = CredentialId::new(bytes::from_base64url(short_id.as_str()).unwrap()).unwrap();
    let long_id = MethodId::of_credential(&long);
    let methods = [method(short_id.as_str()), method(long_id.as_str())];
    assert_eq!(
        decode(&options_excluding(short_id.as_str()), &methods).err(),
        Some(OptionsFault::UnknownEncoding(short_id.as_str().to_owned()))
    );
}

#[test]
fn the_documented_sample_keeps_its_foreign_rp_id_for_the_client_data_to_refuse() {
    let Ok(offer) = decode(DOCS, &[]) else {
        panic!("refused")
    };
    assert_eq!(offer.options.rp_id, RpId::new("login.microsoftonline.com"));
    assert!(crate::webauthn::ClientData::registration(&offer.options).is_err());
}

#[test]
fn options_that_nothing_may_be_made_from_say_why() {
    let changed = |pointer: &str, value: Value| {
        let mut options: Value = serde_json::from_str(DOCS).unwrap();
        *options.pointer_mut(pointer).unwrap() = value;
        decode(&options.to_string(), &[]).err()
    };
    assert_eq!(
        changed("/publicKey/challenge", json!("")),
        Some(OptionsFault::Challenge(0))
    );
    assert_eq!(
        changed("/publicKey/user/id", json!("****")),
        Some(OptionsFault::UserHandle)
    );
    assert_eq!(
        changed("/publicKey/user/id", json!(bytes::base64url(&[0; 65]))),
        Some(OptionsFault::UserHandle)
    );
    assert_eq!(
        changed("/publicKey/pubKeyCredParams", json!([])),
        Some(OptionsFault::NoAlgorithm)
    );
    assert_eq!(
        changed(
            "/publicKey/extensions",
            json!({"enforceCredentialProtectionPolicy": true, "credentialProtectionPolicy": "new"})
        ),
        Some(OptionsFault::UnknownCredProtect("new".into()))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn every_excluded_id_is_decoded_or_refused_but_never_wrong(
        ids in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..70), 1..4),
        encoding in 0_u8..3,
    ) {
        let credentials: Vec<CredentialId> =
            ids.into_iter().map(|id| CredentialId::new(id).unwrap()).collect();
        let methods: Vec<Fido2Method> = credentials
            .iter()
            .map(|credential| method(MethodId::of_credential(credential).as_str()))
            .collect();
        for credential in &credentials {
            let text = match encoding {
                0 => MethodId::of_credential(credential).as_str().to_owned(),
                1 => bytes::base64url(credential.bytes()),
                _ => bytes::base64(credential.bytes()),
            };
            match decode(&options_excluding(&text), &methods) {
                Ok(offer) => prop_assert_eq!(offer.options.exclude.as_slice(), std::slice::from_ref(credential)),
                Err(fault) => prop_assert_eq!(fault, OptionsFault::UnknownEncoding(text)),
            }
        }
    }
}
