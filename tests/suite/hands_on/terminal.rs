//! The real program on a pseudo-terminal of 80 columns, one question at a time.

use crate::support::command;
use rustix::event::PollFd;
use rustix::event::PollFlags;
use rustix::event::Timespec;
use rustix::fs::Mode;
use rustix::fs::OFlags;
use rustix::pty::OpenptFlags;
use rustix::termios::LocalModes;
use rustix::termios::Termios;
use rustix::termios::Winsize;
use std::os::fd::OwnedFd;
use std::process::Child;
use std::process::Command;

/// How long the program may say nothing.
const LONGEST_WAIT: Timespec = Timespec {
    tv_sec: 60,
    tv_nsec: 0,
};
const AT_ONCE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 0,
};
const SIZE: Winsize = Winsize {
    ws_row: 24,
    ws_col: 80,
    ws_xpixel: 0,
    ws_ypixel: 0,
};

/// A terminal, the program at it, and what is on its screen.
pub(crate) struct Terminal {
    far: OwnedFd,
    child: Child,
    before: Termios,
    raw: Vec<u8>,
    screen: String,
    /// Where what was not yet looked at begins.
    from: usize,
}

/// What was on the screen, and how the terminal was left.
pub(crate) struct Left {
    /// Everything that was on the screen.
    pub(crate) screen: String,
    /// The exit code.
    pub(crate) code: i32,
    /// Whether the terminal shows what is typed, as it did before.
    pub(crate) as_before: bool,
}

impl Terminal {
    /// Starts the program with these arguments, and with nothing but a terminal, of this kind.
    pub(crate) fn start(arguments: &[&str], kind: &str) -> Self {
        Self::at(&command(arguments), kind)
    }

    /// Starts a program in its own surrounding, at a terminal of this kind.
    pub(crate) fn at(program: &Command, kind: &str) -> Self {
        let how = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let far = rustix::pty::openpt(how).unwrap();
        rustix::pty::grantpt(&far).unwrap();
        rustix::pty::unlockpt(&far).unwrap();
        let name = rustix::pty::ptsname(&far, Vec::new()).unwrap();
        let how = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let near = rustix::fs::open(name.as_c_str(), how, Mode::empty()).unwrap();
        rustix::termios::tcsetwinsize(&near, SIZE).unwrap();
        let before = rustix::termios::tcgetattr(&near).unwrap();

        let mut session = Command::new("setsid");
        session
            .args(["-w", "-c"])
            .arg(program.get_program())
            .args(program.get_args())
            .stdin(near.try_clone().unwrap())
            .stdout(near.try_clone().unwrap())
            .stderr(near);
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => session.env(name, value),
                None => session.env_remove(name),
            };
        }
        if let Some(folder) = program.get_current_dir() {
            session.current_dir(folder);
        }
        let child = session.env("TERM", kind).spawn().unwrap();
        Self {
            far,
            child,
            before,
            raw: Vec::new(),
            screen: String::new(),
            from: 0,
        }
    }

    /// The next question, on one line; `None` once the program is done.
    pub(crate) fn question(&mut self) -> Option<String> {
        self.question_before(|_| false)
    }

    /// The next question; `None` once the program is done, or where this comes first: it is handed what
    /// came since the last question.
    pub(crate) fn question_before(&mut self, comes: impl Fn(&str) -> bool) -> Option<String> {
        loop {
            if comes(self.screen.get(self.from..).unwrap_or_default()) {
                return None;
            }
            // A question ends in a space, with the terminal set up for an answer.
            let new = self.screen.get(self.from..).unwrap_or_default();
            if new.ends_with(' ') && self.is_asked() && !self.comes(&AT_ONCE) {
                let start = new.rfind("    ? ").or_else(|| new.rfind('\n')).unwrap_or(0);
                let words: Vec<&str> = new[start..].split_whitespace().collect();
                let words = words.join(" ");
                self.from = self.screen.len();
                return Some(words.strip_prefix("? ").unwrap_or(&words).to_owned());
            }
            if !self.more() {
                return None;
            }
        }
    }

    /// Whether the program has set the terminal up for an answer: Ctrl-C comes as a byte.
    fn is_asked(&self) -> bool {
        let modes = rustix::termios::tcgetattr(&self.far).unwrap();
        !modes.local_modes.contains(LocalModes::ISIG)
    }

    /// Whether something comes within this time, be it the end.
    fn comes(&self, within: &Timespec) -> bool {
        let mut waiting = [PollFd::new(&self.far, PollFlags::IN)];
        rustix::event::poll(&mut waiting, Some(within)).unwrap() > 0
    }

    /// Everything that was on the screen so far.
    pub(crate) fn screen(&self) -> &str {
        &self.screen
    }

    /// Types these bytes.
    pub(crate) fn types(&self, bytes: &[u8]) {
        assert_eq!(rustix::io::write(&self.far, bytes), Ok(bytes.len()));
    }

    /// Whether more came; `false` once nobody has the terminal open any more.
    fn more(&mut self) -> bool {
        let comes = self.comes(&LONGEST_WAIT);
        assert!(comes, "nothing came any more:\n{}", self.screen);
        let mut piece = [0; 4_096];
        match rustix::io::read(&self.far, &mut piece) {
            Ok(0) | Err(_) => false,
            Ok(read) => {
                self.raw.extend_from_slice(&piece[..read]);
                // The terminal itself makes two bytes of a line's end.
                self.screen = String::from_utf8_lossy(&self.raw).replace("\r\n", "\n");
                true
            }
        }
    }

    /// Reads on until the program is done.
    pub(crate) fn end(mut self) -> Left {
        while self.more() {}
        let status = self.child.wait().unwrap();
        let after = rustix::termios::tcgetattr(&self.far).unwrap();
        Left {
            screen: self.screen,
            code: status.code().expect("it was ended by a signal"),
            as_before: after.local_modes == self.before.local_modes
                && after.input_modes == self.before.input_modes,
        }
    }
}
