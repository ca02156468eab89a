//! A HID device that is a program: Linux' `/dev/uhid` (`linux/uhid.h`), and the hidraw node that
//! the kernel makes for it. Needs root, and the modules `uhid` and `hid-generic`.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;
use std::time::Instant;

const DESTROY: u32 = 1;
const OUTPUT: u32 = 6;
const GET_REPORT: u32 = 9;
const GET_REPORT_REPLY: u32 = 10;
const CREATE2: u32 = 11;
const INPUT2: u32 = 12;
const SET_REPORT: u32 = 13;
const SET_REPORT_REPLY: u32 = 14;

/// Bytes of `struct uhid_event`; it is packed.
const EVENT: usize = 4_376;
/// `UHID_DATA_MAX`: bytes of data in an event.
const DATA: usize = 4_096;
/// `BUS_USB`
const USB: u16 = 3;
/// `EIO`
const REFUSED: u16 = 5;

/// Bytes of a report as a program writes it: its number, which is 0, comes first.
const NUMBERED: usize = 65;
/// Bytes of a report as the key sends it.
const REPORT: usize = 64;

/// CTAP 2.1 §11.2.8.2: one report each way on the usage page of FIDO.
const REPORT_DESCRIPTOR: &[u8] = &[
    0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01, 0x09, 0x20, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08,
    0x95, 0x40, 0x81, 0x02, 0x09, 0x21, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x91,
    0x02, 0xc0,
];

/// How long the kernel may take to make the node.
const LONGEST_START: Duration = Duration::from_secs(30);
/// How long after a report the key is pulled, so that the program which sent it waits by then.
const BEFORE_THE_PULL: Duration = Duration::from_millis(150);

/// What the device says it is.
pub(crate) struct Described<'a> {
    pub(crate) vendor: u32,
    pub(crate) product: u32,
    pub(crate) name: &'a str,
    pub(crate) serial: &'a str,
}

/// A device that is plugged in until it is dropped.
pub(crate) struct Uhid {
    events: File,
    path: String,
}

impl Uhid {
    /// Plugs it in, and waits for its node.
    pub(crate) fn plug(described: &Described<'_>) -> io::Result<Self> {
        let mut events = File::options().read(true).write(true).open("/dev/uhid")?;
        let phys = format!("uhid/{}/{}", std::process::id(), described.serial);
        let rd_size = u16::try_from(REPORT_DESCRIPTOR.len()).map_err(io::Error::other)?;
        let mut event = CREATE2.to_ne_bytes().to_vec();
        event.extend(padded(described.name.as_bytes(), 128));
        event.extend(padded(phys.as_bytes(), 64));
        event.extend(padded(described.serial.as_bytes(), 64));
        event.extend(rd_size.to_ne_bytes());
        event.extend(USB.to_ne_bytes());
        for number in [described.vendor, described.product, 0, 0] {
            event.extend(number.to_ne_bytes()); // the last two: version, country
        }
        event.extend(padded(REPORT_DESCRIPTOR, DATA));
        assert_eq!(event.len(), EVENT);
        events.write_all(&event)?;
        let path = node(&phys)?;
        Ok(Self { events, path })
    }

    /// Its node: `/dev/hidraw0`.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Carries reports between the node and a stream: 65 bytes to the key, 64 from it. Goes on
    /// until the program ends; the key is pulled after so many reports to it, if that is said.
    pub(crate) fn carry(&self, key: &UnixStream, pulled_after: Option<u32>) -> io::Result<()> {
        let (mut from_key, mut to_key) = (key.try_clone()?, key.try_clone()?);
        let (mut inputs, mut outputs) = (self.events.try_clone()?, self.events.try_clone()?);
        thread::spawn(move || {
            let mut report = [0; REPORT];
            while from_key.read_exact(&mut report).is_ok() {
                // A key that was pulled is heard by nobody.
                let _ = inputs.write_all(&input(&report));
            }
        });
        thread::spawn(move || {
            let mut event = [0; EVENT];
            let mut reports = 0;
            while let Ok(read) = outputs.read(&mut event) {
                match answer(&event[..read]) {
                    Answer::None => {}
                    Answer::Event(reply) => outputs.write_all(&reply).unwrap(),
                    Answer::Report(report) => {
                        reports += 1;
                        if pulled_after == Some(reports) {
                            thread::sleep(BEFORE_THE_PULL);
                            outputs.write_all(&DESTROY.to_ne_bytes()).unwrap();
                            return;
                        }
                        to_key.write_all(&report).unwrap();
                    }
                }
            }
        });
        Ok(())
    }
}

enum Answer {
    None,
    Event(Vec<u8>),
    Report([u8; NUMBERED]),
}

/// What an event of the kernel asks for.
fn answer(event: &[u8]) -> Answer {
    let (kind, rest) = event.split_at(4);
    match u32::from_ne_bytes(kind.try_into().unwrap()) {
        OUTPUT => {
            let size = u16::from_ne_bytes([rest[DATA], rest[DATA + 1]]);
            assert_eq!(usize::from(size), NUMBERED, "a report of another size");
            Answer::Report(rest[..NUMBERED].try_into().unwrap())
        }
        // A FIDO key has no feature reports.
        GET_REPORT => Answer::Event(refused(GET_REPORT_REPLY, rest)),
        SET_REPORT => Answer::Event(refused(SET_REPORT_REPLY, rest)),
        _ => Answer::None,
    }
}

/// The reply that says no to the request of the id at the start of `rest`.
fn refused(kind: u32, rest: &[u8]) -> Vec<u8> {
    [&kind.to_ne_bytes()[..], &rest[..4], &REFUSED.to_ne_bytes()].concat()
}

/// The event that brings a report from the key.
fn input(report: &[u8; REPORT]) -> Vec<u8> {
    let size = [64_u16.to_ne_bytes()].concat();
    [&INPUT2.to_ne_bytes()[..], &size, report].concat()
}

/// Bytes, and zeros up to `length`.
fn padded(bytes: &[u8], length: usize) -> Vec<u8> {
    assert!(bytes.len() < length);
    let mut padded = bytes.to_vec();
    padded.resize(length, 0);
    padded
}

/// The node of the device that is at `phys`, once there is one.
fn node(phys: &str) -> io::Result<String> {
    let line = format!("HID_PHYS={phys}");
    let start = Instant::now();
    while start.elapsed() < LONGEST_START {
        for entry in fs::read_dir("/sys/class/hidraw")? {
            let entry = entry?;
            let described = fs::read_to_string(entry.path().join("device/uevent"));
            let node = format!("/dev/{}", entry.file_name().display());
            let ours = described.is_ok_and(|text| text.lines().any(|found| found == line));
            if ours && fs::exists(&node)? {
                return Ok(node);
            }
        }
        thread::sleep(Duration::from_millis(5));
    }
    Err(io::Error::other(
        "no hidraw node: is the module hid-generic loaded?",
    ))
}
