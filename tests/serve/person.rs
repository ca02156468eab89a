//! A person at a pseudo-terminal: waits for a question, types, and remembers what was on the screen.

use rustix::event::PollFd;
use rustix::event::PollFlags;
use rustix::event::Timespec;
use rustix::fs::Mode;
use rustix::fs::OFlags;
use rustix::pty::OpenptFlags;
use std::os::fd::OwnedFd;
use std::thread;
use std::thread::JoinHandle;

/// How long a question may take to come.
const LONGEST_WAIT: Timespec = Timespec {
    tv_sec: 30,
    tv_nsec: 0,
};

/// What the person does, in order.
#[derive(Clone)]
pub(crate) enum Act {
    /// Waits for these words, then types these bytes.
    At(&'static str, Vec<u8>),
    /// Waits for these words, then types back what stands on a line of its own after them.
    TypesBack(&'static str, &'static str),
}

/// A terminal for a program, and the person at it.
pub(crate) struct Person {
    /// The program's end: its standard input, and its controlling terminal.
    pub(crate) near: OwnedFd,
    thread: JoinHandle<String>,
}

impl Person {
    /// Sits down; hangs up once the program has let go of the terminal.
    pub(crate) fn new(acts: Vec<Act>) -> Self {
        let far =
            rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
                .unwrap();
        rustix::pty::grantpt(&far).unwrap();
        rustix::pty::unlockpt(&far).unwrap();
        let name = rustix::pty::ptsname(&far, Vec::new()).unwrap();
        let how = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let near = rustix::fs::open(name.as_c_str(), how, Mode::empty()).unwrap();
        let thread = thread::spawn(move || sit(&far, acts));
        Self { near, thread }
    }

    /// Everything that was on the screen, once the program's end is closed everywhere.
    pub(crate) fn screen(self) -> String {
        drop(self.near);
        self.thread.join().unwrap()
    }
}

fn sit(far: &OwnedFd, acts: Vec<Act>) -> String {
    let mut screen = String::new();
    let mut from = 0;
    for act in acts {
        let (Act::At(words, _) | Act::TypesBack(words, _)) = &act;
        while !screen[from..].contains(words) {
            assert!(more(far, &mut screen), "{words:?} did not come: {screen:?}");
        }
        let at = from + screen[from..].find(words).unwrap() + words.len();
        match act {
            Act::At(_, bytes) => type_in(far, &bytes),
            Act::TypesBack(_, again) => {
                let digits =
                    |line: &&str| line.len() > 5 && line.bytes().all(|b| b.is_ascii_digit());
                let shown = screen[from..].lines().map(str::trim).find(digits);
                let shown = format!("{}\r", shown.unwrap());
                type_in(far, b"\r");
                while !screen[at..].contains(again) {
                    assert!(more(far, &mut screen), "{again:?} did not come");
                }
                type_in(far, shown.as_bytes());
                from = at + screen[at..].find(again).unwrap() + again.len();
                continue;
            }
        }
        from = at;
    }
    while more(far, &mut screen) {}
    screen
}

fn type_in(far: &OwnedFd, bytes: &[u8]) {
    assert_eq!(rustix::io::write(far, bytes), Ok(bytes.len()));
}

/// Reads what comes; `false` once the program's end is closed.
fn more(far: &OwnedFd, screen: &mut String) -> bool {
    let mut waiting = [PollFd::new(far, PollFlags::IN)];
    assert_eq!(
        rustix::event::poll(&mut waiting, Some(&LONGEST_WAIT)),
        Ok(1),
        "nothing came: {screen:?}"
    );
    let mut piece = [0; 4_096];
    match rustix::io::read(far, &mut piece) {
        Ok(0) | Err(_) => false,
        Ok(read) => {
            screen.push_str(&String::from_utf8_lossy(&piece[..read]));
            true
        }
    }
}
