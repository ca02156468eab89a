//! A raw pseudo-terminal that stands for a node under `/dev`.

use rustix::fs::Mode;
use rustix::fs::OFlags;
use rustix::pty::OpenptFlags;
use rustix::termios::OptionalActions;
use rustix::termios::SpecialCodeIndex;
use std::os::fd::OwnedFd;

/// Both ends of a raw pseudo-terminal.
pub(crate) struct Pty {
    /// The key's end.
    pub(crate) key: OwnedFd,
    /// Where programs open the other.
    pub(crate) path: String,
    /// Kept open, so that the terminal lasts from one program to the next.
    _held: OwnedFd,
}

impl Pty {
    pub(crate) fn open() -> Self {
        let key = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        rustix::pty::grantpt(&key).unwrap();
        rustix::pty::unlockpt(&key).unwrap();
        let name = rustix::pty::ptsname(&key, Vec::new()).unwrap();
        let how = OFlags::RDWR | OFlags::NOCTTY;
        let held = rustix::fs::open(name.as_c_str(), how, Mode::empty()).unwrap();
        let mut modes = rustix::termios::tcgetattr(&held).unwrap();
        modes.make_raw();
        // Whole reports only, as from a hidraw node.
        modes.special_codes[SpecialCodeIndex::VMIN] = 64;
        modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        rustix::termios::tcsetattr(&held, OptionalActions::Now, &modes).unwrap();
        Self {
            key,
            path: name.into_string().unwrap(),
            _held: held,
        }
    }
}
