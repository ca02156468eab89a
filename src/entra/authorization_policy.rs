//! The tenant's authorization policy, as far as it lets administrators reset their password.

use super::Ask;
use super::Told;
use serde::Deserialize;
use serde_json::Value;

/// The authorization policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthorizationPolicy {
    /// `allowedToUseSSPR`: whether administrators may reset their own password.
    pub administrators_reset: Told,
}

impl AuthorizationPolicy {
    /// Reads an `authorizationPolicy`; `None` if a member has another type.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        let wire: Wire = serde_json::from_value(value).ok()?;
        Some(Self {
            administrators_reset: wire.allowed_to_use_sspr.into(),
        })
    }
}

/// Reads the authorization policy.
#[must_use]
pub fn ask_authorization_policy() -> Ask<AuthorizationPolicy> {
    Ask::one(
        "/policies/authorizationPolicy".into(),
        "Policy.Read.All",
        "the authorization policy",
        AuthorizationPolicy::read,
    )
}

#[derive(Deserialize)]
struct Wire {
    #[serde(rename = "allowedToUseSSPR")]
    allowed_to_use_sspr: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_official_example_lets_administrators_reset_their_password() {
        let text = include_str!("../../tests/graph/authorizationpolicy.json");
        let policy = AuthorizationPolicy::read(serde_json::from_str(text).unwrap());
        let reset = |told| {
            Some(AuthorizationPolicy {
                administrators_reset: told,
            })
        };
        assert_eq!(policy, reset(Told::Yes));
        assert_eq!(AuthorizationPolicy::read(json!({})), reset(Told::NotTold));
    }
}
