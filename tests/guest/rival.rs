//! Another program that has the same key open.

use std::fs::File;
use std::io::Read;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;

const INIT: u8 = 0x86;
const PING: u8 = 0x81;
const CBOR: u8 = 0x90;
const KEEPALIVE: u8 = 0xbb;
const GET_INFO: u8 = 0x04;
const SELECTION: u8 = 0x0b;
const BROADCAST: [u8; 4] = [0xff; 4];
const NONCE: [u8; 8] = *b"a rival!";

/// Between two requests for a channel: a key keeps a few dozen, and the oldest gives way.
const BETWEEN_CHANNELS: Duration = Duration::from_millis(5);

/// What it says, over and over: the next as soon as the last was answered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Talk {
    /// Asks for channels, on the channel that everybody asks on.
    Init,
    /// Sends pings of 200 bytes.
    Ping,
    /// Asks for getInfo.
    GetInfo,
}

/// The program, while it runs.
pub(crate) struct Rival {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<usize>>,
}

impl Rival {
    /// Starts talking.
    pub(crate) fn talks(path: &str, talk: Talk) -> Self {
        let mut node = Node::open(path);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let mut answers = 0;
            while !stopped.load(Ordering::Relaxed) {
                match talk {
                    Talk::Init => {
                        node.say(BROADCAST, INIT, &NONCE);
                        thread::sleep(BETWEEN_CHANNELS);
                    }
                    Talk::Ping => node.say(node.channel, PING, &[0x5a; 200]),
                    Talk::GetInfo => node.say(node.channel, CBOR, &[GET_INFO]),
                }
                answers += 1;
            }
            answers
        });
        Self {
            stop,
            thread: Some(thread),
        }
    }

    /// Makes the key wait for a touch, and leaves it so.
    pub(crate) fn waits_for_a_touch(path: &str) -> Self {
        let mut node = Node::open(path);
        node.send(node.channel, CBOR, &[SELECTION]);
        while node.hear(node.channel)[4] != KEEPALIVE {}
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                node.hear(node.channel); // keep-alives
            }
            0
        });
        Self {
            stop,
            thread: Some(thread),
        }
    }

    /// Stops, and returns how often it was answered.
    pub(crate) fn stop(mut self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Rival {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

struct Node {
    file: File,
    channel: [u8; 4],
}

impl Node {
    /// Opens the node and gets a channel.
    fn open(path: &str) -> Self {
        let file = File::options().read(true).write(true).open(path).unwrap();
        let mut node = Self {
            file,
            channel: BROADCAST,
        };
        node.send(BROADCAST, INIT, &NONCE);
        let answer = node.hear(BROADCAST);
        node.channel = answer[15..19].try_into().unwrap();
        node
    }

    /// Says one message and waits for the first report of its answer.
    fn say(&mut self, channel: [u8; 4], command: u8, payload: &[u8]) {
        self.send(channel, command, payload);
        self.hear(channel);
    }

    fn send(&mut self, channel: [u8; 4], command: u8, payload: &[u8]) {
        let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
        let first = payload.len().min(57);
        let mut report = [&channel[..], &[command], &length, &payload[..first]].concat();
        self.write(&mut report);
        for (sequence, piece) in (0_u8..).zip(payload[first..].chunks(59)) {
            let mut report = [&channel[..], &[sequence], piece].concat();
            self.write(&mut report);
        }
    }

    /// Writes a report with its number, which is 0.
    fn write(&mut self, report: &mut Vec<u8>) {
        report.insert(0, 0);
        report.resize(65, 0);
        self.file.write_all(report).unwrap();
    }

    /// The next first report of a message on a channel.
    fn hear(&mut self, channel: [u8; 4]) -> [u8; 64] {
        loop {
            let mut report = [0; 64];
            self.file.read_exact(&mut report).unwrap();
            if report[..4] == channel && report[4] & 0x80 != 0 {
                return report;
            }
        }
    }
}
