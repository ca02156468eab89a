//! A channel to a key: one exchange at a time, and a clean start after one that broke off.

use super::command;
use super::deadline::Deadline;
use super::error::CtapError;
use super::exchange::Exchange;
use super::exchange::Progress;
use super::frame::ChannelId;
use super::hid;
use super::hid::CtaphidError;
use super::hid::KeepAlive;
use super::init;
use super::init::InitResponse;
use super::transport::KeyTransport;
use crate::primitives::Clock;
use crate::primitives::Entropy;
use std::time::Duration;
use zeroize::Zeroizing;

/// How often the caller's wish to stop is looked at while the key is silent.
const SLICE: Duration = Duration::from_millis(100);

/// How long a question is put again while the key serves another program.
const BUSY_PATIENCE: Duration = Duration::from_secs(1);
/// How long a busy key is left alone.
const BUSY_PAUSE: Duration = Duration::from_millis(20);
/// How often a channel is replaced that the key gave to another program.
const MOST_RENEWALS: u8 = 3;

/// The blocking side of the exchange.
pub(super) struct Channel<'a> {
    transport: Box<dyn KeyTransport + 'a>,
    clock: &'a dyn Clock,
    init: InitResponse,
    /// Whether an answer that was given up may still be under way.
    unclean: bool,
}

impl<'a> Channel<'a> {
    /// Asks for a channel.
    pub(super) fn open(
        mut transport: Box<dyn KeyTransport + 'a>,
        clock: &'a dyn Clock,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, CtapError> {
        let init = init::init(&mut *transport, clock, entropy, ChannelId::BROADCAST)?;
        Ok(Self {
            transport,
            clock,
            init,
            unclean: false,
        })
    }

    /// What the key said when it gave the channel.
    pub(super) const fn init(&self) -> &InitResponse {
        &self.init
    }

    /// The clock of the deadlines.
    pub(super) const fn clock(&self) -> &'a dyn Clock {
        self.clock
    }

    /// Sends one command and waits for its answer. What only asks is sent again where the key did
    /// not take it, because it serves another program or has given our channel to one.
    pub(super) fn call(
        &mut self,
        entropy: &mut dyn Entropy,
        command: u8,
        payload: &[u8],
        allowed: Duration,
        touch: &mut dyn FnMut(KeepAlive),
        stop: &dyn Fn() -> bool,
    ) -> Result<Zeroizing<Vec<u8>>, CtapError> {
        let again = command == hid::CBOR && command::only_asks(payload);
        let mut patience = Deadline::new(self.clock, BUSY_PATIENCE);
        let mut renewals = 0;
        loop {
            let answer = self.once(entropy, command, payload, allowed, touch, stop);
            match answer {
                Err(CtapError::Busy) if again && patience.left(self.clock).is_some() => {
                    let transport = &mut *self.transport;
                    init::let_others_talk(transport, self.clock, &mut patience, BUSY_PAUSE)?;
                }
                Err(CtapError::Hid(CtaphidError::InvalidChannel))
                    if again && renewals < MOST_RENEWALS =>
                {
                    renewals += 1;
                    self.renew(entropy)?;
                }
                other => return other,
            }
            if stop() {
                return Err(CtapError::Cancelled);
            }
        }
    }

    fn once(
        &mut self,
        entropy: &mut dyn Entropy,
        command: u8,
        payload: &[u8],
        allowed: Duration,
        touch: &mut dyn FnMut(KeepAlive),
        stop: &dyn Fn() -> bool,
    ) -> Result<Zeroizing<Vec<u8>>, CtapError> {
        if self.unclean {
            self.clean(entropy)?;
        }
        self.unclean = true;
        let answer = self.exchange(command, payload, allowed, touch, stop);
        // A CTAPHID error is an answer; so is a request that was too long to send.
        self.unclean = !matches!(
            answer,
            Ok(_) | Err(CtapError::Hid(_) | CtapError::Busy | CtapError::TooLong { .. })
        );
        answer
    }

    /// Gets another channel.
    fn renew(&mut self, entropy: &mut dyn Entropy) -> Result<(), CtapError> {
        let transport = &mut *self.transport;
        let init = init::init(transport, self.clock, entropy, ChannelId::BROADCAST)?;
        self.init.channel = init.channel;
        Ok(())
    }

    fn exchange(
        &mut self,
        command: u8,
        payload: &[u8],
        allowed: Duration,
        touch: &mut dyn FnMut(KeepAlive),
        stop: &dyn Fn() -> bool,
    ) -> Result<Zeroizing<Vec<u8>>, CtapError> {
        let transport = &mut *self.transport;
        let channel = self.init.channel;
        let mut exchange =
            Exchange::begin(transport, self.clock, channel, command, payload, allowed)?;
        loop {
            match exchange.poll(transport, self.clock, SLICE)? {
                Progress::Done(payload) => return Ok(payload),
                Progress::KeepAlive(keep_alive) => touch(keep_alive),
                Progress::Waiting => {}
            }
            if stop() {
                exchange.cancel(transport, self.clock)?;
            }
        }
    }

    /// Makes the key forget what was left on our channel, or gets another channel where it has
    /// forgotten ours. A late answer can then not be taken for the next one.
    fn clean(&mut self, entropy: &mut dyn Entropy) -> Result<(), CtapError> {
        let transport = &mut *self.transport;
        let ours = self.init.channel;
        let init = match init::init(transport, self.clock, entropy, ours) {
            Err(CtapError::Hid(_) | CtapError::Timeout | CtapError::Malformed { .. }) => {
                init::init(transport, self.clock, entropy, ChannelId::BROADCAST)?
            }
            other => other?,
        };
        self.init.channel = init.channel;
        self.unclean = false;
        Ok(())
    }
}
