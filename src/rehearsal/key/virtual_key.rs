//! The handle on a virtual key, for whoever stages a rehearsal.

use super::client_pin::PinState;
use super::device::Device;
use super::fault::Fault;
use super::fault::When;
use super::plug::VirtualPort;
use super::spec::KeySpec;
use super::spec::Vendor;
use super::statistics::Statistics;
use super::touch::Hand;
use super::touch::TouchScript;
use crate::ctap::KeyEntry;
use crate::ctap::KeysError;
use crate::rehearsal::RehearsalClock;
use crate::webauthn::CredentialId;
use std::cell::RefCell;
use std::rc::Rc;

/// Whether a key that is plugged in can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It can.
    Allowed,
    /// This user may not.
    NotAllowed,
    /// Another program holds it for itself.
    HeldByAnother,
}

/// A virtual key. Clones are the same key.
#[derive(Clone)]
pub struct VirtualKey(Rc<RefCell<Device>>);

impl VirtualKey {
    /// A key as it leaves the factory, not plugged in. It is touched 800 ms after it asks, until
    /// another script is given.
    #[must_use]
    pub fn new(spec: KeySpec, clock: Rc<RehearsalClock>) -> Self {
        Self(Rc::new(RefCell::new(Device::new(spec, clock))))
    }

    /// Plugs it in: power-up. Nothing happens if it is plugged in.
    pub fn plug(&self) {
        self.0.borrow_mut().plug();
    }

    /// Pulls it out: handles are dead, tokens and channels gone.
    pub fn unplug(&self) {
        self.0.borrow_mut().line.unplug();
    }

    /// Pulls it out and plugs it in.
    pub fn power_cycle(&self) {
        self.unplug();
        self.plug();
    }

    /// Pulls it out after so many more reports, sent or received; 0 is now.
    pub fn unplug_after(&self, reports: u32) {
        if reports == 0 {
            self.unplug();
        } else {
            self.0.borrow_mut().line.unplug_after = Some(reports);
        }
    }

    /// Whether it is plugged in.
    #[must_use]
    pub fn is_plugged(&self) -> bool {
        self.0.borrow().line.plugged
    }

    /// How its touches go from now on.
    pub fn touch_script(&self, script: TouchScript) {
        self.0.borrow_mut().script = script;
    }

    /// The hand that touches it where the script leaves it to a hand.
    #[must_use]
    pub fn hand(&self) -> Hand {
        self.0.borrow().hand.clone()
    }

    /// Lets a fault strike, once.
    pub fn arm(&self, fault: Fault, when: When) {
        self.0.borrow_mut().line.faults.arm(fault, when);
    }

    /// Lets it say another firmware from the n-th channel on that it gives from now on (1 is the
    /// next): a key that answers two programs differently.
    pub fn other_firmware(&self, from_channel: u32, firmware: [u8; 3]) {
        self.0.borrow_mut().other_firmware = Some((from_channel, firmware));
    }

    /// Whether it can be opened from now on.
    pub fn set_access(&self, access: Access) {
        self.0.borrow_mut().access = access;
    }

    /// Gives it a PIN without a ceremony, with all tries; whatever PIN it had is forgotten.
    pub fn set_pin_directly(&self, pin: &str) {
        self.0.borrow_mut().authenticator.pin = PinState::set(pin.as_bytes());
    }

    /// Gives it a discoverable credential of another service, as if that had registered it.
    pub fn give_credential(&self, rp_id: &str, user_name: &str) {
        self.0.borrow_mut().authenticator.plant(rp_id, user_name);
    }

    /// Whether it has this PIN; no try is spent.
    #[must_use]
    pub fn has_pin(&self, pin: &str) -> bool {
        self.0.borrow().authenticator.pin.is(pin.as_bytes())
    }

    /// Makes it demand another PIN before it gives tokens, as a shop that set one would.
    pub fn demand_pin_change(&self) {
        self.0.borrow_mut().authenticator.config.force_pin_change = true;
    }

    /// PIN tries left, PIN set or not.
    #[must_use]
    pub fn pin_retries(&self) -> u8 {
        self.0.borrow().authenticator.pin.retries()
    }

    /// Discoverable credentials it holds.
    #[must_use]
    pub fn resident_credentials(&self) -> usize {
        self.0.borrow().authenticator.residents.len()
    }

    /// Whether it holds this discoverable credential.
    #[must_use]
    pub fn holds(&self, credential: &CredentialId) -> bool {
        let inner = self.0.borrow();
        let mut residents = inner.authenticator.residents.iter();
        residents.any(|one| one.id == credential.bytes())
    }

    /// What it has seen.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        self.0.borrow().statistics()
    }

    /// What it was made from.
    #[must_use]
    pub fn spec(&self) -> KeySpec {
        self.0.borrow().authenticator.spec.clone()
    }

    /// How the system lists it. The path names this plugging in alone.
    #[must_use]
    pub fn entry(&self) -> KeyEntry {
        let device = self.0.borrow();
        let spec = &device.authenticator.spec;
        let (vendor_id, product_id) = spec.vendor.usb_ids();
        let serial = (spec.vendor == Vendor::Rehearsal).then(|| spec.serial.to_string());
        KeyEntry {
            path: format!("rehearsal:{}:{}", spec.label, device.session),
            vendor_id,
            product_id,
            manufacturer: Some("glasskey".to_owned()),
            product: Some("glasskey rehearsal key".to_owned()),
            serial,
        }
    }

    /// Opens it. Several handles may be open at once; each hears all that the key says.
    ///
    /// # Errors
    /// [`KeysError`] if it is not plugged in or its [`Access`] says so.
    pub fn open(&self) -> Result<VirtualPort, KeysError> {
        let path = self.entry().path;
        let mut device = self.0.borrow_mut();
        if !device.line.plugged {
            return Err(KeysError::Gone { path });
        }
        match device.access {
            Access::NotAllowed => Err(KeysError::NotAllowed { path }),
            Access::HeldByAnother => Err(KeysError::HeldByAnother { path }),
            Access::Allowed => {
                let (session, queue) = (device.session, device.line.listen());
                Ok(VirtualPort::new(Rc::clone(&self.0), session, queue))
            }
        }
    }

    /// Whether `other` is this very key.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
