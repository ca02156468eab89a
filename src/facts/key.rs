//! What a security key says of itself without a PIN, and which key of a book it is.

mod health;
mod on_record;
mod probe;

pub use health::Health;
pub use health::MOST_PROBES;
pub use health::RecognisedBy;
pub use health::TouchSensor;
pub use health::recognise;
pub use health::touch_sensor;
pub use on_record::OnRecord;
pub use on_record::RecordedCredential;
pub use on_record::VERIFICATION_REQUIRED;
pub use probe::Probe;
pub use probe::Signed;
pub use probe::known_to_answer;
pub use probe::probe;

use super::Observed;
use super::claims::Claimed;
use super::claims::VendorAnswer;
use crate::ctap::AuthenticatorInfo;
use crate::ctap::ClientPin;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::Feature;
use crate::ctap::InitResponse;
use crate::ctap::KeyEntry;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use crate::webauthn::model;

/// A key as it was seen. Everything here is a claim of the key or its USB descriptor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// The system's entry: path, USB ids and texts.
    pub entry: KeyEntry,
    /// When it was seen.
    pub at: UtcTime,
    /// The answer to INIT.
    pub init: InitResponse,
    /// The answer to getInfo, whole.
    pub info: AuthenticatorInfo,
    /// Whether a PIN is set.
    pub client_pin: ClientPin,
    /// PIN tries left; not reported where no PIN is set, whatever the key answers then.
    pub pin_retries: Observed<u32>,
    /// Whether the PIN is blocked until the key is replugged.
    pub power_cycle_needed: Observed<bool>,
    /// Fingerprint tries left; not reported without a sensor.
    pub uv_retries: Observed<u32>,
    /// What came of the vendor's own commands.
    pub vendor: VendorAnswer,
}

impl KeyFacts {
    /// The model; not reported where the key does not say or says zero.
    #[must_use]
    pub fn aaguid(&self) -> Observed<Aaguid> {
        Observed::from(self.info.aaguid.filter(|aaguid| *aaguid != Aaguid::ZERO))
    }

    /// The firmware, `5.7.4`; see [`Self::firmware_claim`] for where it is from.
    #[must_use]
    pub fn firmware(&self) -> Observed<String> {
        value_of(self.firmware_claim())
    }

    /// The serial number; see [`Self::serial_claim`] for where it is from.
    #[must_use]
    pub fn serial(&self) -> Observed<String> {
        value_of(self.serial_claim())
    }

    /// The shortest PIN accepted, in code points; 4 where the key does not say (CTAP 2.1 §6.4).
    #[must_use]
    pub fn min_pin_length(&self) -> Observed<u32> {
        Observed::from(self.info.min_pin_length.map(narrow))
    }

    /// Free slots for discoverable credentials.
    #[must_use]
    pub fn slots_left(&self) -> Observed<u32> {
        Observed::from(self.info.remaining_discoverable_credentials.map(narrow))
    }

    /// Whether a new PIN is demanded first.
    #[must_use]
    pub fn force_pin_change(&self) -> Observed<bool> {
        Observed::from(self.info.force_pin_change)
    }

    /// Whether verification is demanded at every use; not reported where the key has no such option.
    #[must_use]
    pub fn always_uv(&self) -> Observed<bool> {
        match self.info.effective_options().always_uv {
            Feature::NotSupported => Observed::NotReported,
            Feature::Off => Observed::Known(false),
            Feature::On => Observed::Known(true),
        }
    }

    /// The key in words a person knows: model or product, and serial number.
    #[must_use]
    pub fn name(&self) -> String {
        let product = self.entry.product.as_deref();
        let product = product.filter(|text| !text.is_empty());
        let named = self.aaguid().known().and_then(model);
        let product = named.map(|model| model.name).or(product).map_or_else(
            || {
                let KeyEntry {
                    vendor_id,
                    product_id,
                    ..
                } = self.entry;
                format!("security key {vendor_id:04x}:{product_id:04x}")
            },
            str::to_owned,
        );
        match self.serial() {
            Observed::Known(serial) => format!("{product}, serial {serial}"),
            Observed::NotReported | Observed::Denied(_) => product,
        }
    }
}

/// Reads a key without a PIN and without a touch: getInfo, the tries left, and what its vendor's own
/// commands tell. All of it comes from one open handle.
///
/// # Errors
/// [`CtapError`] if getInfo fails; a key that does not tell its tries is no error.
pub fn observe(ctap: &mut Ctap<'_>, entry: &KeyEntry, at: UtcTime) -> Result<KeyFacts, CtapError> {
    let info = ctap.get_info()?;
    let client_pin = info.client_pin();
    let mut pin_retries = Observed::NotReported;
    let mut power_cycle_needed = Observed::NotReported;
    if client_pin == ClientPin::Set {
        match ctap.pin_retries() {
            Ok(retries) => {
                pin_retries = Observed::Known(u32::from(retries.remaining));
                power_cycle_needed = Observed::from(retries.power_cycle_needed);
            }
            Err(CtapError::Status { .. } | CtapError::Malformed { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let mut uv_retries = Observed::NotReported;
    if info.effective_options().user_verification != Feature::NotSupported {
        match ctap.uv_retries() {
            Ok(retries) => uv_retries = Observed::Known(u32::from(retries)),
            Err(CtapError::Status { .. } | CtapError::Malformed { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let vendor = match ctap.vendor_identity(entry.vendor_id, entry.product_id) {
        Ok(None) => VendorAnswer::NotAsked,
        Ok(Some(said)) => VendorAnswer::Said(said),
        Err(error @ (CtapError::Gone | CtapError::Transport(_))) => return Err(error),
        Err(error) => VendorAnswer::Failed(error),
    };
    Ok(KeyFacts {
        entry: entry.clone(),
        at,
        init: *ctap.init(),
        info,
        client_pin,
        pin_retries,
        power_cycle_needed,
        uv_retries,
        vendor,
    })
}

fn value_of(claim: Observed<Claimed>) -> Observed<String> {
    match claim {
        Observed::Known(claim) => Observed::Known(claim.value),
        Observed::NotReported => Observed::NotReported,
        Observed::Denied(why) => Observed::Denied(why),
    }
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
