//! Row 3: what was seen, when, by whom; no judgement.

mod observed;

pub use observed::Observed;
