//! Whether somebody touches the key when it asks.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use trussed::platform::UserInterface;
use trussed::types::ui::Status;
use trussed_core::types::consent::Level;
use trussed_core::types::reboot::To;

/// The finger on one key. Clones are the same.
#[derive(Clone)]
pub struct Presence {
    touched: Arc<AtomicBool>,
    waiting: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl Presence {
    pub(crate) fn new() -> Self {
        Self {
            touched: Arc::new(AtomicBool::new(true)),
            waiting: Arc::default(),
            asked: Arc::default(),
        }
    }

    /// Whether the finger stays on the key; it does at first.
    pub fn touch(&self, touched: bool) {
        self.touched.store(touched, Ordering::Relaxed);
    }

    /// How often the key looked for a touch.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    pub(crate) fn is_waited_for(&self) -> bool {
        self.waiting.load(Ordering::Relaxed)
    }
}

impl UserInterface for Presence {
    fn check_user_presence(&mut self) -> Level {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.touched.load(Ordering::Relaxed) {
            Level::Normal
        } else {
            Level::None
        }
    }

    fn set_status(&mut self, status: Status) {
        let waiting = status == Status::WaitingForUserPresence;
        self.waiting.store(waiting, Ordering::Relaxed);
    }

    fn refresh(&mut self) {
        thread::sleep(Duration::from_millis(1));
    }

    fn uptime(&mut self) -> Duration {
        unreachable!("the platform counts its own")
    }

    fn reboot(&mut self, _: To) -> ! {
        unreachable!("nothing here asks for it")
    }

    fn wink(&mut self, _: Duration) {}
}
