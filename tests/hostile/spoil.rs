//! What may be done to the answer of a key, and to the reports that carry it.

use super::heads;
use super::heads::Head;
use super::heads::heads;
use super::source::Source;
use glasskey::ctap::MAX_PAYLOAD;
use glasskey::ctap::Report;
use std::time::Duration;

/// Numbers that a key may lie with.
const LIES: [u64; 12] = [
    300_000,
    0,
    1,
    2,
    1_024,
    1_025,
    0x7fff_ffff,
    0x8000_0000,
    u64::MAX,
    255,
    65_535,
    0x0012_3456_789a_bcde,
];

/// A report, and how long after the one before it comes.
pub(crate) type Timed = (Duration, Report);

/// What becomes of the line after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// It goes on as it was.
    Nothing,
    /// Nothing comes any more.
    Silence,
    /// The key is pulled.
    Gone,
    /// Keep-alives of this status, for ever, this far apart.
    Flood(u8, Duration),
    /// One report, for ever, this far apart.
    Babble(Report, Duration),
}

/// A message: CTAPHID command and payload. The first byte of a CBOR answer is the status.
pub(crate) struct Answer {
    pub(crate) command: u8,
    pub(crate) payload: Vec<u8>,
}

impl Answer {
    /// Does one thing to the message.
    pub(crate) fn spoil(&mut self, source: &mut Source<'_>) {
        let body = self.payload.get(1..).unwrap_or_default().to_vec();
        let found = heads(&body);
        let head = found.get(source.place(found.len())).copied();
        match source.byte() % 20 {
            0 => self.payload = vec![source.byte()],
            1 => {
                let status = source.byte();
                if let Some(first) = self.payload.first_mut() {
                    *first = status;
                }
            }
            2 => {
                self.command = 0x3f;
                self.payload = vec![source.byte()];
            }
            3 => {
                let at = source.place(self.payload.len());
                let flip = source.byte();
                if let Some(byte) = self.payload.get_mut(at) {
                    *byte ^= flip;
                }
            }
            4 => {
                let at = source.place(self.payload.len() + 1);
                self.payload.truncate(at);
            }
            5 => {
                let at = source.place(self.payload.len() + 1);
                let length = source.place(64);
                let bytes = source.take(length);
                self.payload.splice(at..at, bytes);
            }
            6 => {
                let length = source.place(600);
                let fresh = source.take(length);
                self.payload = [vec![0], fresh].concat();
            }
            7 => self.command = source.byte() & 0x7f,
            8 => self.payload.extend_from_within(1.min(self.payload.len())..),
            9 => self.payload.clear(),
            _ => {
                if let Some(head) = head {
                    let body = lie(&body, head, source);
                    self.payload.truncate(1);
                    self.payload.extend(body);
                }
            }
        }
        self.payload.truncate(MAX_PAYLOAD);
    }
}

/// Writes one item of a CBOR body as it should not be.
fn lie(body: &[u8], head: Head, source: &mut Source<'_>) -> Vec<u8> {
    let (before, item) = body.split_at(head.at);
    let (_, rest) = item.split_at(head.length);
    let (content, rest) = rest.split_at(head.content(body));
    let lie = LIES[source.place(LIES.len())];
    let (head, content) = match source.byte() % 10 {
        // A count, a length or a number that is not so.
        0..=3 => (heads::shortest(head.major, lie), content.to_vec()),
        // Another type.
        4 => {
            let major = source.byte() & 7;
            (heads::shortest(major, head.argument), content.to_vec())
        }
        // Not the shortest form.
        5 => (heads::longest(head.major, head.argument), content.to_vec()),
        // A string that fills the message, and says so.
        6 => {
            let length = source.place(MAX_PAYLOAD);
            let major = if source.chance(2) { 2 } else { 3 };
            let argument = u64::try_from(length).unwrap_or_default();
            (heads::shortest(major, argument), vec![b'x'; length])
        }
        // Deep nesting, or a tag before the item.
        7 => {
            let depth = source.place(4_000);
            let nest = if source.chance(4) { 0xc1 } else { 0x81 };
            let argument = heads::shortest(head.major, head.argument);
            ([vec![nest; depth], argument].concat(), content.to_vec())
        }
        // Text that is cut inside a character, or has one that no terminal should see.
        8 => {
            let ends: [&[u8]; 5] = [
                "\u{1b}[2J".as_bytes(),
                &[0xe2, 0x82],
                "\u{202e}".as_bytes(),
                &[0xff],
                &[0xf0, 0x9f, 0x98],
            ];
            let text = [b"bg1", ends[source.place(ends.len())]].concat();
            let argument = u64::try_from(text.len()).unwrap_or_default();
            (heads::shortest(3, argument), text)
        }
        // The item twice, which makes a member too many or a key that repeats.
        _ => {
            let once = [heads::shortest(head.major, head.argument), content.to_vec()].concat();
            (once.clone(), once)
        }
    };
    [before, &head, &content, rest].concat()
}

/// Does one thing to the reports of a message.
pub(crate) fn reports(reports: &mut Vec<Timed>, source: &mut Source<'_>) -> After {
    let count = reports.len();
    let at = source.place(count);
    let Some((_, report)) = reports.get(at).copied() else {
        return After::Nothing;
    };
    let now = Duration::ZERO;
    match source.byte() % 20 {
        0 => {
            let byte = source.place(64);
            reports[at].1[byte] ^= source.byte();
        }
        1 => reports[at].1[3] ^= source.byte(), // another channel
        2 => reports[at].1[4] = source.byte() & 0x7f, // another place in the sequence
        3 => drop(reports.remove(at)),
        4 => reports.insert(at, (now, report)),
        5 => reports.swap(at, source.place(count)),
        6 => reports[at].0 = Duration::from_millis(u64::from(source.word())),
        7 => {
            // The length lies.
            let [high, low] = source.word().to_be_bytes();
            reports[0].1[5] = high;
            reports[0].1[6] = low;
        }
        8 => {
            // A packet of our channel, or of somebody else's, before one of ours.
            let mut extra = report;
            if source.chance(2) {
                extra[0] ^= 0x5a;
            }
            extra[4] = source.byte();
            reports.insert(at, (now, extra));
        }
        9 => {
            // One after the last, which the next exchange will find.
            let mut extra = report;
            extra[4] = source.byte();
            reports.push((now, extra));
        }
        10 => reports.extend_from_within(..), // the whole message again
        11 => {
            // Each report late: a key that drips.
            let pace = Duration::from_millis(u64::from(source.word() % 3_000));
            for (delay, _) in reports.iter_mut() {
                *delay = pace;
            }
        }
        12 => {
            reports.truncate(at);
            return After::Silence;
        }
        13 => {
            reports.truncate(at);
            return After::Gone;
        }
        14 | 15 => {
            reports.truncate(at);
            let pace = Duration::from_millis(u64::from(source.byte()));
            return After::Flood(source.byte() & 3, pace);
        }
        16 => {
            reports.truncate(at);
            let mut babble = report;
            babble[4] = source.byte();
            let pace = Duration::from_millis(u64::from(source.byte() & 1));
            return After::Babble(babble, pace);
        }
        17 => {
            // Keep-alives first, equal or changing.
            let channel = report;
            for _ in 0..source.byte() {
                let mut alive = [0; 64];
                alive[..4].copy_from_slice(&channel[..4]);
                alive[4..8].copy_from_slice(&[0xbb, 0, 1, source.byte() & 3]);
                reports.insert(0, (Duration::from_millis(100), alive));
            }
        }
        18 => {
            let noise = source.take(64);
            let mut random = report;
            for (slot, byte) in random.iter_mut().zip(noise) {
                *slot = byte;
            }
            reports.insert(at, (now, random));
        }
        _ => reports.reverse(),
    }
    After::Nothing
}
