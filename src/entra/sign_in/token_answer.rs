//! What a token endpoint answers (RFC 6749 §5, RFC 8628 §3.5).

use super::SignInRefusal;
use crate::primitives::Secret;
use serde::Deserialize;
use std::time::Duration;

/// Longest life that is believed.
const LONGEST_LIFE: u64 = 24 * 3_600;

/// A token, and what renews it. It has no `Debug`: it holds secrets.
pub struct TokenAnswer {
    /// The access token.
    pub access: Secret<String>,
    /// How long it is good, at most a day.
    pub life: Duration,
    /// The refresh token; `None` if none was given.
    pub refresh: Option<Secret<String>>,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// The person has not finished yet: ask again after the interval.
    Pending,
    /// Asked too often: ask again after an interval longer by five seconds.
    SlowDown,
    /// The code is too old: begin anew.
    Expired,
    /// The person declined.
    Declined,
    /// Entra refused.
    Refused(SignInRefusal),
    /// The answer is no token and no error; its status.
    Unreadable(u16),
}

#[derive(Deserialize)]
struct Raw {
    access_token: String,
    expires_in: u64,
    #[serde(default)]
    refresh_token: Option<String>,
    token_type: String,
}

impl TokenAnswer {
    /// Reads an answer; the caller wipes `body`.
    ///
    /// # Errors
    /// [`TokenFault`]; nothing of a token is in it.
    pub fn read(status: u16, body: &[u8]) -> Result<Self, TokenFault> {
        if status == 200 {
            let raw: Raw =
                serde_json::from_slice(body).map_err(|_| TokenFault::Unreadable(status))?;
            let access = Secret::new(raw.access_token);
            let refresh = raw.refresh_token.map(Secret::new);
            if access.expose().is_empty() || !raw.token_type.eq_ignore_ascii_case("Bearer") {
                return Err(TokenFault::Unreadable(status));
            }
            return Ok(Self {
                access,
                life: Duration::from_secs(raw.expires_in.min(LONGEST_LIFE)),
                refresh,
            });
        }
        let refusal = SignInRefusal::of_body(body);
        Err(match refusal.error.as_str() {
            "authorization_pending" => TokenFault::Pending,
            "slow_down" => TokenFault::SlowDown,
            "expired_token" | "code_expired" => TokenFault::Expired,
            "authorization_declined" | "access_denied" => TokenFault::Declined,
            "" => TokenFault::Unreadable(status),
            _ => TokenFault::Refused(refusal),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_token_is_taken_with_its_life_and_what_renews_it() {
        let body = br#"{"token_type":"Bearer","expires_in":3599,"access_token":"aaa","refresh_token":"rrr"}"#;
        let answer = TokenAnswer::read(200, body).ok().unwrap();
        assert_eq!(answer.access.expose(), "aaa");
        assert_eq!(answer.refresh.unwrap().expose(), "rrr");
        assert_eq!(answer.life, Duration::from_secs(3_599));
    }

    #[test]
    fn every_answer_of_a_waiting_device_is_told_apart() {
        let fault = |body: &str| TokenAnswer::read(400, body.as_bytes()).err().unwrap();
        let error = |name: &str| fault(&format!(r#"{{"error":"{name}"}}"#));
        assert_eq!(error("authorization_pending"), TokenFault::Pending);
        assert_eq!(error("slow_down"), TokenFault::SlowDown);
        assert_eq!(error("expired_token"), TokenFault::Expired);
        assert_eq!(error("authorization_declined"), TokenFault::Declined);
        assert!(matches!(error("invalid_grant"), TokenFault::Refused(_)));
        assert_eq!(fault("<html>"), TokenFault::Unreadable(400));
    }

    #[test]
    fn what_is_no_bearer_token_is_refused() {
        for body in [
            "",
            "<html>",
            "{}",
            r#"{"token_type":"Bearer","expires_in":3599,"access_token":""}"#,
            r#"{"token_type":"mac","expires_in":3599,"access_token":"a"}"#,
            r#"{"token_type":"Bearer","expires_in":-1,"access_token":"a"}"#,
        ] {
            let fault = TokenAnswer::read(200, body.as_bytes()).err();
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
            let _ = TokenAnswer::read(status, &body);
        }
    }
}
