//! Row 9: the rehearsal's key, tenant, people and clock; pure, and reachable through `rehearse`
//! alone.

pub mod people;
