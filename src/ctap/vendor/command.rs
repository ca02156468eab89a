//! The vendor commands that may be sent, keyed on the USB ids of those who understand them.

/// A CTAPHID vendor command (CTAP 2.1 §11.2.9.3) that only reads. There is no other value: what
/// writes a configuration (0x40, 0x43), updates (0x51) or reboots (0x53) cannot be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VendorCommand {
    /// A page of a YubiKey's configuration. Request: the page's number, one byte.
    YubicoConfiguration,
    /// The firmware of a key that runs Trussed's admin application. Request: empty.
    TrussedVersion,
    /// The UUID of a key that runs Trussed's admin application. Request: empty.
    TrussedUuid,
}

/// Vendor, product (`None`: all of the vendor's), least device version in INIT, and what they are
/// asked.
type Row = (u16, Option<u16>, [u8; 3], &'static [VendorCommand]);

/// Who is asked what. YubiKeys know the command from firmware 4.1.0.
const ALLOWED: &[Row] = &[
    (
        0x1050,
        None,
        [4, 1, 0],
        &[VendorCommand::YubicoConfiguration],
    ),
    // Nitrokey 3
    (0x20a0, Some(0x42b2), [0; 3], TRUSSED),
    // Solo 2
    (0x1209, Some(0xbeee), [0; 3], TRUSSED),
];

const TRUSSED: &[VendorCommand] = &[VendorCommand::TrussedVersion, VendorCommand::TrussedUuid];

impl VendorCommand {
    /// What a key with these USB ids, and this device version in its answer to INIT, may be sent.
    #[must_use]
    pub fn allowed(vendor_id: u16, product_id: u16, device_version: [u8; 3]) -> &'static [Self] {
        ALLOWED
            .iter()
            .find(|(vendor, product, least, _)| {
                *vendor == vendor_id
                    && product.is_none_or(|product| product == product_id)
                    && device_version >= *least
            })
            .map_or(&[], |(.., commands)| commands)
    }

    /// The command byte.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::YubicoConfiguration => 0x42,
            Self::TrussedVersion => 0x61,
            Self::TrussedUuid => 0x62,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_commands_can_be_sent_and_each_only_to_those_who_know_it() {
        let mut seen = Vec::new();
        for vendor in [0x1050, 0x20a0, 0x1209, 0x096e, 0x349e, 0, 0xffff] {
            for product in 0..=u16::MAX {
                let bytes = VendorCommand::allowed(vendor, product, [5, 7, 4])
                    .iter()
                    .map(|command| command.byte());
                seen.extend(bytes.map(|byte| (vendor, byte)));
            }
        }
        seen.sort_unstable();
        seen.dedup();
        let expected = [
            (0x1050, 0x42),
            (0x1209, 0x61),
            (0x1209, 0x62),
            (0x20a0, 0x61),
            (0x20a0, 0x62),
        ];
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_yubikey_of_before_4_1_and_another_product_of_a_vendor_are_not_asked() {
        assert_eq!(VendorCommand::allowed(0x1050, 0x0116, [3, 4, 0]), []);
        assert_eq!(VendorCommand::allowed(0x20a0, 0x42b1, [1, 8, 0]), []);
        assert_eq!(VendorCommand::allowed(0x1209, 0x0001, [5, 7, 4]), []);
    }
}
