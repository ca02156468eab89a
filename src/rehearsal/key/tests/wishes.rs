//! What the tests ask a key for, and what it answered.

use super::*;
use crate::webauthn::AuthenticatorData;

/// A makeCredential as the tests wish it.
#[derive(Clone)]
pub(super) struct Make<'a> {
    pub(super) rp: &'a str,
    pub(super) user: &'a [u8],
    pub(super) resident: bool,
    pub(super) exclude: Vec<&'a [u8]>,
    pub(super) extensions: Vec<(&'a str, Value)>,
}

impl Make<'_> {
    pub(super) fn resident(user: &[u8]) -> Make<'_> {
        Make {
            rp: RP,
            user,
            resident: true,
            exclude: Vec::new(),
            extensions: Vec::new(),
        }
    }

    pub(super) fn request(&self, token: Option<&Token>) -> Value {
        let rp = Value::named(vec![("id", Value::text(self.rp))]);
        let user = Value::named(vec![
            ("id", Value::bytes(self.user)),
            ("name", Value::text("bg1@contoso.onmicrosoft.com")),
            ("displayName", Value::text("BG 1")),
        ]);
        let algorithm = |number: i64| {
            Value::named(vec![
                ("alg", Value::int(number)),
                ("type", Value::text("public-key")),
            ])
        };
        let exclude: Vec<Value> = self.exclude.iter().map(|id| descriptor(id)).collect();
        let extensions = Value::named(self.extensions.clone());
        let options = Value::named(vec![("rk", Value::Bool(true))]);
        Value::numbered(vec![
            (1, Some(Value::bytes(&HASH))),
            (2, Some(rp)),
            (3, Some(user)),
            (4, Some(Value::Array(vec![algorithm(-257), algorithm(-7)]))),
            (5, (!exclude.is_empty()).then_some(Value::Array(exclude))),
            (6, (!self.extensions.is_empty()).then_some(extensions)),
            (7, self.resident.then_some(options)),
            (8, token.map(|token| token.mac(&HASH))),
            (9, token.map(|token| Value::Unsigned(token.protocol))),
        ])
    }
}

/// What makeCredential answered.
pub(super) struct Made {
    pub(super) format: String,
    pub(super) data: AuthenticatorData,
    pub(super) statement: Value,
}

impl Made {
    pub(super) fn of(answer: &Value) -> Self {
        Self {
            format: answer.at(1).unwrap().as_text().unwrap().to_owned(),
            data: AuthenticatorData::parse(answer.at(2).unwrap().as_bytes().unwrap()).unwrap(),
            statement: answer.at(3).unwrap().clone(),
        }
    }

    pub(super) fn id(&self) -> &[u8] {
        self.data.credential().unwrap().credential_id.bytes()
    }

    pub(super) fn signed(&self) -> Vec<u8> {
        [self.data.raw(), &HASH[..]].concat()
    }
}

/// A getAssertion as the tests wish it.
#[derive(Clone)]
pub(super) struct Get<'a> {
    pub(super) rp: &'a str,
    pub(super) allow: Vec<&'a [u8]>,
    pub(super) silent: bool,
}

impl Get<'_> {
    pub(super) fn discoverable() -> Self {
        Self {
            rp: RP,
            allow: Vec::new(),
            silent: false,
        }
    }

    pub(super) fn of(id: &[u8]) -> Get<'_> {
        Get {
            rp: RP,
            allow: vec![id],
            silent: false,
        }
    }

    pub(super) fn silent(id: &[u8]) -> Get<'_> {
        Get {
            silent: true,
            ..Get::of(id)
        }
    }

    pub(super) fn request(&self, token: Option<&Token>) -> Value {
        let allow: Vec<Value> = self.allow.iter().map(|id| descriptor(id)).collect();
        let options = Value::named(vec![("up", Value::Bool(false))]);
        Value::numbered(vec![
            (1, Some(Value::text(self.rp))),
            (2, Some(Value::bytes(&HASH))),
            (3, (!allow.is_empty()).then_some(Value::Array(allow))),
            (5, self.silent.then_some(options)),
            (6, token.map(|token| token.mac(&HASH))),
            (7, token.map(|token| Value::Unsigned(token.protocol))),
        ])
    }
}

/// Authenticator data and signature of an assertion.
pub(super) fn asserted(answer: &Value) -> (AuthenticatorData, Vec<u8>) {
    let data = answer.at(2).unwrap().as_bytes().unwrap();
    let signature = answer.at(3).unwrap().as_bytes().unwrap();
    (AuthenticatorData::parse(data).unwrap(), signature.to_vec())
}
