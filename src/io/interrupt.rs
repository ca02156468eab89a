//! Ctrl-C while something is waited for: noted, so that the wait can be ended in good order.

use signal_hook::consts::SIGINT;
use signal_hook::consts::SIGTERM;
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

/// Listens for Ctrl-C (and a request to terminate) while it lives; afterwards they end the program
/// again.
#[derive(Debug)]
pub struct Interrupt {
    asked: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens from now on.
    ///
    /// # Errors
    /// The system's words, if it does not let us.
    pub fn listen() -> Result<Self, String> {
        let (asked, over) = (Arc::default(), Arc::default());
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_default(signal, Arc::clone(&over))
                .and_then(|_| flag::register(signal, Arc::clone(&asked)))
                .map_err(|error| error.to_string())?;
        }
        Ok(Self { asked, over })
    }

    /// Whether it came.
    #[must_use]
    pub fn asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}
