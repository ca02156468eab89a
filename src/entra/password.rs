//! A password that nobody will ever know.

use crate::primitives::Entropy;
use crate::primitives::Secret;
use data_encoding::BASE64URL_NOPAD;

/// Random bytes in a password: 384 bits.
const RANDOM: usize = 48;
/// One character of each class that Entra counts, so that no draw is ever refused.
const CLASSES: &str = "Aa1-";

/// A password of 68 characters, 64 of them random. Entra takes 8 to 256, of three of four classes.
pub struct Password(Secret<String>);

impl Password {
    /// Draws one.
    pub fn draw(entropy: &mut dyn Entropy) -> Self {
        let mut bytes = [0; RANDOM];
        entropy.fill(&mut bytes);
        let bytes = Secret::new(bytes);
        // Reserved whole: a string that grows leaves its old bytes behind.
        let mut text = String::with_capacity(RANDOM.div_ceil(3) * 4 + CLASSES.len());
        BASE64URL_NOPAD.encode_append(bytes.expose(), &mut text);
        text.push_str(CLASSES);
        Self(Secret::new(text))
    }

    /// Lends it for the one request that sets it; it needs no escape in JSON.
    pub(super) const fn expose(&self) -> &String {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Draws(Vec<u8>);

    impl Entropy for Draws {
        fn fill(&mut self, buffer: &mut [u8]) {
            for (byte, drawn) in buffer.iter_mut().zip(self.0.iter().cycle()) {
                *byte = *drawn;
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn every_draw_has_all_four_classes_and_needs_no_escape(
            bytes in proptest::collection::vec(any::<u8>(), 1..=48),
        ) {
            let password = Password::draw(&mut Draws(bytes));
            let text = password.expose();
            prop_assert_eq!(text.len(), 68);
            prop_assert_eq!(text.capacity(), 68);
            prop_assert!(text.chars().any(|c| c.is_ascii_lowercase()));
            prop_assert!(text.chars().any(|c| c.is_ascii_uppercase()));
            prop_assert!(text.chars().any(|c| c.is_ascii_digit()));
            prop_assert!(text.chars().any(|c| !c.is_ascii_alphanumeric()));
            let quoted = serde_json::to_string(text).unwrap();
            prop_assert_eq!(quoted, format!("\"{text}\""));
        }

        #[test]
        fn two_draws_of_different_bytes_differ(
            one in proptest::collection::vec(any::<u8>(), 48),
            two in proptest::collection::vec(any::<u8>(), 48),
        ) {
            let same = one == two;
            let (one, two) = (Password::draw(&mut Draws(one)), Password::draw(&mut Draws(two)));
            prop_assert_eq!(one.expose() == two.expose(), same);
        }
    }
}
