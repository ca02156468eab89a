//! PIN/UV auth protocols one and two, from the authenticator's side (CTAP 2.1 §6.5.6, §6.5.7).

use super::credential::secret_key;
use crate::primitives::Digest;
use crate::primitives::Secret;
use crate::primitives::bytes::constant_time_eq;
use crate::primitives::cbor::Value;
use crate::rehearsal::SeededEntropy;
use aes::Aes256;
use cbc::Decryptor;
use cbc::Encryptor;
use cbc::cipher::Block;
use cbc::cipher::BlockModeDecrypt;
use cbc::cipher::BlockModeEncrypt;
use cbc::cipher::KeyIvInit;
use hkdf::Hkdf;
use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use p256::PublicKey;
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToSec1Point;
use sha2::Sha256;

/// Which of the two protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PinProtocol {
    One,
    Two,
}

impl PinProtocol {
    /// The protocol with this number; `None` if there is none.
    pub(super) const fn numbered(number: u64) -> Option<Self> {
        match number {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            _ => None,
        }
    }

    /// Whether `mac` is `authenticate(key, message)`.
    pub(super) fn verifies(self, key: &[u8], message: &[u8], mac: &[u8]) -> bool {
        let expected = hmac(key, message);
        match self {
            Self::One => expected
                .get(..16)
                .is_some_and(|left| constant_time_eq(left, mac)),
            Self::Two => constant_time_eq(&expected, mac),
        }
    }
}

/// HMAC-SHA-256 (RFC 2104).
pub(super) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    // A key of any length is accepted, so the zeros are never returned.
    Hmac::<Sha256>::new_from_slice(key).map_or([0; 32], |mut mac| {
        mac.update(message);
        mac.finalize().into_bytes().into()
    })
}

/// The key pair with which platforms agree on a shared secret, of one protocol.
pub(super) struct KeyAgreement {
    protocol: PinProtocol,
    key: SecretKey,
}

impl KeyAgreement {
    /// A fresh key pair.
    pub(super) fn new(protocol: PinProtocol, entropy: &mut SeededEntropy) -> Self {
        Self {
            protocol,
            key: secret_key(|_| entropy.bytes()),
        }
    }

    /// The public key as getKeyAgreement answers it.
    pub(super) fn public(&self) -> Value {
        let point = self.key.public_key().to_sec1_point(false);
        Value::numbered(vec![
            (1, Some(Value::int(2))),
            (3, Some(Value::int(-25))),
            (-1, Some(Value::int(1))),
            (-2, point.x().map(|x| Value::bytes(x))),
            (-3, point.y().map(|y| Value::bytes(y))),
        ])
    }

    /// `decapsulate`: the shared secret with the platform key `peer`, a COSE key; `None` if it is
    /// not a point on the curve.
    pub(super) fn shared(&self, peer: &Value) -> Option<SharedSecret> {
        if peer.at(1)?.as_i64()? != 2 || peer.at(-1)?.as_i64()? != 1 {
            return None;
        }
        let (x, y) = (peer.at(-2)?.as_bytes()?, peer.at(-3)?.as_bytes()?);
        if x.len() != 32 || y.len() != 32 {
            return None;
        }
        let peer = PublicKey::from_sec1_bytes(&[&[4], x, y].concat()).ok()?;
        let z = self.key.diffie_hellman(&peer);
        let z = z.raw_secret_bytes();
        match self.protocol {
            PinProtocol::One => {
                let key = Digest::of(z).0;
                Some(SharedSecret {
                    protocol: self.protocol,
                    hmac_key: Secret::new(key),
                    aes_key: Secret::new(key),
                })
            }
            PinProtocol::Two => {
                let (mut hmac_key, mut aes_key) = ([0; 32], [0; 32]);
                let kdf = Hkdf::<Sha256>::new(Some(&[0; 32]), z);
                kdf.expand(b"CTAP2 HMAC key", &mut hmac_key).ok()?;
                kdf.expand(b"CTAP2 AES key", &mut aes_key).ok()?;
                Some(SharedSecret {
                    protocol: self.protocol,
                    hmac_key: Secret::new(hmac_key),
                    aes_key: Secret::new(aes_key),
                })
            }
        }
    }
}

/// What platform and authenticator agreed on.
pub(super) struct SharedSecret {
    protocol: PinProtocol,
    hmac_key: Secret<[u8; 32]>,
    aes_key: Secret<[u8; 32]>,
}

impl SharedSecret {
    pub(super) fn verifies(&self, message: &[u8], mac: &[u8]) -> bool {
        self.protocol.verifies(self.hmac_key.expose(), message, mac)
    }

    /// The plaintext; `None` if the length is no whole number of blocks.
    pub(super) fn decrypt(&self, sealed: &[u8]) -> Option<Secret<Vec<u8>>> {
        let (iv, sealed) = match self.protocol {
            PinProtocol::One => (&[0; 16], sealed),
            PinProtocol::Two => sealed.split_first_chunk::<16>()?,
        };
        if !sealed.len().is_multiple_of(16) {
            return None;
        }
        let mut cipher = Decryptor::<Aes256>::new(self.aes_key.expose().into(), iv.into());
        let mut plain = Vec::new();
        for chunk in sealed.chunks(16) {
            let mut block = Block::<Aes256>::try_from(chunk).ok()?;
            cipher.decrypt_block(&mut block);
            plain.extend_from_slice(&block);
        }
        Some(Secret::new(plain))
    }

    /// The ciphertext of `plain`, 32 bytes; protocol two takes its IV from `entropy`.
    pub(super) fn encrypt(&self, plain: &[u8; 32], entropy: &mut SeededEntropy) -> Vec<u8> {
        let (iv, mut sealed) = match self.protocol {
            PinProtocol::One => ([0; 16], Vec::new()),
            PinProtocol::Two => {
                let iv: [u8; 16] = entropy.bytes();
                (iv, iv.to_vec())
            }
        };
        let mut cipher = Encryptor::<Aes256>::new(self.aes_key.expose().into(), (&iv).into());
        let (blocks, _) = plain.as_chunks::<16>();
        for chunk in blocks {
            let mut block = Block::<Aes256>::from(*chunk);
            cipher.encrypt_block(&mut block);
            sealed.extend_from_slice(&block);
        }
        sealed
    }
}
