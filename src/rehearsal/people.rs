//! The rehearsal's people, who sign in process.

use crate::ceremony::SignError;
use crate::ceremony::Signer;
use crate::record::Namespace;
use crate::record::RawSignature;
use crate::record::SshHash;
use crate::record::SshPublicKey;
use crate::record::SshSignature;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair;

/// A person of the rehearsal. The key comes from a seed that everyone may know, so it is no
/// secret, and the same message always gets the same signature.
pub struct RehearsalSigner {
    reference: String,
    pair: Ed25519KeyPair,
    public_key: SshPublicKey,
}

impl RehearsalSigner {
    /// The person `reference`, whose Ed25519 key grows from `seed`.
    ///
    /// # Errors
    /// [`SignError::Failed`] if the library makes no key of the seed.
    pub fn new(reference: &str, seed: &[u8; 32]) -> Result<Self, SignError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed)
            .map_err(|error| SignError::Failed(error.to_string()))?;
        let public = pair.public_key().as_ref().try_into();
        let public: [u8; 32] =
            public.map_err(|_| SignError::Failed("not an Ed25519 key".to_owned()))?;
        Ok(Self {
            reference: reference.to_owned(),
            pair,
            public_key: SshPublicKey::ed25519(public),
        })
    }

    /// The public key; it prints as the plan and the roster have it.
    #[must_use]
    pub const fn public_key(&self) -> &SshPublicKey {
        &self.public_key
    }
}

impl Signer for RehearsalSigner {
    fn reference(&self) -> &str {
        &self.reference
    }

    fn sign(&mut self, namespace: Namespace, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let data = SshSignature::signed_bytes(namespace, SshHash::Sha512, message);
        let failed = || SignError::Failed("no Ed25519 signature".to_owned());
        let raw: [u8; 64] = self
            .pair
            .sign(&data)
            .as_ref()
            .try_into()
            .map_err(|_| failed())?;
        let raw = RawSignature::Ed25519(raw);
        let signature =
            SshSignature::new(self.public_key.clone(), namespace, raw).map_err(|_| failed())?;
        Ok(signature.armour())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_gives_the_same_key_and_signature() {
        // RFC 8032 §7.1, test 1
        let seed: [u8; 32] = crate::primitives::bytes::from_hex(
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        )
        .unwrap()
        .try_into()
        .unwrap();
        let mut first = RehearsalSigner::new("op-1", &seed).unwrap();
        let mut second = RehearsalSigner::new("op-1", &seed).unwrap();
        assert_eq!(
            first.public_key().to_string(),
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
        );
        assert_eq!(first.reference(), "op-1");
        assert_eq!(
            first.sign(Namespace::Record, b"{}"),
            second.sign(Namespace::Record, b"{}")
        );
    }

    #[test]
    fn what_is_signed_verifies_for_its_namespace_and_message_alone() {
        let mut signer = RehearsalSigner::new("w-1", &[7; 32]).unwrap();
        let armoured = signer.sign(Namespace::Checkpoint, b"head").unwrap();
        let signature = SshSignature::parse(&armoured).unwrap();
        assert_eq!(signature.key(), signer.public_key());
        assert_eq!(signature.verify(Namespace::Checkpoint, b"head"), Ok(()));
        assert_ne!(signature.verify(Namespace::Checkpoint, b"Head"), Ok(()));
        assert_ne!(signature.verify(Namespace::Record, b"head"), Ok(()));
    }
}
