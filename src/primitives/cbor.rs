//! CTAP2 canonical CBOR (CTAP 2.1 §8): what is written is canonical, what is read is checked.

mod decode;
mod value;

pub use decode::CborError;
pub use decode::CborFault;
pub use decode::Mode;
pub use decode::decode;
pub use decode::decode_prefix;
pub use value::Value;

#[cfg(test)]
mod tests;
