//! Row 9: the rehearsal's world, pure and deterministic: a clock, randomness and security keys.

mod clock;
mod entropy;
pub mod key;

pub use clock::RehearsalClock;
pub use entropy::SeededEntropy;
//! Row 9: the rehearsal's key, tenant, people and clock; pure, and reachable through `rehearse`
//! alone.

pub mod people;
