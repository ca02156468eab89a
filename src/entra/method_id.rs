//! The id of a FIDO2 method, and the credential id in it.
//!
//! Graph writes a credential id as unpadded base64url and one more digit: how many `=` padding
//! would have had (0, 1 or 2).

use crate::primitives::bytes;
use crate::webauthn::CredentialId;
use std::fmt;

/// `fido2AuthenticationMethod.id`, as sent; it is also a path segment.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MethodId(String);

impl MethodId {
    /// Takes 1 to 2,048 characters that may stand in a path as they are; `None` otherwise.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        ((1..=2_048).contains(&text.len()) && text.bytes().all(fits)).then(|| Self(text.to_owned()))
    }

    /// The id that Graph gives the method of a credential.
    #[must_use]
    pub fn of_credential(credential: &CredentialId) -> Self {
        let body = bytes::base64url(credential.bytes());
        let padding = (4 - body.len() % 4) % 4;
        Self(format!("{body}{padding}"))
    }

    /// The credential id in it; `None` if it is not of that form.
    #[must_use]
    pub fn credential(&self) -> Option<CredentialId> {
        let (body, digit) = self.split()?;
        let padding = usize::from(u8::try_from(digit.to_digit(10)?).ok()?);
        if padding > 2 || (body.len() + padding) % 4 != 0 {
            return None;
        }
        CredentialId::new(bytes::from_base64url(body)?)
    }

    /// The text, as sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All but the last character, and the last.
    pub(super) fn split(&self) -> Option<(&str, char)> {
        let mut characters = self.0.chars();
        let last = characters.next_back()?;
        Some((characters.as_str(), last))
    }
}

impl fmt::Display for MethodId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for MethodId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn credential_of(text: &str) -> Option<String> {
        let credential = MethodId::new(text)?.credential()?;
        Some(bytes::hex(credential.bytes()))
    }

    #[test]
    fn the_documented_ids_decode() {
        assert_eq!(
            credential_of("-2_GRUg2-HYz6_1YG4YRAQ2").as_deref(),
            Some("fb6fc6454836f87633ebfd581b861101")
        );
        assert_eq!(
            credential_of("_jpuR-TGZgk6aQCLF3BQjA2").as_deref(),
            Some("fe3a6e47e4c666093a69008b1770508c")
        );
        let real = "XDjx9wXDrVWBmE2MbPSkXdeMERfv6gN98uxavJ0ZrSyT8jYUs2BHKjAmh4P_T3Av0";
        assert_eq!(credential_of(real).map(|hex| hex.len()), Some(96));
    }

    #[test]
    fn what_is_not_of_that_form_is_no_credential() {
        for text in [
            "73e4b2c6-8a2f-4d3e-9b1a-5c7d8e9f0a1b",
            "-2_GRUg2-HYz6_1YG4YRAQ1",
            "-2_GRUg2-HYz6_1YG4YRAQ0",
            "-2_GRUg2-HYz6_1YG4YRAQ3",
            "-2_GRUg2-HYz6_1YG4YRAQ",
            "-2_GRUg2-HYz6_1YG4YRAR2",
            "0",
            "",
        ] {
            assert_eq!(credential_of(text), None, "{text}");
        }
    }

    #[test]
    fn an_id_that_could_leave_its_path_segment_is_refused() {
        for text in ["a/b", "a?b", "..", "a%2f", "a b", "ä"] {
            assert_eq!(MethodId::new(text), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn every_credential_comes_back(id in proptest::collection::vec(any::<u8>(), 1..=1023)) {
            let credential = CredentialId::new(id).unwrap();
            let method = MethodId::of_credential(&credential);
            prop_assert_eq!(MethodId::new(method.as_str()), Some(method.clone()));
            prop_assert_eq!(method.credential(), Some(credential));
        }

        #[test]
        fn a_credential_has_one_id_alone(text in "[A-Za-z0-9_-]{1,12}[0-3]") {
            if let Some(credential) = MethodId::new(&text).and_then(|id| id.credential()) {
                let again = MethodId::of_credential(&credential);
                prop_assert_eq!(again.as_str(), text);
            }
        }
    }
}
