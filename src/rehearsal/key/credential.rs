//! Credentials: their ids, their keys, and what the key remembers of discoverable ones.

use super::pin_protocol::hmac;
use crate::primitives::Digest;
use crate::primitives::Secret;
use crate::primitives::bytes::constant_time_eq;
use crate::primitives::cbor::Value;
use crate::webauthn::CoseKey;
use p256::SecretKey;
use p256::ecdsa::DerSignature;
use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::Signer;

/// How a credential is protected (CTAP 2.1 §12.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Protection {
    Optional,
    OptionalWithList,
    Required,
}

impl Protection {
    pub(super) const fn level(self) -> u8 {
        match self {
            Self::Optional => 1,
            Self::OptionalWithList => 2,
            Self::Required => 3,
        }
    }

    pub(super) const fn of_level(level: u64) -> Option<Self> {
        match level {
            1 => Some(Self::Optional),
            2 => Some(Self::OptionalWithList),
            3 => Some(Self::Required),
            _ => None,
        }
    }
}

/// A user as the platform named it (WebAuthn §5.4.3).
#[derive(Clone)]
pub(super) struct User {
    pub(super) id: Vec<u8>,
    pub(super) name: Option<String>,
    pub(super) display_name: Option<String>,
}

impl User {
    /// The entity as the key gives it back: the id alone, or with the names.
    pub(super) fn entity(&self, with_names: bool) -> Value {
        let mut members = vec![("id", Value::bytes(&self.id))];
        if with_names {
            members.extend(self.name.as_deref().map(|n| ("name", Value::text(n))));
            let shown = self.display_name.as_deref();
            members.extend(shown.map(|n| ("displayName", Value::text(n))));
        }
        Value::named(members)
    }
}

/// What is remembered of a discoverable credential.
#[derive(Clone)]
pub(super) struct Resident {
    pub(super) id: Vec<u8>,
    pub(super) rp_id: String,
    pub(super) user: User,
}

/// A credential of this key, opened from its id.
#[derive(Clone)]
pub(super) struct Credential {
    pub(super) id: Vec<u8>,
    pub(super) protection: Protection,
    /// The user of a discoverable credential; `None` of another.
    pub(super) user: Option<User>,
}

/// The secret all credentials of a key are derived from; a reset replaces it.
pub(super) struct Master(Secret<[u8; 32]>);

const NONCE: usize = 30;
const RESIDENT: u8 = 0x80;

impl Master {
    pub(super) const fn new(secret: [u8; 32]) -> Self {
        Self(Secret::new(secret))
    }

    /// The id of a new credential for `rp_id`: nonce, kind, and a MAC over both and the rp id.
    pub(super) fn mint(
        &self,
        nonce: &[u8; NONCE],
        rp_id: &str,
        resident: bool,
        protection: Protection,
    ) -> Vec<u8> {
        let kind = protection.level() | if resident { RESIDENT } else { 0 };
        let body = [&nonce[..], &[kind]].concat();
        let mac = self.mac(&body, rp_id);
        [body, mac.to_vec()].concat()
    }

    /// What `id` says if this key made it for `rp_id`: whether it is discoverable, and its
    /// protection.
    pub(super) fn open(&self, id: &[u8], rp_id: &str) -> Option<(bool, Protection)> {
        let (body, mac) = id.split_last_chunk::<32>()?;
        let (kind, nonce) = body.split_last()?;
        if nonce.len() != NONCE || !constant_time_eq(&self.mac(body, rp_id), mac) {
            return None;
        }
        let protection = Protection::of_level(u64::from(kind & !RESIDENT))?;
        Some((kind & RESIDENT != 0, protection))
    }

    /// The private key of the credential `id`.
    pub(super) fn signing_key(&self, id: &[u8]) -> SigningKey {
        let key = secret_key(|round| {
            let message = [b"credential key", &[round][..], id].concat();
            hmac(self.0.expose(), &message)
        });
        SigningKey::from(&key)
    }

    fn mac(&self, body: &[u8], rp_id: &str) -> [u8; 32] {
        let rp_id_hash = Digest::of(rp_id.as_bytes()).0;
        let message = [b"credential id", body, &rp_id_hash].concat();
        hmac(self.0.expose(), &message)
    }
}

/// The P-256 key of the first of `bytes(0)`, `bytes(1)`, … that is one; nearly always the first.
pub(super) fn secret_key(mut bytes: impl FnMut(u8) -> [u8; 32]) -> SecretKey {
    let mut round = 0;
    loop {
        if let Ok(key) = SecretKey::from_slice(&bytes(round)) {
            return key;
        }
        round = round.wrapping_add(1);
    }
}

/// ECDSA over SHA-256 of `message`, nonce as in RFC 6979, in DER.
pub(super) fn sign(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let signature: DerSignature = key.sign(message);
    signature.as_bytes().to_vec()
}

/// The public half as a COSE key.
pub(super) fn cose_key(key: &SigningKey) -> Value {
    let point = key.verifying_key().to_sec1_point(false);
    Value::numbered(vec![
        (1, Some(Value::int(2))),
        (3, Some(Value::int(CoseKey::ES256))),
        (-1, Some(Value::int(1))),
        (-2, point.x().map(|x| Value::bytes(x))),
        (-3, point.y().map(|y| Value::bytes(y))),
    ])
}
