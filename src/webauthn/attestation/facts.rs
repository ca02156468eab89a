//! What an attestation shows: facts, no verdicts.

use super::CertificateFault;
use super::ChainFact;
use super::FirmwareVersion;
use super::Format;
use crate::primitives::Digest;
use crate::webauthn::Aaguid;

/// What was found about the attestation statement's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureFact {
    /// The attesting key made this signature over this authenticator data and client data.
    Good,
    /// It did not.
    Bad,
    /// The COSE algorithm is not one that is checked here: nothing is known.
    UnknownAlgorithm(i64),
    /// The statement names a COSE algorithm that the attesting key cannot make.
    OtherThanKey(i64),
    /// A statement of this format is not checked here, or has no signature.
    NotApplicable,
    /// The statement does not have the shape of its format.
    Malformed,
}

/// The AAGUID in the certificate (extension 1.3.6.1.4.1.45724.1.1.4) against authenticator data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtensionFact {
    /// They are equal.
    Matches,
    /// The certificate is for this other model.
    Differs(Aaguid),
    /// The certificate names no model. Where its anchor serves several, any of them may have made
    /// the attestation.
    Missing,
    /// The extension, or the certificate, cannot be read.
    Malformed,
    /// There is no attestation certificate of a FIDO2 model.
    NotApplicable,
}

/// Everything an attestation object shows about the authenticator that made it.
///
/// Nothing in it is proven unless `signature` is good and `chain` ends at an anchor; that is for
/// the reader of these facts to combine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestationFacts {
    /// The statement's format.
    pub format: Format,
    /// The model that authenticator data claims; `None` if it holds no credential.
    pub aaguid: Option<Aaguid>,
    /// The statement's signature.
    pub signature: SignatureFact,
    /// Where the certificates lead.
    pub chain: ChainFact,
    /// Whether the certificate is for the model claimed.
    pub aaguid_extension: ExtensionFact,
    /// What the certificate lacks of WebAuthn §8.2.1; empty also where the format has none.
    pub certificate_requirements: Vec<CertificateFault>,
    /// The firmware the certificate was made for (1.3.6.1.4.1.41482.13.1); `None` if it says none.
    pub attested_firmware: Option<FirmwareVersion>,
    /// The serial of this one device (enterprise attestation, 1.3.6.1.4.1.45724.1.1.2); `None` if
    /// the certificate says none.
    pub enterprise_serial: Option<Vec<u8>>,
    /// SHA-256 of the attestation certificate; `None` if there is none.
    pub leaf: Option<Digest>,
}
