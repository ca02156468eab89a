//! A key as commands see it.

use super::answer::Answer;
use super::answer::Wiped;
use super::channel::Channel;
use super::command::Command;
use super::command::PLAIN;
use super::command::TOUCH;
use super::error::CtapError;
use super::exchange::Exchange;
use super::exchange::Progress;
use super::get_assertion::NextAssertions;
use super::hid;
use super::hid::KeepAlive;
use super::info::AuthenticatorInfo;
use super::init::InitResponse;
use super::status::CtapStatus;
use super::transport::KeyTransport;
use super::vendor::VendorCommand;
use crate::primitives::Clock;
use crate::primitives::Entropy;
use std::time::Duration;
use zeroize::Zeroizing;

/// maxMsgSize of a key that reports none (CTAP 2.1 §6.4).
const DEFAULT_MESSAGE: u64 = 1024;

/// Says whether somebody wishes to stop. It listens until it is dropped.
pub type Stop<'a> = Box<dyn Fn() -> bool + 'a>;

/// Begins to listen for somebody's wish to stop.
pub type Listen<'a> = Box<dyn Fn() -> Stop<'a> + 'a>;

/// An opened key that speaks CTAP2. Commands block until they are answered, failed, or out of
/// time; none is sent twice.
pub struct Ctap<'a> {
    channel: Channel<'a>,
    entropy: Box<dyn Entropy + 'a>,
    info: Option<AuthenticatorInfo>,
    listen: Listen<'a>,
    pub(super) next: NextAssertions,
}

/// What follows the status of a successful answer.
pub(super) struct Body(Zeroizing<Vec<u8>>);

impl Body {
    /// The map it must hold.
    pub(super) fn map(&self) -> Result<Answer, CtapError> {
        Answer::parse(&self.0)
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// What follows the status of an answer, if that says success.
fn body(command: Command, mut answer: Zeroizing<Vec<u8>>) -> Result<Body, CtapError> {
    if answer.is_empty() {
        return Err(CtapError::Malformed { what: "status" });
    }
    let body = Zeroizing::new(answer.split_off(1));
    let status = CtapStatus::from_byte(answer.first().copied().unwrap_or_default());
    if status == CtapStatus::KeepaliveCancel {
        return Err(CtapError::Cancelled);
    }
    if status != CtapStatus::Ok {
        return Err(CtapError::Status { command, status });
    }
    Ok(Body(body))
}

impl<'a> Ctap<'a> {
    /// Asks the key for a channel.
    ///
    /// # Errors
    /// [`CtapError::Busy`] if another program kept the key busy for 3 s, [`CtapError::Timeout`] if
    /// it was silent, and what the transport says.
    pub fn open(
        transport: Box<dyn KeyTransport + 'a>,
        clock: &'a dyn Clock,
        mut entropy: Box<dyn Entropy + 'a>,
    ) -> Result<Self, CtapError> {
        let channel = Channel::open(transport, clock, &mut *entropy)?;
        Ok(Self {
            channel,
            entropy,
            info: None,
            listen: Box::new(nobody_stops),
            next: NextAssertions::default(),
        })
    }

    /// Cancels a command that waits for a touch once somebody wishes to stop: `listen` is called when
    /// such a command begins; what it gives is asked ten times a second, and dropped when the command
    /// ends. Every other command is over in seconds, and is never cancelled.
    pub fn cancel_when<S: Fn() -> bool + 'a>(&mut self, listen: impl Fn() -> S + 'a) {
        self.listen = Box::new(move || -> Stop<'a> { Box::new(listen()) });
    }

    /// What the key said when it gave the channel.
    #[must_use]
    pub const fn init(&self) -> &InitResponse {
        self.channel.init()
    }

    /// What the key says of itself, asked anew.
    ///
    /// # Errors
    /// [`CtapError`]
    pub fn get_info(&mut self) -> Result<AuthenticatorInfo, CtapError> {
        let body = self.cbor(Command::GetInfo, None, PLAIN, &mut |_| {})?;
        let info = body.map()?.info(body.bytes())?;
        self.info = Some(info.clone());
        Ok(info)
    }

    /// Waits for a touch (authenticatorSelection, CTAP 2.1 §6.9).
    ///
    /// # Errors
    /// [`CtapError`]; CTAP 2.0 keys answer `InvalidCommand`.
    pub fn selection(&mut self, touch: &mut dyn FnMut(KeepAlive)) -> Result<(), CtapError> {
        self.cbor(Command::Selection, None, TOUCH, touch)?;
        Ok(())
    }

    /// Makes the key show itself (CTAPHID_WINK).
    ///
    /// # Errors
    /// [`CtapError::Unsupported`] if it cannot; else [`CtapError`].
    pub fn wink(&mut self) -> Result<(), CtapError> {
        if !self.init().capabilities.wink() {
            return Err(CtapError::Unsupported {
                what: "CAPABILITY_WINK",
            });
        }
        self.call(hid::WINK, &[], PLAIN, &mut |_| {})?;
        Ok(())
    }

    /// What the key said of itself; asked once if it has not been yet.
    pub(super) fn known(&mut self) -> Result<&AuthenticatorInfo, CtapError> {
        if self.info.is_none() {
            self.get_info()?;
        }
        self.info
            .as_ref()
            .ok_or(CtapError::Malformed { what: "CBOR" })
    }

    /// The source of randomness.
    pub(super) fn entropy(&mut self) -> &mut dyn Entropy {
        &mut *self.entropy
    }

    /// The clock of the deadlines.
    pub(super) const fn clock(&self) -> &'a dyn Clock {
        self.channel.clock()
    }

    /// Sends a CTAP2 command (CTAP 2.1 §8) and returns what follows a status of success.
    pub(super) fn cbor(
        &mut self,
        command: Command,
        parameters: Option<&Wiped>,
        allowed: Duration,
        touch: &mut dyn FnMut(KeepAlive),
    ) -> Result<Body, CtapError> {
        let message = self.message(command, parameters)?;
        let answer = self.call(hid::CBOR, &message, allowed, touch)?;
        body(command, answer)
    }

    /// Begins a CTAP2 command without parameters; [`Self::poll`] waits for its answer.
    pub(super) fn begin(
        &mut self,
        command: Command,
        allowed: Duration,
    ) -> Result<Exchange, CtapError> {
        let message = self.message(command, None)?;
        self.channel
            .begin(&mut *self.entropy, hid::CBOR, &message, allowed)
    }

    /// Waits `within` for the answer to a command that was begun; `None` if it is not there yet.
    pub(super) fn poll(
        &mut self,
        command: Command,
        exchange: &mut Exchange,
        within: Duration,
    ) -> Result<Option<Body>, CtapError> {
        match self.channel.poll(exchange, within)? {
            Progress::Done(answer) => body(command, answer).map(Some),
            Progress::KeepAlive(_) | Progress::Waiting => Ok(None),
        }
    }

    /// Asks the key to give up a command that was begun; it still answers.
    pub(super) fn cancel(&mut self, exchange: &mut Exchange) -> Result<(), CtapError> {
        self.channel.cancel(exchange)
    }

    /// The bytes of a CTAP2 command.
    fn message(
        &mut self,
        command: Command,
        parameters: Option<&Wiped>,
    ) -> Result<Zeroizing<Vec<u8>>, CtapError> {
        if !self.init().capabilities.cbor() {
            return Err(CtapError::Unsupported {
                what: "CAPABILITY_CBOR",
            });
        }
        if command != Command::GetNextAssertion {
            self.next = NextAssertions::default();
        }
        let encoded = parameters.map(Wiped::encode).unwrap_or_default();
        let mut message = Zeroizing::new(Vec::with_capacity(1 + encoded.len()));
        message.push(command.byte());
        message.extend_from_slice(&encoded);
        let limit = self.message_limit();
        if message.len() > limit {
            return Err(CtapError::TooLong {
                length: message.len(),
                limit,
            });
        }
        Ok(message)
    }

    /// Sends a vendor command, which can only be one that reads, and returns its answer.
    pub(super) fn vendor(
        &mut self,
        command: VendorCommand,
        payload: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CtapError> {
        self.call(command.byte(), payload, PLAIN, &mut |_| {})
    }

    fn message_limit(&self) -> usize {
        let reported = self.info.as_ref().and_then(|info| info.max_msg_size);
        // A key may not claim less than the specification's least.
        let limit = reported.unwrap_or(DEFAULT_MESSAGE).max(DEFAULT_MESSAGE);
        usize::try_from(limit).unwrap_or(usize::MAX)
    }

    fn call(
        &mut self,
        command: u8,
        payload: &[u8],
        allowed: Duration,
        touch: &mut dyn FnMut(KeepAlive),
    ) -> Result<Zeroizing<Vec<u8>>, CtapError> {
        let stop = if allowed == TOUCH {
            (self.listen)()
        } else {
            nobody_stops()
        };
        self.channel
            .call(&mut *self.entropy, command, payload, allowed, touch, &*stop)
    }
}

fn nobody_stops<'a>() -> Stop<'a> {
    Box::new(|| false)
}
