//! A channel to a key: one exchange at a time, and a clean start after one that broke off.

use super::error::CtapError;
use super::exchange::Exchange;
use super::exchange::Progress;
use super::frame::ChannelId;
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

    /// Sends one command and waits for its answer.
    pub(super) fn call(
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
