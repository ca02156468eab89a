//! The attestation object (WebAuthn §6.5.4): format, statement, authenticator data.

use super::AuthenticatorData;
use crate::primitives::cbor;
use crate::primitives::cbor::Mode;
use crate::primitives::cbor::Value;

/// An attestation object, kept with the bytes it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestationObject {
    raw: Vec<u8>,
    format: String,
    statement: Value,
    auth_data: AuthenticatorData,
}

impl AttestationObject {
    /// Reads the whole of `raw`; `None` if it is malformed or a member is missing.
    #[must_use]
    pub fn parse(raw: &[u8]) -> Option<Self> {
        let value = cbor::decode(raw, Mode::Tolerant).ok()?;
        let statement = value.named_member("attStmt")?;
        statement.as_map()?;
        Some(Self {
            raw: raw.to_vec(),
            format: value.named_member("fmt")?.as_text()?.to_owned(),
            statement: statement.clone(),
            auth_data: AuthenticatorData::parse(value.named_member("authData")?.as_bytes()?)?,
        })
    }

    /// Builds the object a platform makes of an authenticator's makeCredential answer; `None` if
    /// `auth_data` is malformed.
    #[must_use]
    pub fn build(format: &str, statement: Value, auth_data: &[u8]) -> Option<Self> {
        let value = Value::named(vec![
            ("fmt", Value::text(format)),
            ("attStmt", statement),
            ("authData", Value::bytes(auth_data)),
        ]);
        Self::parse(&value.encode())
    }

    /// The bytes as they were read.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The format's name: `packed`, `none`, `fido-u2f`, …
    #[must_use]
    pub fn format(&self) -> &str {
        &self.format
    }

    /// The attestation statement: a map whose shape the format decides.
    #[must_use]
    pub const fn statement(&self) -> &Value {
        &self.statement
    }

    /// The authenticator data.
    #[must_use]
    pub const fn auth_data(&self) -> &AuthenticatorData {
        &self.auth_data
    }
}
