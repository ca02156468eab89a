//! A code to type into a browser elsewhere (RFC 8628 §3.2).

use super::SignInRefusal;
use super::TokenFault;
use crate::primitives::Secret;
use serde::Deserialize;
use std::time::Duration;

/// The longest that a person is waited for.
const LONGEST: Duration = Duration::from_mins(20);
/// Between two questions if none is named (RFC 8628 §3.2), and the least and most that is believed.
const INTERVAL: Duration = Duration::from_secs(5);
const LONGEST_INTERVAL: Duration = Duration::from_mins(1);

/// A device code. It has no `Debug`: who has it can take the token.
pub struct DeviceCode {
    /// What is shown to nobody.
    pub device_code: Secret<String>,
    /// What the person types, at most 40 characters.
    pub user_code: String,
    /// Where, an `https` address of at most 200 characters.
    pub address: String,
    /// How long the code is good.
    pub life: Duration,
    /// How long to wait between two questions.
    pub interval: Duration,
}

#[derive(Deserialize)]
struct Raw {
    device_code: String,
    user_code: String,
    verification_uri: String,
    expires_in: u64,
    #[serde(default)]
    interval: Option<u64>,
}

impl DeviceCode {
    /// Reads the answer of the device authorization endpoint.
    ///
    /// # Errors
    /// [`TokenFault::Refused`] in Entra's words, [`TokenFault::Unreadable`] for anything else.
    pub fn read(status: u16, body: &[u8]) -> Result<Self, TokenFault> {
        if status != 200 {
            let refusal = SignInRefusal::of_body(body);
            return Err(if refusal.error.is_empty() {
                TokenFault::Unreadable(status)
            } else {
                TokenFault::Refused(refusal)
            });
        }
        let raw: Raw = serde_json::from_slice(body).map_err(|_| TokenFault::Unreadable(status))?;
        let device_code = Secret::new(raw.device_code);
        let plain = |text: &str, most: usize| {
            !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_graphic())
        };
        let believed = plain(&raw.user_code, 40)
            && plain(&raw.verification_uri, 200)
            && raw.verification_uri.starts_with("https://")
            && !device_code.expose().is_empty();
        if !believed {
            return Err(TokenFault::Unreadable(status));
        }
        Ok(Self {
            device_code,
            user_code: raw.user_code,
            address: raw.verification_uri,
            life: Duration::from_secs(raw.expires_in).min(LONGEST),
            interval: raw
                .interval
                .map_or(INTERVAL, Duration::from_secs)
                .clamp(Duration::from_secs(1), LONGEST_INTERVAL),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REAL: &str = r#"{"user_code":"EA2B7RXJT","device_code":"EAQ","verification_uri":"https://microsoft.com/devicelogin","expires_in":900,"interval":5,"message":"To sign in, …"}"#;

    #[test]
    fn a_code_is_read_and_lives_as_long_as_it_says_but_not_for_ever() {
        let code = DeviceCode::read(200, REAL.as_bytes()).ok().unwrap();
        assert_eq!(
            (code.user_code.as_str(), code.address.as_str()),
            ("EA2B7RXJT", "https://microsoft.com/devicelogin")
        );
        assert_eq!(
            (code.life, code.interval),
            (Duration::from_mins(15), Duration::from_secs(5))
        );
        let endless = REAL.replace("900", "90000000").replace(":5,", ":0,");
        let code = DeviceCode::read(200, endless.as_bytes()).ok().unwrap();
        assert_eq!(
            (code.life, code.interval),
            (LONGEST, Duration::from_secs(1))
        );
    }

    #[test]
    fn an_address_that_is_not_https_or_a_code_that_moves_the_cursor_is_not_shown() {
        for (from, to) in [
            ("https://microsoft.com", "http://microsoft.com"),
            ("EA2B7RXJT", "\\u001b[2J"),
            ("EA2B7RXJT", ""),
        ] {
            let body = REAL.replace(from, to);
            let fault = DeviceCode::read(200, body.as_bytes()).err();
            assert_eq!(fault, Some(TokenFault::Unreadable(200)), "{body}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn no_answer_brings_it_down(
            status in 100_u16..600,
            body in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let _ = DeviceCode::read(status, &body);
        }
    }
}
