//! A USB bus that is one packet each way.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use usb_device::Result;
use usb_device::UsbDirection;
use usb_device::UsbError;
use usb_device::bus::PollResult;
use usb_device::bus::UsbBus;
use usb_device::endpoint::EndpointAddress;
use usb_device::endpoint::EndpointType;

/// One CTAPHID report.
pub(crate) type Report = [u8; 64];

/// What is on the bus. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Wire(Arc<Mutex<Packets>>);

#[derive(Default)]
struct Packets {
    to_key: Option<Report>,
    from_key: Option<Report>,
    /// The host took a packet since the key last looked.
    taken: bool,
    /// The address of the one endpoint each way that is not endpoint 0.
    endpoint: usize,
}

impl Wire {
    fn packets(&self) -> MutexGuard<'_, Packets> {
        self.0.lock().unwrap()
    }

    /// Puts a packet on the way to the key; `false` while it has not read the last.
    pub(crate) fn put(&self, report: &Report) -> bool {
        let mut packets = self.packets();
        if packets.to_key.is_some() {
            return false;
        }
        packets.to_key = Some(*report);
        true
    }

    /// Takes the packet that the key sent, if any.
    pub(crate) fn take(&self) -> Option<Report> {
        let mut packets = self.packets();
        let report = packets.from_key.take();
        packets.taken |= report.is_some();
        report
    }
}

/// The key's side of a [`Wire`].
pub(crate) struct Bus {
    pub(crate) wire: Wire,
    allocated: usize,
}

impl Bus {
    pub(crate) fn new(wire: Wire) -> Self {
        Self { wire, allocated: 0 }
    }
}

impl UsbBus for Bus {
    fn alloc_ep(
        &mut self,
        direction: UsbDirection,
        address: Option<EndpointAddress>,
        kind: EndpointType,
        _: u16,
        _: u8,
    ) -> Result<EndpointAddress> {
        if kind == EndpointType::Control {
            return Ok(address.unwrap());
        }
        self.allocated += 1;
        let index = self.allocated.div_ceil(2);
        self.wire.packets().endpoint = index;
        Ok(EndpointAddress::from_parts(index, direction))
    }

    fn enable(&mut self) {}

    fn reset(&self) {}

    fn set_device_address(&self, _: u8) {}

    fn write(&self, _: EndpointAddress, packet: &[u8]) -> Result<usize> {
        let mut packets = self.wire.packets();
        if packets.from_key.is_some() {
            return Err(UsbError::WouldBlock);
        }
        packets.from_key = Some(packet.try_into().unwrap());
        Ok(packet.len())
    }

    fn read(&self, _: EndpointAddress, packet: &mut [u8]) -> Result<usize> {
        let report = self.wire.packets().to_key.take();
        packet.copy_from_slice(&report.ok_or(UsbError::WouldBlock)?);
        Ok(packet.len())
    }

    fn set_stalled(&self, _: EndpointAddress, _: bool) {}

    fn is_stalled(&self, _: EndpointAddress) -> bool {
        false
    }

    fn suspend(&self) {}

    fn resume(&self) {}

    fn poll(&self) -> PollResult {
        let mut packets = self.wire.packets();
        let bit = |set: bool| u16::from(set) << packets.endpoint;
        let (out, complete) = (bit(packets.to_key.is_some()), bit(packets.taken));
        packets.taken = false;
        if out | complete == 0 {
            return PollResult::None;
        }
        PollResult::Data {
            ep_out: out,
            ep_in_complete: complete,
            ep_setup: 0,
        }
    }
}
