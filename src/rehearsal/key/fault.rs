//! What goes wrong on the wire, on demand.

use super::hid;
use crate::primitives::cbor;
use crate::primitives::cbor::Mode;
use crate::primitives::cbor::Value;
use std::time::Duration;

/// A fault of the line between key and client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Frames of another program's channel arrive between ours.
    ForeignFrames,
    /// The message ends early: half of it, in well-formed frames. A single report: its second half
    /// is zero.
    Truncation,
    /// Nothing arrives: the whole answer, or one report of it, is missing.
    Silence,
    /// It arrives so much later, and all that follows it after it.
    Late(Duration),
    /// Each report arrives twice.
    Repeated,
    /// The first continuation packet says another place in the sequence. A single report: that one,
    /// if it is a continuation.
    WrongSequence,
    /// Keep-alives (processing) for ever, in place of the answer to a CTAP2 command: until the
    /// channel is cleaned or the key unplugged. A single report: as silence.
    KeepAliveFlood,
    /// A CTAP2 answer is this status alone, whatever was done. A single report: the byte after its
    /// head.
    Status(u8),
    /// CTAPHID itself refuses with this code, whatever was done. A single report: as [`Self::Status`].
    HidError(u8),
    /// Every number that stands by itself in a CTAP2 answer, and so every count, is this one. A
    /// single report: nothing.
    LyingCounts(u64),
    /// The right channel, command and length, but random content; and a wholly random report first.
    /// A single report: random behind its channel.
    Garbage,
}

/// What a fault hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The answer to the n-th message from now on, CTAPHID commands counted too; 1 is the next.
    Message(u32),
    /// The n-th report that the key sends from now on; 1 is the next.
    Report(u32),
}

/// What becomes of a message before it is cut into packets.
pub(super) struct Spoilt {
    pub(super) command: u8,
    pub(super) message: Vec<u8>,
    pub(super) late: Duration,
}

impl Spoilt {
    /// A message that faults struck; `None` if nothing is sent.
    pub(super) fn of(command: u8, message: &[u8], struck: &[Fault]) -> Option<Self> {
        let mut spoilt = Self {
            command,
            message: message.to_vec(),
            late: Duration::ZERO,
        };
        for fault in struck {
            match fault {
                Fault::Silence => return None,
                Fault::Truncation => {
                    let half = spoilt.message.len() / 2;
                    spoilt.message.truncate(half);
                }
                Fault::Late(late) => spoilt.late = *late,
                Fault::Status(status) if command == hid::CBOR => spoilt.message = vec![*status],
                Fault::HidError(code) => {
                    spoilt.command = hid::ERROR;
                    spoilt.message = vec![*code];
                }
                Fault::LyingCounts(lie) if command == hid::CBOR => spoilt.lie(*lie),
                // The flood is the device's, the packets are the line's; and only a CTAP2 answer has
                // a status or counts.
                Fault::KeepAliveFlood
                | Fault::Garbage
                | Fault::ForeignFrames
                | Fault::Repeated
                | Fault::WrongSequence
                | Fault::Status(_)
                | Fault::LyingCounts(_) => {}
            }
        }
        Some(spoilt)
    }

    fn lie(&mut self, lie: u64) {
        let Some((status, body)) = self.message.split_first() else {
            return;
        };
        let Ok(Value::Map(members)) = cbor::decode(body, Mode::Tolerant) else {
            return;
        };
        let members = members.into_iter().map(|(key, value)| match value {
            Value::Unsigned(_) => (key, Value::Unsigned(lie)),
            Value::Negative(_)
            | Value::Bytes(_)
            | Value::Text(_)
            | Value::Array(_)
            | Value::Map(_)
            | Value::Tag(..)
            | Value::Bool(_)
            | Value::Null
            | Value::Other(..) => (key, value),
        });
        self.message = [vec![*status], Value::Map(members.collect()).encode()].concat();
    }
}

#[derive(Debug, Default)]
pub(super) struct Faults {
    armed: Vec<(Fault, When)>,
}

impl Faults {
    pub(super) fn arm(&mut self, fault: Fault, when: When) {
        self.armed.push((fault, when));
    }

    /// Counts one message down; the faults that hit its answer.
    pub(super) fn on_message(&mut self) -> Vec<Fault> {
        self.due(|when| match when {
            When::Message(left) => Some(left),
            When::Report(_) => None,
        })
    }

    /// Counts one report down; the faults that hit it.
    pub(super) fn on_report(&mut self) -> Vec<Fault> {
        self.due(|when| match when {
            When::Report(left) => Some(left),
            When::Message(_) => None,
        })
    }

    fn due(&mut self, counter: impl Fn(&mut When) -> Option<&mut u32>) -> Vec<Fault> {
        let mut due = Vec::new();
        self.armed.retain_mut(|(fault, when)| {
            let Some(left) = counter(when) else {
                return true;
            };
            *left = left.saturating_sub(1);
            if *left == 0 {
                due.push(*fault);
            }
            *left != 0
        });
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_once_and_in_its_turn() {
        let mut faults = Faults::default();
        faults.arm(Fault::Silence, When::Message(2));
        faults.arm(Fault::Garbage, When::Report(1));
        assert_eq!(faults.on_message(), []);
        assert_eq!(faults.on_report(), [Fault::Garbage]);
        assert_eq!(faults.on_report(), []);
        assert_eq!(faults.on_message(), [Fault::Silence]);
        assert_eq!(faults.on_message(), []);
    }
}
