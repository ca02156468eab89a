//! Row 9: the real ports: keys, folders, clock, randomness, terminal, `ssh-keygen`. Only this row
//! and `cli` meet the world.

mod any_ledger;
mod clock;
mod cores;
mod entropy;
mod folder;
mod folder_desk;
mod folder_ledger;
mod hid_keys;
pub mod https;
mod interrupt;
mod lock;
#[cfg(feature = "object-store")]
pub mod object;
#[cfg(feature = "second-opinion")]
mod other_client;
pub mod own_file;
mod pin_fd;
mod pin_line;
mod plain;
mod reach;
mod second_client;
pub mod sign_in;
pub mod ssh_keygen;
mod system;
#[cfg(test)]
mod temp_dir;
mod terminal;
mod waiting;

pub use any_ledger::AnyLedger;
pub use clock::SystemClock;
pub use cores::Cores;
pub use entropy::NoEntropy;
pub use entropy::SystemEntropy;
pub use folder_desk::FolderDesk;
pub use folder_ledger::FolderLedger;
pub use hid_keys::HidKeys;
pub use interrupt::Interrupt;
pub use lock::Lock;
pub use lock::LockError;
#[cfg(feature = "second-opinion")]
pub use other_client::answer_as_other_client;
pub use pin_fd::PinFdError;
pub use pin_fd::read_pin;
pub use plain::is_plain;
pub use plain::keep_plain;
pub use reach::ask_hosts;
pub use reach::proxy_setting;
pub use second_client::SECOND_READING;
pub use second_client::SecondAnswer;
pub use second_client::SecondClient;
pub use sign_in::Tokens;
pub use system::SystemProbe;
pub use terminal::TerminalError;
pub use terminal::Tty;
pub use waiting::PatientClock;
pub use waiting::Stopped;
pub use waiting::Waiting;
