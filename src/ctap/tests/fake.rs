//! A clock, a source of randomness, and a transport to a device that is written as a value.

use crate::ctap::Assembler;
use crate::ctap::ChannelId;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::Fed;
use crate::ctap::KeyTransport;
use crate::ctap::Report;
use crate::ctap::TransportError;
use crate::ctap::hid;
use crate::ctap::split;
use crate::primitives::Clock;
use crate::primitives::Entropy;
use crate::primitives::UtcTime;
use std::cell::Cell;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

/// The channel that fakes give.
pub(in crate::ctap) const GIVEN: ChannelId = ChannelId(0x1122_3344);

/// Moves only when a read waits or somebody asks it to wait.
#[derive(Default)]
pub(in crate::ctap) struct HandClock(Cell<Duration>);

impl Clock for HandClock {
    fn utc(&self) -> UtcTime {
        UtcTime::from_unix(0)
    }

    fn elapsed(&self) -> Duration {
        self.0.get()
    }

    fn wait(&self, duration: Duration) {
        self.0.set(self.0.get() + duration);
    }
}

/// A clock that never moves.
pub(in crate::ctap) struct StoppedClock;

impl Clock for StoppedClock {
    fn utc(&self) -> UtcTime {
        UtcTime::from_unix(0)
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn wait(&self, _: Duration) {}
}

/// Bytes that never repeat within a test.
pub(in crate::ctap) struct Counter(pub u64);

impl Entropy for Counter {
    fn fill(&mut self, buffer: &mut [u8]) {
        for slot in buffer {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *slot = self.0.to_be_bytes()[0];
        }
    }
}

/// A report and how long it takes to come.
pub(in crate::ctap) type Step = (Duration, Report);

/// What a key does with whole messages.
pub(in crate::ctap) trait Device {
    /// Answers a message.
    fn message(&mut self, channel: ChannelId, command: u8, payload: &[u8]) -> Vec<Step>;

    /// What it sends when it has nothing left to send.
    fn idle(&mut self) -> Option<Step> {
        None
    }
}

impl<D: Device> Device for Rc<RefCell<D>> {
    fn message(&mut self, channel: ChannelId, command: u8, payload: &[u8]) -> Vec<Step> {
        self.borrow_mut().message(channel, command, payload)
    }

    fn idle(&mut self) -> Option<Step> {
        self.borrow_mut().idle()
    }
}

/// A transport to a device; reading moves the clock by what it waits.
pub(in crate::ctap) struct Wire<'a, D> {
    device: D,
    clock: &'a dyn Clock,
    assembler: Option<(ChannelId, Assembler)>,
    queue: VecDeque<Step>,
}

impl<'a, D: Device> Wire<'a, D> {
    pub(in crate::ctap) fn new(device: D, clock: &'a dyn Clock) -> Self {
        Self {
            device,
            clock,
            assembler: None,
            queue: VecDeque::new(),
        }
    }
}

impl<D: Device> KeyTransport for Wire<'_, D> {
    fn write_report(&mut self, report: &Report) -> Result<(), TransportError> {
        let channel = ChannelId(u32::from_be_bytes(report[..4].try_into().unwrap()));
        if report[4] & 0x80 != 0 {
            self.assembler = Some((channel, Assembler::new(channel)));
        }
        let (of, assembler) = self.assembler.as_mut().unwrap();
        assert_eq!(*of, channel);
        if let Fed::Whole(message) = assembler.feed(report).unwrap() {
            let steps = self
                .device
                .message(channel, message.command, &message.payload);
            self.queue.extend(steps);
        }
        Ok(())
    }

    fn read_report(&mut self, within: Duration) -> Result<Option<Report>, TransportError> {
        if self.queue.is_empty() {
            self.queue.extend(self.device.idle());
        }
        match self.queue.pop_front() {
            Some((delay, report)) if delay <= within => {
                self.clock.wait(delay);
                Ok(Some(report))
            }
            later => {
                self.clock.wait(within);
                if let Some((delay, report)) = later {
                    self.queue
                        .push_front((delay.saturating_sub(within), report));
                }
                Ok(None)
            }
        }
    }
}

/// A message as steps that come at once.
pub(in crate::ctap) fn at_once(channel: ChannelId, command: u8, payload: &[u8]) -> Vec<Step> {
    let reports = split(channel, command, payload).unwrap();
    reports
        .into_iter()
        .map(|report| (Duration::ZERO, report))
        .collect()
}

/// The answer to an INIT: capabilities WINK, CBOR and no MSG; version 5.7.4.
pub(in crate::ctap) fn init_answer(
    asked_on: ChannelId,
    nonce: &[u8],
    given: ChannelId,
) -> Vec<Step> {
    let payload = [nonce, &given.0.to_be_bytes(), &[2, 5, 7, 4, 0x0d]].concat();
    at_once(asked_on, hid::INIT, &payload)
}

/// A device made of a closure; INIT and CANCEL are looked after.
pub(in crate::ctap) struct Scripted<F>(pub F);

impl<F: FnMut(u8, &[u8]) -> Vec<Step>> Device for Scripted<F> {
    fn message(&mut self, channel: ChannelId, command: u8, payload: &[u8]) -> Vec<Step> {
        match command {
            hid::INIT => init_answer(channel, payload, GIVEN),
            hid::CANCEL => Vec::new(),
            _ => (self.0)(command, payload),
        }
    }
}

/// Opens a device.
pub(in crate::ctap) fn opened<'a, D: Device + 'a>(
    device: D,
    clock: &'a dyn Clock,
) -> Result<Ctap<'a>, CtapError> {
    Ctap::open(
        Box::new(Wire::new(device, clock)),
        clock,
        Box::new(Counter(1)),
    )
}

/// A device made of a function of everything, and an idle report.
pub(in crate::ctap) struct Raw<F, I>(pub F, pub I);

impl<F, I> Device for Raw<F, I>
where
    F: FnMut(ChannelId, u8, &[u8]) -> Vec<Step>,
    I: FnMut() -> Option<Step>,
{
    fn message(&mut self, channel: ChannelId, command: u8, payload: &[u8]) -> Vec<Step> {
        (self.0)(channel, command, payload)
    }

    fn idle(&mut self) -> Option<Step> {
        (self.1)()
    }
}
