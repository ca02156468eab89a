//! Conditional Access policies and authentication strengths.

use super::role::Role;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use serde_json::Value;
use serde_json::json;

/// What a Conditional Access policy demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// `mfa`
    Mfa,
    /// `block`
    Block,
    /// `compliantDevice`
    CompliantDevice,
    /// The authentication strength with this id.
    Strength(Guid),
}

/// A Conditional Access policy: enabled, for all users and all apps, unless changed.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessPolicy {
    grant: Grant,
    json: Value,
}

impl AccessPolicy {
    /// A policy for everybody and everything.
    #[must_use]
    pub fn new(id: Guid, name: &str, grant: Grant, created: UtcTime) -> Self {
        let controls = match grant {
            Grant::Mfa => json!(["mfa"]),
            Grant::Block => json!(["block"]),
            Grant::CompliantDevice => json!(["compliantDevice"]),
            Grant::Strength(_) => json!([]),
        };
        let json = json!({
            "id": id,
            "templateId": null,
            "displayName": name,
            "createdDateTime": created,
            "modifiedDateTime": null,
            "state": "enabled",
            "conditions": {
                "userRiskLevels": [],
                "signInRiskLevels": [],
                "clientAppTypes": ["all"],
                "servicePrincipalRiskLevels": [],
                "insiderRiskLevels": null,
                "platforms": null,
                "locations": null,
                "devices": null,
                "clientApplications": null,
                "authenticationFlows": null,
                "applications": {
                    "includeApplications": ["All"],
                    "excludeApplications": [],
                    "includeUserActions": [],
                    "includeAuthenticationContextClassReferences": [],
                    "applicationFilter": null,
                },
                "users": {
                    "includeUsers": ["All"],
                    "excludeUsers": [],
                    "includeGroups": [],
                    "excludeGroups": [],
                    "includeRoles": [],
                    "excludeRoles": [],
                    "includeGuestsOrExternalUsers": null,
                    "excludeGuestsOrExternalUsers": null,
                },
            },
            "grantControls": {
                "operator": "OR",
                "builtInControls": controls,
                "customAuthenticationFactors": [],
                "termsOfUse": [],
                "authenticationStrength": null,
            },
            "sessionControls": null,
        });
        Self { grant, json }
    }

    /// The same policy, without whoever is in the group.
    #[must_use]
    pub fn except_group(self, group: Guid) -> Self {
        self.with("/conditions/users/excludeGroups", json!([group]))
    }

    /// The same policy, without one account.
    #[must_use]
    pub fn except_user(self, user: Guid) -> Self {
        self.with("/conditions/users/excludeUsers", json!([user]))
    }

    /// The same policy, for whoever has one of these roles alone.
    #[must_use]
    pub fn for_roles(self, roles: &[Role]) -> Self {
        let ids: Vec<Guid> = roles.iter().map(|role| role.id()).collect();
        self.with("/conditions/users/includeUsers", json!([]))
            .with("/conditions/users/includeRoles", json!(ids))
    }

    /// The same policy, for whoever registers security information.
    #[must_use]
    pub fn for_registration(self) -> Self {
        self.with("/conditions/applications/includeApplications", json!([]))
            .with(
                "/conditions/applications/includeUserActions",
                json!(["urn:user:registersecurityinfo"]),
            )
    }

    /// The same policy, only reported.
    #[must_use]
    pub fn report_only(self) -> Self {
        self.with("/state", json!("enabledForReportingButNotEnforced"))
    }

    /// The same policy, switched off.
    #[must_use]
    pub fn disabled(self) -> Self {
        self.with("/state", json!("disabled"))
    }

    /// The same policy with one value set, at a JSON pointer that the policy has; others change
    /// nothing.
    #[must_use]
    pub fn with(mut self, pointer: &str, value: Value) -> Self {
        if let Some(place) = self.json.pointer_mut(pointer) {
            *place = value;
        }
        self
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Option<Guid> {
        self.json.get("id")?.as_str().and_then(Guid::parse)
    }

    /// As Graph shows it, beside these strengths.
    pub(super) fn json(&self, strengths: &[Strength]) -> Value {
        let mut json = self.json.clone();
        if let Grant::Strength(id) = self.grant
            && let Some(place) = json.pointer_mut("/grantControls/authenticationStrength")
            && let Some(strength) = strengths.iter().find(|strength| strength.id == id)
        {
            *place = strength.json(true);
        }
        json
    }
}

/// An authentication strength.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strength {
    /// Its id.
    pub id: Guid,
    /// Its name.
    pub name: String,
    /// Whether it is one of Microsoft's own.
    pub built_in: bool,
    /// `allowedCombinations`.
    pub combinations: Vec<String>,
    /// The models that `fido2` is restricted to; `None` for any.
    pub models: Option<Vec<Aaguid>>,
}

impl Strength {
    /// The id of Microsoft's phishing-resistant strength.
    pub const PHISHING_RESISTANT: Guid = Guid([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4]);

    /// The three of Microsoft, without those of their combinations that concern no key.
    #[must_use]
    pub fn built_in() -> Vec<Self> {
        let strong = [
            "windowsHelloForBusiness",
            "fido2",
            "x509CertificateMultiFactor",
        ];
        let weaker = ["deviceBasedPush"];
        let weakest = ["password,microsoftAuthenticatorPush", "password,sms"];
        let make = |last: u8, name: &str, combinations: Vec<&str>| {
            let mut id = Self::PHISHING_RESISTANT;
            let [.., end] = &mut id.0;
            *end = last;
            Self {
                id,
                name: name.to_owned(),
                built_in: true,
                combinations: combinations.into_iter().map(str::to_owned).collect(),
                models: None,
            }
        };
        let passwordless: Vec<&str> = strong.iter().chain(&weaker).copied().collect();
        let any: Vec<&str> = passwordless.iter().chain(&weakest).copied().collect();
        vec![
            make(2, "Multifactor authentication", any),
            make(3, "Passwordless MFA", passwordless),
            make(4, "Phishing-resistant MFA", strong.to_vec()),
        ]
    }

    /// One of the tenant's own: these models of security keys alone.
    #[must_use]
    pub fn of_models(id: Guid, name: &str, models: &[Aaguid]) -> Self {
        Self {
            id,
            name: name.to_owned(),
            built_in: false,
            combinations: vec!["fido2".to_owned()],
            models: Some(models.to_vec()),
        }
    }

    /// What restricts its combinations.
    pub(super) fn configurations(&self) -> Vec<Value> {
        let mut id = self.id;
        let [first, ..] = &mut id.0;
        *first ^= 0x5a;
        self.models
            .iter()
            .map(|models| {
                json!({
                    "@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
                    "id": id,
                    "allowedAAGUIDs": models,
                    "appliesToCombinations": ["fido2"],
                })
            })
            .collect()
    }

    /// As Graph shows it; what restricts it is a navigation property, and comes when expanded.
    pub(super) fn json(&self, expanded: bool) -> Value {
        let mut json = json!({
            "id": self.id,
            "createdDateTime": "2021-12-01T00:00:00Z",
            "modifiedDateTime": "2021-12-01T00:00:00Z",
            "displayName": self.name,
            "description": self.name,
            "policyType": if self.built_in { "builtIn" } else { "custom" },
            "requirementsSatisfied": "mfa",
            "allowedCombinations": self.combinations,
        });
        if let (true, Some(members)) = (expanded, json.as_object_mut()) {
            members.insert(
                "combinationConfigurations".to_owned(),
                Value::Array(self.configurations()),
            );
        }
        json
    }
}
