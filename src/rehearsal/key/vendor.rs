//! The commands of its vendor that a virtual key knows, written from the key's side.

use super::spec::KeySpec;
use super::spec::Vendor;

/// A page of configuration of a YubiKey.
const CONFIGURATION: u8 = 0x42;
/// Firmware and UUID of a key that runs Trussed's admin application.
const VERSION: u8 = 0x61;
const UUID: u8 = 0x62;

/// A part number as long as none is, so that the first page fills more than a report.
const PART_NUMBER: &[u8; 40] = b"GLASSKEY-REHEARSAL-KEY-OF-NO-PARTICULAR.";

/// The answer to a vendor command; `None` if the key does not know it.
pub(super) fn answer(spec: &KeySpec, command: u8, message: &[u8]) -> Option<Vec<u8>> {
    match (spec.vendor, command) {
        (Vendor::Yubico, CONFIGURATION) => Some(page(spec, message)),
        (Vendor::Nitrokey, VERSION) => Some(version(spec.firmware).to_be_bytes().to_vec()),
        (Vendor::Nitrokey, UUID) => Some(uuid(spec).to_vec()),
        (Vendor::Rehearsal | Vendor::Unnamed | Vendor::Yubico | Vendor::Nitrokey, _) => None,
    }
}

/// Two pages: what the key is, then its firmware. Behind them is an empty one.
fn page(spec: &KeySpec, number: &[u8]) -> Vec<u8> {
    let body = match number {
        [] | [0] => [
            &[0x01, 2, 0x02, 0x3f, 0x03, 2, 0x02, 0x3f, 0x02, 4][..],
            &spec.serial.to_be_bytes(),
            &[0x04, 1, 0x01, 0x0a, 1, 0, 0x13, 40],
            PART_NUMBER,
            &[0x10, 1, 1],
        ]
        .concat(),
        [1] => [&[0x05, 3][..], &spec.firmware, &[0x16, 1, 0]].concat(),
        _ => Vec::new(),
    };
    let length = u8::try_from(body.len()).unwrap_or(u8::MAX);
    [vec![length], body].concat()
}

/// Major in 10 bits, minor in 16, patch in 6.
fn version([major, minor, patch]: [u8; 3]) -> u32 {
    u32::from(major) << 22 | u32::from(minor) << 6 | u32::from(patch & 0x3f)
}

/// Twelve bytes that say whose it is, then the serial number.
fn uuid(spec: &KeySpec) -> [u8; 16] {
    let mut uuid = *b"glasskey-uui\0\0\0\0";
    for (slot, byte) in uuid.iter_mut().skip(12).zip(spec.serial.to_be_bytes()) {
        *slot = byte;
    }
    uuid
}
