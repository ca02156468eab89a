//! Our own client's way to a key on a pseudo-terminal.

use glasskey::ctap::KeyTransport;
use glasskey::ctap::Report;
use glasskey::ctap::TransportError;
use rustix::event::PollFd;
use rustix::event::PollFlags;
use rustix::event::Timespec;
use rustix::fs::Mode;
use rustix::fs::OFlags;
use std::os::fd::OwnedFd;
use std::time::Duration;

/// Reports over the node at a path, as a hidraw node takes and gives them.
pub(crate) struct PtyTransport(OwnedFd);

impl PtyTransport {
    pub(crate) fn open(path: &str) -> Self {
        let how = OFlags::RDWR | OFlags::NOCTTY;
        Self(rustix::fs::open(path, how, Mode::empty()).unwrap())
    }
}

impl KeyTransport for PtyTransport {
    fn write_report(&mut self, report: &Report) -> Result<(), TransportError> {
        let numbered = [&[0], &report[..]].concat();
        assert_eq!(rustix::io::write(&self.0, &numbered), Ok(65));
        Ok(())
    }

    fn read_report(&mut self, within: Duration) -> Result<Option<Report>, TransportError> {
        let mut waiting = [PollFd::new(&self.0, PollFlags::IN)];
        let within = Timespec::try_from(within).unwrap();
        if rustix::event::poll(&mut waiting, Some(&within)).unwrap() == 0 {
            return Ok(None);
        }
        let mut report = [0; 64];
        assert_eq!(rustix::io::read(&self.0, &mut report), Ok(64));
        Ok(Some(report))
    }
}
