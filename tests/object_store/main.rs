//! Ledgers in object storage: against Azurite, and against servers that misbehave.

mod answers;
mod azurite;
mod books;
#[path = "../serve/skipped.rs"]
mod skipped;
mod support;
#[path = "../serve/told.rs"]
mod told;
