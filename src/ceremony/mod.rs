//! Row 8: the order of things, and the ports through which people, paper and folders take part.

mod desk;
mod open;
mod prompt;
mod signer;

pub use desk::Desk;
pub use desk::DeskError;
pub use open::Begun;
pub use open::Method;
pub use open::OpenCeremony;
pub use open::OpenError;
pub use prompt::Prompt;
pub use signer::SignError;
pub use signer::Signer;
