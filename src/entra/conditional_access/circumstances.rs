//! When a policy acts (Graph `conditionalAccessConditionSet`): every condition narrows it.

use super::wire::flags;
use super::wire::member;
use super::wire::says_nothing;
use super::wire::strangers;
use super::wire::texts;
use crate::entra::shown::shown;
use serde_json::Map;
use serde_json::Value;

/// A condition that narrows when a policy acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Narrowing {
    /// Only some kinds of client (`clientAppTypes`).
    ClientApps(Vec<String>),
    /// Only some platforms.
    Platforms(Vec<String>),
    /// Only from some locations; the ids or words that are included.
    Locations(Vec<String>),
    /// Not from these locations, though from every other.
    ExceptLocations(Vec<String>),
    /// Only on devices that a filter picks.
    Devices,
    /// Only at some risk: the condition's name, and its levels.
    Risk(&'static str, Vec<String>),
}

/// When a policy acts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Resources (`includeApplications`): ids and words such as `All`, `MicrosoftAdminPortals`.
    pub resources: Vec<String>,
    /// Resources that are left out (`excludeApplications`).
    pub except_resources: Vec<String>,
    /// `includeUserActions`: `urn:user:registersecurityinfo`, `urn:user:registerdevice`.
    pub user_actions: Vec<String>,
    /// `includeAuthenticationContextClassReferences`: `c1` …
    pub contexts: Vec<String>,
    /// `authenticationFlows.transferMethods`: `deviceCodeFlow`, `authenticationTransfer`.
    pub flows: Vec<String>,
    /// Further conditions, all of which must hold.
    pub narrowings: Vec<Narrowing>,
    /// Conditions that say something and cannot be read.
    pub unread: Vec<String>,
}

/// The user action of registering security information.
const REGISTER: &str = "urn:user:registersecurityinfo";

impl Circumstances {
    /// Whether the policy acts when security information is registered, and not at a sign-in.
    #[must_use]
    pub fn at_registration(&self) -> bool {
        self.user_actions
            .iter()
            .any(|action| action.eq_ignore_ascii_case(REGISTER))
    }

    /// Whether the policy acts only on user actions, of whatever kind, and not at a sign-in.
    #[must_use]
    pub fn only_user_actions(&self) -> bool {
        !self.user_actions.is_empty() && self.resources.is_empty() && self.contexts.is_empty()
    }

    /// Whether nothing could be read of what the policy acts on.
    #[must_use]
    pub fn untold(&self) -> bool {
        self.user_actions.is_empty() && self.resources.is_empty() && self.contexts.is_empty()
    }

    /// Whether the policy covers every resource.
    #[must_use]
    pub fn all_resources(&self) -> bool {
        self.resources
            .iter()
            .any(|resource| resource.eq_ignore_ascii_case("All"))
    }

    pub(super) fn read(conditions: &Map<String, Value>) -> Self {
        let mut read = Self {
            unread: strangers(conditions, KNOWN),
            ..Self::default()
        };
        read.applications(member(conditions, "applications"));
        read.flows(member(conditions, "authenticationFlows"));
        read.client_apps(member(conditions, "clientAppTypes"));
        read.platforms(member(conditions, "platforms"));
        read.locations(member(conditions, "locations"));
        let devices = member(conditions, "devices");
        if devices.is_object() && !says_nothing(devices) {
            read.narrowings.push(Narrowing::Devices);
        } else if !says_nothing(devices) {
            read.unread.push("devices".to_owned());
        }
        for (name, words) in RISKS {
            match flags(member(conditions, name)) {
                Some(levels) if levels.is_empty() => {}
                Some(levels) => read
                    .narrowings
                    .push(Narrowing::Risk(words, shorten(&levels))),
                None => read.unread.push((*name).to_owned()),
            }
        }
        read
    }

    fn applications(&mut self, value: &Value) {
        let Value::Object(applications) = value else {
            if !value.is_null() {
                self.unread.push("applications".to_owned());
            }
            return;
        };
        for (name, into) in [
            ("includeApplications", &mut self.resources),
            ("excludeApplications", &mut self.except_resources),
            ("includeUserActions", &mut self.user_actions),
            (
                "includeAuthenticationContextClassReferences",
                &mut self.contexts,
            ),
        ] {
            match texts(member(applications, name)) {
                Some(list) => *into = shorten(&list),
                None => self.unread.push(name.to_owned()),
            }
        }
        self.resources
            .retain(|resource| !resource.eq_ignore_ascii_case("None"));
        self.unread.extend(strangers(
            applications,
            &[
                "includeApplications",
                "excludeApplications",
                "includeUserActions",
                "includeAuthenticationContextClassReferences",
                "applicationFilter",
                "networkAccess",
                "globalSecureAccess",
            ],
        ));
        if !says_nothing(member(applications, "applicationFilter")) {
            self.resources.push("those that a filter picks".to_owned());
        }
    }

    fn flows(&mut self, value: &Value) {
        if says_nothing(value) {
            return;
        }
        let methods = value.get("transferMethods").and_then(flags);
        match methods {
            Some(methods) => {
                let named = |method: &String| !method.eq_ignore_ascii_case("none");
                let methods: Vec<String> = methods.into_iter().filter(named).collect();
                self.flows = shorten(&methods);
            }
            None => self.unread.push("authenticationFlows".to_owned()),
        }
    }

    fn client_apps(&mut self, value: &Value) {
        match texts(value) {
            Some(kinds)
                if kinds.is_empty()
                    || kinds.iter().any(|kind| kind.eq_ignore_ascii_case("all")) => {}
            Some(kinds) => self.narrowings.push(Narrowing::ClientApps(shorten(&kinds))),
            None => self.unread.push("clientAppTypes".to_owned()),
        }
    }

    fn platforms(&mut self, value: &Value) {
        if says_nothing(value) {
            return;
        }
        match value.get("includePlatforms").and_then(texts) {
            Some(list) => self.narrowings.push(Narrowing::Platforms(shorten(&list))),
            None => self.unread.push("platforms".to_owned()),
        }
    }

    fn locations(&mut self, value: &Value) {
        if says_nothing(value) {
            return;
        }
        let list = |name: &str| texts(value.get(name).unwrap_or(&Value::Null));
        let (Some(include), Some(exclude)) = (list("includeLocations"), list("excludeLocations"))
        else {
            self.unread.push("locations".to_owned());
            return;
        };
        let everywhere = include.iter().any(|word| word.eq_ignore_ascii_case("All"));
        self.narrowings
            .extend(match (everywhere, exclude.is_empty()) {
                (true, true) => None,
                (true, false) => Some(Narrowing::ExceptLocations(shorten(&exclude))),
                (false, _) => Some(Narrowing::Locations(shorten(&include))),
            });
    }
}

/// The conditions that are read; `users` and `clientApplications` say whom, not when.
const KNOWN: &[&str] = &[
    "users",
    "clientApplications",
    "applications",
    "authenticationFlows",
    "clientAppTypes",
    "platforms",
    "locations",
    "devices",
    "deviceStates",
    "userRiskLevels",
    "signInRiskLevels",
    "servicePrincipalRiskLevels",
    "insiderRiskLevels",
    "agentIdRiskLevels",
];

const RISKS: &[(&str, &str)] = &[
    ("userRiskLevels", "user risk"),
    ("signInRiskLevels", "sign-in risk"),
    ("servicePrincipalRiskLevels", "risk of a service"),
    ("insiderRiskLevels", "insider risk"),
    ("agentIdRiskLevels", "risk of an agent"),
];

fn shorten(list: &[String]) -> Vec<String> {
    list.iter().map(|text| shown(text)).collect()
}
