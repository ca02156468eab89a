//! A whole key: reports in, reports out, and what happens while time passes.

use super::authenticator::Answer;
use super::authenticator::Authenticator;
use super::authenticator::Pending;
use super::authenticator::Step;
use super::hid;
use super::hid::Channels;
use super::hid::Heard;
use super::hid::HidError;
use super::line::Line;
use super::line::Queue;
use super::spec::KeySpec;
use super::statistics::Statistics;
use super::status::Status;
use super::touch::Gesture;
use super::touch::Hand;
use super::touch::Touch;
use super::touch::TouchScript;
use super::vendor;
use super::virtual_key::Access;
use crate::ctap::Report;
use crate::primitives::Clock;
use crate::rehearsal::RehearsalClock;
use std::rc::Rc;
use std::time::Duration;

/// Between two keep-alives (CTAP 2.1 §11.2.9.1.5).
const KEEPALIVE_EVERY: Duration = Duration::from_millis(100);
/// A key waits so long for a touch.
const TOUCH_TIMEOUT: Duration = Duration::from_secs(30);
/// Work after a touch.
const WORK: Duration = Duration::from_millis(150);
const PROCESSING: u8 = 1;
const UP_NEEDED: u8 = 2;

/// What the key does beside listening.
enum Work {
    Idle,
    Waiting {
        channel: u32,
        pending: Pending,
        gesture: Option<(Duration, Gesture)>,
        by_hand: bool,
        until: Duration,
        keepalive: Duration,
    },
    Finishing {
        channel: u32,
        answer: Answer,
        until: Duration,
        keepalive: Duration,
    },
}

pub(super) struct Device {
    pub(super) authenticator: Authenticator,
    pub(super) clock: Rc<RehearsalClock>,
    pub(super) script: TouchScript,
    pub(super) hand: Hand,
    pub(super) line: Line,
    pub(super) access: Access,
    /// Counts the times it was plugged in; a handle of an earlier time is dead.
    pub(super) session: u32,
    /// So many more channels are given until it says that it has this firmware.
    pub(super) other_firmware: Option<(u32, [u8; 3])>,
    channels: Channels,
    work: Work,
}

impl Device {
    pub(super) fn new(spec: KeySpec, clock: Rc<RehearsalClock>) -> Self {
        Self {
            line: Line::new(&spec.seed),
            channels: Channels::new(greeting(&spec)),
            authenticator: Authenticator::new(spec, Rc::clone(&clock)),
            clock,
            script: TouchScript::after_millis(800),
            hand: Hand::default(),
            access: Access::Allowed,
            session: 0,
            other_firmware: None,
            work: Work::Idle,
        }
    }

    /// Power-up: nothing is left of what the key was doing.
    pub(super) fn plug(&mut self) {
        if !self.line.plugged {
            self.line.plugged = true;
            self.session = self.session.saturating_add(1);
            self.work = Work::Idle;
            self.channels = Channels::new(greeting(&self.authenticator.spec));
            self.authenticator.power_cycle();
        }
    }

    /// Takes one report.
    pub(super) fn receive(&mut self, report: &Report) {
        self.settle();
        let now = self.clock.elapsed();
        let heard = self.channels.hear(report, self.busy(), now);
        self.act(heard);
        self.line.took_report();
    }

    /// Lets time pass until `queue` holds a report or `deadline` is reached.
    pub(super) fn pass(&mut self, queue: &Queue, deadline: Duration) {
        loop {
            self.settle();
            let now = self.clock.elapsed();
            if !queue.borrow().is_empty() || !self.line.plugged || now >= deadline {
                return;
            }
            let next = self.next_event().map_or(deadline, |at| at.min(deadline));
            self.clock.wait(next.saturating_sub(now));
        }
    }

    /// Does all that is due, in the order of time.
    fn settle(&mut self) {
        let now = self.clock.elapsed();
        if let Work::Waiting {
            by_hand: true,
            gesture: gesture @ None,
            ..
        } = &mut self.work
        {
            *gesture = self.hand.take().map(|gesture| (now, gesture));
        }
        while let Some(at) = self.next_event().filter(|at| *at <= now) {
            if !self.line.plugged {
                return;
            }
            if self.channels.deadline().is_some_and(|due| due <= at) {
                let heard = self.channels.expire();
                self.act(heard);
            } else {
                self.proceed(at);
            }
        }
    }

    fn next_event(&self) -> Option<Duration> {
        let work = match &self.work {
            Work::Idle => None,
            Work::Waiting {
                gesture,
                until,
                keepalive,
                ..
            } => {
                let timed = (*until).min(*keepalive);
                Some(gesture.map_or(timed, |(at, _)| timed.min(at)))
            }
            Work::Finishing {
                until, keepalive, ..
            } => Some((*until).min(*keepalive)),
        };
        work.into_iter().chain(self.channels.deadline()).min()
    }

    /// The next thing in the work at hand, which is due at `at`.
    fn proceed(&mut self, at: Duration) {
        match std::mem::replace(&mut self.work, Work::Idle) {
            Work::Idle => {}
            Work::Waiting {
                channel,
                pending,
                gesture,
                by_hand,
                until,
                keepalive,
            } => match gesture {
                Some((due, Gesture::Touched)) if due <= at => {
                    let answer = self.authenticator.touched(pending);
                    self.finish(channel, answer, at);
                }
                Some((due, Gesture::Refused)) if due <= at => {
                    self.answer(channel, &pending.untouched(Status::OperationDenied));
                }
                None | Some(_) if until <= at => {
                    self.answer(channel, &pending.untouched(Status::UserActionTimeout));
                }
                None | Some(_) => {
                    self.work = Work::Waiting {
                        channel,
                        pending,
                        gesture,
                        by_hand,
                        until,
                        keepalive: keepalive.saturating_add(KEEPALIVE_EVERY),
                    };
                    self.line.keep_alive(channel, UP_NEEDED);
                }
            },
            Work::Finishing {
                channel,
                answer,
                until,
                keepalive,
            } => {
                if until <= at {
                    self.answer(channel, &answer);
                } else {
                    self.work = Work::Finishing {
                        channel,
                        answer,
                        until,
                        keepalive: keepalive.saturating_add(KEEPALIVE_EVERY),
                    };
                    self.line.keep_alive(channel, PROCESSING);
                }
            }
        }
    }

    fn finish(&mut self, channel: u32, answer: Answer, at: Duration) {
        self.work = Work::Finishing {
            channel,
            answer,
            until: at.saturating_add(WORK),
            keepalive: at.saturating_add(KEEPALIVE_EVERY),
        };
        self.line.keep_alive(channel, PROCESSING);
    }

    fn busy(&self) -> Option<u32> {
        match &self.work {
            Work::Idle => None,
            Work::Waiting { channel, .. } | Work::Finishing { channel, .. } => Some(*channel),
        }
    }

    fn act(&mut self, heard: Heard) {
        match heard {
            Heard::Nothing => {}
            Heard::Refused(channel, error) => self.line.send(channel, hid::ERROR, &[error.code()]),
            Heard::Opened(channel, answer) => {
                self.authenticator.statistics.note("INIT");
                self.change_face();
                if self.busy() == Some(channel) {
                    self.work = Work::Idle;
                }
                self.line.took_message();
                self.line.send(channel, hid::INIT, &answer);
            }
            Heard::Cancel(channel) => self.cancel(channel),
            Heard::Message(channel, command, message) => {
                self.line.took_message();
                self.message(channel, command, &message);
            }
        }
    }

    /// Says another firmware from the channel on that was named.
    fn change_face(&mut self) {
        if let Some((channels, firmware)) = self.other_firmware.take() {
            if channels <= 1 {
                self.authenticator.spec.firmware = firmware;
            } else {
                self.other_firmware = Some((channels - 1, firmware));
            }
        }
    }

    /// CANCEL ends a wait for a touch; otherwise it is not answered (§11.2.9.1.5).
    fn cancel(&mut self, channel: u32) {
        self.authenticator.statistics.note("CANCEL");
        if let Work::Waiting { channel: busy, .. } = &self.work
            && *busy == channel
        {
            self.work = Work::Idle;
            self.answer(channel, &Err(Status::KeepaliveCancel));
        }
    }

    fn message(&mut self, channel: u32, command: u8, message: &[u8]) {
        let old = self.authenticator.spec.is_fido_2_0();
        match (command, message.split_first()) {
            (hid::PING, _) => {
                self.authenticator.statistics.note("PING");
                self.line.send(channel, hid::PING, message);
            }
            (hid::WINK, None) => {
                self.authenticator.statistics.note("WINK");
                self.line.send(channel, hid::WINK, &[]);
            }
            (hid::CBOR, Some((code, parameters))) => {
                match self.authenticator.command(*code, parameters) {
                    Step::Done(answer) => self.answer(channel, &answer),
                    Step::Touch(pending) => self.await_touch(channel, pending),
                }
            }
            (hid::MSG, _) if old => {
                self.authenticator.statistics.note("MSG");
                self.line.send(channel, hid::MSG, u2f(message));
            }
            (hid::WINK | hid::CBOR, _) => self.refuse(channel, HidError::InvalidLength),
            _ => match vendor::answer(&self.authenticator.spec, command, message) {
                Some(answer) => {
                    self.authenticator.statistics.note("VENDOR");
                    self.line.send(channel, command, &answer);
                }
                None => self.refuse(channel, HidError::InvalidCommand),
            },
        }
    }

    fn await_touch(&mut self, channel: u32, pending: Pending) {
        let asked = &mut self.authenticator.statistics.touches_asked;
        *asked = asked.saturating_add(1);
        let now = self.clock.elapsed();
        self.hand.take();
        let touch = self.script.of(pending.operation());
        let gesture = match touch {
            Touch::After(delay) => Some((now.saturating_add(delay), Gesture::Touched)),
            Touch::RefusedAfter(delay) => Some((now.saturating_add(delay), Gesture::Refused)),
            Touch::Never | Touch::ByHand => None,
        };
        self.work = Work::Waiting {
            channel,
            pending,
            gesture,
            by_hand: touch == Touch::ByHand,
            until: now.saturating_add(TOUCH_TIMEOUT),
            keepalive: now.saturating_add(KEEPALIVE_EVERY),
        };
        self.line.keep_alive(channel, UP_NEEDED);
    }

    fn answer(&mut self, channel: u32, answer: &Answer) {
        let message = match answer {
            Ok(None) => vec![0],
            Ok(Some(value)) => [vec![0], value.encode()].concat(),
            Err(status) => vec![status.code()],
        };
        self.line.send(channel, hid::CBOR, &message);
    }

    fn refuse(&mut self, channel: u32, error: HidError) {
        self.line.send(channel, hid::ERROR, &[error.code()]);
    }

    pub(super) fn statistics(&self) -> Statistics {
        Statistics {
            reports_received: self.line.received,
            reports_sent: self.line.sent,
            most_handles: self.line.most_handles,
            ..self.authenticator.statistics.clone()
        }
    }
}

/// How INIT's answer ends: CTAPHID version 2, firmware, capabilities (§11.2.9.1.3).
fn greeting(spec: &KeySpec) -> [u8; 5] {
    const WINK: u8 = 0x01;
    const CBOR: u8 = 0x04;
    const NO_MSG: u8 = 0x08;
    let [major, minor, patch] = spec.firmware;
    let msg = if spec.is_fido_2_0() { 0 } else { NO_MSG };
    [2, major, minor, patch, WINK | CBOR | msg]
}

/// CTAP1: only its version is answered; to the rest, "instruction not supported".
fn u2f(apdu: &[u8]) -> &'static [u8] {
    match apdu {
        [0, 3, 0, 0, ..] => b"U2F_V2\x90\x00",
        _ => &[0x6d, 0x00],
    }
}
