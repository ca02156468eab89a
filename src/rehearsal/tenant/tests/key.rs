//! A key in a few lines: makes a credential and attests it, rightly or wrongly.

use super::stage::model;
use crate::entra::MethodName;
use crate::entra::Offer;
use crate::entra::Registration;
use crate::primitives::Digest;
use crate::primitives::cbor::Value;
use crate::webauthn::Aaguid;
use crate::webauthn::AttestationObject;
use crate::webauthn::ClientData;
use p256::ecdsa::Signature;
use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::Signer;
use ring::rand::SystemRandom;
use ring::signature::ECDSA_P256_SHA256_ASN1_SIGNING;
use ring::signature::EcdsaKeyPair;

const LEAF: &[u8] = include_bytes!("../../../../tests/graph/attestation/leaf.der");
const LEAF_KEY: &[u8] = include_bytes!("../../../../tests/graph/attestation/leaf.pk8");

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Statement {
    ByLeaf,
    BySelf,
    None,
    BadSignature,
}

/// What the key does.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) credential: Vec<u8>,
    pub(super) aaguid: Aaguid,
    pub(super) rp_id: &'static str,
    pub(super) flags: u8,
    pub(super) statement: Statement,
}

impl Key {
    pub(super) fn new(credential: u8) -> Self {
        Self {
            credential: vec![credential; 32],
            aaguid: model(),
            rp_id: "login.microsoft.com",
            flags: 0xc5,
            statement: Statement::ByLeaf,
        }
    }

    pub(super) fn attestation(&self, client_data: &[u8]) -> AttestationObject {
        let own_key = SigningKey::from_slice(&[self.credential[0] / 2 + 1; 32]).unwrap();
        let point = own_key.verifying_key().to_sec1_point(false);
        let cose = Value::numbered(vec![
            (1, Some(Value::int(2))),
            (3, Some(Value::int(-7))),
            (-1, Some(Value::int(1))),
            (-2, Some(Value::bytes(&point.as_bytes()[1..33]))),
            (-3, Some(Value::bytes(&point.as_bytes()[33..]))),
        ]);
        let extensions = Value::named(vec![("hmac-secret", Value::Bool(true))]);
        let length = u16::try_from(self.credential.len()).unwrap().to_be_bytes();
        let auth_data = [
            Digest::of(self.rp_id.as_bytes()).0.as_slice(),
            &[self.flags, 0, 0, 0, 1],
            self.aaguid.bytes(),
            &length,
            &self.credential,
            &cose.encode(),
            &extensions.encode(),
        ]
        .concat();
        let mut signed = [auth_data.as_slice(), &Digest::of(client_data).0].concat();
        if self.statement == Statement::BadSignature {
            signed.push(0);
        }
        let packed = |sig: &[u8], chain: Option<Value>| {
            let mut members = vec![("alg", Value::int(-7)), ("sig", Value::bytes(sig))];
            members.extend(chain.map(|chain| ("x5c", chain)));
            Value::named(members)
        };
        let (format, statement) = match self.statement {
            Statement::None => ("none", Value::Map(Vec::new())),
            Statement::BySelf => {
                let signature: Signature = own_key.sign(&signed);
                ("packed", packed(signature.to_der().as_bytes(), None))
            }
            Statement::ByLeaf | Statement::BadSignature => {
                let random = SystemRandom::new();
                let leaf =
                    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, LEAF_KEY, &random)
                        .unwrap();
                let signature = leaf.sign(&random, &signed).unwrap();
                let chain = Value::Array(vec![Value::bytes(LEAF)]);
                ("packed", packed(signature.as_ref(), Some(chain)))
            }
        };
        AttestationObject::build(format, statement, &auth_data).unwrap()
    }

    pub(super) fn answer(&self, offer: &Offer) -> Registration {
        let client_data = ClientData::registration(&offer.options).unwrap();
        let attestation = self.attestation(client_data.json());
        let name = MethodName::new("BG1-A").unwrap();
        Registration::new(name, &client_data, &attestation).unwrap()
    }
}
