//! A transport that lies: between the client and an honest virtual key, on the key's own clock.

use super::source::Source;
use super::spoil;
use super::spoil::After;
use super::spoil::Answer;
use super::spoil::Timed;
use glasskey::ctap::ChannelId;
use glasskey::ctap::KeyTransport;
use glasskey::ctap::Report;
use glasskey::ctap::TransportError;
use glasskey::ctap::hid;
use glasskey::ctap::split;
use glasskey::primitives::Clock;
use glasskey::rehearsal::RehearsalClock;
use glasskey::rehearsal::key::VirtualPort;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

/// What is to be done to the answers of a key, decided by bytes. Empty: nothing.
#[derive(Clone, Default)]
pub(crate) struct Script(Rc<RefCell<Orders>>);

#[derive(Default)]
struct Orders {
    bytes: Vec<u8>,
    /// Answers left alone before the first that is spoiled.
    spare: u8,
    /// Whether all answers from then on are spoiled in the same way, or only the first.
    every: bool,
}

impl Script {
    /// Begins to spoil: the first byte says which of `among` answers after the first `spare`, and
    /// whether all after it as well.
    pub(crate) fn arm(&self, bytes: &[u8], spare: u8, among: u8) {
        let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
        let mut orders = self.0.borrow_mut();
        orders.spare = spare + (first & 0x7f) % among;
        orders.every = first & 0x80 != 0;
        orders.bytes = rest.to_vec();
    }

    /// The bytes that decide about the next answer, if it is to be spoiled.
    fn next(&self) -> Option<Vec<u8>> {
        let mut orders = self.0.borrow_mut();
        if orders.bytes.is_empty() {
            return None;
        }
        if let Some(spare) = orders.spare.checked_sub(1) {
            orders.spare = spare;
            return None;
        }
        if orders.every {
            Some(orders.bytes.clone())
        } else {
            Some(std::mem::take(&mut orders.bytes))
        }
    }
}

pub(crate) struct HostileLine {
    inner: VirtualPort,
    clock: Rc<RehearsalClock>,
    script: Script,
    queue: VecDeque<Timed>,
    after: After,
}

impl HostileLine {
    pub(crate) fn new(inner: VirtualPort, clock: Rc<RehearsalClock>, script: Script) -> Self {
        Self {
            inner,
            clock,
            script,
            queue: VecDeque::new(),
            after: After::Nothing,
        }
    }

    /// Takes a report of the honest key; a whole answer is spoiled, if the script says so.
    fn take(&mut self, first: Report) -> Result<(), TransportError> {
        let channel = ChannelId(u32::from_be_bytes([first[0], first[1], first[2], first[3]]));
        let command = first[4] & 0x7f;
        let length = usize::from(u16::from_be_bytes([first[5], first[6]]));
        if first[4] & 0x80 == 0 || command == hid::KEEPALIVE {
            self.queue.push_back((Duration::ZERO, first));
            return Ok(());
        }
        let mut payload = first[7..].to_vec();
        while payload.len() < length {
            let Some(next) = self.inner.read_report(Duration::ZERO)? else {
                break;
            };
            payload.extend(&next[5..]);
        }
        payload.truncate(length);
        let mut answer = Answer { command, payload };
        let orders = self.script.next();
        let mut source = Source::new(orders.as_deref().unwrap_or_default());
        let spoiled = !source.is_empty();
        let turns = if spoiled { 1 + source.byte() % 3 } else { 0 };
        let mut on_reports = 0;
        for _ in 0..turns {
            if source.chance(3) {
                on_reports += 1;
            } else {
                answer.spoil(&mut source);
            }
        }
        let reports = split(channel, answer.command, &answer.payload).unwrap_or_default();
        let mut timed: Vec<Timed> = reports
            .into_iter()
            .map(|report| (Duration::ZERO, report))
            .collect();
        for _ in 0..on_reports {
            let after = spoil::reports(&mut timed, &mut source);
            if after != After::Nothing {
                self.after = after;
            }
        }
        self.queue.extend(timed);
        Ok(())
    }

    /// What comes when nothing is left to come, on a line that was spoiled for good.
    fn endless(&mut self, within: Duration) -> Option<Result<Option<Report>, TransportError>> {
        match self.after {
            After::Nothing => None,
            After::Gone => Some(Err(TransportError::Gone)),
            After::Silence => {
                self.clock.wait(within);
                Some(Ok(None))
            }
            After::Flood(status, pace) => {
                self.clock.wait(pace.min(within));
                let mut alive = [0; 64];
                // The first channel that a virtual key gives.
                alive[..8].copy_from_slice(&[0, 0, 0, 1, 0x80 | hid::KEEPALIVE, 0, 1, status]);
                Some(Ok((pace <= within).then_some(alive)))
            }
            After::Babble(report, pace) => {
                self.clock.wait(pace.min(within));
                Some(Ok((pace <= within).then_some(report)))
            }
        }
    }
}

impl KeyTransport for HostileLine {
    fn write_report(&mut self, report: &Report) -> Result<(), TransportError> {
        if self.after == After::Gone && self.queue.is_empty() {
            return Err(TransportError::Gone);
        }
        self.inner.write_report(report)
    }

    fn read_report(&mut self, within: Duration) -> Result<Option<Report>, TransportError> {
        let deadline = self.clock.elapsed().saturating_add(within);
        loop {
            let left = deadline.saturating_sub(self.clock.elapsed());
            if let Some((delay, report)) = self.queue.pop_front() {
                if delay <= left {
                    self.clock.wait(delay);
                    return Ok(Some(report));
                }
                self.clock.wait(left);
                self.queue.push_front((delay.saturating_sub(left), report));
                return Ok(None);
            }
            if let Some(end) = self.endless(left) {
                return end;
            }
            match self.inner.read_report(left)? {
                Some(report) => self.take(report)?,
                None => return Ok(None),
            }
        }
    }
}
