//! When an account last signed in (Graph `signInActivity`): no history, but it never expires.

use super::Ask;
use super::told::moment;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde_json::Value;

/// When an account last signed in. It lags by hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignInActivity {
    /// `lastSignInDateTime`: the last interactive attempt, also one that failed; `None` if never.
    pub attempt: Option<UtcTime>,
    /// `lastNonInteractiveSignInDateTime`; `None` if never.
    pub non_interactive: Option<UtcTime>,
    /// `lastSuccessfulSignInDateTime`; `None` if never, or not since the end of 2023.
    pub success: Option<UtcTime>,
}

impl SignInActivity {
    /// Reads a user's `signInActivity`; a user without one never signed in. `None` if a member has
    /// another type.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        let wire: Wire = serde_json::from_value(value).ok()?;
        if wire.sign_in_activity.is_none() && wire.user_principal_name.is_some() {
            return None; // the answer to another question about the user
        }
        let activity = wire.sign_in_activity.unwrap_or_default();
        Some(Self {
            attempt: activity.attempt,
            non_interactive: activity.non_interactive,
            success: activity.success,
        })
    }
}

/// Reads when an account last signed in. A request of its own, so that a missing licence costs
/// nothing else; by object id, since Graph refuses a name.
#[must_use]
pub fn ask_sign_in_activity(user: &Guid) -> Ask<SignInActivity> {
    Ask::one(
        format!("/users/{user}?$select=id,signInActivity"),
        "AuditLog.Read.All",
        "when the account last signed in",
        SignInActivity::read,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(rename = "id")]
    _id: Guid,
    user_principal_name: Option<String>,
    sign_in_activity: Option<WireActivity>,
}

#[derive(Default, Deserialize)]
struct WireActivity {
    #[serde(rename = "lastSignInDateTime", default, deserialize_with = "moment")]
    attempt: Option<UtcTime>,
    #[serde(
        rename = "lastNonInteractiveSignInDateTime",
        default,
        deserialize_with = "moment"
    )]
    non_interactive: Option<UtcTime>,
    #[serde(
        rename = "lastSuccessfulSignInDateTime",
        default,
        deserialize_with = "moment"
    )]
    success: Option<UtcTime>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const ID: &str = "99a1915f-70a7-4b67-9dca-64095b41be73";

    #[test]
    fn the_example_account_last_succeeded_in_october() {
        let text = include_str!("../../tests/graph/user-signinactivity.json");
        assert_eq!(
            SignInActivity::read(serde_json::from_str(text).unwrap()),
            Some(SignInActivity {
                attempt: UtcTime::parse("2026-10-02T08:01:13Z"),
                non_interactive: UtcTime::parse("2026-10-02T08:01:40Z"),
                success: UtcTime::parse("2026-10-02T08:01:13Z"),
            })
        );
    }

    #[test]
    fn an_account_without_activity_never_signed_in() {
        let never = Some(SignInActivity::default());
        assert_eq!(SignInActivity::read(json!({"id": ID})), never);
        assert_eq!(
            SignInActivity::read(json!({"id": ID, "signInActivity": null})),
            never
        );
        // Another answer is not an account that never signed in.
        assert_eq!(SignInActivity::read(json!({})), None);
        let user = json!({"id": ID, "userPrincipalName": "bg1@contoso.onmicrosoft.com"});
        assert_eq!(SignInActivity::read(user), None);
    }

    #[test]
    fn it_is_asked_for_by_object_id_alone() {
        let mut wave = crate::entra::Wave::new();
        wave.ask(ask_sign_in_activity(&Guid::parse(ID).unwrap()));
        assert_eq!(
            wave.requests[0].get.target,
            format!("/users/{ID}?$select=id,signInActivity")
        );
    }

    proptest! {
        #[test]
        fn no_json_panics_it(value in crate::entra::tests::any_json()) {
            let _ = SignInActivity::read(json!({"id": ID, "signInActivity": value.clone()}));
            let _ = SignInActivity::read(value);
        }
    }
}
