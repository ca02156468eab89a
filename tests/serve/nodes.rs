//! Virtual keys behind mocked hidraw nodes, for one program.

#[path = "bus.rs"]
pub(crate) mod bus;

use super::served::Served;
use glasskey::rehearsal::key::KeySpec;
use glasskey::rehearsal::key::Statistics;
use glasskey::rehearsal::key::VirtualKey;
use rustix::event::PollFd;
use rustix::event::PollFlags;
use rustix::event::Timespec;
use std::fs;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::path::PathBuf;
use std::process::Output;
use std::process::Stdio;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

const LONGEST_START: Timespec = Timespec {
    tv_sec: 20,
    tv_nsec: 0,
};

static SOCKETS: AtomicU32 = AtomicU32::new(0);

/// What a key is before a program meets it.
pub(crate) struct Plugged {
    pub(crate) spec: KeySpec,
    /// Milliseconds that each report takes on its way.
    pub(crate) report_millis: u32,
    /// Milliseconds until it is pulled out, of the first key; `None` if it stays.
    pub(crate) pulled_after: Option<u32>,
    /// What is done to it first.
    pub(crate) prepare: Box<dyn FnOnce(&VirtualKey) + Send>,
}

impl Plugged {
    /// A quick key with or without a PIN.
    pub(crate) fn new(spec: KeySpec, pin: Option<&'static str>) -> Self {
        Self {
            spec,
            report_millis: 0,
            pulled_after: None,
            prepare: Box::new(move |key| {
                if let Some(pin) = pin {
                    key.set_pin_directly(pin);
                }
            }),
        }
    }
}

/// Runs a program with these keys behind `/dev/hidraw0` and so on; what each key saw comes last, and
/// with it how many handles were open on its node at the same time.
pub(crate) fn run(keys: Vec<Plugged>, program: &[&str]) -> (Output, Vec<Statistics>) {
    let sockets: Vec<(PathBuf, UnixListener)> = keys
        .iter()
        .map(|_| {
            let number = SOCKETS.fetch_add(1, Ordering::Relaxed);
            let name = format!("glasskey-key-{}-{number}", std::process::id());
            let path = std::env::temp_dir().join(name);
            let listener = UnixListener::bind(&path).unwrap();
            (path, listener)
        })
        .collect();
    let number = SOCKETS.fetch_add(1, Ordering::Relaxed);
    let name = format!("glasskey-handles-{}-{number}", std::process::id());
    let handles = std::env::temp_dir().join(name);
    let pulled = keys.first().and_then(|key| key.pulled_after);
    let slow = keys.iter().map(|key| key.report_millis).max();
    let paths: Vec<&Path> = sockets.iter().map(|(path, _)| path.as_path()).collect();
    let child = bus::around(&paths)
        .args(program)
        .env("GLASSKEY_HANDLES", &handles)
        .env("GLASSKEY_REPORT_MS", slow.unwrap_or_default().to_string())
        .envs(pulled.map(|millis| ("GLASSKEY_UNPLUG_MS", millis.to_string())))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut served = Vec::new();
    for ((path, listener), key) in sockets.iter().zip(keys) {
        let mut waiting = [PollFd::new(listener, PollFlags::IN)];
        let came = rustix::event::poll(&mut waiting, Some(&LONGEST_START)).unwrap();
        assert_eq!(came, 1, "the nodes were not made");
        let (stream, _) = listener.accept().unwrap();
        fs::remove_file(path).unwrap();
        let one = Served::on(stream.into(), key.spec);
        one.ask(key.prepare);
        served.push(one);
    }
    let output = child.wait_with_output().unwrap();
    let open = fs::read_to_string(&handles).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    });
    fs::remove_file(handles).unwrap();
    let most = open.split_whitespace().map(|most| most.parse().unwrap());
    let seen = served
        .iter()
        .zip(most)
        .map(|(key, most_handles)| Statistics {
            most_handles,
            ..key.ask(VirtualKey::statistics)
        });
    (output, seen.collect())
}
