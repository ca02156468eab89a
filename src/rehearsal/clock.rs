//! A clock that stands still until somebody waits.

use crate::primitives::Clock;
use crate::primitives::UtcTime;
use std::cell::Cell;
use std::time::Duration;

/// The rehearsal's time. Shared by `Rc`: whoever waits moves it for everybody.
#[derive(Debug)]
pub struct RehearsalClock {
    start: UtcTime,
    elapsed: Cell<Duration>,
}

impl RehearsalClock {
    /// A clock that shows `start`.
    #[must_use]
    pub const fn new(start: UtcTime) -> Self {
        Self {
            start,
            elapsed: Cell::new(Duration::ZERO),
        }
    }
}

impl Clock for RehearsalClock {
    fn utc(&self) -> UtcTime {
        let seconds = i64::try_from(self.elapsed.get().as_secs()).unwrap_or(i64::MAX);
        self.start.plus_seconds(seconds)
    }

    fn elapsed(&self) -> Duration {
        self.elapsed.get()
    }

    fn wait(&self, duration: Duration) {
        self.elapsed
            .set(self.elapsed.get().saturating_add(duration));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_moves_by_waiting_alone() {
        let clock = RehearsalClock::new(UtcTime::from_unix(1_000));
        assert_eq!(clock.utc(), UtcTime::from_unix(1_000));
        clock.wait(Duration::from_millis(1_500));
        clock.wait(Duration::from_millis(600));
        assert_eq!(clock.utc(), UtcTime::from_unix(1_002));
        assert_eq!(clock.elapsed(), Duration::from_millis(2_100));
    }

    #[test]
    fn waiting_for_ever_does_not_overflow() {
        let clock = RehearsalClock::new(UtcTime::from_unix(0));
        clock.wait(Duration::MAX);
        clock.wait(Duration::MAX);
        assert_eq!(clock.elapsed(), Duration::MAX);
        assert_eq!(clock.utc().to_string(), "9999-12-30T22:00:00Z");
    }
}
