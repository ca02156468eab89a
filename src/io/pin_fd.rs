//! A PIN from an open file descriptor: one line, bounded, unseen. Never from arguments or the
//! environment, which other programs can read.

use crate::primitives::Secret;
use rustix::event::PollFd;
use rustix::event::PollFlags;
use rustix::event::Timespec;
use std::fs::File;
use std::io::Read;
use zeroize::Zeroize;
use zeroize::Zeroizing;

/// The most bytes of the line.
const MOST: usize = 256;
/// How long a password manager may take.
const PATIENCE: Timespec = Timespec {
    tv_sec: 60,
    tv_nsec: 0,
};

/// Why no PIN came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinFdError {
    /// The descriptor is not open for reading; the system's words.
    NotOpen(String),
    /// It is a terminal, on which the PIN would be seen.
    Terminal,
    /// Nothing came within a minute.
    Silent,
    /// It ended before a character came.
    Empty,
    /// The line is longer than 256 bytes.
    TooLong,
    /// The line holds controls, or is not UTF-8.
    NotText,
    /// The system's words.
    Io(String),
}

/// Reads one line from the descriptor with that number; its end may be missing.
///
/// # Errors
/// [`PinFdError`]; nothing of what came is in it.
pub fn read_pin(number: u32) -> Result<Secret<String>, PinFdError> {
    let file = File::open(format!("/dev/fd/{number}"))
        .map_err(|error| PinFdError::NotOpen(error.to_string()))?;
    if rustix::termios::isatty(&file) {
        return Err(PinFdError::Terminal);
    }
    line(&file)
}

fn line(mut file: &File) -> Result<Secret<String>, PinFdError> {
    // Room for all from the start, so that no copy is left behind by growing.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MOST));
    let mut byte = Zeroizing::new([0]);
    loop {
        let mut waiting = [PollFd::new(&file, PollFlags::IN)];
        let came = rustix::event::poll(&mut waiting, Some(&PATIENCE))
            .map_err(|error| PinFdError::Io(error.to_string()))?;
        if came == 0 {
            return Err(PinFdError::Silent);
        }
        let read = file
            .read(&mut *byte)
            .map_err(|error| PinFdError::Io(error.to_string()))?;
        match byte.first() {
            Some(_) | None if read == 0 => break,
            Some(b'\n') | None => break,
            Some(_) if bytes.len() == MOST => return Err(PinFdError::TooLong),
            Some(byte) => bytes.push(*byte),
        }
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    if bytes.is_empty() {
        return Err(PinFdError::Empty);
    }
    match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) if text.chars().any(char::is_control) => {
            drop(Secret::new(text));
            Err(PinFdError::NotText)
        }
        Ok(text) => Ok(Secret::new(text)),
        Err(error) => {
            error.into_bytes().zeroize();
            Err(PinFdError::NotText)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;
    use std::os::fd::AsRawFd;
    use std::os::fd::OwnedFd;

    fn given(bytes: &[u8]) -> Result<String, PinFdError> {
        let (near, mut far) = std::io::pipe().unwrap();
        far.write_all(bytes).unwrap();
        drop(far);
        let number = u32::try_from(near.as_raw_fd()).unwrap();
        read_pin(number).map(|pin| pin.expose().clone())
    }

    #[test]
    fn one_line_is_read_and_no_more() {
        assert_eq!(given(b"135790\nsecond\n"), Ok("135790".to_owned()));
        assert_eq!(given(b"135790"), Ok("135790".to_owned()));
        assert_eq!(given("schön 1\r\n".as_bytes()), Ok("schön 1".to_owned()));
        let (near, mut far) = std::io::pipe().unwrap();
        far.write_all(b"135790\nsecond").unwrap();
        let number = u32::try_from(near.as_raw_fd()).unwrap();
        assert_eq!(read_pin(number).ok().unwrap().expose(), "135790");
        let mut left = [0; 6];
        File::from(OwnedFd::from(near))
            .read_exact(&mut left)
            .unwrap();
        assert_eq!(&left, b"second");
    }

    #[test]
    fn what_cannot_be_a_line_is_refused() {
        assert_eq!(given(b""), Err(PinFdError::Empty));
        assert_eq!(given(b"\n"), Err(PinFdError::Empty));
        assert_eq!(given(b"12\x1b[D34\n"), Err(PinFdError::NotText));
        assert_eq!(given(b"\xff\n"), Err(PinFdError::NotText));
        assert_eq!(given(&[b'1'; 256]), Ok("1".repeat(256)));
        assert_eq!(given(&[b'1'; 257]), Err(PinFdError::TooLong));
        assert!(matches!(read_pin(9_999), Err(PinFdError::NotOpen(_))));
    }

    #[test]
    fn a_terminal_is_refused() {
        let how = rustix::pty::OpenptFlags::RDWR | rustix::pty::OpenptFlags::NOCTTY;
        let far = rustix::pty::openpt(how).unwrap();
        rustix::pty::grantpt(&far).unwrap();
        rustix::pty::unlockpt(&far).unwrap();
        let name = rustix::pty::ptsname(&far, Vec::new()).unwrap();
        let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
        let near = rustix::fs::open(name.as_c_str(), flags, rustix::fs::Mode::empty()).unwrap();
        let number = u32::try_from(near.as_raw_fd()).unwrap();
        assert_eq!(read_pin(number).err(), Some(PinFdError::Terminal));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_bytes_bring_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = given(&bytes);
        }
    }
}
