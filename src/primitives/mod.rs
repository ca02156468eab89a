//! Row 0: values with no meaning of their own, and the two ports everything needs.

pub mod bytes;
pub mod cbor;
mod cloud;
mod digest;
mod ed25519;
mod entropy;
pub mod foreign_json;
mod guid;
pub mod json;
pub mod nonce_words;
mod pgp_words;
mod secret;
mod spelled;
pub mod text;
mod time;

pub use cloud::Cloud;
pub use digest::Digest;
pub use ed25519::Ed25519Key;
pub use entropy::Entropy;
pub use guid::Guid;
pub use guid::TenantId;
pub use secret::Secret;
pub use time::Clock;
pub use time::UtcTime;
