//! What a key claims its serial number and firmware to be, and where it says so.

use super::Observed;
use super::key::KeyFacts;
use crate::ctap::CtapError;
use crate::ctap::Firmware;
use crate::ctap::VendorIdentity;

/// USB vendor id of Yubico, whose INIT version is the firmware's.
const YUBICO: u16 = 0x1050;

/// Where a key says something of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimBasis {
    /// In getInfo.
    GetInfo,
    /// In answer to its vendor's own command.
    Vendor,
    /// In its USB descriptor.
    Usb,
    /// In its answer to INIT.
    Init,
}

/// Something a key says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Where.
    pub basis: ClaimBasis,
    /// What.
    pub value: String,
}

/// What came of asking by the vendor's own commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VendorAnswer {
    /// No command is known for such a key: it was not asked.
    NotAsked,
    /// It answered.
    Said(VendorIdentity),
    /// It did not, or not as it should: nothing is known from it.
    Failed(CtapError),
}

impl VendorAnswer {
    /// What it said, if it answered.
    #[must_use]
    pub const fn said(&self) -> Option<&VendorIdentity> {
        match self {
            Self::Said(identity) => Some(identity),
            Self::NotAsked | Self::Failed(_) => None,
        }
    }
}

impl KeyFacts {
    /// The serial number: by the vendor's command, else from the USB descriptor.
    #[must_use]
    pub fn serial_claim(&self) -> Observed<Claimed> {
        let vendor = self.vendor.said().and_then(|said| said.serial.clone());
        let usb = self.entry.serial.clone().filter(|text| !text.is_empty());
        Observed::from(
            vendor
                .map(claimed(ClaimBasis::Vendor))
                .or_else(|| usb.map(claimed(ClaimBasis::Usb))),
        )
    }

    /// The firmware as its vendor writes it, `5.7.4`: from getInfo where it looks like a version, by
    /// the vendor's command, from a YubiKey's INIT; else the plain number in getInfo.
    #[must_use]
    pub fn firmware_claim(&self) -> Observed<Claimed> {
        let raw = self.info.firmware_version;
        let decoded = raw.and_then(Firmware::decode).map(|read| read.to_string());
        let vendor = self.vendor.said().and_then(|said| said.firmware.clone());
        let [major, minor, build] = self.init.device_version;
        let init = (self.entry.vendor_id == YUBICO && major >= 4)
            .then(|| format!("{major}.{minor}.{build}"));
        Observed::from(
            decoded
                .map(claimed(ClaimBasis::GetInfo))
                .or_else(|| vendor.map(claimed(ClaimBasis::Vendor)))
                .or_else(|| init.map(claimed(ClaimBasis::Init)))
                .or_else(|| {
                    raw.map(|raw| raw.to_string())
                        .map(claimed(ClaimBasis::GetInfo))
                }),
        )
    }

    /// The firmware by the vendor's command, where getInfo says another: one of the two is wrong.
    #[must_use]
    pub fn firmware_contradicted(&self) -> Option<&str> {
        let decoded = self.info.firmware_version.and_then(Firmware::decode)?;
        let vendor = self.vendor.said()?.firmware.as_deref()?;
        (decoded.to_string() != vendor).then_some(vendor)
    }
}

fn claimed(basis: ClaimBasis) -> impl Fn(String) -> Claimed {
    move |value| Claimed { basis, value }
}

/// Whether two texts are the same serial number: zeros before a number and the case of letters do
/// not count, because descriptor, command, engraving and plan write them differently.
#[must_use]
pub fn same_serial(one: &str, other: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(one) && digits(other) {
        one.trim_start_matches('0') == other.trim_start_matches('0')
    } else {
        one.eq_ignore_ascii_case(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_compared_as_numbers_and_without_case() {
        assert!(same_serial("0012345678", "12345678"));
        assert!(same_serial("ab12", "AB12"));
        assert!(!same_serial("12345678", "123456780"));
        assert!(!same_serial("0ab12", "AB12"));
        assert!(!same_serial("", "0"));
    }
}
