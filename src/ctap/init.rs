//! CTAPHID_INIT (CTAP 2.1 §11.2.9.1.3): how a program gets a channel, and a clean one again.

use super::deadline::Deadline;
use super::error::CtapError;
use super::exchange::send;
use super::frame::Assembler;
use super::frame::ChannelId;
use super::frame::Fed;
use super::frame::Message;
use super::hid;
use super::hid::CtaphidError;
use super::transport::KeyTransport;
use crate::primitives::Clock;
use crate::primitives::Entropy;
use std::time::Duration;

/// How long a channel is asked for, all attempts together.
const ALLOWED: Duration = Duration::from_secs(3);
/// How long an answer is waited for before it is asked for again: Linux keeps 64 reports for a program
/// and drops what comes after them, and all that a key tells other programs is among them.
const TURN: Duration = Duration::from_secs(1);
/// How long a busy key is left alone.
const BUSY_PAUSE: Duration = Duration::from_millis(200);

/// What a key says when it gives a channel. Claims, all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InitResponse {
    /// Our channel.
    pub channel: ChannelId,
    /// CTAPHID protocol version; 2 is the only one there is.
    pub protocol_version: u8,
    /// Device version: major, minor, build. Vendors decide what it means.
    pub device_version: [u8; 3],
    /// What the key can do.
    pub capabilities: Capabilities,
}

/// The capability byte, kept whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities(pub u8);

impl Capabilities {
    /// CAPABILITY_WINK: it can show itself.
    #[must_use]
    pub const fn wink(self) -> bool {
        self.0 & 0x01 != 0
    }

    /// CAPABILITY_CBOR: it speaks CTAP2.
    #[must_use]
    pub const fn cbor(self) -> bool {
        self.0 & 0x04 != 0
    }

    /// CAPABILITY_NMSG turned round: it speaks CTAP1 (U2F).
    #[must_use]
    pub const fn msg(self) -> bool {
        self.0 & 0x08 == 0
    }
}

/// Asks for a channel on the broadcast channel, or cleans the one that is given. While the key is
/// busy with another program it is asked again, for 3 s in all.
pub(super) fn init(
    transport: &mut dyn KeyTransport,
    clock: &dyn Clock,
    entropy: &mut dyn Entropy,
    channel: ChannelId,
) -> Result<InitResponse, CtapError> {
    let mut deadline = Deadline::new(clock, ALLOWED);
    let mut silent = CtapError::Timeout;
    loop {
        let mut nonce = [0; 8];
        entropy.fill(&mut nonce);
        send(transport, channel, hid::INIT, &nonce)?;
        match answer(transport, clock, &mut deadline, channel, nonce)? {
            Heard::Answer(init) => return Ok(init),
            Heard::Nothing if deadline.left(clock).is_none() => return Err(silent),
            Heard::Nothing => {}
            Heard::Busy => {
                silent = CtapError::Busy;
                let_others_talk(transport, clock, &mut deadline, BUSY_PAUSE)?;
            }
        }
    }
}

/// Leaves a busy key alone for `pause`, and reads past what it says to others meanwhile: where that
/// is left to pile up, the system drops our answer.
pub(super) fn let_others_talk(
    transport: &mut dyn KeyTransport,
    clock: &dyn Clock,
    deadline: &mut Deadline,
    pause: Duration,
) -> Result<(), CtapError> {
    let mut pause = Deadline::new(clock, pause);
    while let (Some(left), Some(rest)) = (deadline.left(clock), pause.left(clock)) {
        let wait = left.min(rest);
        let read = transport.read_report(wait)?;
        let counted = if read.is_none() { wait } else { Duration::ZERO };
        deadline.count(counted);
        pause.count(counted);
    }
    Ok(())
}

enum Heard {
    Answer(InitResponse),
    Busy,
    Nothing,
}

fn answer(
    transport: &mut dyn KeyTransport,
    clock: &dyn Clock,
    deadline: &mut Deadline,
    channel: ChannelId,
    nonce: [u8; 8],
) -> Result<Heard, CtapError> {
    let mut assembler = Assembler::new(channel);
    let mut turn = Deadline::new(clock, TURN);
    while let (Some(left), Some(rest)) = (deadline.left(clock), turn.left(clock)) {
        let wait = left.min(rest);
        let read = transport.read_report(wait)?;
        let counted = if read.is_none() { wait } else { Duration::ZERO };
        deadline.count(counted);
        turn.count(counted);
        let Some(report) = read else { continue };
        // Others ask on the broadcast channel too: what is not ours is skipped, broken or not.
        let message = match assembler.feed(&report) {
            Ok(Fed::Whole(message)) => message,
            Ok(Fed::Foreign | Fed::Stray | Fed::More) => continue,
            Err(_) => {
                assembler = Assembler::new(channel);
                continue;
            }
        };
        if let Some(heard) = read_answer(&message, channel, nonce)? {
            return Ok(heard);
        }
    }
    Ok(Heard::Nothing)
}

fn read_answer(
    message: &Message,
    asked_on: ChannelId,
    nonce: [u8; 8],
) -> Result<Option<Heard>, CtapError> {
    if message.command == hid::ERROR {
        let error = CtaphidError::from_payload(&message.payload);
        if error == CtaphidError::ChannelBusy {
            return Ok(Some(Heard::Busy));
        }
        return Err(CtapError::Hid(error));
    }
    if message.command != hid::INIT {
        return Ok(None);
    }
    let Some(rest) = message.payload.strip_prefix(&nonce) else {
        return Ok(None); // the answer to another program
    };
    let malformed = CtapError::Malformed {
        what: "CTAPHID_INIT response",
    };
    let Some((given, [protocol_version, major, minor, build, capabilities, ..])) =
        rest.split_first_chunk::<4>()
    else {
        return Err(malformed);
    };
    let channel = ChannelId(u32::from_be_bytes(*given));
    let fresh = asked_on == ChannelId::BROADCAST;
    if channel.0 == 0 || channel == ChannelId::BROADCAST || (!fresh && channel != asked_on) {
        return Err(malformed);
    }
    Ok(Some(Heard::Answer(InitResponse {
        channel,
        protocol_version: *protocol_version,
        device_version: [*major, *minor, *build],
        capabilities: Capabilities(*capabilities),
    })))
}
