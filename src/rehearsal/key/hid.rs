//! Channels and messages, from the device's side (CTAP 2.1 §11.2).

use super::frame;
use super::frame::BROADCAST;
use super::frame::Packet;
use crate::ctap::Report;
use std::collections::VecDeque;
use std::time::Duration;

pub(super) const PING: u8 = 0x01;
pub(super) const MSG: u8 = 0x03;
pub(super) const INIT: u8 = 0x06;
pub(super) const WINK: u8 = 0x08;
pub(super) const CBOR: u8 = 0x10;
pub(super) const CANCEL: u8 = 0x11;
pub(super) const KEEPALIVE: u8 = 0x3b;
pub(super) const ERROR: u8 = 0x3f;

/// Why CTAPHID itself refuses (§11.2.9.1.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HidError {
    InvalidCommand,
    InvalidLength,
    InvalidSequence,
    MessageTimeout,
    ChannelBusy,
    InvalidChannel,
}

impl HidError {
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::InvalidCommand => 0x01,
            Self::InvalidLength => 0x03,
            Self::InvalidSequence => 0x04,
            Self::MessageTimeout => 0x05,
            Self::ChannelBusy => 0x06,
            Self::InvalidChannel => 0x0b,
        }
    }
}

/// What a report amounted to.
pub(super) enum Heard {
    /// Nothing yet, or nothing that is answered.
    Nothing,
    /// A whole message on an allocated channel.
    Message(u32, u8, Vec<u8>),
    /// INIT on this channel: whatever it was doing ends, and this is the answer.
    Opened(u32, Vec<u8>),
    /// CANCEL on this channel.
    Cancel(u32),
    /// Refused on this channel.
    Refused(u32, HidError),
}

struct Assembly {
    channel: u32,
    command: u8,
    length: usize,
    bytes: Vec<u8>,
    next: u8,
    since: Duration,
}

/// The channels a key has given out and the message it is being sent.
pub(super) struct Channels {
    open: VecDeque<u32>,
    next: u32,
    assembly: Option<Assembly>,
    greeting: [u8; 5],
}

/// A message must be sent whole within this time (§11.2.5.2).
const MESSAGE_TIMEOUT: Duration = Duration::from_millis(500);
/// Channels kept open; the oldest gives way.
const MOST_CHANNELS: usize = 32;

impl Channels {
    /// No channel open; `greeting` is protocol version, firmware and capabilities, as INIT ends.
    pub(super) const fn new(greeting: [u8; 5]) -> Self {
        Self {
            open: VecDeque::new(),
            next: 1,
            assembly: None,
            greeting,
        }
    }

    /// Takes one report at `now`, while the key works on a message of channel `busy`.
    pub(super) fn hear(&mut self, report: &Report, busy: Option<u32>, now: Duration) -> Heard {
        match frame::parse(report) {
            Packet::Initialization {
                channel,
                command,
                length,
                data,
            } => self.begin(channel, command, length, data, busy, now),
            Packet::Continuation {
                channel,
                sequence,
                data,
            } => self.carry_on(channel, sequence, data),
        }
    }

    /// When the message that is being sent comes too late.
    pub(super) fn deadline(&self) -> Option<Duration> {
        let assembly = self.assembly.as_ref()?;
        Some(assembly.since.saturating_add(MESSAGE_TIMEOUT))
    }

    /// Gives up the message that came too late.
    pub(super) fn expire(&mut self) -> Heard {
        self.assembly.take().map_or(Heard::Nothing, |assembly| {
            Heard::Refused(assembly.channel, HidError::MessageTimeout)
        })
    }

    fn begin(
        &mut self,
        channel: u32,
        command: u8,
        length: usize,
        data: &[u8],
        busy: Option<u32>,
        now: Duration,
    ) -> Heard {
        let speaking = busy.or(self.assembly.as_ref().map(|assembly| assembly.channel));
        if channel == 0 || (channel == BROADCAST && command != INIT) {
            return Heard::Refused(channel, HidError::InvalidChannel);
        }
        if channel != BROADCAST && !self.open.contains(&channel) {
            return Heard::Refused(channel, HidError::InvalidChannel);
        }
        if command == CANCEL {
            return Heard::Cancel(channel);
        }
        if speaking.is_some_and(|speaking| speaking != channel) {
            return Heard::Refused(channel, HidError::ChannelBusy);
        }
        if command == INIT {
            return self.init(channel, length, data);
        }
        if busy.is_some() {
            return Heard::Refused(channel, HidError::ChannelBusy);
        }
        if self.assembly.take().is_some() {
            return Heard::Refused(channel, HidError::InvalidSequence);
        }
        if length > frame::MAX_MESSAGE {
            return Heard::Refused(channel, HidError::InvalidLength);
        }
        self.add(
            Assembly {
                channel,
                command,
                length,
                bytes: Vec::new(),
                next: 0,
                since: now,
            },
            data,
        )
    }

    fn carry_on(&mut self, channel: u32, sequence: u8, data: &[u8]) -> Heard {
        // Continuations nobody waits for are dropped without an answer.
        let Some(mut assembly) = self.assembly.take_if(|open| open.channel == channel) else {
            return Heard::Nothing;
        };
        if assembly.next != sequence {
            return Heard::Refused(channel, HidError::InvalidSequence);
        }
        assembly.next = assembly.next.saturating_add(1);
        self.add(assembly, data)
    }

    fn add(&mut self, mut assembly: Assembly, data: &[u8]) -> Heard {
        let missing = assembly.length.saturating_sub(assembly.bytes.len());
        assembly.bytes.extend(data.iter().take(missing));
        if assembly.bytes.len() == assembly.length {
            return Heard::Message(assembly.channel, assembly.command, assembly.bytes);
        }
        self.assembly = Some(assembly);
        Heard::Nothing
    }

    fn init(&mut self, channel: u32, length: usize, data: &[u8]) -> Heard {
        let Some((nonce, _)) = data.split_first_chunk::<8>().filter(|_| length == 8) else {
            return Heard::Refused(channel, HidError::InvalidLength);
        };
        let given = if channel == BROADCAST {
            self.allocate()
        } else {
            self.assembly = None;
            channel
        };
        let answer = [&nonce[..], &given.to_be_bytes(), &self.greeting].concat();
        Heard::Opened(channel, answer)
    }

    fn allocate(&mut self) -> u32 {
        let channel = self.next;
        // 0 and the broadcast channel are never given out.
        self.next = if channel == BROADCAST - 1 {
            1
        } else {
            channel + 1
        };
        if self.open.len() == MOST_CHANNELS {
            self.open.pop_front();
        }
        self.open.push_back(channel);
        channel
    }
}
