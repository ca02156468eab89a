//! Whether the key in a signature made it over a message.

use super::Message;
use super::RawSignature;
use super::SshSigError;
use super::SshSignature;
use crate::primitives::Digest;
use crate::record::Namespace;
use crate::record::SshPublicKey;
use ring::signature;
use ring::signature::RsaParameters;
use ring::signature::RsaPublicKeyComponents;
use ring::signature::UnparsedPublicKey;

/// The flags a security key must have signed: touch (UP) and verification (UV), as in
/// authenticator data (WebAuthn §6.1).
const PRESENT_AND_VERIFIED: u8 = 0x01 | 0x04;

impl SshSignature {
    /// Checks that the key inside made this signature over `message`, for `namespace`, and, if it
    /// is a security key, with touch and verification.
    ///
    /// # Errors
    /// [`SshSigError::OtherNamespace`], [`SshSigError::NotVerified`] or [`SshSigError::Bad`].
    pub fn verify(&self, namespace: Namespace, message: &[u8]) -> Result<(), SshSigError> {
        self.verify_by(&self.key, namespace, &Message::new(message))
    }

    /// As [`Self::verify`], of a message that several people signed, by `key`, which is the key inside:
    /// one that verifies often is best held by its owner.
    ///
    /// # Errors
    /// As [`Self::verify`]; [`SshSigError::Bad`] if it is another key.
    pub fn verify_by(
        &self,
        key: &SshPublicKey,
        namespace: Namespace,
        message: &Message<'_>,
    ) -> Result<(), SshSigError> {
        if *key != self.key {
            return Err(SshSigError::Bad);
        }
        if self.namespace != namespace.name() {
            return Err(SshSigError::OtherNamespace(self.namespace.clone()));
        }
        let data = message.signed_bytes(namespace, self.hash);
        let good = match &self.raw {
            RawSignature::Ed25519(raw) => ed25519(key, &data, raw),
            RawSignature::EcdsaP256(raw) => ecdsa(key, &data, raw),
            RawSignature::SkEd25519 {
                signature: raw,
                flags,
                counter,
            } => {
                let assertion = self.assertion(*flags, *counter, &data)?;
                ed25519(key, &assertion, raw)
            }
            RawSignature::SkEcdsaP256 {
                signature: raw,
                flags,
                counter,
            } => {
                let assertion = self.assertion(*flags, *counter, &data)?;
                ecdsa(key, &assertion, raw)
            }
            RawSignature::RsaSha256(raw) => {
                rsa(key, &signature::RSA_PKCS1_2048_8192_SHA256, &data, raw)
            }
            RawSignature::RsaSha512(raw) => {
                rsa(key, &signature::RSA_PKCS1_2048_8192_SHA512, &data, raw)
            }
        };
        if good { Ok(()) } else { Err(SshSigError::Bad) }
    }

    /// What a security key signs (OpenSSH `PROTOCOL.u2f`, "SSH U2F Signatures").
    fn assertion(&self, flags: u8, counter: u32, data: &[u8]) -> Result<Vec<u8>, SshSigError> {
        if flags & PRESENT_AND_VERIFIED != PRESENT_AND_VERIFIED {
            return Err(SshSigError::NotVerified { flags });
        }
        let application = self.key.application().ok_or(SshSigError::Bad)?;
        let mut signed = Digest::of(application.as_bytes()).0.to_vec();
        signed.push(flags);
        signed.extend_from_slice(&counter.to_be_bytes());
        signed.extend_from_slice(&Digest::of(data).0);
        Ok(signed)
    }
}

fn ed25519(key: &SshPublicKey, data: &[u8], raw: &[u8]) -> bool {
    key.ed25519_key().is_some_and(|key| key.verifies(data, raw))
}

fn ecdsa(key: &SshPublicKey, data: &[u8], raw: &[u8]) -> bool {
    key.point().is_some_and(|point| {
        UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point)
            .verify(data, raw)
            .is_ok()
    })
}

fn rsa(key: &SshPublicKey, algorithm: &RsaParameters, data: &[u8], raw: &[u8]) -> bool {
    key.rsa().is_some_and(|(n, e)| {
        RsaPublicKeyComponents { n, e }
            .verify(algorithm, data, raw)
            .is_ok()
    })
}
