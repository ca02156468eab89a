//! Client data as a closed type: the only way to a [`ClientDataHash`].
//!
//! A getAssertion over a hash from outside would be a login for whoever made that hash. So nothing
//! here or above takes one, and an assertion's client data never has a `webauthn.` type.

use super::CreationOptions;
use super::RpId;
use crate::primitives::Digest;
use crate::primitives::TenantId;
use crate::primitives::bytes;
use serde_json::json;
use std::marker::PhantomData;

/// Marks client data that may go into makeCredential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation {}

/// Marks client data that may go into getAssertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assertion {}

/// SHA-256 of client data that this program built; there is no other constructor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientDataHash(Digest);

impl ClientDataHash {
    /// The 32 bytes that go to the authenticator.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0.0
    }
}

/// The rp id that was sent is not the one of that cloud; nothing may be made for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RpIdNotAllowed {
    /// What was sent.
    pub sent: RpId,
    /// What the cloud has; `None` where it is unknown.
    pub expected: Option<RpId>,
}

/// Collected client data (WebAuthn §5.8.1) for one `Purpose`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientData<Purpose> {
    json: Vec<u8>,
    purpose: PhantomData<Purpose>,
}

impl<Purpose> ClientData<Purpose> {
    /// The bytes that are hashed, and sent or recorded.
    #[must_use]
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// Their SHA-256.
    #[must_use]
    pub fn hash(&self) -> ClientDataHash {
        ClientDataHash(Digest::of(&self.json))
    }

    fn ours(kind: &str, tenant: &TenantId, challenge: &[u8]) -> Self {
        // Names in canonical order; every value is plain ASCII.
        let json = format!(
            r#"{{"challenge":"{}","crossOrigin":false,"origin":"glasskey:{tenant}","type":"{kind}"}}"#,
            bytes::base64url(challenge)
        );
        Self {
            json: json.into_bytes(),
            purpose: PhantomData,
        }
    }
}

impl ClientData<Creation> {
    /// Client data of a registration with Entra: type `webauthn.create`, origin `https://` + rp id.
    ///
    /// # Errors
    /// [`RpIdNotAllowed`] unless the rp id is the one of the cloud.
    pub fn registration(options: &CreationOptions) -> Result<Self, RpIdNotAllowed> {
        let expected = RpId::of_cloud(options.cloud);
        if expected.as_ref() != Some(&options.rp_id) {
            return Err(RpIdNotAllowed {
                sent: options.rp_id.clone(),
                expected,
            });
        }
        // WebAuthn §5.8.1.1 fixes this order; the challenge is text from outside, so it is escaped.
        let json = format!(
            r#"{{"type":"webauthn.create","challenge":{},"origin":"https://{}","crossOrigin":false}}"#,
            json!(options.challenge),
            options.rp_id
        );
        Ok(Self {
            json: json.into_bytes(),
            purpose: PhantomData,
        })
    }

    /// Client data of a credential that only attests, on our own rp id: type `glasskey.v1.create`,
    /// challenge = SHA-256 of the statement's canonical bytes.
    #[must_use]
    pub fn attest(tenant: &TenantId, statement: &[u8]) -> Self {
        Self::ours("glasskey.v1.create", tenant, &Digest::of(statement).0)
    }
}

impl ClientData<Assertion> {
    /// Client data of a presence assertion: type `glasskey.v1.get`, challenge = SHA-256 of the
    /// statement's canonical bytes.
    #[must_use]
    pub fn presence(tenant: &TenantId, statement: &[u8]) -> Self {
        Self::ours("glasskey.v1.get", tenant, &Digest::of(statement).0)
    }

    /// Client data of a silent probe: type `glasskey.v1.probe`, challenge = a fresh nonce.
    #[must_use]
    pub fn probe(tenant: &TenantId, nonce: &[u8; 16]) -> Self {
        Self::ours("glasskey.v1.probe", tenant, nonce)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Cloud;
    use crate::primitives::Guid;
    use crate::primitives::Secret;
    use proptest::prelude::*;

    fn options(rp_id: &str, challenge: &str) -> CreationOptions {
        CreationOptions {
            cloud: Cloud::Global,
            rp_id: RpId::new(rp_id),
            rp_name: "Microsoft".into(),
            user_id: Secret::new(vec![1]),
            user_name: "bg1@contoso.onmicrosoft.com".into(),
            user_display_name: "BG-1".into(),
            challenge: challenge.into(),
            algorithms: vec![-7],
            exclude: Vec::new(),
            cred_protect: Some(1),
            enforce_cred_protect: true,
            hmac_create_secret: true,
        }
    }

    #[test]
    fn a_registration_is_written_as_webauthn_orders_it() {
        let data = ClientData::registration(&options("login.microsoft.com", "abc")).unwrap();
        assert_eq!(
            std::str::from_utf8(data.json()).unwrap(),
            r#"{"type":"webauthn.create","challenge":"abc","origin":"https://login.microsoft.com","crossOrigin":false}"#
        );
    }

    #[test]
    fn a_foreign_rp_id_is_refused() {
        let error = ClientData::registration(&options("login.example.com", "abc")).unwrap_err();
        assert_eq!(error.sent, RpId::new("login.example.com"));
    }

    #[test]
    fn a_presence_commits_to_tenant_and_statement() {
        let tenant = Guid([0xab; 16]);
        let data = ClientData::presence(&tenant, b"{}");
        assert_eq!(
            std::str::from_utf8(data.json()).unwrap(),
            "{\"challenge\":\"RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o\",\"crossOrigin\":false,\
             \"origin\":\"glasskey:abababab-abab-abab-abab-abababababab\",\"type\":\"glasskey.v1.get\"}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn no_preimage_of_an_assertion_has_a_webauthn_type(
            tenant in any::<[u8; 16]>(),
            statement in proptest::collection::vec(any::<u8>(), 0..300),
            nonce in any::<[u8; 16]>(),
        ) {
            let tenant = Guid(tenant);
            for data in [ClientData::presence(&tenant, &statement), ClientData::probe(&tenant, &nonce)] {
                let value: serde_json::Value = serde_json::from_slice(data.json()).unwrap();
                let kind = value["type"].as_str().unwrap();
                prop_assert!(kind.starts_with("glasskey.v1."), "{}", kind);
                prop_assert!(!String::from_utf8_lossy(data.json()).contains("webauthn."));
                prop_assert_eq!(crate::primitives::json::check(data.json()), Ok(()));
            }
        }

        #[test]
        fn a_hostile_challenge_stays_inside_its_string(challenge in any::<String>()) {
            let data = ClientData::registration(&options("login.microsoft.com", &challenge)).unwrap();
            let value: serde_json::Value = serde_json::from_slice(data.json()).unwrap();
            prop_assert_eq!(value["challenge"].as_str().unwrap(), challenge);
            prop_assert_eq!(value["type"].as_str().unwrap(), "webauthn.create");
            prop_assert_eq!(value.as_object().unwrap().len(), 4);
        }
    }
}
