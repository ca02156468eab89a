//! A passkey that the tenant holds for an account (Graph `fido2AuthenticationMethod`).

use super::Ask;
use super::MethodId;
use super::told::moment;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use crate::webauthn::CredentialId;
use serde::Deserialize;
use serde_json::Value;

/// `attestationLevel`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttestationLevel {
    /// `attested`
    Attested,
    /// `notAttested`
    NotAttested,
    /// A word we do not know.
    Other(String),
    /// Absent or null.
    NotTold,
}

/// `passkeyType`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasskeyType {
    /// `deviceBound`
    DeviceBound,
    /// `synced`
    Synced,
    /// A word we do not know.
    Other(String),
    /// Absent or null.
    NotTold,
}

/// A registered passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fido2Method {
    /// The method's id.
    pub id: MethodId,
    /// `displayName`; empty if not told.
    pub display_name: String,
    /// `createdDateTime`; `None` if not told.
    pub created: Option<UtcTime>,
    /// `aaGuid`; `None` if not told or not a GUID.
    pub aaguid: Option<Aaguid>,
    /// `model`: text of the metadata service, or empty. Never compared.
    pub model: String,
    /// `attestationCertificates`: SHA-1 thumbprints in hexadecimal.
    pub certificates: Vec<String>,
    /// `attestationLevel`.
    pub attestation: AttestationLevel,
    /// `passkeyType`.
    pub passkey_type: PasskeyType,
    /// `lastUsedDateTime`, which beta alone tells; `None` if not told.
    pub last_used: Option<UtcTime>,
}

impl Fido2Method {
    /// The credential id in the method's id; `None` if the id is of another form.
    #[must_use]
    pub fn credential(&self) -> Option<CredentialId> {
        self.id.credential()
    }

    /// Reads one method; `None` if it has no usable id or a member has another type.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        Self::from_wire(serde_json::from_value(value).ok()?)
    }

    /// Reads an array of methods; `None` if one cannot be read.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let wires: Vec<Wire> = serde_json::from_value(value).ok()?;
        wires.into_iter().map(Self::from_wire).collect()
    }

    fn from_wire(wire: Wire) -> Option<Self> {
        Some(Self {
            id: MethodId::new(&wire.id)?,
            display_name: wire.display_name.unwrap_or_default(),
            created: wire.created_date_time,
            aaguid: wire.aa_guid.as_deref().and_then(Aaguid::parse),
            model: wire.model.unwrap_or_default(),
            certificates: wire.attestation_certificates.unwrap_or_default(),
            attestation: match wire.attestation_level {
                None => AttestationLevel::NotTold,
                Some(word) if word.eq_ignore_ascii_case("attested") => AttestationLevel::Attested,
                Some(word) if word.eq_ignore_ascii_case("notAttested") => {
                    AttestationLevel::NotAttested
                }
                Some(word) => AttestationLevel::Other(word),
            },
            passkey_type: match wire.passkey_type {
                None => PasskeyType::NotTold,
                Some(word) if word.eq_ignore_ascii_case("deviceBound") => PasskeyType::DeviceBound,
                Some(word) if word.eq_ignore_ascii_case("synced") => PasskeyType::Synced,
                Some(word) => PasskeyType::Other(word),
            },
            last_used: wire.last_used_date_time,
        })
    }
}

/// Reads the passkeys of an account.
#[must_use]
pub fn ask_fido2_methods(user: &Guid) -> Ask<Vec<Fido2Method>> {
    Ask::list(
        format!("/users/{user}/authentication/fido2Methods"),
        "UserAuthMethod-Passkey.Read.All",
        "an account's passkeys",
        Fido2Method::read_all,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    display_name: Option<String>,
    // The official list examples say `creationDateTime`; schema and tenants do not.
    #[serde(default, deserialize_with = "moment")]
    created_date_time: Option<UtcTime>,
    aa_guid: Option<String>,
    model: Option<String>,
    attestation_certificates: Option<Vec<String>>,
    attestation_level: Option<String>,
    passkey_type: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    last_used_date_time: Option<UtcTime>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<Fido2Method> {
        let page: Value = serde_json::from_str(text).unwrap();
        Fido2Method::read_all(page["value"].clone()).unwrap()
    }

    #[test]
    fn the_example_list_is_read_whole() {
        let methods = list(include_str!("../../tests/graph/fido2methods-list.json"));
        assert_eq!(
            methods[0],
            Fido2Method {
                id: MethodId::new("-2_GRUg2-HYz6_1YG4YRAQ2").unwrap(),
                display_name: "Red key".into(),
                created: UtcTime::parse("2020-08-10T06:44:09Z"),
                aaguid: Aaguid::parse("2fc0579f-8113-47ea-b116-555a8db9202a"),
                model: "NFC key".into(),
                certificates: vec!["dbe793efdf1945e2df25d93653a1e8a3268a9075".into()],
                attestation: AttestationLevel::Attested,
                passkey_type: PasskeyType::DeviceBound,
                last_used: None,
            }
        );
        assert_eq!(methods.len(), 2);
    }

    #[test]
    fn beta_tells_when_a_key_was_last_used() {
        let methods = list(include_str!(
            "../../tests/graph/fido2methods-list-beta.json"
        ));
        assert_eq!(methods[0].last_used, UtcTime::parse("2026-10-02T08:01:13Z"));
        assert_eq!(methods[1].last_used, None);
    }

    #[test]
    fn older_answers_without_type_and_time_are_read() {
        let methods = list(include_str!(
            "../../tests/graph/fido2methods-list-official-old.json"
        ));
        assert_eq!(methods[0].created, None);
        assert_eq!(methods[0].passkey_type, PasskeyType::NotTold);
    }

    #[test]
    fn an_id_of_another_form_is_kept_but_names_no_credential() {
        let text = include_str!("../../tests/graph/fido2methods-post-response-docs-v1.json");
        let method = Fido2Method::read(serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!(method.id.as_str(), "73e4b2c6-8a2f-4d3e-9b1a-5c7d8e9f0a1b");
        assert_eq!(method.credential(), None);
    }
}
