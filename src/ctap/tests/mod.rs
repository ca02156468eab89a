//! The client against scripted keys, on a clock that is moved by hand.

mod channel;
mod client;
mod credentials;
mod fake;
mod hostile;
mod key;
mod pins;
