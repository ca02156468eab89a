//! Row 3: what was seen, when, by whom; no judgement.

pub mod book;
pub mod claims;
pub mod custody;
pub mod due;
pub mod evidence;
pub mod follow_up;
pub mod key;
pub mod metadata;
mod observed;
pub mod reach;
pub mod recognition;
pub mod restore;
pub mod second_opinion;
pub mod system;
pub mod tenant;

pub use observed::Observed;
