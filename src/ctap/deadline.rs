//! One deadline over a whole exchange.

use crate::primitives::Clock;
use std::time::Duration;

/// The least time a report takes on any bus (USB high speed: 125 µs). Counting it makes a deadline
/// hold on a clock that stands still.
const LEAST_STEP: Duration = Duration::from_micros(100);

/// A moment after which nothing is waited for. What was waited for counts, and what the clock says,
/// whichever is more.
#[derive(Clone, Copy)]
pub(super) struct Deadline {
    started: Duration,
    allowed: Duration,
    counted: Duration,
}

impl Deadline {
    /// A deadline `allowed` from now.
    pub(super) fn new(clock: &dyn Clock, allowed: Duration) -> Self {
        Self {
            started: clock.elapsed(),
            allowed,
            counted: Duration::ZERO,
        }
    }

    /// What is left; `None` once it has passed.
    pub(super) fn left(&self, clock: &dyn Clock) -> Option<Duration> {
        let passed = clock.elapsed().saturating_sub(self.started);
        let left = self.allowed.saturating_sub(passed.max(self.counted));
        (!left.is_zero()).then_some(left)
    }

    /// Counts a step that took `time`, at least as long as a report takes.
    pub(super) fn count(&mut self, time: Duration) {
        self.counted = self.counted.saturating_add(time.max(LEAST_STEP));
    }
}
