//! Attestation statement formats (WebAuthn §8).

use crate::webauthn::AttestationObject;
use std::fmt;

/// A format of attestation statement. Only [`Format::Packed`] can prove a security key's model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// `packed` with certificates (§8.2): the model's maker vouches.
    Packed,
    /// `packed` without certificates: the credential vouches for itself.
    PackedSelf,
    /// `none` (§8.7): nobody vouches.
    None,
    /// `fido-u2f` (§8.6): a U2F key, whose AAGUID is always zero.
    FidoU2f,
    /// `apple` (§8.8): an Apple device, no security key.
    Apple,
    /// `tpm` (§8.3): a computer's own TPM, no security key.
    Tpm,
    /// `android-key` (§8.4): a phone's key store, no security key.
    AndroidKey,
    /// Any other, by its name, cut at 64 characters.
    Other(String),
}

impl Format {
    /// The format of `object`.
    #[must_use]
    pub fn of(object: &AttestationObject) -> Self {
        match object.format() {
            "packed" if object.statement().named_member("x5c").is_some() => Self::Packed,
            "packed" => Self::PackedSelf,
            "none" => Self::None,
            "fido-u2f" => Self::FidoU2f,
            "apple" => Self::Apple,
            "tpm" => Self::Tpm,
            "android-key" => Self::AndroidKey,
            other => Self::Other(other.chars().take(64).collect()),
        }
    }
}

impl fmt::Display for Format {
    /// The name as attestation objects write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Packed | Self::PackedSelf => "packed",
            Self::None => "none",
            Self::FidoU2f => "fido-u2f",
            Self::Apple => "apple",
            Self::Tpm => "tpm",
            Self::AndroidKey => "android-key",
            Self::Other(name) => name,
        })
    }
}
