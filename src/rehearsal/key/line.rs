//! The line between a key and its open handles, with its faults.

use super::fault::Fault;
use super::fault::Faults;
use super::frame;
use super::hid;
use crate::ctap::Report;
use crate::primitives::Entropy;
use crate::rehearsal::SeededEntropy;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::rc::Weak;

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
        }
    }

    pub(super) fn unplug(&mut self) {
        self.plugged = false;
        self.unplug_after = None;
        self.struck.clear();
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
        let mut message = message.to_vec();
        let mut foreign = false;
        for fault in std::mem::take(&mut self.struck) {
            match fault {
                Fault::Silence => return,
                Fault::Truncation => message.truncate(message.len() / 2),
                Fault::Garbage => {
                    self.noise.fill(&mut message);
                    let noise = self.noise.bytes();
                    self.emit(noise);
                }
                Fault::ForeignFrames => foreign = true,
            }
        }
        let strange = frame::split(channel ^ FOREIGN, command, &vec![0; message.len()]);
        for (report, strange) in frame::split(channel, command, &message)
            .into_iter()
            .zip(strange)
        {
            if foreign {
                self.emit(strange);
            }
            self.emit(report);
        }
    }

    /// Puts one report on the line, spoilt by the faults that strike it.
    fn emit(&mut self, mut report: Report) {
        if !self.plugged {
            return;
        }
        for fault in self.faults.on_report() {
            let [a, b, c, d, content @ ..] = &mut report;
            match fault {
                Fault::Silence => return,
                Fault::Truncation => content.iter_mut().skip(28).for_each(|byte| *byte = 0),
                Fault::Garbage => self.noise.fill(content),
                Fault::ForeignFrames => {
                    let channel = u32::from_be_bytes([*a, *b, *c, *d]) ^ FOREIGN;
                    for strange in frame::split(channel, hid::PING, content) {
                        self.deliver(strange);
                    }
                }
            }
        }
        self.deliver(report);
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
