//! Security defaults (Graph `identitySecurityDefaultsEnforcementPolicy`).

use super::Ask;
use super::Told;
use serde::Deserialize;
use serde_json::Value;

/// Security defaults of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecurityDefaults {
    /// `isEnabled`
    pub enabled: Told,
}

impl SecurityDefaults {
    /// Reads the policy; `None` if `isEnabled` is no Boolean.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        let wire: Wire = serde_json::from_value(value).ok()?;
        Some(Self {
            enabled: wire.is_enabled.into(),
        })
    }
}

/// Reads whether security defaults are on.
#[must_use]
pub fn ask_security_defaults() -> Ask<SecurityDefaults> {
    Ask::one(
        "/policies/identitySecurityDefaultsEnforcementPolicy".to_owned(),
        "Policy.Read.All",
        "the security defaults",
        SecurityDefaults::read,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    is_enabled: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_example_tenant_has_them_off() {
        let text = include_str!("../../tests/graph/security-defaults.json");
        let read = SecurityDefaults::read(serde_json::from_str(text).unwrap());
        assert_eq!(read, Some(SecurityDefaults { enabled: Told::No }));
    }

    #[test]
    fn what_is_not_told_is_not_taken_for_off() {
        let not_told = Some(SecurityDefaults {
            enabled: Told::NotTold,
        });
        assert_eq!(SecurityDefaults::read(json!({})), not_told);
        assert_eq!(SecurityDefaults::read(json!({"isEnabled": null})), not_told);
        assert_eq!(SecurityDefaults::read(json!({"isEnabled": "false"})), None);
    }
}
