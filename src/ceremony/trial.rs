//! The trial of a key before it comes on a roster: a signature over a text that means nothing, in a
//! namespace of its own.

use crate::record::Namespace;
use crate::record::SshPublicKey;
use crate::record::SshSigError;
use crate::record::SshSignature;

/// Largest file of a trial that is read, in bytes.
const MAX_BYTES: usize = 32 << 10;

/// Why a trial failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrialFault {
    /// Another key made it.
    OtherKey,
    /// The security key signed without a touch, or without verifying who touched it.
    NotVerified {
        /// The flags that it signed.
        flags: u8,
    },
    /// It is no signature over this text.
    Bad(SshSigError),
}

/// What is signed on trial.
#[must_use]
pub fn message(reference: &str, key: &SshPublicKey) -> String {
    format!("glasskey trial\n{reference}\n{key}\n")
}

/// Judges a trial: made with this very key, and if that is a security key, with touch and PIN.
///
/// # Errors
/// [`TrialFault`] with the reason.
pub fn judge(reference: &str, key: &SshPublicKey, armoured: &[u8]) -> Result<(), TrialFault> {
    let signature = SshSignature::parse(armoured).map_err(TrialFault::Bad)?;
    if signature.key() != key {
        return Err(TrialFault::OtherKey);
    }
    let text = message(reference, key);
    match signature.verify(Namespace::Trial, text.as_bytes()) {
        Ok(()) => Ok(()),
        Err(SshSigError::NotVerified { flags }) => Err(TrialFault::NotVerified { flags }),
        Err(error) => Err(TrialFault::Bad(error)),
    }
}

/// A trial made on another machine, in one file: the public key on the first line, then the
/// signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The key.
    pub key: SshPublicKey,
    /// The armoured signature.
    pub signature: Vec<u8>,
}

impl Trial {
    /// The file.
    #[must_use]
    pub fn text(&self) -> Vec<u8> {
        let mut text = format!("{}\n", self.key).into_bytes();
        text.extend_from_slice(&self.signature);
        text
    }

    /// Reads the file; `None` if it is none.
    #[must_use]
    pub fn parse(file: &[u8]) -> Option<Self> {
        if file.len() > MAX_BYTES {
            return None;
        }
        let end = file.iter().position(|byte| *byte == b'\n')?;
        let (first, rest) = file.split_at_checked(end)?;
        Some(Self {
            key: SshPublicKey::parse(std::str::from_utf8(first).ok()?).ok()?,
            signature: rest.get(1..)?.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Digest;
    use crate::record::RawSignature;
    use crate::record::SshHash;
    use ring::signature::Ed25519KeyPair;
    use ring::signature::KeyPair;

    fn pair() -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap()
    }

    /// An Ed25519 key on a security key, in software: `PROTOCOL.u2f`.
    fn sk_key() -> SshPublicKey {
        let mut blob = Vec::new();
        for part in [
            &b"sk-ssh-ed25519@openssh.com"[..],
            pair().public_key().as_ref(),
            b"ssh:",
        ] {
            blob.extend(u32::try_from(part.len()).unwrap().to_be_bytes());
            blob.extend(part);
        }
        SshPublicKey::from_blob(&blob).unwrap()
    }

    fn signed(flags: u8, text: &str) -> Vec<u8> {
        let data = SshSignature::signed_bytes(Namespace::Trial, SshHash::Sha512, text.as_bytes());
        let counter = 7_u32;
        let mut assertion = Digest::of(b"ssh:").0.to_vec();
        assertion.push(flags);
        assertion.extend(counter.to_be_bytes());
        assertion.extend(Digest::of(&data).0);
        let signature = pair().sign(&assertion).as_ref().try_into().unwrap();
        let raw = RawSignature::SkEd25519 {
            signature,
            flags,
            counter,
        };
        SshSignature::new(sk_key(), Namespace::Trial, raw)
            .unwrap()
            .armour()
    }

    #[test]
    fn a_security_key_that_verifies_nobody_is_refused() {
        let text = message("w-3", &sk_key());
        assert_eq!(judge("w-3", &sk_key(), &signed(0x05, &text)), Ok(()));
        for flags in [0x00, 0x01, 0x04] {
            assert_eq!(
                judge("w-3", &sk_key(), &signed(flags, &text)),
                Err(TrialFault::NotVerified { flags })
            );
        }
    }

    #[test]
    fn a_trial_is_of_one_ref_and_one_key() {
        let text = message("w-3", &sk_key());
        let made = signed(0x05, &text);
        assert_eq!(
            judge("w-4", &sk_key(), &made),
            Err(TrialFault::Bad(SshSigError::Bad))
        );
        let other = SshPublicKey::ed25519([1; 32]);
        assert_eq!(judge("w-3", &other, &made), Err(TrialFault::OtherKey));
        assert!(matches!(
            judge("w-3", &sk_key(), b"x"),
            Err(TrialFault::Bad(_))
        ));
    }

    #[test]
    fn the_file_of_a_trial_reads_back() {
        let trial = Trial {
            key: sk_key(),
            signature: signed(0x05, "x"),
        };
        assert_eq!(Trial::parse(&trial.text()), Some(trial));
        for noise in [&b""[..], b"\n", b"ssh-ed25519 x\n", &vec![b'a'; 40_000]] {
            assert_eq!(Trial::parse(noise), None);
        }
    }
}
