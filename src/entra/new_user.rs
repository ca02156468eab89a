//! The body that creates an emergency access account (POST `users`).

use super::Password;
use crate::primitives::Secret;
use serde_json::Value;
use std::fmt::Write as _;

/// Longest part of a user principal name before the `@`, in characters.
const LONGEST_LOCAL: usize = 64;

/// A cloud-only account to be created: enabled, its password never expires and is never asked to
/// be changed, because nobody knows it.
pub struct NewUser {
    upn: String,
    nickname: String,
    display_name: String,
    password: Password,
}

impl NewUser {
    /// An account of this name; `None` if Entra takes no such user principal name, or the name for
    /// people is empty, longer than 256 characters or holds a control character.
    #[must_use]
    pub fn new(upn: &str, display_name: &str, password: Password) -> Option<Self> {
        let (local, domain) = upn.split_once('@')?;
        let fits = |c: char| c.is_ascii_alphanumeric() || "'.-_!#^~".contains(c);
        let good = (1..=LONGEST_LOCAL).contains(&local.len())
            && local.chars().all(fits)
            && !domain.is_empty()
            && domain
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
        let nickname: String = local
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
            .collect();
        let named = (1..=256).contains(&display_name.chars().count())
            && !display_name.chars().any(char::is_control);
        (good && named && !nickname.is_empty()).then(|| Self {
            upn: upn.to_owned(),
            nickname,
            display_name: display_name.to_owned(),
            password,
        })
    }

    /// The JSON body, written into memory that is wiped.
    pub(super) fn body(&self) -> Secret<Vec<u8>> {
        let password = self.password.expose();
        let quoted = |text: &str| Value::from(text).to_string();
        let (upn, name) = (quoted(&self.upn), quoted(&self.display_name));
        let room = 256 + upn.len() + name.len() + self.nickname.len() + password.len();
        let mut body = String::with_capacity(room);
        let _ = write!(
            body,
            r#"{{"accountEnabled":true,"displayName":{name},"mailNickname":"{}","userPrincipalName":{upn},"passwordPolicies":"DisablePasswordExpiration","passwordProfile":{{"forceChangePasswordNextSignIn":false,"forceChangePasswordNextSignInWithMfa":false,"password":"#,
            self.nickname
        );
        body.push('"');
        body.push_str(password);
        body.push_str("\"}}");
        Secret::new(body.into_bytes())
    }
}

/// The body that gives an account a new password (PATCH `users/{id}`), written into memory that is
/// wiped.
pub(super) fn password_body(password: &Password) -> Secret<Vec<u8>> {
    let password = password.expose();
    let mut body = String::with_capacity(160 + password.len());
    body.push_str(
        r#"{"passwordProfile":{"forceChangePasswordNextSignIn":false,"forceChangePasswordNextSignInWithMfa":false,"password":""#,
    );
    body.push_str(password);
    body.push_str("\"}}");
    Secret::new(body.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Entropy;
    use serde_json::json;

    struct Zeros;

    impl Entropy for Zeros {
        fn fill(&mut self, buffer: &mut [u8]) {
            buffer.fill(0);
        }
    }

    fn user(upn: &str, name: &str) -> Option<NewUser> {
        NewUser::new(upn, name, Password::draw(&mut Zeros))
    }

    #[test]
    fn the_body_demands_no_change_of_a_password_that_never_expires() {
        let user = user("bg.1@contoso.onmicrosoft.com", "Emergency \"BG-1\"").unwrap();
        let body = user.body();
        let value: Value = serde_json::from_slice(body.expose()).unwrap();
        assert_eq!(
            value,
            json!({
                "accountEnabled": true,
                "displayName": "Emergency \"BG-1\"",
                "mailNickname": "bg1",
                "userPrincipalName": "bg.1@contoso.onmicrosoft.com",
                "passwordPolicies": "DisablePasswordExpiration",
                "passwordProfile": {
                    "forceChangePasswordNextSignIn": false,
                    "forceChangePasswordNextSignInWithMfa": false,
                    "password": format!("{}Aa1-", "A".repeat(64)),
                },
            })
        );
        // It did not grow: no copy of the password was left behind.
        assert_eq!(body.expose().capacity(), 256 + 30 + 20 + 3 + 68);
    }

    #[test]
    fn a_new_password_is_set_alone_and_demands_no_change() {
        let body = password_body(&Password::draw(&mut Zeros));
        let value: Value = serde_json::from_slice(body.expose()).unwrap();
        assert_eq!(
            value,
            json!({
                "passwordProfile": {
                    "forceChangePasswordNextSignIn": false,
                    "forceChangePasswordNextSignInWithMfa": false,
                    "password": format!("{}Aa1-", "A".repeat(64)),
                },
            })
        );
        assert_eq!(body.expose().capacity(), 160 + 68);
    }

    #[test]
    fn names_that_entra_does_not_take_are_no_user() {
        for upn in [
            "bg1",
            "@contoso.onmicrosoft.com",
            "b g@contoso.onmicrosoft.com",
            "bg1@",
            "bg1@a@b",
            "bg1@contoso/users",
            "bü@contoso.onmicrosoft.com",
            "'@contoso.onmicrosoft.com",
            &format!("{}@contoso.onmicrosoft.com", "x".repeat(65)),
        ] {
            assert!(user(upn, "x").is_none(), "{upn}");
        }
        for name in ["", "a\nb", &"x".repeat(257)] {
            assert!(user("bg1@contoso.onmicrosoft.com", name).is_none());
        }
    }
}
