//! A PIN as it was typed (CTAP 2.1 §6.5.1).

use crate::primitives::Secret;
use crate::primitives::bytes::constant_time_eq;
use sha2::Digest as _;
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroize;
use zeroize::Zeroizing;

/// The fewest code points of a PIN; a key may ask for more.
pub const LEAST_CODE_POINTS: usize = 4;
/// The most bytes of a PIN in UTF-8.
pub const MOST_BYTES: usize = 63;

const PADDED: usize = 64;

/// Why a text cannot be a PIN. It says nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinFault {
    /// Fewer than [`LEAST_CODE_POINTS`].
    TooShort,
    /// More than [`MOST_BYTES`].
    TooLong,
    /// It ends in a zero, which the padding would swallow.
    EndsInZero,
}

/// A PIN in Unicode Normalization Form C, padded with zeros to 64 bytes. It cannot be printed,
/// and is wiped when dropped.
pub struct Pin {
    padded: Secret<Vec<u8>>,
    length: usize,
    code_points: usize,
}

impl Pin {
    /// Takes what a person typed. The caller wipes its own copy.
    ///
    /// # Errors
    /// [`PinFault`]
    pub fn new(typed: &str) -> Result<Self, PinFault> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(PADDED));
        let mut code_points = 0;
        let mut last = '\0';
        for character in typed.nfc() {
            // Before it is added: the buffer never grows, so no copy is left behind.
            if bytes.len() + character.len_utf8() > MOST_BYTES {
                return Err(PinFault::TooLong);
            }
            let mut buffer = [0; 4];
            bytes.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
            buffer.zeroize();
            code_points += 1;
            last = character;
        }
        if code_points < LEAST_CODE_POINTS {
            return Err(PinFault::TooShort);
        }
        if last == '\0' {
            return Err(PinFault::EndsInZero);
        }
        let length = bytes.len();
        bytes.resize(PADDED, 0);
        Ok(Self {
            padded: Secret::new(std::mem::take(&mut *bytes)),
            length,
            code_points,
        })
    }

    /// Its length in code points: what minimum lengths count.
    #[must_use]
    pub const fn code_points(&self) -> usize {
        self.code_points
    }

    /// Whether `other` is the same PIN, however it was typed.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        constant_time_eq(self.padded(), other.padded())
    }

    /// The 64 bytes that are encrypted to set it.
    pub(super) fn padded(&self) -> &[u8] {
        self.padded.expose()
    }

    /// LEFT(SHA-256(PIN), 16): what is encrypted to prove it.
    pub(super) fn hash(&self) -> Zeroizing<Vec<u8>> {
        let pin = self.padded().get(..self.length).unwrap_or_default();
        let mut digest = Sha256::digest(pin);
        let hash = Zeroizing::new(digest.iter().take(16).copied().collect());
        digest.as_mut_slice().zeroize();
        hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fault(text: &str) -> Option<PinFault> {
        Pin::new(text).err()
    }

    #[test]
    fn four_code_points_are_the_least() {
        assert_eq!(fault("123"), Some(PinFault::TooShort));
        assert_eq!(fault("1234"), None);
        assert_eq!(fault("äöü"), Some(PinFault::TooShort));
        assert_eq!(Pin::new("äöü€").unwrap().code_points(), 4);
    }

    #[test]
    fn sixty_three_bytes_are_the_most() {
        assert_eq!(fault(&"1".repeat(63)), None);
        assert_eq!(fault(&"1".repeat(64)), Some(PinFault::TooLong));
        assert_eq!(fault(&"€".repeat(21)), None);
        assert_eq!(fault(&"€".repeat(22)), Some(PinFault::TooLong));
        assert_eq!(
            fault(&format!("{}€", "1".repeat(62))),
            Some(PinFault::TooLong)
        );
        assert_eq!(fault(&"😀".repeat(1_000_000)), Some(PinFault::TooLong));
    }

    #[test]
    fn a_pin_is_the_same_however_its_accents_were_typed() {
        let (one, two) = (
            Pin::new("pa\u{308}ss").unwrap(),
            Pin::new("p\u{e4}ss").unwrap(),
        );
        assert_eq!(one.padded(), two.padded());
        assert_eq!(one.code_points(), 4);
    }

    #[test]
    fn a_pin_that_ends_in_zero_is_refused() {
        assert_eq!(fault("1234\0"), Some(PinFault::EndsInZero));
        assert_eq!(fault("12\u{0}34"), None);
    }

    #[test]
    fn the_hash_is_the_left_half_of_sha_256() {
        // SHA-256("1234") = 03ac674216f3e15c761ee1a5e255f067 953623c8b388b4459e13f978d7c846f4
        assert_eq!(
            crate::primitives::bytes::hex(&Pin::new("1234").unwrap().hash()),
            "03ac674216f3e15c761ee1a5e255f067"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn any_text_is_a_pin_of_64_padded_bytes_or_refused(text in any::<String>()) {
            if let Ok(pin) = Pin::new(&text) {
                prop_assert_eq!(pin.padded().len(), 64);
                prop_assert!(pin.length <= MOST_BYTES && pin.code_points >= LEAST_CODE_POINTS);
                let nfc: String = text.nfc().collect();
                prop_assert_eq!(&pin.padded()[..pin.length], nfc.as_bytes());
            }
        }
    }
}
