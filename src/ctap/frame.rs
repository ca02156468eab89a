//! CTAPHID packets (CTAP 2.1 §11.2.4): a message split into reports, and reports put together.

use super::transport::Report;
use zeroize::Zeroizing;

/// The longest payload of a message: one initial packet and 128 continuations.
pub const MAX_PAYLOAD: usize = INITIAL_ROOM + 128 * CONTINUATION_ROOM;

const INITIAL_ROOM: usize = 57;
const CONTINUATION_ROOM: usize = 59;
const INITIAL_BIT: u8 = 0x80;

/// Who a packet belongs to. Every program that opens a key has a channel of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelId(pub u32);

impl ChannelId {
    /// The channel on which a channel is asked for.
    pub const BROADCAST: Self = Self(0xffff_ffff);
}

/// A whole message. The payload may hold a user handle, so it is wiped and not printed.
pub struct Message {
    /// The CTAPHID command, without the bit that marks an initial packet.
    pub command: u8,
    /// Up to [`MAX_PAYLOAD`] bytes.
    pub payload: Zeroizing<Vec<u8>>,
}

/// What one report brought.
pub enum Fed {
    /// It belongs to another channel.
    Foreign,
    /// A continuation of nothing: the rest of a message that was given up.
    Stray,
    /// It was taken; the message is not whole yet.
    More,
    /// The message is whole.
    Whole(Message),
}

/// Why the reports of our channel are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameFault {
    /// A continuation with another number than the next.
    Sequence {
        /// The next number.
        expected: u8,
        /// The number that came.
        found: u8,
    },
    /// BCNT claims more than [`MAX_PAYLOAD`] bytes.
    TooLong {
        /// The claim, in bytes.
        claimed: u16,
    },
    /// A message began inside a message.
    Interrupted,
}

/// The reports that carry `payload` on `channel`; `None` if it is longer than [`MAX_PAYLOAD`].
#[must_use]
pub fn split(channel: ChannelId, command: u8, payload: &[u8]) -> Option<Vec<Report>> {
    if payload.len() > MAX_PAYLOAD {
        return None;
    }
    let length = u16::try_from(payload.len()).ok()?.to_be_bytes();
    let channel = channel.0.to_be_bytes();
    let (first, rest) = payload.split_at(payload.len().min(INITIAL_ROOM));
    let mut reports = Vec::with_capacity(1 + rest.len().div_ceil(CONTINUATION_ROOM));
    reports.push(packet(&[
        &channel,
        &[command | INITIAL_BIT],
        &length,
        first,
    ]));
    for (sequence, part) in (0_u8..INITIAL_BIT).zip(rest.chunks(CONTINUATION_ROOM)) {
        reports.push(packet(&[&channel, &[sequence], part]));
    }
    Some(reports)
}

fn packet(parts: &[&[u8]]) -> Report {
    let mut report = [0; 64];
    let bytes = parts.iter().copied().flatten();
    for (slot, byte) in report.iter_mut().zip(bytes) {
        *slot = *byte;
    }
    report
}

/// Puts the messages of one channel together, report by report.
pub struct Assembler {
    channel: ChannelId,
    begun: Option<Begun>,
}

struct Begun {
    command: u8,
    length: usize,
    sequence: u8,
    payload: Zeroizing<Vec<u8>>,
}

impl Assembler {
    /// An assembler that has seen nothing of `channel` yet.
    #[must_use]
    pub const fn new(channel: ChannelId) -> Self {
        Self {
            channel,
            begun: None,
        }
    }

    /// Takes one report.
    ///
    /// # Errors
    /// [`FrameFault`]; the message it belonged to is dropped.
    pub fn feed(&mut self, report: &Report) -> Result<Fed, FrameFault> {
        let (channel, rest) = report.split_at(4);
        if channel != self.channel.0.to_be_bytes() {
            return Ok(Fed::Foreign);
        }
        let Some((kind, rest)) = rest.split_first() else {
            return Ok(Fed::Stray); // never: a report has 64 bytes
        };
        match (self.begun.take(), kind & INITIAL_BIT != 0) {
            (None, true) => self.begin(kind & !INITIAL_BIT, rest),
            (None, false) => Ok(Fed::Stray),
            (Some(_), true) => Err(FrameFault::Interrupted),
            (Some(begun), false) if begun.sequence == *kind => Ok(self.add(begun, rest)),
            (Some(begun), false) => Err(FrameFault::Sequence {
                expected: begun.sequence,
                found: *kind,
            }),
        }
    }

    fn begin(&mut self, command: u8, rest: &[u8]) -> Result<Fed, FrameFault> {
        let Some((claimed, rest)) = rest.split_first_chunk::<2>() else {
            return Ok(Fed::Stray); // never: a report has 64 bytes
        };
        let claimed = u16::from_be_bytes(*claimed);
        let length = usize::from(claimed);
        if length > MAX_PAYLOAD {
            return Err(FrameFault::TooLong { claimed });
        }
        let mut payload = Zeroizing::new(Vec::with_capacity(length));
        payload.extend(rest.iter().take(length));
        Ok(self.keep_or_finish(Begun {
            command,
            length,
            sequence: 0,
            payload,
        }))
    }

    fn add(&mut self, mut begun: Begun, rest: &[u8]) -> Fed {
        let missing = begun.length.saturating_sub(begun.payload.len());
        begun.payload.extend(rest.iter().take(missing));
        begun.sequence = begun.sequence.saturating_add(1);
        self.keep_or_finish(begun)
    }

    fn keep_or_finish(&mut self, begun: Begun) -> Fed {
        if begun.payload.len() < begun.length {
            self.begun = Some(begun);
            return Fed::More;
        }
        Fed::Whole(Message {
            command: begun.command,
            payload: begun.payload,
        })
    }
}

#[cfg(test)]
mod tests;
