//! The body that registers a passkey for an account (POST `fido2Methods`).

use crate::primitives::bytes;
use crate::primitives::cbor::Value;
use crate::webauthn::AttestationObject;
use crate::webauthn::ClientData;
use crate::webauthn::Creation;
use crate::webauthn::CredentialId;
use serde_json::json;

/// The name a passkey has in the tenant: 1 to 30 characters, none of them a control character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodName(String);

impl MethodName {
    /// Takes a name; `None` if it is empty, blank, too long or holds a control character.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=30).contains(&text.chars().count())
            && !text.trim().is_empty()
            && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A passkey that a key has made and the tenant does not have yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    name: MethodName,
    credential: CredentialId,
    client_data: Vec<u8>,
    attestation_object: Vec<u8>,
    hmac_secret: Option<bool>,
}

impl Registration {
    /// What will be sent; `None` if the attestation object holds no credential.
    #[must_use]
    pub fn new(
        name: MethodName,
        client_data: &ClientData<Creation>,
        attestation: &AttestationObject,
    ) -> Option<Self> {
        let auth_data = attestation.auth_data();
        Some(Self {
            name,
            credential: auth_data.credential()?.credential_id.clone(),
            client_data: client_data.json().to_vec(),
            attestation_object: attestation.raw().to_vec(),
            hmac_secret: auth_data
                .extensions()
                .and_then(|outputs| outputs.named_member("hmac-secret"))
                .and_then(Value::as_bool),
        })
    }

    /// The credential that will be registered.
    #[must_use]
    pub const fn credential(&self) -> &CredentialId {
        &self.credential
    }

    /// The JSON body. Graph refuses `rawId`, `type` and `authenticatorAttachment`.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let mut credential = json!({
            "id": bytes::base64url(self.credential.bytes()),
            "response": {
                "attestationObject": bytes::base64url(&self.attestation_object),
                "clientDataJSON": bytes::base64url(&self.client_data),
            },
        });
        if let (Some(made), Some(members)) = (self.hmac_secret, credential.as_object_mut()) {
            members.insert(
                "clientExtensionResults".into(),
                json!({ "hmacCreateSecret": made }),
            );
        }
        json!({
            "displayName": self.name.as_str(),
            "publicKeyCredential": credential,
        })
        .to_string()
        .into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Guid;

    #[test]
    fn a_name_has_1_to_30_characters() {
        assert!(MethodName::new("BG1-A ✓").is_some());
        assert!(MethodName::new(&"x".repeat(30)).is_some());
        for text in ["", "   ", "a\nb", &"x".repeat(31)] {
            assert_eq!(MethodName::new(text), None, "{text:?}");
        }
    }

    fn key() -> Value {
        Value::numbered(vec![
            (1, Some(Value::int(2))),
            (3, Some(Value::int(-7))),
            (-1, Some(Value::int(1))),
            (-2, Some(Value::bytes(&[1; 32]))),
            (-3, Some(Value::bytes(&[2; 32]))),
        ])
    }

    fn auth_data(extensions: Option<Value>) -> Vec<u8> {
        let flags = if extensions.is_some() { 0xc5 } else { 0x45 };
        let mut raw = [
            vec![7; 32],
            vec![flags, 0, 0, 0, 1],
            vec![9; 16],
            vec![0, 2, 4, 5],
        ]
        .concat();
        raw.extend(key().encode());
        raw.extend(extensions.map(|value| value.encode()).unwrap_or_default());
        raw
    }

    fn registration(extensions: Option<Value>) -> Registration {
        let object =
            AttestationObject::build("none", Value::Map(Vec::new()), &auth_data(extensions))
                .unwrap();
        let client_data = ClientData::attest(&Guid([0; 16]), b"{}");
        Registration::new(MethodName::new("BG1-A").unwrap(), &client_data, &object).unwrap()
    }

    #[test]
    fn the_body_carries_only_what_graph_accepts() {
        let registration = registration(None);
        let body: serde_json::Value = serde_json::from_slice(&registration.body()).unwrap();
        assert_eq!(
            body,
            json!({
                "displayName": "BG1-A",
                "publicKeyCredential": {
                    "id": "BAU",
                    "response": {
                        "attestationObject": bytes::base64url(&registration.attestation_object),
                        "clientDataJSON": bytes::base64url(&registration.client_data),
                    },
                },
            })
        );
    }

    #[test]
    fn extension_results_are_sent_if_the_key_gave_any() {
        let outputs = Value::named(vec![("hmac-secret", Value::Bool(true))]);
        let body: serde_json::Value =
            serde_json::from_slice(&registration(Some(outputs)).body()).unwrap();
        assert_eq!(
            body["publicKeyCredential"]["clientExtensionResults"],
            json!({"hmacCreateSecret": true})
        );
    }
}
