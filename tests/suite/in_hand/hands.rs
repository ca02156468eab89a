//! Hands at the program's USB port: they plug keys in and pull them out.

use super::bus;
use rustix::event::PollFd;
use rustix::event::PollFlags;
use rustix::event::Timespec;
use std::fs;
use std::io::Read as _;
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

/// How long the port may take to be there, and each thing at it.
const LONGEST_WAIT: Timespec = Timespec {
    tv_sec: 20,
    tv_nsec: 0,
};

/// A socket that somebody comes to once.
struct Door {
    path: PathBuf,
    listener: UnixListener,
}

impl Door {
    fn open() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("glasskey-hands-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let listener = UnixListener::bind(&path).unwrap();
        Self { path, listener }
    }

    fn enters(self) -> UnixStream {
        let mut waiting = [PollFd::new(&self.listener, PollFlags::IN)];
        let came = rustix::event::poll(&mut waiting, Some(&LONGEST_WAIT)).unwrap();
        fs::remove_file(&self.path).unwrap();
        assert_eq!(came, 1, "nobody came to {}", self.path.display());
        self.listener.accept().unwrap().0
    }
}

/// A port that is yet to be.
pub(super) struct Port(Door);

impl Port {
    /// A port for this program, and what runs the program at it.
    pub(super) fn of(program: &Command) -> (Self, Command) {
        let door = Door::open();
        let mut command = bus::around(&[]);
        command.arg(program.get_program()).args(program.get_args());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(folder) = program.get_current_dir() {
            command.current_dir(folder);
        }
        command.env("GLASSKEY_HANDS", &door.path);
        (Self(door), command)
    }

    /// The hands at it, once it is there; the program waits for them to let it go.
    pub(super) fn hands(self) -> Hands {
        Hands(self.0.enters())
    }
}

/// Hands at a port.
pub(super) struct Hands(UnixStream);

impl Hands {
    /// Plugs in a key with this serial number in its descriptor; the far end of its reports.
    pub(super) fn plug(&mut self, serial: u32) -> OwnedFd {
        let door = Door::open();
        self.tell(&format!("plug {} {serial}", door.path.display()));
        let stream = door.enters();
        self.done();
        stream.into()
    }

    /// Pulls out whatever is plugged in.
    pub(super) fn pull(&mut self) {
        self.tell("pull");
        self.done();
    }

    /// Lets the program begin.
    pub(super) fn go(&mut self) {
        self.tell("go");
        self.done();
    }

    fn tell(&mut self, line: &str) {
        self.0.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    fn done(&mut self) {
        let mut answer = [0; 5];
        self.0.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"done\n");
    }
}
