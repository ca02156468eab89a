//! Attestations made by real authenticators, and forged ones with one thing wrong.

mod chains;
mod real;
mod statements;
