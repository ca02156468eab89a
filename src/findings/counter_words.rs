//! What two signature counters say of one another.

use super::Verdict;

/// `CTR-MONO`: whether it rose. A key that has none always says 0 (WebAuthn §6.1.1).
pub(super) fn rises(before: u32, now: u32) -> (Verdict, String) {
    match (before, now) {
        (0, 0) => (Verdict::NotRun, "this key has no counter".to_owned()),
        (before, now) if now > before => (Verdict::Pass, format!("{before}, now {now}")),
        (before, now) => (
            Verdict::Fail,
            format!("{before}, now {now}: another device may hold this credential"),
        ),
    }
}

/// `CTR-DELTA`: by how much, which only informs.
pub(super) fn step(before: u32, now: u32) -> (Verdict, String) {
    match (now.checked_sub(before), now) {
        (Some(0), 0) => (Verdict::NotRun, "this key has no counter".to_owned()),
        (Some(step), _) => (
            Verdict::Pass,
            format!("{step} since {before}; keys may step at random"),
        ),
        (None, _) => (Verdict::NotRun, "it fell".to_owned()),
    }
}
