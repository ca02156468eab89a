//! Row 9: the real ports: keys, folders, clock, randomness, terminal, `ssh-keygen`. Only this row
//! and `cli` meet the world.

mod clock;
mod entropy;
mod folder;
mod folder_desk;
mod folder_ledger;
mod hid_keys;
mod lock;
mod pin_fd;
mod pin_line;
pub mod ssh_keygen;
#[cfg(test)]
mod temp_dir;
mod terminal;

pub use clock::SystemClock;
pub use entropy::NoEntropy;
pub use entropy::SystemEntropy;
pub use folder_desk::FolderDesk;
pub use folder_ledger::FolderLedger;
pub use hid_keys::HidKeys;
pub use lock::Lock;
pub use lock::LockError;
pub use pin_fd::PinFdError;
pub use pin_fd::read_pin;
pub use terminal::TerminalError;
pub use terminal::Tty;
