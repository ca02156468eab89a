//! Row 9: the rehearsal's world: key, tenant, people, clock, randomness; pure, deterministic, and
//! reachable through `rehearse` alone.

mod clock;
mod entropy;
pub mod key;
pub mod people;
pub mod tenant;

pub use clock::RehearsalClock;
pub use entropy::SeededEntropy;
