//! The tenant's passkey policy: as Graph shows it, and as Entra enforces it.

use crate::primitives::Guid;
use crate::webauthn::Aaguid;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

/// Whom a target means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody.
    AllUsers,
    /// A group and what is nested in it.
    Group(Guid),
}

/// `keyRestrictions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restriction {
    /// Every AAGUID.
    None,
    /// Only these.
    Allow(Vec<Aaguid>),
    /// All but these.
    Block(Vec<Aaguid>),
}

/// What a key must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether device-bound passkeys are taken.
    pub device_bound: bool,
    /// Whether synced passkeys are taken.
    pub synced: bool,
    /// Whether attestation is demanded at registration.
    pub attested: bool,
    /// Which AAGUIDs.
    pub restriction: Restriction,
}

/// A passkey profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its id.
    pub id: Guid,
    /// Its name.
    pub name: String,
    /// What it demands.
    pub rules: Rules,
}

/// The passkey policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// `state`.
    pub enabled: bool,
    /// `isSelfServiceRegistrationAllowed`.
    pub self_service: bool,
    /// The deprecated fields, enforced while there is no profile.
    pub legacy: Rules,
    /// Profiles; the first is the default one.
    pub profiles: Vec<Profile>,
    /// Who may, by which profiles.
    pub include: Vec<(Scope, Vec<Guid>)>,
    /// Who may not.
    pub exclude: Vec<Scope>,
}

impl Policy {
    /// A policy for one group: attested, device-bound keys of these models alone.
    #[must_use]
    pub fn attested_keys_for(group: Guid, models: &[Aaguid]) -> Self {
        let rules = Rules {
            device_bound: true,
            synced: false,
            attested: true,
            restriction: Restriction::Allow(models.to_vec()),
        };
        let id = Guid([0xb8; 16]);
        Self {
            enabled: true,
            self_service: true,
            legacy: rules.clone(),
            profiles: vec![Profile {
                id,
                name: "Emergency access: attested security keys".to_owned(),
                rules,
            }],
            include: vec![(Scope::Group(group), vec![id])],
            exclude: Vec::new(),
        }
    }

    /// Why Entra refuses a device-bound key; `None` if it takes it.
    pub(super) fn refusal(
        &self,
        groups: &BTreeSet<Guid>,
        aaguid: &Aaguid,
        attested: bool,
    ) -> Option<&'static str> {
        if !self.enabled {
            return Some("The authentication method is disabled for this tenant.");
        }
        if !self.self_service {
            return Some("Self-service registration is not allowed by policy.");
        }
        let included = self.include.iter().any(|(scope, _)| scope.means(groups));
        if !included || self.exclude.iter().any(|scope| scope.means(groups)) {
            return Some("The user is not enabled for this authentication method.");
        }
        let rules = self.rules_for(groups);
        if rules.iter().any(|rules| rules.takes(aaguid, attested)) {
            None
        } else if rules.iter().any(|rules| rules.takes(aaguid, true)) {
            Some("Attestation is enforced and the attestation could not be verified.")
        } else {
            Some("The AAGUID of the key is not allowed by the passkey policy.")
        }
    }

    /// Whether Entra takes a passkey for a sign-in: the lists of models act then too, attestation
    /// and self-service do not.
    pub(super) fn takes_sign_in(
        &self,
        groups: &BTreeSet<Guid>,
        aaguid: &Aaguid,
        synced: bool,
    ) -> bool {
        let excluded = self.exclude.iter().any(|scope| scope.means(groups));
        let takes = |rules: &Rules| {
            let kind = if synced {
                rules.synced
            } else {
                rules.device_bound
            };
            kind && rules.lists(aaguid)
        };
        self.enabled && !excluded && self.rules_for(groups).into_iter().any(takes)
    }

    /// The rules that hold for somebody in these groups; none if nobody included them.
    fn rules_for(&self, groups: &BTreeSet<Guid>) -> Vec<&Rules> {
        let included: Vec<&Vec<Guid>> = self
            .include
            .iter()
            .filter(|(scope, _)| scope.means(groups))
            .map(|(_, profiles)| profiles)
            .collect();
        if included.is_empty() {
            return Vec::new();
        }
        if self.profiles.is_empty() {
            return vec![&self.legacy];
        }
        let named = |profile: &Profile| included.iter().any(|ids| ids.contains(&profile.id));
        self.profiles
            .iter()
            .enumerate()
            .filter(|(index, profile)| {
                named(profile) || (*index == 0 && included.iter().any(|ids| ids.is_empty()))
            })
            .map(|(_, profile)| &profile.rules)
            .collect()
    }

    /// The policy as Graph shows it.
    pub(super) fn json(&self) -> Value {
        let include: Vec<Value> = self
            .include
            .iter()
            .map(|(scope, profiles)| {
                let mut target = scope.json();
                if let Some(members) = target.as_object_mut() {
                    members.insert("isRegistrationRequired".to_owned(), json!(false));
                    if !profiles.is_empty() {
                        members.insert("allowedPasskeyProfiles".to_owned(), json!(profiles));
                    }
                }
                target
            })
            .collect();
        let profiles: Vec<Value> = self
            .profiles
            .iter()
            .map(|profile| {
                json!({
                    "id": profile.id,
                    "name": profile.name,
                    "passkeyTypes": profile.rules.types(),
                    "attestationEnforcement":
                        if profile.rules.attested { "registrationOnly" } else { "disabled" },
                    "keyRestrictions": profile.rules.restriction.json(),
                })
            })
            .collect();
        json!({
            "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration",
            "id": "Fido2",
            "state": if self.enabled { "enabled" } else { "disabled" },
            "defaultPasskeyProfile": self.profiles.first().map(|profile| profile.id),
            "isSelfServiceRegistrationAllowed": self.self_service,
            "isAttestationEnforced": self.legacy.attested,
            "keyRestrictions": self.legacy.restriction.json(),
            "excludeTargets": self.exclude.iter().map(Scope::json).collect::<Vec<_>>(),
            "includeTargets": include,
            "passkeyProfiles": profiles,
        })
    }
}

impl Scope {
    /// As a target of a policy shows it.
    pub(super) fn json(&self) -> Value {
        let id = match self {
            Self::AllUsers => "all_users".to_owned(),
            Self::Group(group) => group.to_string(),
        };
        json!({"targetType": "group", "id": id})
    }

    /// Whether it means somebody in these groups.
    pub(super) fn means(&self, groups: &BTreeSet<Guid>) -> bool {
        match self {
            Self::AllUsers => true,
            Self::Group(group) => groups.contains(group),
        }
    }
}

impl Rules {
    fn takes(&self, aaguid: &Aaguid, attested: bool) -> bool {
        self.device_bound && self.lists(aaguid) && (attested || !self.attested)
    }

    /// Whether the list of models lets a model in.
    fn lists(&self, aaguid: &Aaguid) -> bool {
        match &self.restriction {
            Restriction::None => true,
            Restriction::Allow(list) => list.contains(aaguid),
            Restriction::Block(list) => !list.contains(aaguid),
        }
    }

    fn types(&self) -> String {
        [
            self.device_bound.then_some("deviceBound"),
            self.synced.then_some("synced"),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(",")
    }
}

impl Restriction {
    fn json(&self) -> Value {
        let (enforced, kind, list): (bool, &str, &[Aaguid]) = match self {
            Self::None => (false, "block", &[]),
            Self::Allow(list) => (true, "allow", list),
            Self::Block(list) => (true, "block", list),
        };
        json!({"isEnforced": enforced, "enforcementType": kind, "aaGuids": list})
    }
}
