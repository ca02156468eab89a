//! PIN/UV auth protocols one and two (CTAP 2.1 §6.5.6, §6.5.7), the platform's side.

use super::error::CtapError;
use crate::primitives::Entropy;
use crate::primitives::Secret;
use crate::primitives::cbor::Value;
use aes::Aes256;
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
use sha2::Digest as _;
use sha2::Sha256;
use zeroize::Zeroize;
use zeroize::Zeroizing;

const BLOCK: usize = 16;
/// COSE ECDH-ES + HKDF-256, which key agreement keys name though protocol one does not use it.
const ECDH_ES_HKDF_256: i64 = -25;
/// How often randomness may miss the range of a private key: once in 2^32 is expected.
const KEY_ATTEMPTS: usize = 4;

/// A PIN/UV auth protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinProtocol {
    /// One: SHA-256, AES-256-CBC with a zero IV, HMAC cut to 16 bytes.
    One,
    /// Two: HKDF, a random IV, HMAC whole.
    Two,
}

impl PinProtocol {
    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// Two where the key lists it, else the first of its list that we speak; one if it lists
    /// nothing at all, as CTAP 2.0 keys do. `None` if it lists only others.
    #[must_use]
    pub fn choose(reported: Option<&[u64]>) -> Option<Self> {
        match reported {
            None => Some(Self::One),
            Some(numbers) if numbers.contains(&2) => Some(Self::Two),
            Some(numbers) if numbers.contains(&1) => Some(Self::One),
            Some(_) => None,
        }
    }

    /// `authenticate(key, message)`, where the key is a token.
    pub(super) fn authenticate(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
            return Vec::new(); // never: HMAC takes keys of every length
        };
        mac.update(message);
        let whole = mac.finalize().into_bytes();
        let length = match self {
            Self::One => 16,
            Self::Two => 32,
        };
        whole.iter().take(length).copied().collect()
    }
}

/// What platform and key share for one operation; wiped when dropped.
pub(super) struct SharedSecret {
    protocol: PinProtocol,
    hmac_key: Secret<[u8; 32]>,
    aes_key: Secret<[u8; 32]>,
}

/// `encapsulate`: our half of the key agreement, as COSE, and what both halves share.
pub(super) fn encapsulate(
    protocol: PinProtocol,
    peer: &Value,
    entropy: &mut dyn Entropy,
) -> Result<(Value, SharedSecret), CtapError> {
    let peer = read_key(peer).ok_or(CtapError::Malformed {
        what: "keyAgreement",
    })?;
    let ours = private_key(entropy).ok_or(CtapError::NoEntropy)?;
    let point = ours.public_key().to_sec1_point(false);
    let coordinate = |bytes: Option<&p256::FieldBytes>| bytes.map(|bytes| Value::bytes(bytes));
    let cose = Value::numbered(vec![
        (1, Some(Value::int(2))),
        (3, Some(Value::int(ECDH_ES_HKDF_256))),
        (-1, Some(Value::int(1))),
        (-2, coordinate(point.x())),
        (-3, coordinate(point.y())),
    ]);
    let z = ours.diffie_hellman(&peer);
    Ok((cose, SharedSecret::derive(protocol, z.raw_secret_bytes())))
}

fn read_key(cose: &Value) -> Option<PublicKey> {
    let (kty, curve) = (cose.at(1)?.as_i64()?, cose.at(-1)?.as_i64()?);
    let (x, y) = (cose.at(-2)?.as_bytes()?, cose.at(-3)?.as_bytes()?);
    if (kty, curve, x.len(), y.len()) != (2, 1, 32, 32) {
        return None;
    }
    PublicKey::from_sec1_bytes(&[&[4], x, y].concat()).ok()
}

fn private_key(entropy: &mut dyn Entropy) -> Option<SecretKey> {
    let mut scalar = Zeroizing::new([0; 32]);
    for _ in 0..KEY_ATTEMPTS {
        entropy.fill(&mut *scalar);
        if let Ok(key) = SecretKey::from_slice(&*scalar) {
            return Some(key);
        }
    }
    None
}

impl SharedSecret {
    fn derive(protocol: PinProtocol, z: &[u8]) -> Self {
        let (mut hmac_key, mut aes_key) = ([0; 32], [0; 32]);
        match protocol {
            PinProtocol::One => {
                hmac_key = Sha256::digest(z).into();
                aes_key = hmac_key;
            }
            PinProtocol::Two => {
                let hkdf = Hkdf::<Sha256>::new(Some(&[0; 32]), z);
                // Both never fail: HKDF-SHA-256 expands to 255 * 32 bytes.
                let _ = hkdf.expand(b"CTAP2 HMAC key", &mut hmac_key);
                let _ = hkdf.expand(b"CTAP2 AES key", &mut aes_key);
            }
        }
        let secret = Self {
            protocol,
            hmac_key: Secret::new(hmac_key),
            aes_key: Secret::new(aes_key),
        };
        hmac_key.zeroize();
        aes_key.zeroize();
        secret
    }

    /// `encrypt(key, plaintext)`; whole blocks only.
    pub(super) fn encrypt(&self, plaintext: &[u8], entropy: &mut dyn Entropy) -> Vec<u8> {
        let mut iv = [0; BLOCK];
        let mut out = Vec::with_capacity(BLOCK + plaintext.len());
        if self.protocol == PinProtocol::Two {
            entropy.fill(&mut iv);
            out.extend_from_slice(&iv);
        }
        let mut cbc = cbc::Encryptor::<Aes256>::new(self.aes_key.expose().into(), (&iv).into());
        for chunk in plaintext.as_chunks::<BLOCK>().0 {
            let mut block = Block::<Aes256>::from(*chunk);
            cbc.encrypt_block(&mut block);
            out.extend_from_slice(&block);
        }
        out
    }

    /// `decrypt(key, ciphertext)`; `None` if it is not made of whole blocks.
    pub(super) fn decrypt(&self, ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (iv, body) = match self.protocol {
            PinProtocol::One => (&[0; BLOCK], ciphertext),
            PinProtocol::Two => ciphertext.split_first_chunk::<BLOCK>()?,
        };
        let (blocks, []) = body.as_chunks::<BLOCK>() else {
            return None;
        };
        let mut cbc = cbc::Decryptor::<Aes256>::new(self.aes_key.expose().into(), iv.into());
        let mut out = Zeroizing::new(Vec::with_capacity(body.len()));
        for chunk in blocks {
            let mut block = Block::<Aes256>::from(*chunk);
            cbc.decrypt_block(&mut block);
            out.extend_from_slice(&block);
            block.as_mut_slice().zeroize();
        }
        Some(out)
    }

    /// `authenticate(key, message)` with what is shared.
    pub(super) fn authenticate(&self, message: &[u8]) -> Vec<u8> {
        self.protocol.authenticate(self.hmac_key.expose(), message)
    }

    /// The protocol it was agreed for.
    pub(super) const fn protocol(&self) -> PinProtocol {
        self.protocol
    }
}

#[cfg(test)]
mod tests;
