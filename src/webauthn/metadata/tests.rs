//! Metadata BLOBs: small ones signed by a root of our own, and a real one where it is at hand.

mod entries;
mod real;
mod refusals;
mod signer;
