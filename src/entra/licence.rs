//! What the tenant is licensed for, as far as a check depends on it.

use super::Ask;
use crate::primitives::Guid;
use serde::Deserialize;
use serde_json::Value;

/// The service plan of Microsoft Entra ID P1.
const P1: Guid = Guid([
    0x41, 0x78, 0x1f, 0xb2, 0xbc, 0x02, 0x4b, 0x7c, 0xbd, 0x55, 0xb5, 0x76, 0xc0, 0x7b, 0xb0, 0x9d,
]);
/// The service plan of Microsoft Entra ID P2.
const P2: Guid = Guid([
    0xee, 0xc0, 0xeb, 0x4f, 0x64, 0x44, 0x4f, 0x95, 0xab, 0xa0, 0x50, 0xc2, 0x4d, 0x67, 0xf9, 0x98,
]);

/// The highest plan in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Licence {
    /// Neither P1 nor P2.
    Free,
    /// Conditional Access, sign-in logs in Graph, administrative units.
    P1,
    /// Privileged Identity Management too.
    P2,
}

impl Licence {
    /// Reads the array of the one organisation; `None` if it is empty or cannot be read. Plans that
    /// are neither `Enabled` nor in their days of grace (`Warning`) do not count.
    #[must_use]
    pub fn read(value: Value) -> Option<Self> {
        let wires: Vec<Wire> = serde_json::from_value(value).ok()?;
        let plans = wires.into_iter().next()?.assigned_plans?;
        let has = |id: Guid| {
            plans.iter().any(|plan| {
                let status = plan.capability_status.as_deref().unwrap_or_default();
                let in_force = status.eq_ignore_ascii_case("Enabled")
                    || status.eq_ignore_ascii_case("Warning");
                in_force && plan.service_plan_id == Some(id)
            })
        };
        Some(if has(P2) {
            Self::P2
        } else if has(P1) {
            Self::P1
        } else {
            Self::Free
        })
    }
}

/// Reads what the tenant is licensed for.
#[must_use]
pub fn ask_licence() -> Ask<Licence> {
    Ask::list(
        "/organization?$select=id,verifiedDomains,assignedPlans".into(),
        "Organization.Read.All",
        "the tenant's licence",
        Licence::read,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    assigned_plans: Option<Vec<WirePlan>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePlan {
    capability_status: Option<String>,
    service_plan_id: Option<Guid>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_example_tenant_has_p2() {
        let text = include_str!("../../tests/graph/organization.json");
        let page: Value = serde_json::from_str(text).unwrap();
        assert_eq!(Licence::read(page["value"].clone()), Some(Licence::P2));
    }

    #[test]
    fn a_plan_that_ended_does_not_count_and_one_in_grace_does() {
        let licence = |status: &str| {
            let plan = json!({"capabilityStatus": status, "servicePlanId": P2});
            Licence::read(json!([{"assignedPlans": [plan]}]))
        };
        assert_eq!(licence("Warning"), Some(Licence::P2));
        for ended in ["Deleted", "Suspended", "LockedOut", ""] {
            assert_eq!(licence(ended), Some(Licence::Free), "{ended}");
        }
    }

    #[test]
    fn an_organisation_without_plans_told_is_not_taken_for_an_unlicensed_one() {
        assert_eq!(Licence::read(json!([])), None);
        assert_eq!(Licence::read(json!([{"id": "x"}])), None);
    }
}
