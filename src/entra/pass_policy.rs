//! The tenant's policy on Temporary Access Passes.

use super::Ask;
use super::MethodState;
use super::TargetScope;
use super::Told;
use super::fido2_policy::WireTarget;
use super::fido2_policy::scope;
use super::fido2_policy::state;
use serde::Deserialize;
use serde_json::Value;

/// The policy on Temporary Access Passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassPolicy {
    /// `state`.
    pub state: MethodState,
    /// `isUsableOnce`: whether every pass is for one use.
    pub usable_once: Told,
    /// `minimumLifetimeInMinutes`; `None` if not told.
    pub shortest_minutes: Option<u32>,
    /// `maximumLifetimeInMinutes`; `None` if not told.
    pub longest_minutes: Option<u32>,
    /// `includeTargets`; `None` if not told.
    pub include: Option<Vec<TargetScope>>,
    /// `excludeTargets`; `None` if not told.
    pub exclude: Option<Vec<TargetScope>>,
}

impl PassPolicy {
    /// Reads a `temporaryAccessPassAuthenticationMethodConfiguration`; `None` if a member has
    /// another type.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        let wire: Wire = serde_json::from_value(value).ok()?;
        let scopes = |targets: Vec<WireTarget>| targets.iter().map(scope).collect();
        Some(Self {
            state: state(wire.state),
            usable_once: wire.is_usable_once.into(),
            shortest_minutes: wire.minimum_lifetime_in_minutes,
            longest_minutes: wire.maximum_lifetime_in_minutes,
            include: wire.include_targets.map(scopes),
            exclude: wire.exclude_targets.map(scopes),
        })
    }
}

/// Reads the policy on Temporary Access Passes.
#[must_use]
pub fn ask_pass_policy() -> Ask<PassPolicy> {
    Ask::one(
        "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/\
         temporaryAccessPass"
            .into(),
        "Policy.Read.AuthenticationMethod",
        "the policy on Temporary Access Passes",
        PassPolicy::read,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    state: Option<String>,
    is_usable_once: Option<bool>,
    minimum_lifetime_in_minutes: Option<u32>,
    maximum_lifetime_in_minutes: Option<u32>,
    include_targets: Option<Vec<WireTarget>>,
    exclude_targets: Option<Vec<WireTarget>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_official_example_includes_everybody() {
        let text = include_str!("../../tests/graph/tap-policy.json");
        assert_eq!(
            PassPolicy::read(serde_json::from_str(text).unwrap()),
            Some(PassPolicy {
                state: MethodState::Enabled,
                usable_once: Told::No,
                shortest_minutes: Some(60),
                longest_minutes: Some(480),
                include: Some(vec![TargetScope::AllUsers]),
                exclude: Some(Vec::new()),
            })
        );
    }
}
