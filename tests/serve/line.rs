//! A virtual key's reports on a byte stream, in real time.

use glasskey::ctap::KeyTransport;
use glasskey::ctap::Report;
use glasskey::ctap::TransportError;
use glasskey::primitives::Clock;
use glasskey::primitives::UtcTime;
use glasskey::rehearsal::RehearsalClock;
use glasskey::rehearsal::key::KeySpec;
use glasskey::rehearsal::key::VirtualKey;
use glasskey::rehearsal::key::VirtualPort;
use rustix::event::PollFd;
use rustix::event::PollFlags;
use rustix::event::Timespec;
use rustix::io::Errno;
use std::os::fd::AsFd;
use std::rc::Rc;
use std::time::Duration;
use std::time::Instant;

/// Bytes of a report as a program writes it: its number, which is 0, comes first.
const NUMBERED: usize = 65;
/// How long a stream is listened to before the key's time goes on.
const MOMENT: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 2_000_000,
};

/// What became of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// It goes on.
    Open,
    /// The far end hung up, or the key was pulled out.
    Closed,
}

/// A key that is plugged in, and whose clock follows the real one.
pub(crate) struct Line {
    key: VirtualKey,
    clock: Rc<RehearsalClock>,
    port: VirtualPort,
    start: Instant,
    /// What the key's clock showed then.
    shown: Duration,
    heard: Vec<u8>,
}

impl Line {
    pub(crate) fn new(spec: KeySpec) -> Self {
        let now = UtcTime::parse("2026-11-22T15:58:07Z").unwrap();
        let clock = Rc::new(RehearsalClock::new(now));
        let key = VirtualKey::new(spec, Rc::clone(&clock));
        Self::of(key, clock)
    }

    /// Plugs in a key that there is; its clock goes on from what it shows.
    pub(crate) fn of(key: VirtualKey, clock: Rc<RehearsalClock>) -> Self {
        key.plug();
        let port = key.open().unwrap();
        Self {
            key,
            port,
            start: Instant::now(),
            shown: clock.elapsed(),
            clock,
            heard: Vec::new(),
        }
    }

    pub(crate) const fn key(&self) -> &VirtualKey {
        &self.key
    }

    /// Carries reports to and from the key for a moment.
    pub(crate) fn carry(&mut self, stream: impl AsFd) -> Stream {
        let stream = stream.as_fd();
        let mut waiting = [PollFd::new(&stream, PollFlags::IN)];
        let ready = rustix::event::poll(&mut waiting, Some(&MOMENT)).unwrap();
        if ready > 0 {
            let mut piece = [0; 16 * NUMBERED];
            match rustix::io::read(stream, &mut piece) {
                Ok(0) | Err(Errno::IO | Errno::CONNRESET) => return Stream::Closed,
                Ok(read) => self.heard.extend_from_slice(&piece[..read]),
                Err(error) => panic!("{error}"),
            }
        }
        match self.exchange(stream) {
            Ok(()) => Stream::Open,
            Err(TransportError::Gone) => Stream::Closed,
            Err(error) => panic!("{error:?}"),
        }
    }

    /// Hands the key what came whole.
    fn exchange(&mut self, stream: impl AsFd) -> Result<(), TransportError> {
        self.let_time_pass(&stream)?;
        while self.heard.len() >= NUMBERED {
            let numbered: Vec<u8> = self.heard.drain(..NUMBERED).collect();
            assert_eq!(numbered[0], 0, "a report with a number");
            let report: Report = numbered[1..].try_into().unwrap();
            self.port.write_report(&report)?;
            self.let_time_pass(&stream)?;
        }
        Ok(())
    }

    /// Moves the key's clock to the real one, and sends on what the key has said by then.
    fn let_time_pass(&mut self, stream: impl AsFd) -> Result<(), TransportError> {
        loop {
            let now = self.shown + self.start.elapsed();
            let behind = now.saturating_sub(self.clock.elapsed());
            let Some(report) = self.port.read_report(behind)? else {
                return Ok(());
            };
            // A far end that is gone reads nothing; the next poll says so.
            let sent = rustix::io::write(&stream, &report);
            assert!(matches!(sent, Ok(64) | Err(Errno::PIPE)), "{sent:?}");
        }
    }
}
