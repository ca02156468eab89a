//! Row 1: what an authenticator and a relying party say to each other (WebAuthn Level 2).

mod aaguid;
pub mod attestation;
mod attestation_object;
mod authenticator_data;
mod client_data;
mod cose_key;
mod creation_options;
mod credential_id;
pub mod metadata;
mod models;
mod rp_id;

pub use aaguid::Aaguid;
pub use attestation_object::AttestationObject;
pub use authenticator_data::AttestedCredentialData;
pub use authenticator_data::AuthenticatorData;
pub use client_data::Assertion;
pub use client_data::ClientData;
pub use client_data::ClientDataHash;
pub use client_data::Creation;
pub use client_data::RpIdNotAllowed;
pub use cose_key::CoseKey;
pub use cose_key::SignatureCheck;
pub use creation_options::CreationOptions;
pub use creation_options::UserHandle;
pub use credential_id::CredentialId;
pub use models::Model;
pub use models::model;
pub use rp_id::RpId;
