//! The port to a person's signing key.

use crate::record::Namespace;

/// Why there is no signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignError {
    /// The person declined.
    Declined,
    /// The program that signs is not there, or not recent enough.
    NoProgram(String),
    /// It ran and failed; its own words.
    Failed(String),
}

/// One person who signs.
pub trait Signer {
    /// The person's ref on the roster.
    fn reference(&self) -> &str;

    /// An armoured SSHSIG over `message` in `namespace`; hardware waits for a touch.
    ///
    /// # Errors
    /// [`SignError`]; then nothing was signed.
    fn sign(&mut self, namespace: Namespace, message: &[u8]) -> Result<Vec<u8>, SignError>;
}
