//! The other client, in a process of its own: it may panic, hang or print, and be ended.

use crate::ctap::KeyEntry;
use crate::facts::second_opinion::Closed;
use crate::facts::second_opinion::SecondFault;
use crate::facts::second_opinion::SecondReader;
use crate::facts::second_opinion::SecondReading;
use rustix::event::PollFd;
use rustix::event::PollFlags;
use rustix::event::Timespec;
use serde::Deserialize;
use serde::Serialize;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::ChildStdout;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// The hidden command by which this program reads a key as the other client.
pub const SECOND_READING: &str = "second-reading";
/// How long it may take. Two commands without a touch take milliseconds.
const ALLOWED: Duration = Duration::from_secs(10);
/// An answer is smaller than this, in bytes: getInfo fits in 7,609.
const LONGEST_ANSWER: usize = 64 << 10;
/// Between two looks at whether it has ended.
const PAUSE: Duration = Duration::from_millis(1);

/// What the process says on its standard output, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondAnswer {
    /// What it read.
    Read(SecondReading),
    /// Why it read nothing, in its own words.
    Refused(String),
}

/// Runs the other client once for each key.
#[derive(Clone, Debug)]
pub struct SecondClient {
    program: PathBuf,
    allowed: Duration,
}

impl SecondClient {
    /// Runs `program`, a build of this one with the feature `second-opinion`.
    #[must_use]
    pub fn new(program: &Path) -> Self {
        Self {
            program: program.to_owned(),
            allowed: ALLOWED,
        }
    }

    /// Runs this very program; `None` if this build has no other client.
    ///
    /// # Errors
    /// The system's, if it does not say which file this program is.
    pub fn of_this_build() -> io::Result<Option<Self>> {
        if !cfg!(feature = "second-opinion") {
            return Ok(None);
        }
        Ok(Some(Self::new(&std::env::current_exe()?)))
    }

    /// The same, with another time allowed.
    #[must_use]
    pub const fn within(mut self, allowed: Duration) -> Self {
        self.allowed = allowed;
        self
    }
}

impl SecondReader for SecondClient {
    fn read(&mut self, entry: &KeyEntry, _: Closed) -> Result<SecondReading, SecondFault> {
        let deadline = Instant::now() + self.allowed;
        let child = Command::new(&self.program)
            .args([SECOND_READING, "--", &entry.path])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| SecondFault::NotStarted(error.to_string()))?;
        let mut running = Running(child);
        let answer = match running.0.stdout.take() {
            Some(pipe) => hear(pipe, deadline)?,
            None => Vec::new(),
        };
        if !running.ended(deadline)?.success() {
            return Err(SecondFault::Crashed);
        }
        match serde_json::from_slice(&answer) {
            Ok(SecondAnswer::Read(reading)) => Ok(reading),
            Ok(SecondAnswer::Refused(words)) => Err(SecondFault::Refused(words)),
            Err(_) => Err(SecondFault::Unreadable),
        }
    }
}

/// A process that has ended, and so has let go of the key, once this is dropped.
struct Running(Child);

impl Running {
    fn ended(&mut self, deadline: Instant) -> Result<ExitStatus, SecondFault> {
        loop {
            match self.0.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) if Instant::now() < deadline => thread::sleep(PAUSE),
                Ok(None) => return Err(SecondFault::TimedOut),
                Err(_) => return Err(SecondFault::Crashed),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// All that comes out of the pipe until it is closed.
fn hear(mut pipe: ChildStdout, deadline: Instant) -> Result<Vec<u8>, SecondFault> {
    let mut heard = Vec::new();
    let mut piece = [0; 4 << 10];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let Some(left) = Timespec::try_from(left).ok().filter(|_| !left.is_zero()) else {
            return Err(SecondFault::TimedOut);
        };
        match rustix::event::poll(&mut [PollFd::new(&pipe, PollFlags::IN)], Some(&left)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => continue,
            Ok(_) => {}
            Err(_) => return Err(SecondFault::Crashed),
        }
        match pipe.read(&mut piece) {
            Ok(0) => return Ok(heard),
            Ok(read) => heard.extend(piece.iter().take(read)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(SecondFault::Crashed),
        }
        if heard.len() > LONGEST_ANSWER {
            return Err(SecondFault::Unreadable);
        }
    }
}
