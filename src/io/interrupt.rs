//! Ctrl-C while something is waited for: noted, so that the wait can be ended in good order.

use signal_hook::consts::SIGINT;
use signal_hook::consts::SIGTERM;
use signal_hook::flag;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

/// What the signal handlers of this process share; they are registered once.
struct Shared {
    asked: Arc<AtomicBool>,
    nobody_listens: Arc<AtomicBool>,
    listeners: Mutex<usize>,
}

/// Listens for Ctrl-C (and a request to terminate) while it lives; when the last one is gone they end
/// the program again.
#[derive(Debug)]
pub struct Interrupt(());

impl Interrupt {
    /// Listens from now on. Of several that listen at once, each hears it.
    ///
    /// # Errors
    /// The system's words, if it does not let us.
    pub fn listen() -> Result<Self, String> {
        let shared = shared()?;
        let mut listeners = lock(shared);
        if *listeners == 0 {
            shared.asked.store(false, Ordering::Relaxed);
        }
        *listeners += 1;
        shared.nobody_listens.store(false, Ordering::Relaxed);
        Ok(Self(()))
    }

    /// Whether it came.
    #[must_use]
    pub fn asked(&self) -> bool {
        shared().is_ok_and(|shared| shared.asked.load(Ordering::Relaxed))
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        if let Ok(shared) = shared() {
            let mut listeners = lock(shared);
            *listeners = listeners.saturating_sub(1);
            if *listeners == 0 {
                shared.nobody_listens.store(true, Ordering::Relaxed);
            }
        }
    }
}

fn lock(shared: &Shared) -> std::sync::MutexGuard<'_, usize> {
    shared
        .listeners
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

fn shared() -> Result<&'static Shared, String> {
    static SHARED: OnceLock<Result<Shared, String>> = OnceLock::new();
    let made = SHARED.get_or_init(|| {
        let asked = Arc::new(AtomicBool::new(false));
        let nobody_listens = Arc::new(AtomicBool::new(true));
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_default(signal, Arc::clone(&nobody_listens))
                .and_then(|_| flag::register(signal, Arc::clone(&asked)))
                .map_err(|error| error.to_string())?;
        }
        Ok(Shared {
            asked,
            nobody_listens,
            listeners: Mutex::new(0),
        })
    });
    made.as_ref().map_err(Clone::clone)
}
