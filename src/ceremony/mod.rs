//! Row 8: the order of things, and the ports through which people, paper and folders take part.

mod closing;
mod desk;
mod enrolment;
mod error;
mod genesis;
mod open;
mod operator;
mod pages;
mod people;
mod presence;
mod prompt;
mod registration;
mod room;
mod screen;
mod signer;
mod stating;
mod the_key;

pub use closing::Appended;
pub use desk::Desk;
pub use desk::DeskError;
pub use error::CeremonyError;
pub use error::TenantWhy;
pub use genesis::genesis;
pub use open::Begun;
pub use open::Method;
pub use open::OpenCeremony;
pub use open::OpenError;
pub use operator::Operator;
pub use prompt::Prompt;
pub use registration::Registered;
pub use registration::register;
pub use room::EntropySource;
pub use room::Room;
pub use screen::Screen;
pub use signer::SignError;
pub use signer::Signer;
