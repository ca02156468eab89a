//! Row 3: what was seen; no judgement.

pub mod custody;
pub mod evidence;
