//! The tenant itself: its domains, and what it has paid for.

use crate::primitives::Guid;
use crate::primitives::UtcTime;
use serde_json::Value;
use serde_json::json;

const P1: &str = "41781fb2-bc02-4b7c-bd55-b576c07bb09d";
const P2: &str = "eec0eb4f-6444-4f95-aba0-50c24d67f998";

/// What the tenant has paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Licence {
    /// Nothing: Entra ID Free.
    Free,
    /// Entra ID P1.
    P1,
    /// Entra ID P2, with Privileged Identity Management.
    P2,
}

/// A domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its name.
    pub name: String,
    /// Whether it is the `onmicrosoft.com` one.
    pub initial: bool,
    /// Whether new accounts are in it.
    pub default: bool,
    /// Whether somebody else signs its users in.
    pub federated: bool,
}

/// The tenant.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Tenant id.
    pub id: Guid,
    /// Name for people.
    pub name: String,
    /// When it was made.
    pub created: UtcTime,
    /// What it has paid for.
    pub licence: Licence,
    /// What it has paid for and lost: listed still, as `Suspended`.
    pub suspended: bool,
    /// Its domains, all verified.
    pub domains: Vec<Domain>,
}

impl Organisation {
    /// A tenant with P2 and one domain.
    #[must_use]
    pub fn new(id: Guid, name: &str, domain: &str, created: UtcTime) -> Self {
        Self {
            id,
            name: name.to_owned(),
            created,
            licence: Licence::P2,
            suspended: false,
            domains: vec![Domain {
                name: domain.to_owned(),
                initial: true,
                default: true,
                federated: false,
            }],
        }
    }

    /// Whether what needs this licence is served.
    #[must_use]
    pub fn has(&self, licence: Licence) -> bool {
        licence == Licence::Free || (self.licence >= licence && !self.suspended)
    }

    fn plans(&self) -> Vec<(&'static str, &'static str)> {
        match self.licence {
            Licence::Free => Vec::new(),
            Licence::P1 => vec![(P1, "AAD_PREMIUM")],
            Licence::P2 => vec![(P1, "AAD_PREMIUM"), (P2, "AAD_PREMIUM_P2")],
        }
    }

    const fn capability(&self) -> &'static str {
        if self.suspended {
            "Suspended"
        } else {
            "Enabled"
        }
    }

    /// All members of the organization.
    pub(super) fn json(&self) -> Value {
        let plans: Vec<Value> = self
            .plans()
            .iter()
            .map(|(id, _)| {
                json!({
                    "assignedDateTime": self.created,
                    "capabilityStatus": self.capability(),
                    "service": "AADPremiumService",
                    "servicePlanId": id,
                })
            })
            .collect();
        let domains: Vec<Value> = self
            .domains
            .iter()
            .map(|domain| {
                json!({
                    "capabilities": "Email, OfficeCommunicationsOnline",
                    "isDefault": domain.default,
                    "isInitial": domain.initial,
                    "name": domain.name,
                    "type": if domain.federated { "Federated" } else { "Managed" },
                })
            })
            .collect();
        json!({
            "id": self.id,
            "deletedDateTime": null,
            "displayName": self.name,
            "createdDateTime": self.created,
            "tenantType": "AAD",
            "onPremisesSyncEnabled": null,
            "assignedPlans": plans,
            "verifiedDomains": domains,
        })
    }

    /// All members of each domain.
    pub(super) fn domains(&self) -> Vec<Value> {
        self.domains
            .iter()
            .map(|domain| {
                json!({
                    "id": domain.name,
                    "authenticationType":
                        if domain.federated { "Federated" } else { "Managed" },
                    "availabilityStatus": null,
                    "isAdminManaged": true,
                    "isDefault": domain.default,
                    "isInitial": domain.initial,
                    "isRoot": true,
                    "isVerified": true,
                    "supportedServices": ["Email", "OfficeCommunicationsOnline"],
                    "passwordValidityPeriodInDays": 2_147_483_647,
                    "passwordNotificationWindowInDays": 14,
                    "state": null,
                })
            })
            .collect()
    }

    /// All members of each licence.
    pub(super) fn skus(&self) -> Vec<Value> {
        let plans = self.plans();
        let Some((_, name)) = plans.last() else {
            return Vec::new();
        };
        let included: Vec<Value> = plans
            .iter()
            .map(|(id, name)| {
                json!({
                    "servicePlanId": id,
                    "servicePlanName": name,
                    "provisioningStatus": "Success",
                    "appliesTo": "User",
                })
            })
            .collect();
        let sku = "84a661c4-e949-4bd2-a560-ed7766fcaf2b";
        vec![json!({
            "id": format!("{}_{sku}", self.id),
            "accountId": self.id,
            "accountName": self.name,
            "appliesTo": "User",
            "capabilityStatus": self.capability(),
            "consumedUnits": 2,
            "skuId": sku,
            "skuPartNumber": name,
            "subscriptionIds": [],
            "prepaidUnits": {"enabled": 25, "suspended": 0, "warning": 0, "lockedOut": 0},
            "servicePlans": included,
        })]
    }
}
