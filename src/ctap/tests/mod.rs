//! The client against scripted keys, on a clock that is moved by hand.

mod agreed;
mod channel;
mod client;
mod config;
mod credentials;
pub(super) mod fake;
mod hostile;
mod init;
mod key;
mod pins;
