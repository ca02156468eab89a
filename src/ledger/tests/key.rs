//! A security key in software, with an attestation certificate that is its own anchor.

use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::primitives::TenantId;
use crate::primitives::bytes;
use crate::primitives::bytes::Bytes;
use crate::primitives::cbor::Value;
use crate::record::Presence;
use crate::record::Registration;
use crate::record::Statement;
use crate::webauthn::Aaguid;
use crate::webauthn::AttestationObject;
use crate::webauthn::ClientData;
use crate::webauthn::CoseKey;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair;

/// An attestation certificate as WebAuthn §8.2.1 demands it, for AAGUID 47…47 and firmware 5.7.4,
/// by the Ed25519 key of the seed 03…03, valid 2020 to 2060.
const CERTIFICATE: &str = "\
308201d530820187a003020102020101300506032b6570306e310b3009060355040613024e4c\
31173015060355040a0c0e676c6173736b657920746573747331223020060355040b0c194175\
7468656e74696361746f72204174746573746174696f6e3122302006035504030c19676c6173\
736b65792074657374206174746573746174696f6e3020170d3230303130313030303030305a\
180f32303630303130313030303030305a306e310b3009060355040613024e4c311730150603\
55040a0c0e676c6173736b657920746573747331223020060355040b0c1941757468656e7469\
6361746f72204174746573746174696f6e3122302006035504030c19676c6173736b65792074\
657374206174746573746174696f6e302a300506032b6570032100ed4928c628d1c2c6eae903\
38905995612959273a5c63f93636c14614ac8737d1a3483046300c0603551d130101ff040230\
003021060b2b0601040182e51c01010404120410474747474747474747474747474747473013\
060a2b0601040182c40a0d0104050403050704300506032b657003410062dd8ab3c07c2ad13a\
e696efb456ae318a50c4a1d427b6f520d1ddd45766784e7d5dc301647d1b58a06dca54a01ce5\
9c1de79ee552a9f0981584529c7dfe990c";

pub(super) fn certificate() -> Vec<u8> {
    bytes::from_hex(CERTIFICATE).unwrap()
}

pub(super) fn aaguid() -> Aaguid {
    Aaguid(Guid([0x47; 16]))
}

pub(super) fn rp_id() -> RpId {
    RpId::new("login.microsoft.com")
}

/// A credential in a key of that model.
pub(super) struct SoftKey {
    pair: Ed25519KeyPair,
    id: [u8; 16],
    /// Counts up with each signature.
    pub(super) counter: u32,
}

impl SoftKey {
    pub(super) fn new(seed: u8) -> Self {
        Self {
            pair: Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap(),
            id: [seed; 16],
            counter: 0,
        }
    }

    pub(super) fn id(&self) -> CredentialId {
        CredentialId::new(self.id.to_vec()).unwrap()
    }

    pub(super) fn cose(&self) -> CoseKey {
        let key = Value::numbered(vec![
            (1, Some(Value::int(1))),
            (3, Some(Value::int(-8))),
            (-1, Some(Value::int(6))),
            (-2, Some(Value::bytes(self.pair.public_key().as_ref()))),
        ]);
        CoseKey::parse(&key.encode()).unwrap()
    }

    fn auth_data(&mut self, rp_id: &RpId, flags: u8) -> Vec<u8> {
        self.counter += 1;
        let mut data = rp_id.hash().0.to_vec();
        data.push(flags);
        data.extend_from_slice(&self.counter.to_be_bytes());
        if flags & 0x40 != 0 {
            data.extend_from_slice(aaguid().bytes());
            data.extend_from_slice(&[0, 16]);
            data.extend_from_slice(&self.id);
            data.extend_from_slice(self.cose().raw());
        }
        data
    }

    pub(super) fn register(&mut self) -> Registration {
        let json = br#"{"type":"webauthn.create","challenge":"YWJj","origin":"https://login.microsoft.com","crossOrigin":false}"#;
        self.registered(&rp_id(), json)
    }

    /// A credential for `rp_id`, made over this client data.
    pub(super) fn registered(&mut self, rp_id: &RpId, json: &[u8]) -> Registration {
        let data = self.auth_data(rp_id, 0x45);
        let attesting = Ed25519KeyPair::from_seed_unchecked(&[3; 32]).unwrap();
        let signature = attesting.sign(&[data.as_slice(), &Digest::of(json).0].concat());
        let statement = Value::named(vec![
            ("alg", Value::int(-8)),
            ("sig", Value::bytes(signature.as_ref())),
            ("x5c", Value::Array(vec![Value::bytes(&certificate())])),
        ]);
        let object = AttestationObject::build("packed", statement, &data).unwrap();
        Registration {
            attestation_object: Bytes(object.raw().to_vec()),
            client_data_json: Bytes(json.to_vec()),
        }
    }

    pub(super) fn presence(&mut self, tenant: &TenantId, statement: &Statement) -> Presence {
        self.assertion(tenant, statement, 0x05)
    }

    pub(super) fn assertion(
        &mut self,
        tenant: &TenantId,
        statement: &Statement,
        flags: u8,
    ) -> Presence {
        let client = ClientData::presence(tenant, &statement.bytes().unwrap());
        self.signed(client.json(), flags)
    }

    /// An assertion over this client data.
    pub(super) fn signed(&mut self, json: &[u8], flags: u8) -> Presence {
        let data = self.auth_data(&rp_id(), flags);
        let message = [data.as_slice(), &Digest::of(json).0].concat();
        Presence {
            signature: Bytes(self.pair.sign(&message).as_ref().to_vec()),
            authenticator_data: Bytes(data),
            client_data_json: Bytes(json.to_vec()),
        }
    }
}
