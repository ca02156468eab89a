//! The tenant and `entra`, against each other.

mod agreement;
mod ceremony;
mod exchange;
mod key;
mod refusals;
mod stage;
mod survey;
