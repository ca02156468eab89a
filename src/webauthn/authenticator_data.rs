//! Authenticator data (WebAuthn §6.1): what the authenticator itself signs.

use super::Aaguid;
use super::CoseKey;
use super::CredentialId;
use crate::primitives::cbor;
use crate::primitives::cbor::Mode;
use crate::primitives::cbor::Value;

const UP: u8 = 0x01;
const UV: u8 = 0x04;
const AT: u8 = 0x40;
const ED: u8 = 0x80;

/// The credential that was made (WebAuthn §6.5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestedCredentialData {
    /// The model.
    pub aaguid: Aaguid,
    /// The credential's name.
    pub credential_id: CredentialId,
    /// The credential's public key.
    pub public_key: CoseKey,
}

/// Authenticator data, kept with the bytes it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatorData {
    raw: Vec<u8>,
    rp_id_hash: [u8; 32],
    flags: u8,
    counter: u32,
    credential: Option<AttestedCredentialData>,
    extensions: Option<Value>,
}

impl AuthenticatorData {
    /// Reads the whole of `raw`; `None` if it is too short, too long, or its flags and contents
    /// disagree.
    #[must_use]
    pub fn parse(raw: &[u8]) -> Option<Self> {
        let (rp_id_hash, rest) = raw.split_first_chunk::<32>()?;
        let (flags, rest) = rest.split_first()?;
        let (counter, mut rest) = rest.split_first_chunk::<4>()?;
        let mut credential = None;
        if flags & AT != 0 {
            let (read, after) = attested(rest)?;
            credential = Some(read);
            rest = after;
        }
        let mut extensions = None;
        if flags & ED != 0 {
            let (value, after) = cbor::decode_prefix(rest, Mode::Tolerant).ok()?;
            value.as_map()?;
            extensions = Some(value);
            rest = after;
        }
        rest.is_empty().then(|| Self {
            raw: raw.to_vec(),
            rp_id_hash: *rp_id_hash,
            flags: *flags,
            counter: u32::from_be_bytes(*counter),
            credential,
            extensions,
        })
    }

    /// The bytes as they were read: what is signed.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// SHA-256 of the rp id.
    #[must_use]
    pub const fn rp_id_hash(&self) -> &[u8; 32] {
        &self.rp_id_hash
    }

    /// UP: a person touched the authenticator.
    #[must_use]
    pub const fn user_present(&self) -> bool {
        self.flags & UP != 0
    }

    /// UV: it verified that person, by PIN or biometry.
    #[must_use]
    pub const fn user_verified(&self) -> bool {
        self.flags & UV != 0
    }

    /// The signature counter; 0 always means the authenticator has none (WebAuthn §6.1.1).
    #[must_use]
    pub const fn counter(&self) -> u32 {
        self.counter
    }

    /// The credential that was made; `None` in an assertion.
    #[must_use]
    pub const fn credential(&self) -> Option<&AttestedCredentialData> {
        self.credential.as_ref()
    }

    /// Extension outputs; `None` if there are none.
    #[must_use]
    pub const fn extensions(&self) -> Option<&Value> {
        self.extensions.as_ref()
    }

    /// The level that the extension credProtect says (CTAP 2.1 §12.1); `None` where it says none.
    #[must_use]
    pub fn cred_protect(&self) -> Option<u8> {
        let level = self.extensions()?.named_member("credProtect")?;
        u8::try_from(level.as_u64()?).ok()
    }
}

fn attested(bytes: &[u8]) -> Option<(AttestedCredentialData, &[u8])> {
    let (aaguid, rest) = bytes.split_first_chunk::<16>()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (id, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    let (_, after) = cbor::decode_prefix(rest, Mode::Tolerant).ok()?;
    let key = rest.get(..rest.len() - after.len())?;
    let credential = AttestedCredentialData {
        aaguid: Aaguid::from_bytes(aaguid)?,
        credential_id: CredentialId::new(id.to_vec())?,
        public_key: CoseKey::parse(key)?,
    };
    Some((credential, after))
}
