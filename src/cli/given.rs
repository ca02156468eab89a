//! A PIN that was handed over by file descriptor: one try, and nobody to ask.

use super::exit::Exit;
use super::failure::Failure;
use crate::ceremony::Operator;
use crate::ceremony::Prompt;
use crate::ctap::KeepAlive;
use crate::findings::Finding;
use crate::io::PinFdError;
use crate::io::read_pin;
use crate::primitives::Digest;
use crate::primitives::Secret;

/// The one PIN of `--pin-fd`.
pub(crate) struct Given(Option<Secret<String>>);

impl Given {
    /// Reads it from the descriptor with that number.
    ///
    /// # Errors
    /// [`Failure`] with exit 2; nothing of what came is in it.
    pub(crate) fn read(number: u32) -> Result<Self, Failure> {
        read_pin(number)
            .map(|pin| Self(Some(pin)))
            .map_err(|error| {
                Failure::new(
                    Exit::Usage,
                    "nothing was sent to the key; no PIN try was spent",
                    format!(
                        "no PIN came from file descriptor {number}: {}",
                        words(&error)
                    ),
                    "hand over one line, for example: `pass show key | glasskey ... --pin-fd 0`",
                )
            })
    }

    /// Takes it; `None` the second time.
    pub(crate) fn take(&mut self) -> Option<Secret<String>> {
        self.0.take()
    }
}

fn words(error: &PinFdError) -> String {
    match error {
        PinFdError::NotOpen(words) => format!("it is not open for reading ({words})"),
        PinFdError::Terminal => "it is a terminal; leave --pin-fd out to be asked".to_owned(),
        PinFdError::Silent => "nothing came within a minute".to_owned(),
        PinFdError::Empty => "it is empty".to_owned(),
        PinFdError::TooLong => "the line is longer than 256 bytes".to_owned(),
        PinFdError::NotText => "the line is no text".to_owned(),
        PinFdError::Io(words) => words.clone(),
    }
}

impl Operator for Given {
    fn step(&mut self, _: u32, _: u32, _: &str) {}

    fn say(&mut self, _: &str) {}

    fn findings(&mut self, _: &[Finding]) {}

    fn digest(&mut self, _: &Digest) {}

    fn keep_alive(&mut self, _: &str, _: KeepAlive) {}

    fn line(&mut self, _: &Prompt) -> Option<String> {
        None
    }

    fn pin(&mut self, _: &Prompt) -> Option<Secret<String>> {
        self.take()
    }

    fn confirm(&mut self, _: &Prompt) -> bool {
        false
    }
}
