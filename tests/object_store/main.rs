//! Ledgers in object storage: against Azurite, and against servers that misbehave.

mod answers;
mod azurite;
mod books;
mod support;
