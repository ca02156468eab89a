//! The line between a key and its open handles, with its faults.

use super::fault::Fault;
use super::fault::Faults;
use super::fault::Spoilt;
use super::frame;
use super::hid;
use crate::ctap::Report;
use crate::primitives::Entropy;
use crate::rehearsal::SeededEntropy;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::rc::Weak;
use std::time::Duration;

/// Reports that wait for one open handle; more are lost, as in the kernel's buffer.
pub(super) type Queue = Rc<RefCell<VecDeque<Report>>>;
const LONGEST_QUEUE: usize = 1_024;

/// What turns a channel into another program's.
const FOREIGN: u32 = 0x5a00_0000;

/// Carries reports to all handles while the key is plugged in.
pub(super) struct Line {
    pub(super) faults: Faults,
    pub(super) plugged: bool,
    pub(super) unplug_after: Option<u32>,
    pub(super) sent: u32,
    pub(super) received: u32,
    pub(super) most_handles: u32,
    struck: Vec<Fault>,
    noise: SeededEntropy,
    handles: Vec<Weak<RefCell<VecDeque<Report>>>>,
    /// Reports that are under way, and when each arrives.
    late: VecDeque<(Duration, Report)>,
    /// How late what is sent now arrives.
    lateness: Duration,
    now: Duration,
}

impl Line {
    /// A line that is not plugged in; `seed` makes the noise of [`Fault::Garbage`].
    pub(super) fn new(seed: &[u8]) -> Self {
        Self {
            faults: Faults::default(),
            plugged: false,
            unplug_after: None,
            sent: 0,
            received: 0,
            most_handles: 0,
            struck: Vec::new(),
            noise: SeededEntropy::new(seed, "noise on the line"),
            handles: Vec::new(),
            late: VecDeque::new(),
            lateness: Duration::ZERO,
            now: Duration::ZERO,
        }
    }

    /// When the next report that is under way arrives.
    pub(super) fn arrival(&self) -> Option<Duration> {
        self.late.front().map(|(at, _)| *at)
    }

    /// Notes the time, and hands over what has arrived by then.
    pub(super) fn note_time(&mut self, now: Duration) {
        self.now = self.now.max(now);
        while self.arrival().is_some_and(|at| at <= self.now) {
            if let Some((_, report)) = self.late.pop_front() {
                self.deliver(report);
            }
        }
    }

    /// Whether a flood of keep-alives struck the message at hand, whose answer it replaces.
    pub(super) fn takes_flood(&mut self) -> bool {
        let floods = self.struck.contains(&Fault::KeepAliveFlood);
        if floods {
            self.struck.clear();
        }
        floods
    }

    pub(super) fn unplug(&mut self) {
        self.plugged = false;
        self.unplug_after = None;
        self.struck.clear();
        self.late.clear();
        self.handles.clear();
    }

    /// A new handle: it hears all that the key says, to whomever.
    pub(super) fn listen(&mut self) -> Queue {
        let queue = Queue::default();
        self.handles.retain(|handle| handle.strong_count() > 0);
        self.handles.push(Rc::downgrade(&queue));
        let open = u32::try_from(self.handles.len()).unwrap_or(u32::MAX);
        self.most_handles = self.most_handles.max(open);
        queue
    }

    /// Notes that a report came in and was acted on.
    pub(super) fn took_report(&mut self) {
        self.received = self.received.saturating_add(1);
        self.exchanged();
    }

    /// Notes that a message came in, whose answer faults may strike.
    pub(super) fn took_message(&mut self) {
        self.struck = self.faults.on_message();
    }

    pub(super) fn keep_alive(&mut self, channel: u32, status: u8) {
        if self.struck.contains(&Fault::Silence) {
            return;
        }
        for report in frame::split(channel, hid::KEEPALIVE, &[status]) {
            self.emit(report);
        }
    }

    /// Sends a message, spoilt by the faults that struck the one it answers.
    pub(super) fn send(&mut self, channel: u32, command: u8, message: &[u8]) {
        let struck = std::mem::take(&mut self.struck);
        let Some(mut spoilt) = Spoilt::of(command, message, &struck) else {
            return;
        };
        self.lateness = spoilt.late;
        if struck.contains(&Fault::Garbage) {
            self.noise.fill(&mut spoilt.message);
            let noise = self.noise.bytes();
            self.emit(noise);
        }
        let strange = vec![0; spoilt.message.len()];
        let strange = frame::split(channel ^ FOREIGN, spoilt.command, &strange);
        let ours = frame::split(channel, spoilt.command, &spoilt.message);
        for (place, (mut report, strange)) in ours.into_iter().zip(strange).enumerate() {
            if struck.contains(&Fault::ForeignFrames) {
                self.emit(strange);
            }
            if struck.contains(&Fault::WrongSequence) && place == 1 {
                out_of_sequence(&mut report);
            }
            self.emit(report);
            if struck.contains(&Fault::Repeated) {
                self.emit(report);
            }
        }
        self.lateness = Duration::ZERO;
    }

    /// Puts one report on the line, spoilt by the faults that strike it.
    fn emit(&mut self, mut report: Report) {
        if !self.plugged {
            return;
        }
        let (lateness, mut repeated) = (self.lateness, false);
        for fault in self.faults.on_report() {
            let [a, b, c, d, content @ ..] = &mut report;
            match fault {
                Fault::Silence | Fault::KeepAliveFlood => return,
                Fault::Late(late) => self.lateness = late,
                Fault::Repeated => repeated = true,
                Fault::WrongSequence => out_of_sequence(&mut report),
                Fault::Status(byte) | Fault::HidError(byte) => {
                    if let Some(first) = content.get_mut(3) {
                        *first = byte;
                    }
                }
                Fault::LyingCounts(_) => {}
                Fault::Truncation => content.iter_mut().skip(28).for_each(|byte| *byte = 0),
                Fault::Garbage => self.noise.fill(content),
                Fault::ForeignFrames => {
                    let channel = u32::from_be_bytes([*a, *b, *c, *d]) ^ FOREIGN;
                    for strange in frame::split(channel, hid::PING, content) {
                        self.put(strange);
                    }
                }
            }
        }
        self.put(report);
        if repeated {
            self.put(report);
        }
        self.lateness = lateness;
    }

    /// Sends a report on its way: it arrives now, or late, but never before one sent earlier.
    fn put(&mut self, report: Report) {
        let at = self.now.saturating_add(self.lateness);
        let at = self.late.back().map_or(at, |(last, _)| at.max(*last));
        if at > self.now {
            self.late.push_back((at, report));
        } else {
            self.deliver(report);
        }
    }

    fn deliver(&mut self, report: Report) {
        self.sent = self.sent.saturating_add(1);
        for handle in self.handles.iter().filter_map(Weak::upgrade) {
            let mut queue = handle.borrow_mut();
            if queue.len() < LONGEST_QUEUE {
                queue.push_back(report);
            }
        }
        self.exchanged();
    }

    /// Counts one report towards being pulled out.
    fn exchanged(&mut self) {
        if let Some(left) = self.unplug_after.as_mut() {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.unplug();
            }
        }
    }
}

/// Gives a continuation packet another place in the sequence.
fn out_of_sequence(report: &mut Report) {
    let [_, _, _, _, kind, ..] = report;
    if *kind & 0x80 == 0 {
        *kind ^= 0x01;
    }
}
