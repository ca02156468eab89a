//! What a key and the policy ask of a new PIN, said before anybody is asked for one.

use super::TypedFault;
use crate::ctap::AuthenticatorInfo;
use crate::ctap::MOST_BYTES;
use crate::ctap::Pin;
use crate::primitives::text;

/// minPINLength where a key does not say (CTAP 2.1 §6.4).
const LEAST: u32 = 4;

/// The rules for a new PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinRules {
    /// The fewest code points that the key takes.
    pub key_least: u32,
    /// The fewest that the policy takes.
    pub policy_least: u32,
    /// The most code points that the key takes.
    pub most: u32,
    /// Whether the key also refuses what it finds simple.
    pub complexity: bool,
    /// Where the key says that rule is written; a claim.
    pub complexity_url: Option<String>,
    /// Whether the key demands a new PIN before it gives anything.
    pub change_demanded: bool,
}

impl PinRules {
    /// The rules of a key that said this of itself, under a policy.
    #[must_use]
    pub fn of(info: &AuthenticatorInfo, policy_least: u32) -> Self {
        let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let bytes = u32::try_from(MOST_BYTES).unwrap_or(u32::MAX);
        let url = info.pin_complexity_policy_url.as_deref();
        Self {
            key_least: info.min_pin_length.map_or(LEAST, narrow),
            policy_least,
            most: info.max_pin_length.map_or(bytes, narrow).min(bytes),
            complexity: info.pin_complexity_policy == Some(true),
            complexity_url: url
                .and_then(|bytes| std::str::from_utf8(bytes).ok())
                .map(text::printable),
            change_demanded: info.force_pin_change == Some(true),
        }
    }

    /// The fewest code points of a new PIN.
    #[must_use]
    pub fn least(&self) -> u32 {
        self.key_least.max(self.policy_least)
    }

    /// Why a PIN breaks the rules; `None` if it keeps those that can be known.
    #[must_use]
    pub fn broken_by(&self, pin: &Pin) -> Option<TypedFault> {
        let length = u32::try_from(pin.code_points()).unwrap_or(u32::MAX);
        if length < self.least() {
            Some(TypedFault::TooShort {
                least: self.least(),
            })
        } else if length > self.most {
            Some(TypedFault::TooManyCharacters { most: self.most })
        } else {
            None
        }
    }

    /// The rules in sentences, for a person who is about to think of a PIN.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if self.change_demanded {
            words.push(
                "The key demands a new PIN before it gives anything: the current one is not wrong."
                    .to_owned(),
            );
        }
        words.push(format!(
            "A new PIN has {} to {} characters (the key takes {} or more, the policy asks for {}) \
             and at most {MOST_BYTES} bytes: letters beyond a to z take 2 to 4 each.",
            self.least(),
            self.most,
            self.key_least,
            self.policy_least
        ));
        words.push(
            "Accents count the same however they are typed (Unicode NFC). Digits are on every \
             keyboard."
                .to_owned(),
        );
        if self.complexity {
            let place = self.complexity_url.as_deref();
            let place = place.map_or_else(String::new, |url| format!(" Its rule: {url}"));
            words.push(format!(
                "The key also refuses PINs it finds simple, such as 111111 or 123456.{place}"
            ));
        }
        words.push(
            "Eight wrong PINs at most block the key for good; after three in a row it must be \
             unplugged."
                .to_owned(),
        );
        words.push(
            "A PIN can be changed and never removed: only a reset takes it away, and a reset \
             destroys every credential on the key."
                .to_owned(),
        );
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info() -> AuthenticatorInfo {
        AuthenticatorInfo::default()
    }

    #[test]
    fn the_stricter_of_key_and_policy_counts() {
        let mut info = info();
        assert_eq!(PinRules::of(&info, 6).least(), 6);
        info.min_pin_length = Some(8);
        assert_eq!(PinRules::of(&info, 6).least(), 8);
        info.max_pin_length = Some(100);
        assert_eq!(PinRules::of(&info, 6).most, 63);
        info.max_pin_length = Some(10);
        let rules = PinRules::of(&info, 6);
        let broken = |text: &str| rules.broken_by(&Pin::new(text).unwrap());
        assert_eq!(broken("1234567"), Some(TypedFault::TooShort { least: 8 }));
        assert_eq!(broken("pässwörd"), None);
        assert_eq!(
            broken("12345678901"),
            Some(TypedFault::TooManyCharacters { most: 10 })
        );
    }

    #[test]
    fn a_key_s_url_cannot_write_on_the_terminal() {
        let mut info = info();
        info.pin_complexity_policy = Some(true);
        info.pin_complexity_policy_url = Some(b"https://x/\x1b[2J".to_vec());
        let words = PinRules::of(&info, 6).words().join(" ");
        assert!(words.contains(r"https://x/\u{1b}[2J"), "{words}");
    }

    #[test]
    fn what_cannot_be_undone_is_said() {
        let words = PinRules::of(&info(), 6).words().join(" ");
        for part in [
            "6 to 63 characters",
            "at most 63 bytes",
            "NFC",
            "never removed",
            "destroys every credential",
        ] {
            assert!(words.contains(part), "{part}: {words}");
        }
    }
}
