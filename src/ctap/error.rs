//! Why a command to a key did not bring what was asked for.

use super::command::Command;
use super::hid::CtaphidError;
use super::status::CtapStatus;
use super::transport::TransportError;

/// Why a command brought no result. No text in it comes from the key but the system's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CtapError {
    /// The key answered with a status that is not success.
    Status {
        /// What was asked.
        command: Command,
        /// What it said.
        status: CtapStatus,
    },
    /// The key did not take the message.
    Hid(CtaphidError),
    /// No whole answer came before the deadline.
    Timeout,
    /// We cancelled before the key was done.
    Cancelled,
    /// The key was unplugged.
    Gone,
    /// The answer is not what the specification says.
    Malformed {
        /// The member, in the specification's words.
        what: &'static str,
    },
    /// The key does not have what is needed; nothing was sent.
    Unsupported {
        /// What it lacks, in the specification's words.
        what: &'static str,
    },
    /// Another program kept the key busy.
    Busy,
    /// The key claims more items than any key holds.
    TooMany {
        /// The member that claims it.
        what: &'static str,
        /// The claim.
        claimed: u64,
    },
    /// The request is longer than the key takes; nothing was sent.
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// What the key takes.
        limit: usize,
    },
    /// The source of randomness yields no usable key; nothing was sent.
    NoEntropy,
    /// The system's words.
    Transport(String),
}

impl CtapError {
    /// The status, if that is why.
    #[must_use]
    pub const fn status(&self) -> Option<CtapStatus> {
        if let Self::Status { status, .. } = self {
            Some(*status)
        } else {
            None
        }
    }
}

impl From<TransportError> for CtapError {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Gone => Self::Gone,
            TransportError::Io(words) => Self::Transport(words),
        }
    }
}

impl From<CtaphidError> for CtapError {
    fn from(error: CtaphidError) -> Self {
        if error == CtaphidError::ChannelBusy {
            Self::Busy
        } else {
            Self::Hid(error)
        }
    }
}
