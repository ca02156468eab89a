//! Row 2: CTAPHID and CTAP2 to a security key, pure but for the ports in `transport`.

mod transport;

pub use transport::KeyEntry;
pub use transport::KeyTransport;
pub use transport::Keys;
pub use transport::KeysError;
pub use transport::Report;
pub use transport::TransportError;
