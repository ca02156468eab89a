//! The key of the examples: a credential in software, and what it would answer.

use crate::primitives::Cloud;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::primitives::TenantId;
use crate::primitives::bytes::Bytes;
use crate::primitives::cbor::Value;
use crate::record::Presence;
use crate::record::Registration;
use crate::record::Statement;
use crate::webauthn::Aaguid;
use crate::webauthn::AttestationObject;
use crate::webauthn::ClientData;
use crate::webauthn::CoseKey;
use crate::webauthn::CreationOptions;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;
use p256::ecdsa::Signature;
use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::Signer;

const UP_UV: u8 = 0x05;
const UP_UV_AT: u8 = 0x45;

pub(super) fn tenant() -> TenantId {
    Guid::parse("9c2a6f0e-41d3-4b57-8a0c-6d1f2e3b4c5d").unwrap()
}

pub(super) fn rp_id() -> RpId {
    RpId::of_cloud(Cloud::Global).unwrap()
}

pub(super) fn aaguid() -> Aaguid {
    Aaguid::parse("fa2b99dc-9e39-4257-8f92-4a30d23c4118").unwrap()
}

fn credential() -> SigningKey {
    SigningKey::from_slice(&[0x11; 32]).unwrap()
}

pub(super) fn credential_id() -> CredentialId {
    CredentialId::new((1..=16).collect()).unwrap()
}

pub(super) fn cose() -> CoseKey {
    let point = credential().verifying_key().to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    let key = Value::numbered(vec![
        (1, Some(Value::int(2))),
        (3, Some(Value::int(-7))),
        (-1, Some(Value::int(1))),
        (-2, Some(Value::bytes(x))),
        (-3, Some(Value::bytes(y))),
    ]);
    CoseKey::parse(&key.encode()).unwrap()
}

fn auth_data(rp_id: &RpId, flags: u8, counter: u32) -> Vec<u8> {
    let mut data = rp_id.hash().0.to_vec();
    data.push(flags);
    data.extend_from_slice(&counter.to_be_bytes());
    if flags & 0x40 != 0 {
        data.extend_from_slice(aaguid().bytes());
        data.extend_from_slice(&[0, 16]);
        data.extend_from_slice(credential_id().bytes());
        data.extend_from_slice(cose().raw());
    }
    data
}

/// The credential's signature over authenticator data and the client data's hash.
fn signed(data: &[u8], hash: &[u8; 32]) -> Vec<u8> {
    let signature: Signature = credential().sign(&[data, hash].concat());
    signature.to_der().as_bytes().to_vec()
}

pub(super) fn presence(statement: &Statement) -> Presence {
    let client = ClientData::presence(&tenant(), &statement.bytes().unwrap());
    let data = auth_data(&rp_id(), UP_UV, 3);
    Presence {
        signature: Bytes(signed(&data, client.hash().bytes())),
        authenticator_data: Bytes(data),
        client_data_json: Bytes(client.json().to_vec()),
    }
}

pub(super) fn probe() -> Presence {
    let client = ClientData::probe(&tenant(), &[9; 16]);
    let data = auth_data(&rp_id(), 0, 2);
    Presence {
        signature: Bytes(signed(&data, client.hash().bytes())),
        authenticator_data: Bytes(data),
        client_data_json: Bytes(client.json().to_vec()),
    }
}

/// Self attestation (WebAuthn §8.2), for the want of a vendor's key.
fn created(rp_id: &RpId, json: &[u8], hash: &[u8; 32]) -> Registration {
    let data = auth_data(rp_id, UP_UV_AT, 1);
    let statement = Value::named(vec![
        ("alg", Value::int(-7)),
        ("sig", Value::bytes(&signed(&data, hash))),
    ]);
    let object = AttestationObject::build("packed", statement, &data).unwrap();
    Registration {
        attestation_object: Bytes(object.raw().to_vec()),
        client_data_json: Bytes(json.to_vec()),
    }
}

pub(super) fn attest(statement: &Statement) -> Registration {
    let client = ClientData::attest(&tenant(), &statement.bytes().unwrap());
    created(&RpId::ceremony(), client.json(), client.hash().bytes())
}

pub(super) fn registration() -> Registration {
    let options = CreationOptions {
        cloud: Cloud::Global,
        rp_id: rp_id(),
        rp_name: "Microsoft".into(),
        user_id: Secret::new(vec![1]),
        user_name: "bg1@contoso.onmicrosoft.com".into(),
        user_display_name: "BG-1".into(),
        challenge: "challenge-of-entra".into(),
        algorithms: vec![-7],
        exclude: Vec::new(),
        cred_protect: None,
        enforce_cred_protect: false,
        hmac_create_secret: false,
    };
    let client = ClientData::registration(&options).unwrap();
    created(&rp_id(), client.json(), client.hash().bytes())
}
