//! What a person typed, before anything is sent: can it be a PIN at all?

use crate::ctap::Pin;
use crate::ctap::PinFault;
use crate::primitives::Secret;

/// Characters of a one-time code of Yubico: 12 that name the key and 32 that are the code.
const ONE_TIME_CODE: usize = 44;
/// The alphabet in which keys type such codes: letters that every keyboard layout has in one place.
const MODHEX: &str = "cbdefghijklnrtuv";

/// Why what was typed is not sent. It says nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedFault {
    /// It ends in 44 characters as an accidental touch of a YubiKey types them.
    OneTimeCode,
    /// Fewer characters than a PIN has.
    TooShort {
        /// The fewest.
        least: u32,
    },
    /// More characters than this key takes.
    TooManyCharacters {
        /// The most.
        most: u32,
    },
    /// More than 63 bytes in UTF-8.
    TooManyBytes,
    /// It ends in a zero byte.
    EndsInZero,
    /// It is the PIN that is to be replaced.
    Unchanged,
}

impl From<PinFault> for TypedFault {
    fn from(fault: PinFault) -> Self {
        match fault {
            PinFault::TooShort => Self::TooShort { least: 4 },
            PinFault::TooLong => Self::TooManyBytes,
            PinFault::EndsInZero => Self::EndsInZero,
        }
    }
}

impl TypedFault {
    /// It in words, as a whole sentence.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::OneTimeCode => {
                "That is a one-time code, as a YubiKey types it when it is touched \
                 by accident"
                    .to_owned()
            }
            Self::TooShort { least } => format!("A PIN has {least} characters or more"),
            Self::TooManyCharacters { most } => {
                format!("This key takes {most} characters at most")
            }
            Self::TooManyBytes => "A PIN has 63 bytes at most".to_owned(),
            Self::EndsInZero => "A PIN does not end in a zero byte".to_owned(),
            Self::Unchanged => "That is the PIN which is to be replaced".to_owned(),
        }
    }
}

/// The PIN in what was typed.
pub(super) fn pin(typed: &Secret<String>) -> Result<Pin, TypedFault> {
    if is_one_time_code(typed.expose()) {
        return Err(TypedFault::OneTimeCode);
    }
    Ok(Pin::new(typed.expose())?)
}

/// Whether a text ends as an accidental touch would end it; Caps Lock may have been on.
fn is_one_time_code(text: &str) -> bool {
    let tail = text.chars().rev().take(ONE_TIME_CODE);
    let code = tail.filter(|letter| MODHEX.contains(letter.to_ascii_lowercase()));
    code.count() == ONE_TIME_CODE
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CODE: &str = "cccccbtirngifjtinfdgevvftvtbjbtkrcdkrudtfgbu";

    fn fault(text: &str) -> Option<TypedFault> {
        pin(&Secret::new(text.to_owned())).err()
    }

    #[test]
    fn a_one_time_code_is_recognised_alone_after_a_pin_and_in_capitals() {
        assert_eq!(CODE.len(), 44);
        for text in [
            CODE.to_owned(),
            format!("1357{CODE}"),
            CODE.to_uppercase(),
            format!("{CODE}{CODE}"),
        ] {
            assert_eq!(fault(&text), Some(TypedFault::OneTimeCode), "{text}");
        }
    }

    #[test]
    fn a_word_of_those_letters_may_be_a_pin() {
        assert_eq!(fault("bright"), None);
        assert_eq!(fault(&CODE[1..]), None);
        assert_eq!(fault(&format!("{CODE}7")), None);
    }

    #[test]
    fn what_no_key_would_take_is_not_sent() {
        assert_eq!(fault("123"), Some(TypedFault::TooShort { least: 4 }));
        assert_eq!(fault(&"7".repeat(64)), Some(TypedFault::TooManyBytes));
        assert_eq!(fault("1234\0"), Some(TypedFault::EndsInZero));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn every_touch_is_recognised(before in "[0-9]{0,12}", code in "[cbdefghijklnrtuv]{44}") {
            prop_assert_eq!(fault(&format!("{before}{code}")), Some(TypedFault::OneTimeCode));
        }

        #[test]
        fn no_pin_of_digits_is_taken_for_a_touch(text in "[0-9]{4,63}") {
            prop_assert_eq!(fault(&text), None);
        }
    }
}
