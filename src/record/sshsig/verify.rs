//! Whether the key in a signature made it over a message.

use super::Message;
use super::RawSignature;
use super::SshSigError;
use super::SshSignature;
use crate::primitives::Digest;
use crate::record::Namespace;
use ring::signature;
use ring::signature::RsaParameters;
use ring::signature::RsaPublicKeyComponents;
use ring::signature::UnparsedPublicKey;
use ring::signature::VerificationAlgorithm;

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
        self.verify_message(namespace, &Message::new(message))
    }

    /// As [`Self::verify`], of a message that several people signed.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn verify_message(
        &self,
        namespace: Namespace,
        message: &Message<'_>,
    ) -> Result<(), SshSigError> {
        if self.namespace != namespace.name() {
            return Err(SshSigError::OtherNamespace(self.namespace.clone()));
        }
        let data = message.signed_bytes(namespace, self.hash);
        match &self.raw {
            RawSignature::Ed25519(raw) => self.curve(&signature::ED25519, &data, raw),
            RawSignature::EcdsaP256(raw) => {
                self.curve(&signature::ECDSA_P256_SHA256_FIXED, &data, raw)
            }
            RawSignature::SkEd25519 {
                signature: raw,
                flags,
                counter,
            } => {
                let assertion = self.assertion(*flags, *counter, &data)?;
                self.curve(&signature::ED25519, &assertion, raw)
            }
            RawSignature::SkEcdsaP256 {
                signature: raw,
                flags,
                counter,
            } => {
                let assertion = self.assertion(*flags, *counter, &data)?;
                self.curve(&signature::ECDSA_P256_SHA256_FIXED, &assertion, raw)
            }
            RawSignature::RsaSha256(raw) => {
                self.rsa(&signature::RSA_PKCS1_2048_8192_SHA256, &data, raw)
            }
            RawSignature::RsaSha512(raw) => {
                self.rsa(&signature::RSA_PKCS1_2048_8192_SHA512, &data, raw)
            }
        }
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

    fn curve(
        &self,
        algorithm: &'static dyn VerificationAlgorithm,
        data: &[u8],
        raw: &[u8],
    ) -> Result<(), SshSigError> {
        let key = self.key.curve_key().ok_or(SshSigError::Bad)?;
        UnparsedPublicKey::new(algorithm, key)
            .verify(data, raw)
            .map_err(|_| SshSigError::Bad)
    }

    fn rsa(&self, algorithm: &RsaParameters, data: &[u8], raw: &[u8]) -> Result<(), SshSigError> {
        let (n, e) = self.key.rsa().ok_or(SshSigError::Bad)?;
        RsaPublicKeyComponents { n, e }
            .verify(algorithm, data, raw)
            .map_err(|_| SshSigError::Bad)
    }
}
