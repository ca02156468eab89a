//! OpenSSH public keys of the five kinds that sign here.

use super::sshsig::WireFault;
use super::sshsig::wire;
use super::sshsig::wire::Reader;
use crate::primitives::Digest;
use crate::primitives::Ed25519Key;
use crate::primitives::bytes;
use std::fmt;

/// Longest text of a public key that is read, in bytes, comment included.
pub const MAX_KEY_TEXT: usize = 8 << 10;

/// A kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SshKeyType {
    /// Ed25519 (RFC 8709).
    Ed25519,
    /// ECDSA on P-256 (RFC 5656).
    EcdsaP256,
    /// Ed25519 on a security key (OpenSSH `PROTOCOL.u2f`).
    SkEd25519,
    /// ECDSA on P-256 on a security key (OpenSSH `PROTOCOL.u2f`).
    SkEcdsaP256,
    /// RSA of 2,048 to 8,192 bits (RFC 4253 §6.6).
    Rsa,
}

impl SshKeyType {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Ed25519,
        Self::EcdsaP256,
        Self::SkEd25519,
        Self::SkEcdsaP256,
        Self::Rsa,
    ];

    /// The name on the wire and before the base64.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ssh-ed25519",
            Self::EcdsaP256 => "ecdsa-sha2-nistp256",
            Self::SkEd25519 => "sk-ssh-ed25519@openssh.com",
            Self::SkEcdsaP256 => "sk-ecdsa-sha2-nistp256@openssh.com",
            Self::Rsa => "ssh-rsa",
        }
    }
}

/// Why a public key was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SshKeyError {
    /// Not `type base64`, or `type base64 comment`, on one line with single spaces.
    Form,
    /// A kind of key that does not sign here.
    UnknownType(String),
    /// The name before the base64 is not the one inside.
    OtherType(SshKeyType),
    /// The encoding.
    Wire(WireFault),
    /// Not as long as a key of this kind is.
    Length,
    /// Another curve than P-256, or not a point on it.
    Curve,
    /// A security key made for another application than `ssh:…`.
    Application(String),
    /// An RSA modulus below 2,048 or above 8,192 bits, or even.
    Modulus {
        /// Its length.
        bits: usize,
    },
    /// An RSA exponent that is even, below 3, or of more than 33 bits.
    Exponent,
}

impl From<WireFault> for SshKeyError {
    fn from(fault: WireFault) -> Self {
        Self::Wire(fault)
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Material {
    Ed25519(Ed25519Key),
    EcdsaP256([u8; 65]),
    SkEd25519 {
        key: Ed25519Key,
        application: String,
    },
    SkEcdsaP256 {
        point: [u8; 65],
        application: String,
    },
    Rsa {
        e: Vec<u8>,
        n: Vec<u8>,
    },
}

/// A public key; prints as `type base64`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SshPublicKey {
    blob: Vec<u8>,
    material: Material,
}

impl SshPublicKey {
    /// Reads `type base64`, with or without a comment, on one line without its newline. The
    /// comment is dropped.
    ///
    /// # Errors
    /// [`SshKeyError`] with the reason.
    pub fn parse(text: &str) -> Result<Self, SshKeyError> {
        if text.len() > MAX_KEY_TEXT || text.chars().any(char::is_control) {
            return Err(SshKeyError::Form);
        }
        let mut parts = text.splitn(3, ' ');
        let name = parts.next().unwrap_or_default();
        let base64 = parts.next().ok_or(SshKeyError::Form)?;
        if name.is_empty() || base64.is_empty() || parts.next().is_some_and(str::is_empty) {
            return Err(SshKeyError::Form);
        }
        let kind = key_type(name.as_bytes())?;
        let key = Self::from_blob(&bytes::from_base64(base64).ok_or(SshKeyError::Form)?)?;
        if key.key_type() == kind {
            Ok(key)
        } else {
            Err(SshKeyError::OtherType(key.key_type()))
        }
    }

    /// Reads the wire form, which must fill `blob`.
    ///
    /// # Errors
    /// [`SshKeyError`] with the reason.
    pub fn from_blob(blob: &[u8]) -> Result<Self, SshKeyError> {
        let mut reader = Reader::new(blob);
        let material = match key_type(reader.string()?)? {
            SshKeyType::Ed25519 => Material::Ed25519(ed25519(reader.string()?)?),
            SshKeyType::EcdsaP256 => {
                Material::EcdsaP256(point(reader.string()?, reader.string()?)?)
            }
            SshKeyType::SkEd25519 => Material::SkEd25519 {
                key: ed25519(reader.string()?)?,
                application: application(reader.string()?)?,
            },
            SshKeyType::SkEcdsaP256 => Material::SkEcdsaP256 {
                point: point(reader.string()?, reader.string()?)?,
                application: application(reader.string()?)?,
            },
            SshKeyType::Rsa => Material::Rsa {
                e: exponent(reader.positive()?)?,
                n: modulus(reader.positive()?)?,
            },
        };
        reader.end()?;
        Ok(Self {
            blob: blob.to_vec(),
            material,
        })
    }

    /// The Ed25519 key with these 32 bytes.
    #[must_use]
    pub fn ed25519(key: [u8; 32]) -> Self {
        let mut blob = Vec::new();
        wire::put_string(&mut blob, SshKeyType::Ed25519.name().as_bytes());
        wire::put_string(&mut blob, &key);
        Self {
            blob,
            material: Material::Ed25519(Ed25519Key::new(key)),
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn key_type(&self) -> SshKeyType {
        match &self.material {
            Material::Ed25519(_) => SshKeyType::Ed25519,
            Material::EcdsaP256(_) => SshKeyType::EcdsaP256,
            Material::SkEd25519 { .. } => SshKeyType::SkEd25519,
            Material::SkEcdsaP256 { .. } => SshKeyType::SkEcdsaP256,
            Material::Rsa { .. } => SshKeyType::Rsa,
        }
    }

    /// The wire form.
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// The fingerprint as `ssh-keygen -l` prints it: `SHA256:` and unpadded base64.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let base64 = bytes::base64(&Digest::of(&self.blob).0);
        format!("SHA256:{}", base64.trim_end_matches('='))
    }

    /// The application of a security key, `ssh:…`; `None` for other keys.
    #[must_use]
    pub fn application(&self) -> Option<&str> {
        match &self.material {
            Material::SkEd25519 { application, .. } | Material::SkEcdsaP256 { application, .. } => {
                Some(application)
            }
            Material::Ed25519(_) | Material::EcdsaP256(_) | Material::Rsa { .. } => None,
        }
    }

    /// The Ed25519 key; `None` for others.
    pub(super) const fn ed25519_key(&self) -> Option<&Ed25519Key> {
        match &self.material {
            Material::Ed25519(key) | Material::SkEd25519 { key, .. } => Some(key),
            Material::EcdsaP256(_) | Material::SkEcdsaP256 { .. } | Material::Rsa { .. } => None,
        }
    }

    /// The uncompressed P-256 point; `None` for other keys.
    pub(super) const fn point(&self) -> Option<&[u8; 65]> {
        match &self.material {
            Material::EcdsaP256(point) | Material::SkEcdsaP256 { point, .. } => Some(point),
            Material::Ed25519(_) | Material::SkEd25519 { .. } | Material::Rsa { .. } => None,
        }
    }

    /// Modulus and exponent, without leading zeros; `None` unless RSA.
    pub(super) fn rsa(&self) -> Option<(&[u8], &[u8])> {
        match &self.material {
            Material::Rsa { e, n } => Some((n, e)),
            Material::Ed25519(_)
            | Material::EcdsaP256(_)
            | Material::SkEd25519 { .. }
            | Material::SkEcdsaP256 { .. } => None,
        }
    }
}

impl fmt::Display for SshPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.key_type().name();
        write!(f, "{name} {}", bytes::base64(&self.blob))
    }
}

impl fmt::Debug for SshPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn key_type(name: &[u8]) -> Result<SshKeyType, SshKeyError> {
    SshKeyType::ALL
        .into_iter()
        .find(|kind| kind.name().as_bytes() == name)
        .ok_or_else(|| SshKeyError::UnknownType(String::from_utf8_lossy(name).into_owned()))
}

fn ed25519(key: &[u8]) -> Result<Ed25519Key, SshKeyError> {
    let bytes = key.try_into().map_err(|_| SshKeyError::Length)?;
    Ok(Ed25519Key::new(bytes))
}

/// An uncompressed point on the curve, which is named before it.
fn point(curve: &[u8], point: &[u8]) -> Result<[u8; 65], SshKeyError> {
    if curve != b"nistp256" {
        return Err(SshKeyError::Curve);
    }
    let fixed: [u8; 65] = point.try_into().map_err(|_| SshKeyError::Length)?;
    p256::PublicKey::from_sec1_bytes(&fixed).map_err(|_| SshKeyError::Curve)?;
    Ok(fixed)
}

/// `ssh-keygen` makes security keys for `ssh:` or `ssh:…` only, so that none is a web credential.
fn application(bytes: &[u8]) -> Result<String, SshKeyError> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    if text.as_bytes() == bytes && text.starts_with("ssh:") && !text.chars().any(char::is_control) {
        Ok(text)
    } else {
        Err(SshKeyError::Application(text))
    }
}

fn modulus(n: &[u8]) -> Result<Vec<u8>, SshKeyError> {
    let zeros = n.first().map_or(0, |byte| byte.leading_zeros());
    let bits = (n.len() * 8).saturating_sub(usize::try_from(zeros).unwrap_or(8));
    let odd = n.last().is_some_and(|byte| byte % 2 == 1);
    if (2048..=8192).contains(&bits) && odd {
        Ok(n.to_vec())
    } else {
        Err(SshKeyError::Modulus { bits })
    }
}

fn exponent(e: &[u8]) -> Result<Vec<u8>, SshKeyError> {
    if e.len() > 5 {
        return Err(SshKeyError::Exponent);
    }
    let value = e
        .iter()
        .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    if (3..1 << 33).contains(&value) && value % 2 == 1 {
        Ok(e.to_vec())
    } else {
        Err(SshKeyError::Exponent)
    }
}

#[cfg(test)]
mod tests;
