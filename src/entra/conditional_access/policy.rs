//! A Conditional Access policy (Graph `conditionalAccessPolicy`).

use super::circumstances::Circumstances;
use super::grant::Grant;
use super::grant::Session;
use super::users::CaUsers;
use super::wire::member;
use super::wire::says_nothing;
use crate::entra::Ask;
use crate::entra::shown::shown;
use crate::primitives::UtcTime;
use serde_json::Map;
use serde_json::Value;

/// `state`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaState {
    /// `enabled`
    Enabled,
    /// `enabledForReportingButNotEnforced`: it only writes down what it would do.
    ReportOnly,
    /// `disabled`
    Disabled,
    /// A word we do not know; empty if not told.
    Other(String),
}

/// Whom a policy is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subjects {
    /// People's accounts.
    Users(Box<CaUsers>),
    /// Services or agents alone: no person can be excluded, and none is concerned.
    Services,
    /// Nothing of it could be read, or it was null.
    NotTold,
}

/// A policy. What cannot be read of it is kept as such and makes its decisions unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaPolicy {
    /// Its id; empty if not told.
    pub id: String,
    /// Its name; empty if not told.
    pub name: String,
    /// `state`
    pub state: CaState,
    /// `templateId`: Microsoft made it, or it was made from Microsoft's template.
    pub template: Option<String>,
    /// `modifiedDateTime`, else `createdDateTime`; `None` if not told.
    pub modified: Option<UtcTime>,
    /// Whom.
    pub subjects: Subjects,
    /// When.
    pub circumstances: Circumstances,
    /// What it demands.
    pub grant: Grant,
    /// What it does to a session.
    pub session: Vec<Session>,
}

impl CaPolicy {
    /// Reads an array of policies; `None` if it is none. An item that is no object is a policy of
    /// which nothing is known.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let Value::Array(items) = value else {
            return None;
        };
        Some(items.iter().map(Self::read).collect())
    }

    /// Reads one policy; it never fails, but may know nothing.
    #[must_use]
    pub fn read(value: &Value) -> Self {
        let empty = Map::new();
        let object = value.as_object().unwrap_or(&empty);
        let text = |name: &str| member(object, name).as_str().map(shown);
        let moment = |name: &str| {
            let text = member(object, name).as_str()?;
            UtcTime::parse_rfc3339(text)
        };
        let conditions = member(object, "conditions").as_object();
        Self {
            id: text("id").unwrap_or_default(),
            name: text("displayName").unwrap_or_default(),
            state: state(&text("state").unwrap_or_default()),
            template: text("templateId").filter(|id| !id.is_empty()),
            modified: moment("modifiedDateTime").or_else(|| moment("createdDateTime")),
            subjects: conditions.map_or(Subjects::NotTold, subjects),
            circumstances: conditions.map(Circumstances::read).unwrap_or_default(),
            grant: Grant::read(member(object, "grantControls")),
            session: Session::read_all(member(object, "sessionControls")),
        }
    }
}

/// Reads every Conditional Access policy.
#[must_use]
pub fn ask_ca_policies() -> Ask<Vec<CaPolicy>> {
    Ask::list(
        "/identity/conditionalAccess/policies".to_owned(),
        "Policy.Read.All",
        "the Conditional Access policies",
        CaPolicy::read_all,
    )
}

fn state(word: &str) -> CaState {
    if word.eq_ignore_ascii_case("enabled") {
        CaState::Enabled
    } else if word.eq_ignore_ascii_case("disabled") {
        CaState::Disabled
    } else if word.eq_ignore_ascii_case("enabledForReportingButNotEnforced") {
        CaState::ReportOnly
    } else {
        CaState::Other(word.to_owned())
    }
}

fn subjects(conditions: &Map<String, Value>) -> Subjects {
    let services = names_services(member(conditions, "clientApplications"));
    match member(conditions, "users") {
        Value::Object(object) => {
            let users = CaUsers::read(object);
            if services && users.include.is_nobody() {
                Subjects::Services
            } else {
                Subjects::Users(Box::new(users))
            }
        }
        Value::Null if services => Subjects::Services,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Subjects::NotTold
        }
    }
}

/// Whether `clientApplications` includes service principals or agents.
fn names_services(value: &Value) -> bool {
    const INCLUDING: [&str; 4] = [
        "includeServicePrincipals",
        "includeAgentIdServicePrincipals",
        "servicePrincipalFilter",
        "agentIdServicePrincipalFilter",
    ];
    value.as_object().is_some_and(|object| {
        INCLUDING
            .iter()
            .any(|name| !says_nothing(member(object, name)))
    })
}
