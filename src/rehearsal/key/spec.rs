//! What kind of key a virtual key is.

use crate::primitives::Guid;
use crate::webauthn::Aaguid;

/// The AAGUID of the rehearsal's model: the bytes of `glasskey-rehears`.
pub const REHEARSAL_AAGUID: Aaguid = Aaguid(Guid(*b"glasskey-rehears"));

/// How a key behaves where real models differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Personality {
    /// A CTAP 2.1 key that does everything.
    Standard,
    /// Its signature counter is shared by all credentials and steps by a random amount.
    RandomGlobalCounter,
    /// Its signature counter is always zero: it has none (WebAuthn §6.1.1).
    ZeroCounter,
    /// CTAP 2.0: the legacy token alone, no credential management, no slots in getInfo.
    Fido20Only,
    /// Asks for user verification in every assertion that asks for a touch (option `alwaysUv`).
    AlwaysUv,
    /// Gives every credential credProtect level 3, whatever was asked.
    CredProtect3,
    /// Refuses assertions without a touch (`up=false`).
    RefusesSilent,
    /// Attests with the credential's own key: `packed` without certificates.
    SelfAttestation,
    /// Does not attest: format `none`.
    NoAttestation,
}

impl Personality {
    /// Every personality, `Standard` first.
    pub const ALL: [Self; 9] = [
        Self::Standard,
        Self::RandomGlobalCounter,
        Self::ZeroCounter,
        Self::Fido20Only,
        Self::AlwaysUv,
        Self::CredProtect3,
        Self::RefusesSilent,
        Self::SelfAttestation,
        Self::NoAttestation,
    ];
}

/// Whose key a virtual key passes for: its USB ids, its descriptor, and the vendor commands it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vendor {
    /// The rehearsal's own: the serial number is in the USB descriptor, no vendor command.
    Rehearsal,
    /// Like a YubiKey: no serial number in the descriptor; two pages of configuration behind 0x42.
    Yubico,
    /// Like a Nitrokey 3: no serial number in the descriptor; version and UUID behind 0x61 and 0x62.
    Nitrokey,
    /// Nobody's: no serial number anywhere, no vendor command. Two of them cannot be told apart but by
    /// what they hold.
    Unnamed,
}

impl Vendor {
    /// USB vendor and product id.
    pub(super) const fn usb_ids(self) -> (u16, u16) {
        match self {
            Self::Rehearsal | Self::Unnamed => (0x1209, 0x0001),
            Self::Yubico => (0x1050, 0x0407),
            Self::Nitrokey => (0x20a0, 0x42b2),
        }
    }
}

/// How a virtual key is made. All that it ever does follows from this and what it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySpec {
    /// Its label in the plan; part of its path.
    pub label: String,
    /// Its serial number, where [`Vendor`] has a place for one.
    pub serial: u32,
    /// How it behaves.
    pub personality: Personality,
    /// Whose it passes for.
    pub vendor: Vendor,
    /// What its keys and random numbers are made of, together with label and serial.
    pub seed: Vec<u8>,
    /// Discoverable credentials it can hold.
    pub resident_slots: usize,
    /// Code points a PIN must have, 4 to 63.
    pub min_pin_length: u8,
    /// Its model. Other than [`REHEARSAL_AAGUID`], the attestation certificate contradicts it.
    pub aaguid: Aaguid,
    /// Firmware as major, minor and patch.
    pub firmware: [u8; 3],
}

impl KeySpec {
    /// A standard key: 25 slots, PIN of 4 or more, firmware 5.7.4, the rehearsal's AAGUID.
    #[must_use]
    pub fn new(label: &str, serial: u32) -> Self {
        Self {
            label: label.to_owned(),
            serial,
            personality: Personality::Standard,
            vendor: Vendor::Rehearsal,
            seed: b"glasskey rehearsal".to_vec(),
            resident_slots: 25,
            min_pin_length: 4,
            aaguid: REHEARSAL_AAGUID,
            firmware: [5, 7, 4],
        }
    }

    /// The same key with another personality. One that answers silent probes otherwise is another
    /// firmware, as it would be of a real model: what was observed goes by model and firmware.
    #[must_use]
    pub fn with_personality(mut self, personality: Personality) -> Self {
        self.personality = personality;
        match personality {
            Personality::CredProtect3 => self.firmware = [5, 7, 5],
            Personality::RefusesSilent => self.firmware = [5, 7, 6],
            Personality::Standard
            | Personality::RandomGlobalCounter
            | Personality::ZeroCounter
            | Personality::Fido20Only
            | Personality::AlwaysUv
            | Personality::SelfAttestation
            | Personality::NoAttestation => {}
        }
        self
    }

    /// The same key, of another vendor.
    #[must_use]
    pub fn with_vendor(mut self, vendor: Vendor) -> Self {
        self.vendor = vendor;
        self
    }

    /// The same key with another seed.
    #[must_use]
    pub fn with_seed(mut self, seed: &[u8]) -> Self {
        self.seed = seed.to_vec();
        self
    }

    /// Whether it speaks CTAP 2.0 alone.
    pub(super) fn is_fido_2_0(&self) -> bool {
        self.personality == Personality::Fido20Only
    }
}
