//! An SSHSIG: who signed what kind of document, and the signature.

use super::RawSignature;
use super::SshSigError;
use super::armour;
use super::wire;
use super::wire::Reader;
use crate::record::Namespace;
use crate::record::SshPublicKey;
use sha2::Digest as _;
use sha2::Sha256;
use sha2::Sha512;
use std::cell::OnceCell;

/// Largest armoured signature that is read, in bytes; RSA with 8,192 bits needs 3 KiB.
pub const MAX_SIGNATURE_BYTES: usize = 16 << 10;

const PREAMBLE: &[u8; 6] = b"SSHSIG";
const VERSION: u32 = 1;

/// The hash of the message inside an SSHSIG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SshHash {
    /// `sha512`: what `ssh-keygen` and we write.
    Sha512,
    /// `sha256`: read as well.
    Sha256,
}

impl SshHash {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha512 => "sha512",
            Self::Sha256 => "sha256",
        }
    }

    fn of(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha512 => Sha512::digest(message).to_vec(),
            Self::Sha256 => Sha256::digest(message).to_vec(),
        }
    }
}

/// A message that people signed, hashed once however many did.
#[derive(Debug)]
pub struct Message<'m> {
    bytes: &'m [u8],
    sha512: OnceCell<Vec<u8>>,
}

impl<'m> Message<'m> {
    /// Takes the bytes that were signed.
    #[must_use]
    pub const fn new(bytes: &'m [u8]) -> Self {
        Self {
            bytes,
            sha512: OnceCell::new(),
        }
    }

    pub(super) fn signed_bytes(&self, namespace: Namespace, hash: SshHash) -> Vec<u8> {
        match hash {
            SshHash::Sha512 => {
                let hashed = self.sha512.get_or_init(|| hash.of(self.bytes));
                SshSignature::signed_hash(namespace, hash, hashed)
            }
            SshHash::Sha256 => SshSignature::signed_bytes(namespace, hash, self.bytes),
        }
    }
}

/// One signature. What it holds is only claimed until [`Self::verify`] says otherwise, and says
/// nothing of who may sign: that is the roster's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshSignature {
    pub(super) key: SshPublicKey,
    pub(super) namespace: String,
    pub(super) hash: SshHash,
    pub(super) raw: RawSignature,
}

impl SshSignature {
    /// Takes a signature over [`Self::signed_bytes`] with [`SshHash::Sha512`].
    ///
    /// # Errors
    /// [`SshSigError::Kind`] or [`SshSigError::Length`] if `key` cannot have made it.
    pub fn new(
        key: SshPublicKey,
        namespace: Namespace,
        raw: RawSignature,
    ) -> Result<Self, SshSigError> {
        raw.fits(&key)?;
        Ok(Self {
            key,
            namespace: namespace.name().to_owned(),
            hash: SshHash::Sha512,
            raw,
        })
    }

    /// Reads an armoured signature strictly: version 1, nothing reserved, nothing left over, and
    /// the one spelling that [`Self::armour`] writes.
    ///
    /// # Errors
    /// [`SshSigError`] with the reason.
    pub fn parse(armoured: &[u8]) -> Result<Self, SshSigError> {
        if armoured.len() > MAX_SIGNATURE_BYTES {
            return Err(SshSigError::TooLarge);
        }
        let blob = armour::decode(armoured).ok_or(SshSigError::Armour)?;
        let rest = blob.strip_prefix(PREAMBLE).ok_or(SshSigError::Preamble)?;
        let mut reader = Reader::new(rest);
        let version = reader.u32()?;
        if version != VERSION {
            return Err(SshSigError::Version(version));
        }
        let key = SshPublicKey::from_blob(reader.string()?).map_err(SshSigError::Key)?;
        let namespace = namespace(reader.string()?)?;
        if !reader.string()?.is_empty() {
            return Err(SshSigError::Reserved);
        }
        let hash = hash(reader.string()?)?;
        let raw = RawSignature::decode(&key, reader.string()?)?;
        reader.end()?;
        let signature = Self {
            key,
            namespace,
            hash,
            raw,
        };
        // The armour was found to be the one spelling of its blob.
        if signature.blob(blob.len()) != blob {
            return Err(SshSigError::SecondSpelling);
        }
        Ok(signature)
    }

    /// The armoured text, byte for byte as `ssh-keygen` writes it, ending in a newline.
    #[must_use]
    pub fn armour(&self) -> Vec<u8> {
        armour::encode(&self.blob(0))
    }

    /// What is armoured; `length` is how many bytes are expected.
    fn blob(&self, length: usize) -> Vec<u8> {
        let mut blob = Vec::with_capacity(length);
        blob.extend_from_slice(PREAMBLE);
        blob.extend_from_slice(&VERSION.to_be_bytes());
        wire::put_string(&mut blob, self.key.blob());
        wire::put_string(&mut blob, self.namespace.as_bytes());
        wire::put_string(&mut blob, b"");
        wire::put_string(&mut blob, self.hash.name().as_bytes());
        wire::put_string(&mut blob, &self.raw.encode());
        blob
    }

    /// What a key signs for `message`: namespace, hash name and the message's hash (OpenSSH
    /// `PROTOCOL.sshsig`, "Signed Data"). A security key signs a hash of this, with its flags.
    #[must_use]
    pub fn signed_bytes(namespace: Namespace, hash: SshHash, message: &[u8]) -> Vec<u8> {
        Self::signed_hash(namespace, hash, &hash.of(message))
    }

    /// As [`Self::signed_bytes`], of the message with this hash.
    pub(super) fn signed_hash(namespace: Namespace, hash: SshHash, hashed: &[u8]) -> Vec<u8> {
        let mut data = Vec::with_capacity(128);
        data.extend_from_slice(PREAMBLE);
        wire::put_string(&mut data, namespace.name().as_bytes());
        wire::put_string(&mut data, b"");
        wire::put_string(&mut data, hash.name().as_bytes());
        wire::put_string(&mut data, hashed);
        data
    }

    /// The key that the signature says made it.
    #[must_use]
    pub const fn key(&self) -> &SshPublicKey {
        &self.key
    }

    /// The namespace that the signature says it is for.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The hash of the message.
    #[must_use]
    pub const fn hash(&self) -> SshHash {
        self.hash
    }

    /// The signature proper.
    #[must_use]
    pub const fn raw(&self) -> &RawSignature {
        &self.raw
    }
}

fn namespace(bytes: &[u8]) -> Result<String, SshSigError> {
    if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_graphic) {
        return Err(SshSigError::NamespaceForm);
    }
    String::from_utf8(bytes.to_vec()).map_err(|_| SshSigError::NamespaceForm)
}

fn hash(bytes: &[u8]) -> Result<SshHash, SshSigError> {
    [SshHash::Sha512, SshHash::Sha256]
        .into_iter()
        .find(|hash| hash.name().as_bytes() == bytes)
        .ok_or_else(|| SshSigError::Hash(String::from_utf8_lossy(bytes).into_owned()))
}
