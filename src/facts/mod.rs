//! Row 3: what was seen, when, by whom; no judgement.

mod observed;

pub use observed::Observed;
//! Row 3: what was seen; no judgement.

pub mod custody;
pub mod evidence;
