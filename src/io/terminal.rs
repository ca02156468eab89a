//! The operator's terminal: questions go to it, whatever stdin and stdout are.

use super::pin_line::PinLine;
use super::pin_line::Spoiled;
use super::pin_line::Step;
use super::plain;
use crate::primitives::Secret;
use crate::primitives::text;
use rustix::fs::Mode;
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::termios::LocalModes;
use rustix::termios::OptionalActions;
use rustix::termios::SpecialCodeIndex;
use rustix::termios::Termios;
use std::fs::File;
use std::io::Read;
use std::io::Write;
use zeroize::Zeroizing;

/// The most bytes of a line that is shown while it is typed; the kernel's own limit on Linux.
const LONGEST_LINE: usize = 4_096;
/// Ctrl-C.
const INTERRUPT: u8 = 0x03;

/// Why nobody could be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalError {
    /// This process has no terminal.
    NoTerminal,
    /// The line is longer than is taken; ask again.
    TooLong,
    /// The line holds keys that are no characters, such as arrows; ask again.
    NotText,
    /// The system's words.
    Io(String),
}

impl From<Errno> for TerminalError {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::NXIO | Errno::NOENT | Errno::NODEV | Errno::NOTTY => Self::NoTerminal,
            other => Self::Io(other.to_string()),
        }
    }
}

impl From<std::io::Error> for TerminalError {
    fn from(error: std::io::Error) -> Self {
        Errno::from_io_error(&error).map_or_else(|| Self::Io(error.to_string()), Self::from)
    }
}

impl From<Spoiled> for TerminalError {
    fn from(spoiled: Spoiled) -> Self {
        match spoiled {
            Spoiled::TooLong => Self::TooLong,
            Spoiled::NotText => Self::NotText,
        }
    }
}

/// The controlling terminal.
#[derive(Debug)]
pub struct Tty {
    file: File,
}

impl Tty {
    /// Opens the terminal of this process.
    ///
    /// # Errors
    /// [`TerminalError::NoTerminal`] if it has none.
    pub fn open() -> Result<Self, TerminalError> {
        let how = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        Self::over(File::from(rustix::fs::open(
            "/dev/tty",
            how,
            Mode::empty(),
        )?))
    }

    /// Takes an open terminal.
    fn over(file: File) -> Result<Self, TerminalError> {
        rustix::termios::tcgetattr(&file)?;
        Ok(Self { file })
    }

    /// Columns of the terminal; `None` if it does not say.
    #[must_use]
    pub fn columns(&self) -> Option<u16> {
        let size = rustix::termios::tcgetwinsize(&self.file).ok()?;
        Some(size.ws_col).filter(|columns| *columns > 0)
    }

    /// Writes `text`; what a terminal would act on is written out, but for line feeds and tabs.
    ///
    /// # Errors
    /// [`TerminalError`] if the terminal is gone.
    pub fn say(&self, text: &str) -> Result<(), TerminalError> {
        self.say_styled(text, false)
    }

    /// Writes `text`, as [`Self::say`], with its colours where `coloured`.
    ///
    /// # Errors
    /// [`TerminalError`] if the terminal is gone.
    pub fn say_styled(&self, text: &str, coloured: bool) -> Result<(), TerminalError> {
        let shown = text::printable_lines(text, coloured);
        Ok((&self.file).write_all(shown.as_bytes())?)
    }

    /// Has the terminal do something of its own.
    fn act(&self, sequence: &'static str) -> Result<(), TerminalError> {
        Ok((&self.file).write_all(sequence.as_bytes())?)
    }

    /// Shows `text` until Enter, on the terminal's other screen, which keeps nothing of it; `false`
    /// if declined: Ctrl-C or Ctrl-D. What is typed meanwhile is not shown.
    ///
    /// # Errors
    /// [`TerminalError`]; the screen is as it was before on every way out.
    pub fn show_once(&self, text: &str) -> Result<bool, TerminalError> {
        let _mode = Asking::begin(&self.file, OptionalActions::Flush, unseen)?;
        // A terminal that is sent nothing but text cannot be wiped.
        let _screen = if plain::is_plain() {
            None
        } else {
            Some(OtherScreen::begin(self)?)
        };
        self.say(text)?;
        let mut byte = [0];
        loop {
            match (&self.file).read(&mut byte)? {
                0 => return Ok(false),
                _ => match byte {
                    [b'\r' | b'\n'] => return Ok(true),
                    [0x03 | 0x04] => return Ok(false),
                    [_] => {}
                },
            }
        }
    }

    /// Asks for a line, shown while it is typed. `None` if declined: Ctrl-C or Ctrl-D.
    ///
    /// # Errors
    /// [`TerminalError`]; on `TooLong` and `NotText` ask again.
    pub fn ask_line(&self, prompt: &str) -> Result<Option<String>, TerminalError> {
        let _mode = Asking::begin(&self.file, OptionalActions::Now, |mode| {
            mode.local_modes |= LocalModes::ICANON | LocalModes::ECHO;
            mode.local_modes -= LocalModes::ISIG;
            // Ends the line, and so arrives at once, instead of ending the program.
            mode.special_codes[SpecialCodeIndex::VEOL] = INTERRUPT;
        })?;
        self.say(prompt)?;
        let mut line = Vec::new();
        let mut piece = [0; LONGEST_LINE];
        loop {
            let read = (&self.file).read(&mut piece)?;
            line.extend(piece.iter().take(read));
            match line.last() {
                _ if read == 0 => break,
                Some(&INTERRUPT) => break,
                Some(b'\n') => return text_of(&line).map(Some),
                _ if line.len() > LONGEST_LINE => return Err(TerminalError::TooLong),
                _ => {}
            }
        }
        self.say("\n")?;
        Ok(None)
    }

    /// Asks for a secret; nothing of it is shown, and what was typed before the question is thrown
    /// away. `None` if declined, as [`Self::ask_line`].
    ///
    /// # Errors
    /// [`TerminalError`]; on `TooLong` and `NotText` nothing was taken: ask again.
    pub fn ask_pin(&self, prompt: &str) -> Result<Option<Secret<String>>, TerminalError> {
        let _mode = Asking::begin(&self.file, OptionalActions::Flush, unseen)?;
        self.say(prompt)?;
        let mut line = PinLine::new();
        let mut byte = Zeroizing::new([0]);
        let step = loop {
            let read = (&self.file).read(&mut *byte)?;
            let step = match byte.first() {
                Some(byte) if read == 1 => line.push(*byte),
                Some(_) | None => Step::Declined,
            };
            if step != Step::More {
                break step;
            }
        };
        self.say("\n")?;
        match step {
            Step::Done => Ok(Some(line.finish()?)),
            Step::Declined | Step::More => Ok(None),
        }
    }
}

/// Bytes come one by one and unseen; Ctrl-C comes as a byte.
fn unseen(mode: &mut Termios) {
    mode.local_modes -= LocalModes::ICANON
        | LocalModes::ECHO
        | LocalModes::ECHONL
        | LocalModes::ISIG
        | LocalModes::IEXTEN;
    mode.special_codes[SpecialCodeIndex::VMIN] = 1;
    mode.special_codes[SpecialCodeIndex::VTIME] = 0;
}

/// The terminal's other screen, which has no history; wiped and left when dropped.
struct OtherScreen<'t>(&'t Tty);

impl<'t> OtherScreen<'t> {
    fn begin(terminal: &'t Tty) -> Result<Self, TerminalError> {
        let screen = Self(terminal);
        terminal.act("\u{1b}[?1049h\u{1b}[2J\u{1b}[H")?;
        Ok(screen)
    }
}

impl Drop for OtherScreen<'_> {
    fn drop(&mut self) {
        // A terminal that is gone shows nothing.
        let _ = self.0.act("\u{1b}[2J\u{1b}[H\u{1b}[?1049l");
    }
}

/// A terminal set up for a question; as it was before when dropped, on every way out.
struct Asking<'t> {
    terminal: &'t File,
    before: Termios,
}

impl<'t> Asking<'t> {
    fn begin(
        terminal: &'t File,
        when: OptionalActions,
        change: impl FnOnce(&mut Termios),
    ) -> Result<Self, TerminalError> {
        let before = rustix::termios::tcgetattr(terminal)?;
        let mut mode = before.clone();
        change(&mut mode);
        rustix::termios::tcsetattr(terminal, when, &mode)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        // A terminal that is gone needs no restoring.
        let _ = rustix::termios::tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}

/// A typed line without its end.
fn text_of(line: &[u8]) -> Result<String, TerminalError> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| TerminalError::NotText)?;
    if text.contains(char::is_control) {
        return Err(TerminalError::NotText);
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests;
