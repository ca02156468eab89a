//! A line on standard error that says how far a long run is; on a terminal alone.

use std::io::IsTerminal;
use std::io::Write;
use std::time::Duration;
use std::time::Instant;

/// Nothing is said before this.
const QUIET: Duration = Duration::from_secs(1);
/// Between one line and the next.
const PAUSE: Duration = Duration::from_millis(200);

/// How far a run is.
pub(crate) struct Progress {
    began: Instant,
    said: Option<Instant>,
    what: &'static str,
    total: Option<u64>,
    heard: bool,
}

impl Progress {
    /// One that has just begun, counting `what`.
    pub(crate) fn new(what: &'static str) -> Self {
        Self {
            began: Instant::now(),
            said: None,
            what,
            total: None,
            heard: std::io::stderr().is_terminal() && !crate::io::is_plain(),
        }
    }

    /// Notes that `done` are done; `total` is asked once, when the first line is due.
    pub(crate) fn step(&mut self, done: u64, total: impl FnOnce() -> Option<u64>) {
        let due = match self.said {
            None => self.began.elapsed() >= QUIET,
            Some(said) => said.elapsed() >= PAUSE,
        };
        if !self.heard || !due {
            return;
        }
        if self.said.is_none() {
            self.total = total();
        }
        self.said = Some(Instant::now());
        let line = line(self.what, done, self.total, self.began.elapsed());
        let mut err = std::io::stderr();
        let _ = write!(err, "\r{line:<79}");
        let _ = err.flush();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.said.is_some() {
            let _ = write!(std::io::stderr(), "\r{:<79}\r", "");
        }
    }
}

fn line(what: &str, done: u64, total: Option<u64>, took: Duration) -> String {
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
    let rate = done.saturating_mul(1_000) / millis;
    match total {
        Some(total) => format!("  {done} of {total} {what}, {rate}/s"),
        None => format!("  {done} {what}, {rate}/s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_and_how_fast() {
        let took = Duration::from_secs(2);
        assert_eq!(
            line("records", 3_000, Some(10_000), took),
            "  3000 of 10000 records, 1500/s"
        );
        assert_eq!(line("books", 7, None, Duration::ZERO), "  7 books, 7000/s");
    }
}
