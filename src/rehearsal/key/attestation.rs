//! The rehearsal's attestation: a constant root, and the leaf every rehearsal key signs with.
//!
//! `tests/vectors/rehearsal-attestation/make.py` made the files. Their private keys are public
//! knowledge; only a trust file of a rehearsal may name this root.

use super::credential::sign;
use crate::primitives::cbor::Value;
use crate::webauthn::CoseKey;
use p256::ecdsa::SigningKey;

const ROOT: &[u8] = include_bytes!("attestation/root.der");
const LEAF: &[u8] = include_bytes!("attestation/leaf.der");
const LEAF_KEY: &[u8; 32] = include_bytes!("attestation/leaf.key");

/// The X.509 certificate, in DER, at which the attestation of every rehearsal key ends.
#[must_use]
pub const fn attestation_root_der() -> &'static [u8] {
    ROOT
}

/// A `packed` statement by the leaf over `signed` (WebAuthn §8.2).
pub(super) fn packed_by_leaf(signed: &[u8]) -> Option<Value> {
    let key = SigningKey::from_slice(LEAF_KEY).ok()?;
    Some(Value::named(vec![
        ("alg", Value::int(CoseKey::ES256)),
        ("sig", Value::Bytes(sign(&key, signed))),
        ("x5c", Value::Array(vec![Value::bytes(LEAF)])),
    ]))
}

/// A `packed` statement by the credential's own key (WebAuthn §6.5.4, self attestation).
pub(super) fn packed_by_self(key: &SigningKey, signed: &[u8]) -> Value {
    Value::named(vec![
        ("alg", Value::int(CoseKey::ES256)),
        ("sig", Value::Bytes(sign(key, signed))),
    ])
}
