//! The virtual key: a CTAP 2.1 authenticator that is reached by 64-byte CTAPHID reports alone.
//!
//! It shares no code with the client: framing, PIN/UV auth protocols and commands are written from
//! the authenticator's side of the specification.

mod assertion;
mod attestation;
mod authenticator;
mod client_pin;
mod config;
mod credential;
mod credential_management;
mod device;
mod fault;
mod frame;
mod get_assertion;
mod hid;
mod info;
mod line;
mod make_credential;
mod pin_protocol;
mod plug;
mod request;
mod spec;
mod statistics;
mod status;
mod token;
mod touch;
mod vendor;
mod virtual_key;

pub use attestation::attestation_root_der;

pub use fault::Fault;
pub use fault::When;
pub use plug::VirtualKeys;
pub use plug::VirtualPort;
pub use spec::KeySpec;
pub use spec::Personality;
pub use spec::REHEARSAL_AAGUID;
pub use spec::Vendor;
pub use statistics::Statistics;
pub use touch::Hand;
pub use touch::Operation;
pub use touch::Touch;
pub use touch::TouchScript;
pub use virtual_key::Access;
pub use virtual_key::VirtualKey;

#[cfg(test)]
mod tests;
