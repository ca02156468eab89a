//! glasskey: the life of the FIDO2 security keys that guard an Entra tenant's emergency access
//! (break glass) accounts.
//!
//! Rows, lowest first; a module names only lower rows, and `tests/layers.rs` fails the build
//! otherwise:
//!
//! 0 [`primitives`] · 1 `webauthn` · 2 `ctap`, `entra`, `plan` · 3 `facts` · 4 `findings` ·
//! 5 `record` · 6 `ledger` · 7 `paper` · 8 `ceremony` · 9 `io`, `rehearsal` · 10 `cli`
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

pub mod ceremony;
pub mod cli;
pub mod ctap;
pub mod entra;
pub mod facts;
pub mod findings;
pub mod io;
pub mod ledger;
pub mod paper;
pub mod plan;
pub mod primitives;
pub mod record;
pub mod rehearsal;
pub mod webauthn;

/// Cases a property test runs: 1,000, or `GLASSKEY_CASES`, which the gate sets to 100,000.
#[cfg(test)]
pub(crate) fn test_cases() -> u32 {
    std::env::var("GLASSKEY_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000)
}

/// Cases of a property test that judges a whole book, or talks a whole conversation, in each: 1,000 by
/// default, and in the gate 10,000. The parsers within have tests of their own, with all of them.
#[cfg(test)]
pub(crate) fn whole_test_cases() -> u32 {
    let cases = test_cases();
    (cases / 10).max(cases.min(1_000))
}
