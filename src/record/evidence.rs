//! The evidence: what the key itself said, in the bytes it said it.

use crate::primitives::bytes::Bytes;
use serde::Deserialize;
use serde::Serialize;

/// What the key said. Members are absent where the ceremony had none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// A credential on our own rp id, made to attest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attest: Option<Registration>,
    /// The presence assertion over the statement's digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<Presence>,
    /// A silent probe; never presence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<Presence>,
    /// The registration with Entra.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<Registration>,
}

/// What makeCredential answered, and the client data it was asked over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// The attestation object (WebAuthn §6.5.4).
    pub attestation_object: Bytes,
    /// The client data's JSON.
    pub client_data_json: Bytes,
}

/// What getAssertion answered, and the client data it was asked over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presence {
    /// Authenticator data (WebAuthn §6.1).
    pub authenticator_data: Bytes,
    /// The client data's JSON.
    pub client_data_json: Bytes,
    /// The signature over authenticator data and the client data's hash.
    pub signature: Bytes,
}
