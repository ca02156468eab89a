//! The signature proper, inside an SSHSIG.

use super::SshSigError;
use super::wire;
use super::wire::Reader;
use crate::record::SshKeyType;
use crate::record::SshPublicKey;

const RSA_SHA256: &str = "rsa-sha2-256";
const RSA_SHA512: &str = "rsa-sha2-512";

/// A signature as its algorithm makes it. ECDSA is `r || s`, 32 bytes each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawSignature {
    /// Ed25519 (RFC 8709 §6).
    Ed25519([u8; 64]),
    /// ECDSA on P-256 with SHA-256 (RFC 5656 §3.1.2).
    EcdsaP256([u8; 64]),
    /// Ed25519 by a security key (OpenSSH `PROTOCOL.u2f`).
    SkEd25519 {
        /// The signature.
        signature: [u8; 64],
        /// What the key did: 0x01 touch, 0x04 verification.
        flags: u8,
        /// The key's signature counter.
        counter: u32,
    },
    /// ECDSA on P-256 by a security key (OpenSSH `PROTOCOL.u2f`).
    SkEcdsaP256 {
        /// The signature.
        signature: [u8; 64],
        /// What the key did: 0x01 touch, 0x04 verification.
        flags: u8,
        /// The key's signature counter.
        counter: u32,
    },
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8332 §3), as long as the modulus.
    RsaSha256(Vec<u8>),
    /// RSASSA-PKCS1-v1_5 with SHA-512 (RFC 8332 §3), as long as the modulus.
    RsaSha512(Vec<u8>),
}

impl RawSignature {
    /// The signature algorithm's name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RsaSha256(_) => RSA_SHA256,
            Self::RsaSha512(_) => RSA_SHA512,
            Self::Ed25519(_)
            | Self::EcdsaP256(_)
            | Self::SkEd25519 { .. }
            | Self::SkEcdsaP256 { .. } => self.key_type().name(),
        }
    }

    /// The kind of key that makes it.
    #[must_use]
    pub const fn key_type(&self) -> SshKeyType {
        match self {
            Self::Ed25519(_) => SshKeyType::Ed25519,
            Self::EcdsaP256(_) => SshKeyType::EcdsaP256,
            Self::SkEd25519 { .. } => SshKeyType::SkEd25519,
            Self::SkEcdsaP256 { .. } => SshKeyType::SkEcdsaP256,
            Self::RsaSha256(_) | Self::RsaSha512(_) => SshKeyType::Rsa,
        }
    }

    /// Whether `key` could have made it, by kind and length.
    ///
    /// # Errors
    /// [`SshSigError::Kind`] or [`SshSigError::Length`].
    pub(super) fn fits(&self, key: &SshPublicKey) -> Result<(), SshSigError> {
        if self.key_type() != key.key_type() {
            return Err(SshSigError::Kind {
                key: key.key_type(),
                signature: self.name().to_owned(),
            });
        }
        let right = match self {
            Self::Ed25519(_) | Self::SkEd25519 { .. } => true,
            Self::EcdsaP256(signature) | Self::SkEcdsaP256 { signature, .. } => {
                let (r, s) = signature.split_at(32);
                r.iter().any(|byte| *byte != 0) && s.iter().any(|byte| *byte != 0)
            }
            Self::RsaSha256(signature) | Self::RsaSha512(signature) => key
                .rsa()
                .is_some_and(|(modulus, _)| modulus.len() == signature.len()),
        };
        if right {
            Ok(())
        } else {
            Err(SshSigError::Length)
        }
    }

    /// The contents of the `signature` field.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        wire::put_string(&mut out, self.name().as_bytes());
        match self {
            Self::Ed25519(signature) | Self::SkEd25519 { signature, .. } => {
                wire::put_string(&mut out, signature);
            }
            Self::EcdsaP256(signature) | Self::SkEcdsaP256 { signature, .. } => {
                let (r, s) = signature.split_at(32);
                let mut pair = Vec::new();
                wire::put_positive(&mut pair, r);
                wire::put_positive(&mut pair, s);
                wire::put_string(&mut out, &pair);
            }
            Self::RsaSha256(signature) | Self::RsaSha512(signature) => {
                wire::put_string(&mut out, signature);
            }
        }
        if let Self::SkEd25519 { flags, counter, .. } | Self::SkEcdsaP256 { flags, counter, .. } =
            self
        {
            out.push(*flags);
            out.extend_from_slice(&counter.to_be_bytes());
        }
        out
    }

    /// Reads the contents of the `signature` field, made by `key`.
    pub(super) fn decode(key: &SshPublicKey, blob: &[u8]) -> Result<Self, SshSigError> {
        let mut reader = Reader::new(blob);
        let name = reader.string()?;
        let kind = || SshSigError::Kind {
            key: key.key_type(),
            signature: String::from_utf8_lossy(name).into_owned(),
        };
        if key.key_type() != SshKeyType::Rsa && name != key.key_type().name().as_bytes() {
            return Err(kind());
        }
        let inner = reader.string()?;
        let raw = match key.key_type() {
            SshKeyType::Ed25519 => Self::Ed25519(ed25519(inner)?),
            SshKeyType::EcdsaP256 => Self::EcdsaP256(ecdsa(inner)?),
            SshKeyType::SkEd25519 => Self::SkEd25519 {
                signature: ed25519(inner)?,
                flags: reader.byte()?,
                counter: reader.u32()?,
            },
            SshKeyType::SkEcdsaP256 => Self::SkEcdsaP256 {
                signature: ecdsa(inner)?,
                flags: reader.byte()?,
                counter: reader.u32()?,
            },
            SshKeyType::Rsa if name == RSA_SHA256.as_bytes() => Self::RsaSha256(inner.to_vec()),
            SshKeyType::Rsa if name == RSA_SHA512.as_bytes() => Self::RsaSha512(inner.to_vec()),
            SshKeyType::Rsa => return Err(kind()),
        };
        reader.end()?;
        raw.fits(key)?;
        Ok(raw)
    }
}

fn ed25519(inner: &[u8]) -> Result<[u8; 64], SshSigError> {
    inner.try_into().map_err(|_| SshSigError::Length)
}

/// `r || s` of two integers in their shortest form.
fn ecdsa(inner: &[u8]) -> Result<[u8; 64], SshSigError> {
    let mut reader = Reader::new(inner);
    let (r, s) = (reader.positive()?, reader.positive()?);
    reader.end()?;
    let mut fixed = Vec::with_capacity(64);
    for integer in [r, s] {
        let zeros = 32_usize
            .checked_sub(integer.len())
            .ok_or(SshSigError::Length)?;
        fixed.resize(fixed.len() + zeros, 0);
        fixed.extend_from_slice(integer);
    }
    fixed.try_into().map_err(|_| SshSigError::Length)
}
