//! The words that may stand outside on a bag or an envelope. Each is taken from the one part of plan
//! or record that names it, and from no text: what names an account, a tenant, a serial number or a
//! role has no way into them.

use crate::plan::Book;
use crate::record::Custody;
use crate::record::KeyPart;

/// The number of a bag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BagNumber(String);

impl BagNumber {
    /// The bag that a statement puts a key into.
    #[must_use]
    pub fn of(custody: &Custody) -> Self {
        Self(custody.bag.clone())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A key's label, which names a physical key and nothing that it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLabel(String);

impl KeyLabel {
    /// The label of the key that a statement is about; its serial number stays behind.
    #[must_use]
    pub fn of(key: &KeyPart) -> Self {
        Self(key.label.clone())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whom the finder of an opened bag or envelope calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallLine(String);

impl CallLine {
    /// That of a book.
    #[must_use]
    pub fn of(book: &Book) -> Self {
        Self(book.call.clone())
    }

    /// That of a page that is held against its book.
    pub(super) fn of_page(call: &str) -> Self {
        Self(call.to_owned())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::record::PinPart;
    use crate::record::Slots;
    use crate::webauthn::Aaguid;

    pub(in super::super) fn bag(number: &str) -> BagNumber {
        BagNumber::of(&Custody {
            bag: number.to_owned(),
            previous_bag: None,
            safe: "SAFE-A".to_owned(),
            shelf: None,
        })
    }

    pub(in super::super) fn label(label: &str) -> KeyLabel {
        KeyLabel::of(&KeyPart {
            aaguid: Aaguid::parse("2fc0579f-8113-47ea-b116-bb5a8db9202a").unwrap(),
            credential_id: None,
            firmware: None,
            label: label.to_owned(),
            method_id: None,
            pin: PinPart {
                always_uv: None,
                changed: None,
                force_change: None,
                min_length: None,
                retries: None,
                set: true,
                uv_retries: None,
            },
            public_key: None,
            rp_id: None,
            serial: None,
            slots: Slots {
                left: None,
                used: None,
            },
        })
    }

    pub(in super::super) fn call(call: &str) -> CallLine {
        CallLine::of(&Book {
            name: "contoso".to_owned(),
            ledger: "ledger".to_owned(),
            call: call.to_owned(),
        })
    }
}
