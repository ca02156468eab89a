//! Row 8: the order of things, and the ports through which people, paper and folders take part.

mod desk;
mod signer;

pub use desk::Desk;
pub use desk::DeskError;
pub use signer::SignError;
pub use signer::Signer;
