//! Waiting for the network: one runtime on this thread, a line on the terminal when it takes longer
//! than a second, and Ctrl-C to end it.

use super::Interrupt;
use super::SystemClock;
use super::plain;
use crate::primitives::Clock;
use crate::primitives::UtcTime;
use std::cell::Cell;
use std::cell::OnceCell;
use std::future::Future;
use std::future::poll_fn;
use std::io::IsTerminal;
use std::io::Write;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use std::time::Instant;
use tokio::runtime::Builder;
use tokio::runtime::Runtime;
use tokio::time::MissedTickBehavior;

/// Nothing is said before this.
const QUIET: Duration = Duration::from_secs(1);
/// Between two looks at Ctrl-C.
const LOOK: Duration = Duration::from_millis(100);

/// Why a wait ended without what was waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Ctrl-C, now or before.
    Interrupted,
    /// The system does not let us wait; its words.
    System(String),
}

/// Waits for what comes from the network.
pub struct Waiting {
    runtime: OnceCell<Runtime>,
    interrupted: Cell<bool>,
    heard: bool,
}

impl Waiting {
    /// Nothing is begun before the first wait.
    #[must_use]
    pub fn new() -> Self {
        Self {
            runtime: OnceCell::new(),
            interrupted: Cell::new(false),
            heard: std::io::stderr().is_terminal(),
        }
    }

    /// Whether Ctrl-C ended a wait; then no other begins.
    #[must_use]
    pub const fn was_interrupted(&self) -> bool {
        self.interrupted.get()
    }

    /// Waits until `future` is done; `what` is said meanwhile, on a terminal, with the seconds that
    /// have passed.
    ///
    /// # Errors
    /// [`Stopped`]; `future` is dropped then.
    pub fn until<F: Future>(
        &self,
        what: &dyn Fn() -> String,
        future: F,
    ) -> Result<F::Output, Stopped> {
        if self.interrupted.get() {
            return Err(Stopped::Interrupted);
        }
        let runtime = self.runtime()?;
        let interrupt = Interrupt::listen().map_err(Stopped::System)?;
        let mut line = Line::new(self.heard);
        let ended = runtime.block_on(async {
            let mut future = pin!(future);
            let mut look = tokio::time::interval(LOOK);
            look.set_missed_tick_behavior(MissedTickBehavior::Delay);
            poll_fn(|context| {
                if let Poll::Ready(done) = future.as_mut().poll(context) {
                    return Poll::Ready(Some(done));
                }
                while look.poll_tick(context).is_ready() {
                    if interrupt.asked() {
                        return Poll::Ready(None);
                    }
                    line.say(what);
                }
                Poll::Pending
            })
            .await
        });
        drop(line);
        ended.ok_or_else(|| {
            self.interrupted.set(true);
            Stopped::Interrupted
        })
    }

    fn runtime(&self) -> Result<&Runtime, Stopped> {
        if self.runtime.get().is_none() {
            let runtime = Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| Stopped::System(error.to_string()))?;
            let _ = self.runtime.set(runtime);
        }
        self.runtime
            .get()
            .ok_or_else(|| Stopped::System("no runtime".to_owned()))
    }
}

impl Default for Waiting {
    fn default() -> Self {
        Self::new()
    }
}

/// A line on standard error that is taken back at the end.
struct Line {
    began: Instant,
    said: Option<u64>,
    /// Lines that were written where nothing is written over.
    lines: u64,
    heard: bool,
}

impl Line {
    fn new(heard: bool) -> Self {
        Self {
            began: Instant::now(),
            said: None,
            lines: 0,
            heard,
        }
    }

    fn say(&mut self, what: &dyn Fn() -> String) {
        let took = self.began.elapsed();
        let seconds = took.as_secs();
        if !self.heard || took < QUIET || self.said == Some(seconds) {
            return;
        }
        self.said = Some(seconds);
        let text = format!("  {}, {seconds} s (Ctrl-C ends it)", what());
        let shown: String = text.chars().take(79).collect();
        let mut err = std::io::stderr();
        if plain::is_plain() {
            // Nothing is written over: a line now, and one every minute.
            if self.lines == seconds / 60 {
                self.lines += 1;
                let _ = writeln!(err, "{shown}");
            }
            return;
        }
        let _ = write!(err, "\r{shown:<79}");
        let _ = err.flush();
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.said.is_some() && !plain::is_plain() {
            let mut err = std::io::stderr();
            let _ = write!(err, "\r{:<79}\r", "");
            let _ = err.flush();
        }
    }
}

/// This host's clock, whose waits say on the terminal what they are for and end with Ctrl-C.
pub struct PatientClock {
    clock: SystemClock,
    waiting: Rc<Waiting>,
}

impl PatientClock {
    /// A clock that counts from now.
    #[must_use]
    pub fn new(waiting: Rc<Waiting>) -> Self {
        Self {
            clock: SystemClock::new(),
            waiting,
        }
    }
}

impl Clock for PatientClock {
    fn utc(&self) -> UtcTime {
        self.clock.utc()
    }

    fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    fn wait(&self, duration: Duration) {
        let what = || "waiting: the tenant takes only so many questions at once".to_owned();
        // After Ctrl-C no wait begins, and the port answers nothing more either.
        let _ = self
            .waiting
            .until(&what, async { tokio::time::sleep(duration).await });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_waited_for_comes_out_and_time_passes() {
        let waiting = Rc::new(Waiting::new());
        let nothing = || String::new();
        assert_eq!(waiting.until(&nothing, async { 7 }), Ok(7));
        let clock = PatientClock::new(Rc::clone(&waiting));
        let before = clock.elapsed();
        clock.wait(Duration::from_millis(20));
        assert!(clock.elapsed() >= before + Duration::from_millis(20));
        assert!(!waiting.was_interrupted());
    }
}
