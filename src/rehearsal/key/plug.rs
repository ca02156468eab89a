//! Open handles on virtual keys, and the list of those plugged in.

use super::device::Device;
use super::line::Queue;
use super::virtual_key::VirtualKey;
use crate::ctap::KeyEntry;
use crate::ctap::KeyTransport;
use crate::ctap::Keys;
use crate::ctap::KeysError;
use crate::ctap::Report;
use crate::ctap::TransportError;
use crate::primitives::Clock;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// An open handle on a virtual key.
pub struct VirtualPort {
    device: Rc<RefCell<Device>>,
    session: u32,
    queue: Queue,
}

impl VirtualPort {
    pub(super) const fn new(device: Rc<RefCell<Device>>, session: u32, queue: Queue) -> Self {
        Self {
            device,
            session,
            queue,
        }
    }
}

impl KeyTransport for VirtualPort {
    fn write_report(&mut self, report: &Report) -> Result<(), TransportError> {
        let mut device = self.device.borrow_mut();
        if !device.line.plugged || device.session != self.session {
            return Err(TransportError::Gone);
        }
        device.receive(report);
        Ok(())
    }

    /// Time passes only here, and only while nothing is there to be read.
    fn read_report(&mut self, within: Duration) -> Result<Option<Report>, TransportError> {
        let mut device = self.device.borrow_mut();
        if device.line.plugged && device.session == self.session {
            let deadline = device.clock.elapsed().saturating_add(within);
            device.pass(&self.queue, deadline);
        }
        if !device.line.plugged || device.session != self.session {
            return Err(TransportError::Gone);
        }
        Ok(self.queue.borrow_mut().pop_front())
    }
}

/// The keys of a rehearsal, and which of them are plugged in. Clones are the same keys.
#[derive(Clone, Default)]
pub struct VirtualKeys(Rc<RefCell<Vec<VirtualKey>>>);

impl VirtualKeys {
    /// These keys, plugged in one after another.
    #[must_use]
    pub fn new(keys: Vec<VirtualKey>) -> Self {
        for key in &keys {
            key.plug();
        }
        Self(Rc::new(RefCell::new(keys)))
    }

    /// Plugs a key in; it is listed last.
    pub fn plug(&self, key: &VirtualKey) {
        let mut keys = self.0.borrow_mut();
        keys.retain(|known| !known.is_same(key));
        keys.push(key.clone());
        key.plug();
    }

    /// Pulls a key out.
    pub fn unplug(&self, key: &VirtualKey) {
        key.unplug();
    }
}

impl Keys for VirtualKeys {
    fn list(&mut self) -> Result<Vec<KeyEntry>, KeysError> {
        let keys = self.0.borrow();
        let plugged = keys.iter().filter(|key| key.is_plugged());
        Ok(plugged.map(VirtualKey::entry).collect())
    }

    fn open(&mut self, path: &str) -> Result<Box<dyn KeyTransport>, KeysError> {
        let keys = self.0.borrow();
        let key = keys.iter().find(|key| key.entry().path == path);
        let Some(key) = key else {
            return Err(KeysError::Gone {
                path: path.to_owned(),
            });
        };
        Ok(Box::new(key.open()?))
    }
}
