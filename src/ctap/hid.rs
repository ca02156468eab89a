//! CTAPHID commands, keep-alives and errors (CTAP 2.1 §11.2.9).

/// CTAPHID_INIT: asks for a channel, or frees our own of what is left on it.
pub const INIT: u8 = 0x06;
/// CTAPHID_WINK: makes the key show itself.
pub const WINK: u8 = 0x08;
/// CTAPHID_CBOR: carries a CTAP2 command.
pub const CBOR: u8 = 0x10;
/// CTAPHID_CANCEL: ends what waits on the channel.
pub const CANCEL: u8 = 0x11;
/// CTAPHID_KEEPALIVE: the key is at it.
pub const KEEPALIVE: u8 = 0x3b;
/// CTAPHID_ERROR: the message was not taken.
pub const ERROR: u8 = 0x3f;

/// Why the answer takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepAlive {
    /// The key is working.
    Processing,
    /// It waits for a touch.
    UpNeeded,
}

impl KeepAlive {
    /// Reads the status byte; a key that says anything but "up needed" is working.
    #[must_use]
    pub fn from_payload(payload: &[u8]) -> Self {
        if payload.first() == Some(&2) {
            Self::UpNeeded
        } else {
            Self::Processing
        }
    }
}

/// The code of a CTAPHID_ERROR (CTAP 2.1 §11.2.9.1.6), total over a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CtaphidError {
    /// ERR_INVALID_CMD: the key has no such CTAPHID command.
    InvalidCommand,
    /// ERR_INVALID_PAR: a parameter is invalid.
    InvalidParameter,
    /// ERR_INVALID_LEN: BCNT is invalid.
    InvalidLength,
    /// ERR_INVALID_SEQ: packets came out of sequence.
    InvalidSequence,
    /// ERR_MSG_TIMEOUT: the message was not complete in time.
    MessageTimeout,
    /// ERR_CHANNEL_BUSY: another program is being served.
    ChannelBusy,
    /// ERR_LOCK_REQUIRED: another program locked the key.
    LockRequired,
    /// ERR_INVALID_CHANNEL: the channel is not allocated.
    InvalidChannel,
    /// ERR_OTHER: not said which.
    Unspecified,
    /// A code the specification does not give; `None` if the message is empty.
    Other(Option<u8>),
}

impl CtaphidError {
    /// Reads the payload of a CTAPHID_ERROR.
    #[must_use]
    pub const fn from_payload(payload: &[u8]) -> Self {
        match payload.first() {
            Some(0x01) => Self::InvalidCommand,
            Some(0x02) => Self::InvalidParameter,
            Some(0x03) => Self::InvalidLength,
            Some(0x04) => Self::InvalidSequence,
            Some(0x05) => Self::MessageTimeout,
            // Nitrokey 3 and Solo 2 (usbd-ctaphid 0.5.0, `send_error_now`) say 0 for busy.
            Some(0x06 | 0x00) => Self::ChannelBusy,
            Some(0x0a) => Self::LockRequired,
            Some(0x0b) => Self::InvalidChannel,
            Some(0x7f) => Self::Unspecified,
            Some(other) => Self::Other(Some(*other)),
            None => Self::Other(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_code_has_a_meaning_or_is_kept() {
        let kept = (0..=u8::MAX)
            .filter(|code| CtaphidError::from_payload(&[*code]) == CtaphidError::Other(Some(*code)))
            .count();
        assert_eq!(kept, 256 - 10);
        assert_eq!(CtaphidError::from_payload(&[6]), CtaphidError::ChannelBusy);
        assert_eq!(CtaphidError::from_payload(&[0]), CtaphidError::ChannelBusy);
        assert_eq!(CtaphidError::from_payload(&[]), CtaphidError::Other(None));
    }

    #[test]
    fn only_the_byte_two_asks_for_a_touch() {
        assert_eq!(KeepAlive::from_payload(&[2]), KeepAlive::UpNeeded);
        for payload in [&[1][..], &[0], &[9], &[]] {
            assert_eq!(KeepAlive::from_payload(payload), KeepAlive::Processing);
        }
    }
}
