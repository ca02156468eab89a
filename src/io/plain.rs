//! Whether this process writes nothing over and sends a terminal nothing but text: for a screen reader,
//! or a terminal that can do no more (`--plain`, `TERM=dumb`).

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

static PLAIN: AtomicBool = AtomicBool::new(false);

/// Writes plainly from now on.
pub fn keep_plain() {
    PLAIN.store(true, Ordering::Relaxed);
}

/// Whether it does.
#[must_use]
pub fn is_plain() -> bool {
    PLAIN.load(Ordering::Relaxed)
}
