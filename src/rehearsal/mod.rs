//! Row 9: the rehearsal's world, pure and deterministic.

pub mod tenant;
