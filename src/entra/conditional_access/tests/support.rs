//! Policies and accounts for the tests.

use super::*;
use crate::entra::Completeness;
use crate::entra::Group;
use crate::entra::Membership;
use crate::entra::Told;
use crate::primitives::Guid;
use serde_json::Value;
use serde_json::json;

/// The account of the examples.
pub(super) const ACCOUNT: &str = "99a1915f-70a7-4b67-9dca-64095b41be73";
/// The exclusion group of the examples.
pub(super) const EXCLUSION: &str = "0f9d6c1e-3a5b-4a3e-8a34-6b0d1f6a7e21";
/// Global Administrator.
pub(super) const GLOBAL: &str = "62e90394-69f5-4237-9190-012177145e10";

pub(super) fn guid(text: &str) -> Guid {
    Guid::parse(text).unwrap()
}

pub(super) fn membership(groups: &[&str], completeness: Completeness) -> Membership {
    Membership {
        groups: groups
            .iter()
            .map(|id| Group {
                id: guid(id),
                display_name: None,
                role_assignable: Told::NotTold,
                management_restricted: Told::NotTold,
            })
            .collect(),
        completeness,
    }
}

/// An enabled policy for these users, on all resources, that demands MFA.
pub(super) fn policy(users: &Value) -> Value {
    json!({
        "id": "ad8d2b4a-8d30-413f-88b8-144c6c8d98d9",
        "displayName": "CA001",
        "state": "enabled",
        "conditions": {
            "users": users,
            "applications": {"includeApplications": ["All"]},
            "clientAppTypes": ["all"],
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    })
}

/// Whether a policy reaches the examples' account, a Global Administrator in the exclusion group.
pub(super) fn reached(policy: &Value) -> Reach {
    let membership = membership(&[EXCLUSION], Completeness::Whole);
    let roles = Roles::whole([guid(GLOBAL)]);
    let account = CaAccount {
        id: guid(ACCOUNT),
        kind: AccountKind::Member,
        membership: &membership,
        roles: &roles,
    };
    reach(&CaPolicy::read(policy), &account)
}
