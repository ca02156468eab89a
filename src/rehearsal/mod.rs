//! Row 9: the rehearsal's world: key, tenant, people, clock, randomness; pure, deterministic, and
//! reachable through `rehearse` alone.

mod at_portal;
mod bags;
mod clock;
mod entropy;
pub mod key;
mod operator;
pub mod people;
#[cfg(test)]
mod pin_rules;
mod play;
mod power;
#[cfg(test)]
mod provisioning;
pub mod tenant;
mod world;

pub use at_portal::AtPortal;
pub use bags::Bags;
pub use clock::RehearsalClock;
pub use entropy::SeededEntropy;
pub use operator::Human;
pub use operator::Mistakes;
pub use operator::RehearsalOperator;
pub use operator::SignInMistake;
pub use people::RehearsalSigner;
pub use play::Fault;
pub use play::Only;
pub use play::Played;
pub use play::Stage;
pub use play::Words;
pub use play::play;
pub use power::Power;
pub use power::PoweredDesk;
pub use power::PoweredStore;
pub use power::Step;
pub use world::SeededSources;
pub use world::World;
