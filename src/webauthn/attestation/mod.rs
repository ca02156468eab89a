//! Judging attestations: what a registration proves about the authenticator that made it.

mod anchor;
pub(in crate::webauthn) mod certificate;
pub(in crate::webauthn) mod chain;
mod chains;
mod collected;
mod facts;
mod firmware;
mod format;
mod judge;
mod leaf_signature;
pub(in crate::webauthn) mod oid;
mod registration;
mod requirements;
mod statement;

pub use anchor::Anchor;
pub use anchor::AnchorSource;
pub use chain::ChainFact;
pub use chain::ChainFault;
pub use chains::Chains;
pub use collected::ClientDataFault;
pub use collected::CollectedClientData;
pub use facts::AttestationFacts;
pub use facts::ExtensionFact;
pub use facts::SignatureFact;
pub use firmware::FirmwareVersion;
pub use format::Format;
pub use judge::certificates;
pub use judge::judge;
pub use judge::thumbprint;
pub use registration::OriginFact;
pub use registration::RegistrationFacts;
pub use registration::RpIdHashFact;
pub use registration::registration;
pub use requirements::CertificateFault;

#[cfg(test)]
pub(in crate::webauthn) mod forge;
#[cfg(test)]
mod tests;
