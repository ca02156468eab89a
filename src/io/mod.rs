//! Row 9: the real ports. Only this row and `cli` meet the world.

pub mod ssh_keygen;
