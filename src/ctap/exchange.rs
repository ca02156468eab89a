//! A CTAPHID transaction as a value: begun, polled, cancelled (CTAP 2.1 §11.2.5).

use super::deadline::Deadline;
use super::error::CtapError;
use super::frame;
use super::frame::Assembler;
use super::frame::ChannelId;
use super::frame::Fed;
use super::frame::FrameFault;
use super::frame::Message;
use super::hid;
use super::hid::CtaphidError;
use super::hid::KeepAlive;
use super::transport::KeyTransport;
use super::transport::Report;
use crate::primitives::Clock;
use std::time::Duration;
use zeroize::Zeroize;
use zeroize::Zeroizing;

/// How long the answer to a CANCEL is waited for.
const CANCEL_GRACE: Duration = Duration::from_secs(2);

/// So that a poll always reads.
const LEAST_WAIT: Duration = Duration::from_millis(1);

/// Reports that the system keeps for a program that does not read them (Linux' hidraw: 64).
const MOST_STALE: usize = 64;

/// Where an exchange stands.
pub enum Progress {
    /// Nothing new came.
    Waiting,
    /// The key's reason to wait changed.
    KeepAlive(KeepAlive),
    /// The payload of the answer.
    Done(Zeroizing<Vec<u8>>),
}

/// A request that was sent and whose answer is awaited. One deadline covers all of it: neither
/// keep-alives nor trickled packets move it.
pub struct Exchange {
    channel: ChannelId,
    command: u8,
    assembler: Assembler,
    deadline: Deadline,
    last: Option<KeepAlive>,
    cancelled: bool,
}

impl Exchange {
    /// Sends `command` with `payload`; the answer may take `allowed`. What came unasked before it is
    /// thrown away: an answer that a key sent twice is not the answer to the next command.
    ///
    /// # Errors
    /// [`CtapError::TooLong`] before anything is sent; else what the transport says.
    pub fn begin(
        transport: &mut dyn KeyTransport,
        clock: &dyn Clock,
        channel: ChannelId,
        command: u8,
        payload: &[u8],
        allowed: Duration,
    ) -> Result<Self, CtapError> {
        for _ in 0..MOST_STALE {
            let Some(mut stale) = transport.read_report(Duration::ZERO)? else {
                break;
            };
            stale.zeroize();
        }
        send(transport, channel, command, payload)?;
        Ok(Self {
            channel,
            command,
            assembler: Assembler::new(channel),
            deadline: Deadline::new(clock, allowed),
            last: None,
            cancelled: false,
        })
    }

    /// Waits `within` (at least 1 ms) for something new. Equal keep-alives in a row are told once.
    ///
    /// # Errors
    /// [`CtapError::Timeout`] once the deadline has passed (then CANCEL was sent),
    /// [`CtapError::Cancelled`] if a cancelled one was not answered, CTAPHID errors, malformed
    /// packets, and what the transport says. After an error the exchange is over.
    pub fn poll(
        &mut self,
        transport: &mut dyn KeyTransport,
        clock: &dyn Clock,
        within: Duration,
    ) -> Result<Progress, CtapError> {
        let mut patience = Deadline::new(clock, within.max(LEAST_WAIT));
        loop {
            let Some(left) = self.deadline.left(clock) else {
                if self.cancelled {
                    return Err(CtapError::Cancelled);
                }
                send(transport, self.channel, hid::CANCEL, &[])?;
                return Err(CtapError::Timeout);
            };
            let Some(patient) = patience.left(clock) else {
                return Ok(Progress::Waiting);
            };
            let wait = left.min(patient);
            let read = transport.read_report(wait)?;
            let counted = if read.is_none() { wait } else { Duration::ZERO };
            self.deadline.count(counted);
            patience.count(counted);
            if let Some(mut report) = read {
                let progress = self.feed(&report);
                report.zeroize();
                if let Some(progress) = progress? {
                    return Ok(progress);
                }
            }
        }
    }

    /// Asks the key to give up (CTAPHID_CANCEL). It still answers: poll on, for 2 s at most. A key
    /// that was done first has done it, and says so.
    ///
    /// # Errors
    /// What the transport says.
    pub fn cancel(
        &mut self,
        transport: &mut dyn KeyTransport,
        clock: &dyn Clock,
    ) -> Result<(), CtapError> {
        if !self.cancelled {
            self.cancelled = true;
            let left = self.deadline.left(clock).unwrap_or_default();
            self.deadline = Deadline::new(clock, left.min(CANCEL_GRACE));
            send(transport, self.channel, hid::CANCEL, &[])?;
        }
        Ok(())
    }

    fn feed(&mut self, report: &Report) -> Result<Option<Progress>, CtapError> {
        match self.assembler.feed(report) {
            Ok(Fed::Foreign | Fed::Stray | Fed::More) => Ok(None),
            Ok(Fed::Whole(message)) => self.take(message),
            Err(fault) => Err(malformed(fault)),
        }
    }

    fn take(&mut self, message: Message) -> Result<Option<Progress>, CtapError> {
        match message.command {
            hid::KEEPALIVE => {
                let now = KeepAlive::from_payload(&message.payload);
                let news = self.last.replace(now) != Some(now);
                Ok(news.then_some(Progress::KeepAlive(now)))
            }
            hid::ERROR => Err(CtaphidError::from_payload(&message.payload).into()),
            command if command == self.command => Ok(Some(Progress::Done(message.payload))),
            _ => Err(CtapError::Malformed {
                what: "CTAPHID command of the answer",
            }),
        }
    }
}

/// Sends one message whole.
pub(super) fn send(
    transport: &mut dyn KeyTransport,
    channel: ChannelId,
    command: u8,
    payload: &[u8],
) -> Result<(), CtapError> {
    let reports = frame::split(channel, command, payload).ok_or(CtapError::TooLong {
        length: payload.len(),
        limit: frame::MAX_PAYLOAD,
    })?;
    let reports = Zeroizing::new(reports);
    for report in reports.iter() {
        transport.write_report(report)?;
    }
    Ok(())
}

const fn malformed(fault: FrameFault) -> CtapError {
    CtapError::Malformed {
        what: match fault {
            FrameFault::Sequence { .. } => "CTAPHID SEQ",
            FrameFault::TooLong { .. } => "CTAPHID BCNT",
            FrameFault::Interrupted => "CTAPHID packet inside a message",
        },
    }
}
