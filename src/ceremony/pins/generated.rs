//! A PIN made here. Digits only: they are on every keyboard in the world, whatever its layout, and
//! none of them looks like another.

use super::PinRules;
use super::PinStop;
use crate::primitives::Entropy;
use crate::primitives::Secret;
use zeroize::Zeroizing;

/// Digits of a generated PIN where nobody says: eight tries in 100 million.
const USUAL_LENGTH: u32 = 8;
/// Largest multiple of ten that a byte can hold: bytes from there on would favour some digits.
const EVEN: u8 = 250;
/// Bytes of randomness for each digit before the source is given up: each fits with 250 in 256.
const BYTES_A_DIGIT: u32 = 16;
/// How often a PIN that keys find simple is thrown away: more than once in a row is not expected.
const ATTEMPTS: u32 = 8;

/// Shows a generated PIN to the person, once.
pub trait ShowPin {
    /// Shows it until the person has written it down, and takes it off the screen; `false` if they
    /// declined.
    fn show(&mut self, key: &str, pin: &Secret<String>) -> bool;
}

/// How a PIN is generated.
pub struct Generate<'g> {
    /// Its length in digits; `None` for 8, or more where the rules ask for more.
    pub length: Option<u32>,
    /// Randomness.
    pub entropy: &'g mut dyn Entropy,
    /// Where it is shown.
    pub show: &'g mut dyn ShowPin,
}

impl Generate<'_> {
    /// The length to make under these rules.
    pub(super) fn length_for(&self, rules: &PinRules) -> Result<u32, PinStop> {
        let (least, most) = (rules.least(), rules.most);
        let asked = self.length.unwrap_or(USUAL_LENGTH.max(least).min(most));
        if asked < least || asked > most {
            return Err(PinStop::Length { asked, least, most });
        }
        Ok(asked)
    }
}

/// A PIN of so many digits, each as likely as any other of that length but those that keys refuse as
/// simple: one digit over and over, or up or down by one. `None` if there is no randomness.
pub(super) fn generate(entropy: &mut dyn Entropy, length: u32) -> Option<Secret<String>> {
    for _ in 0..ATTEMPTS {
        let digits = digits(entropy, length)?;
        if !is_simple(&digits) {
            let mut text = String::with_capacity(digits.len());
            text.extend(digits.iter().map(|digit| char::from(b'0' + *digit)));
            return Some(Secret::new(text));
        }
    }
    None
}

fn digits(entropy: &mut dyn Entropy, length: u32) -> Option<Zeroizing<Vec<u8>>> {
    let wanted = usize::try_from(length).ok()?;
    let mut digits = Zeroizing::new(Vec::with_capacity(wanted));
    let mut byte = Zeroizing::new([0]);
    for _ in 0..length.saturating_mul(BYTES_A_DIGIT) {
        if digits.len() == wanted {
            break;
        }
        entropy.fill(&mut *byte);
        digits.extend(byte.iter().filter(|b| **b < EVEN).map(|b| b % 10));
    }
    (digits.len() == wanted).then_some(digits)
}

/// Whether each digit follows the one before by the same step of 0, 1 or -1.
fn is_simple(digits: &[u8]) -> bool {
    let follows = |step: i16| {
        let pairs = digits.iter().zip(digits.iter().skip(1));
        pairs
            .into_iter()
            .all(|(one, next)| i16::from(*next) - i16::from(*one) == step)
    };
    [0, 1, -1].into_iter().any(follows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Gives these bytes, again and again.
    struct Bytes(Vec<u8>, usize);

    impl Entropy for Bytes {
        fn fill(&mut self, buffer: &mut [u8]) {
            for slot in buffer {
                *slot = self.0[self.1 % self.0.len()];
                self.1 += 1;
            }
        }
    }

    fn made(bytes: Vec<u8>, length: u32) -> Option<String> {
        generate(&mut Bytes(bytes, 0), length).map(|pin| pin.expose().clone())
    }

    #[test]
    fn a_byte_that_would_favour_a_digit_is_thrown_away() {
        assert_eq!(made(vec![250, 13, 255, 249, 7, 20], 4).unwrap(), "3970");
    }

    #[test]
    fn every_byte_that_counts_stands_for_each_digit_equally_often() {
        let mut seen: BTreeMap<char, u32> = BTreeMap::new();
        for byte in 0..=u8::MAX {
            if let Some(pin) = made(vec![byte, 3, 0, 9], 4)
                && byte < 250
            {
                *seen.entry(pin.chars().next().unwrap()).or_default() += 1;
            }
        }
        assert!(seen.values().all(|count| *count == 25), "{seen:?}");
        assert_eq!(seen.len(), 10);
    }

    #[test]
    fn a_simple_pin_is_made_anew_and_no_randomness_ends() {
        assert_eq!(made(vec![1, 2, 3, 4, 9, 2, 7, 7], 4).unwrap(), "9277");
        for simple in [vec![5], vec![1, 2, 3, 4], vec![9, 8, 7, 6]] {
            assert_eq!(made(simple, 4), None);
        }
        assert_eq!(made(vec![255], 8), None);
    }

    #[test]
    fn the_length_keeps_the_rules() {
        let mut info = crate::ctap::AuthenticatorInfo::default();
        let length = |info: &crate::ctap::AuthenticatorInfo, asked| {
            let (mut entropy, mut show) = (Bytes(vec![1], 0), Nobody);
            let how = Generate {
                length: asked,
                entropy: &mut entropy,
                show: &mut show,
            };
            how.length_for(&PinRules::of(info, 6))
        };
        assert_eq!(length(&info, None), Ok(8));
        assert_eq!(length(&info, Some(6)), Ok(6));
        let refused = |asked, least| {
            Err(PinStop::Length {
                asked,
                least,
                most: 63,
            })
        };
        assert_eq!(length(&info, Some(5)), refused(5, 6));
        assert_eq!(length(&info, Some(64)), refused(64, 6));
        info.min_pin_length = Some(12);
        assert_eq!(length(&info, None), Ok(12));
    }

    struct Nobody;

    impl ShowPin for Nobody {
        fn show(&mut self, _: &str, _: &Secret<String>) -> bool {
            false
        }
    }
}
