//! A public key in COSE form (RFC 9052 §7, RFC 9053), and signatures by it.

use crate::primitives::Ed25519Key;
use crate::primitives::bytes;
use crate::primitives::bytes::Bytes;
use crate::primitives::cbor;
use crate::primitives::cbor::Mode;
use crate::primitives::cbor::Value;
use crate::webauthn::rsa;
use ring::signature;
use ring::signature::RsaPublicKeyComponents;
use ring::signature::UnparsedPublicKey;
use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;
use std::fmt;

/// What checking a signature told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureCheck {
    /// The key made this signature over this message.
    Good,
    /// It did not.
    Bad,
    /// The COSE algorithm is not one we check: nothing is known.
    UnknownAlgorithm(i64),
}

#[derive(Clone, PartialEq, Eq)]
enum Material {
    Es256([u8; 65]),
    Es384([u8; 97]),
    Ed25519(Ed25519Key),
    Rs256 { n: Vec<u8>, e: Vec<u8> },
    Other,
}

/// A COSE public key, kept with the bytes it was read from.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Bytes")]
pub struct CoseKey {
    raw: Vec<u8>,
    algorithm: i64,
    material: Material,
}

impl CoseKey {
    /// ECDSA on P-256 with SHA-256.
    pub const ES256: i64 = -7;
    /// EdDSA; Ed25519 is the one curve read.
    pub const EDDSA: i64 = -8;
    /// ECDSA on P-384 with SHA-384.
    pub const ES384: i64 = -35;
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    pub const RS256: i64 = -257;

    /// Reads one COSE key that fills `raw`; `None` if it is malformed or does not name its
    /// algorithm. An algorithm we cannot check is kept, and said by [`Self::verify`].
    #[must_use]
    pub fn parse(raw: &[u8]) -> Option<Self> {
        let (algorithm, material) = if let Some(point) = usual(raw) {
            (Self::ES256, Material::Es256(point))
        } else {
            let value = cbor::decode(raw, Mode::Tolerant).ok()?;
            let algorithm = value.at(3)?.as_i64()?;
            (algorithm, Self::material(&value, algorithm)?)
        };
        Some(Self {
            raw: raw.to_vec(),
            algorithm,
            material,
        })
    }

    fn material(value: &Value, algorithm: i64) -> Option<Material> {
        let kty = value.at(1)?.as_i64()?;
        let curve = value.at(-1).and_then(Value::as_i64);
        match (algorithm, kty, curve) {
            (Self::ES256, 2, Some(1)) => Some(Material::Es256(point(value)?)),
            (Self::ES384, 2, Some(2)) => Some(Material::Es384(point(value)?)),
            (Self::EDDSA, 1, Some(6)) => {
                let bytes = value.at(-2)?.as_bytes()?.try_into().ok()?;
                Some(Material::Ed25519(Ed25519Key::new(bytes)))
            }
            (Self::RS256, 3, _) => Some(Material::Rs256 {
                n: value.at(-1)?.as_bytes()?.to_vec(),
                e: value.at(-2)?.as_bytes()?.to_vec(),
            }),
            (Self::ES256 | Self::ES384 | Self::RS256, _, _) | (Self::EDDSA, _, Some(6)) => None,
            _ => Some(Material::Other),
        }
    }

    /// The COSE algorithm number.
    #[must_use]
    pub const fn algorithm(&self) -> i64 {
        self.algorithm
    }

    /// The bytes as they were read.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The uncompressed point (`04 || x || y`) of a P-256 or P-384 key; `None` for other keys.
    #[must_use]
    pub fn point(&self) -> Option<&[u8]> {
        match &self.material {
            Material::Es256(point) => Some(point),
            Material::Es384(point) => Some(point),
            Material::Ed25519(_) | Material::Rs256 { .. } | Material::Other => None,
        }
    }

    /// Checks `signature` over `message`; ECDSA signatures are ASN.1 DER.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> SignatureCheck {
        let good = match &self.material {
            Material::Es256(point) => {
                UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, point)
                    .verify(message, signature)
                    .is_ok()
            }
            Material::Es384(point) => {
                UnparsedPublicKey::new(&signature::ECDSA_P384_SHA384_ASN1, point)
                    .verify(message, signature)
                    .is_ok()
            }
            Material::Ed25519(key) => key.verifies(message, signature),
            Material::Rs256 { n, e } => {
                rsa::modulus_counts(n)
                    && RsaPublicKeyComponents { n, e }
                        .verify(&signature::RSA_PKCS1_2048_8192_SHA256, message, signature)
                        .is_ok()
            }
            Material::Other => return SignatureCheck::UnknownAlgorithm(self.algorithm),
        };
        if good {
            SignatureCheck::Good
        } else {
            SignatureCheck::Bad
        }
    }
}

/// The point of an ES256 key in canonical form (CTAP 2.1 §8), as nearly every key is written;
/// `None` for any other.
fn usual(raw: &[u8]) -> Option<[u8; 65]> {
    let raw: &[u8; 77] = raw.try_into().ok()?;
    let (head, rest) = raw.split_first_chunk::<10>()?;
    let (x, rest) = rest.split_first_chunk::<32>()?;
    let (between, y) = rest.split_first_chunk::<3>()?;
    // {1: 2, 3: -7, -1: 1, -2: x, -3: y}
    let fits = *head == [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]
        && *between == [0x22, 0x58, 0x20];
    if !fits {
        return None;
    }
    let mut point = [4; 65];
    let (_, places) = point.split_first_mut()?;
    let (of_x, of_y) = places.split_at_mut(32);
    of_x.copy_from_slice(x);
    of_y.copy_from_slice(y);
    Some(point)
}

fn point<const N: usize>(value: &Value) -> Option<[u8; N]> {
    let (x, y) = (value.at(-2)?.as_bytes()?, value.at(-3)?.as_bytes()?);
    if x.len() != N / 2 || y.len() != N / 2 {
        return None;
    }
    [&[4], x, y].concat().try_into().ok()
}

impl fmt::Debug for CoseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "CoseKey(alg {}, {})",
            self.algorithm,
            bytes::hex(&self.raw)
        )
    }
}

impl TryFrom<Bytes> for CoseKey {
    type Error = &'static str;

    fn try_from(bytes: Bytes) -> Result<Self, Self::Error> {
        Self::parse(&bytes.0).ok_or("not a COSE public key")
    }
}

impl Serialize for CoseKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&bytes::base64url(&self.raw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn a_key_that_is_written_as_most_are_is_read_as_any_other(
            x in any::<[u8; 32]>(),
            y in any::<[u8; 32]>(),
            at in 0_usize..77,
            byte in any::<u8>(),
        ) {
            let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
            let raw = [&head[..], &x, &[0x22, 0x58, 0x20], &y].concat();
            let mut mutated = raw.clone();
            mutated[at] = byte;
            for raw in [raw, mutated] {
                let read = cbor::decode(&raw, Mode::Tolerant).ok().and_then(|value| {
                    let algorithm = value.at(3)?.as_i64()?;
                    let material = CoseKey::material(&value, algorithm)?;
                    Some(CoseKey { raw: raw.clone(), algorithm, material })
                });
                prop_assert_eq!(CoseKey::parse(&raw), read);
            }
        }
    }
}
