//! The audit log (Graph `directoryAudit`): who changed what. Graph keeps it for 30 days with a
//! licence, for 7 without.

use super::Ask;
use super::shown::shown;
use super::target::encode_segment;
use super::told::moment;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde_json::Value;

/// Who did something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Initiator {
    /// Object id of the user; `None` for an app, or if not told.
    pub user: Option<Guid>,
    /// User principal name, else the app's name; empty if not told.
    pub name: String,
}

/// What it was done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditTarget {
    /// Its id; empty if not told.
    pub id: String,
    /// Its name, else its user principal name; empty if not told.
    pub name: String,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryAudit {
    /// `activityDateTime`
    pub at: UtcTime,
    /// `activityDisplayName`: `Admin registered security info`; empty if not told.
    pub activity: String,
    /// `loggedByService`: `Authentication Methods`, `Conditional Access`; empty if not told.
    pub service: String,
    /// `category`; empty if not told.
    pub category: String,
    /// Whether it succeeded; `None` if not told.
    pub succeeded: Option<bool>,
    /// Who.
    pub by: Initiator,
    /// To what.
    pub targets: Vec<AuditTarget>,
    /// `additionalDetails`: names and values, in the order sent.
    pub details: Vec<(String, String)>,
}

impl DirectoryAudit {
    /// Whether it was done to the object with this id.
    #[must_use]
    pub fn concerns(&self, id: &str) -> bool {
        let is = |target: &AuditTarget| target.id.eq_ignore_ascii_case(id);
        self.targets.iter().any(is)
    }

    /// The value of an additional detail, its name compared without case; `None` if it has none.
    #[must_use]
    pub fn detail(&self, name: &str) -> Option<&str> {
        let found = self
            .details
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(found.1.as_str())
    }

    /// Reads an array of entries; `None` if one has no moment or a member of another type.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let wires: Vec<Wire> = serde_json::from_value(value).ok()?;
        wires.into_iter().map(Self::from_wire).collect()
    }

    fn from_wire(wire: Wire) -> Option<Self> {
        let text = |text: Option<String>| shown(&text.unwrap_or_default());
        Some(Self {
            at: wire.activity_date_time?,
            activity: text(wire.activity_display_name),
            service: text(wire.logged_by_service),
            category: text(wire.category),
            succeeded: wire.result.map(|word| word.eq_ignore_ascii_case("success")),
            by: initiator(wire.initiated_by.unwrap_or_default()),
            targets: wire
                .target_resources
                .unwrap_or_default()
                .into_iter()
                .map(|target| AuditTarget {
                    id: text(target.id),
                    name: text(target.display_name.or(target.user_principal_name)),
                })
                .collect(),
            details: wire
                .additional_details
                .unwrap_or_default()
                .into_iter()
                .map(|detail| (text(detail.key), text(detail.value)))
                .collect(),
        })
    }
}

fn initiator(wire: WireInitiator) -> Initiator {
    let app = wire.app.and_then(|app| app.display_name);
    let (user, upn) = wire.user.map_or((None, None), |user| {
        let upn = user.user_principal_name.filter(|upn| !upn.is_empty());
        (user.id, upn.or(user.display_name))
    });
    Initiator {
        user: user.as_deref().and_then(Guid::parse),
        name: shown(&upn.or(app).or(user).unwrap_or_default()),
    }
}

/// What the log says of policies: Conditional Access, and the authentication methods policy.
const OF_POLICIES: &str = "loggedByService eq 'Conditional Access' or \
    (loggedByService eq 'Authentication Methods' and category eq 'PolicyManagement')";

/// Reads, in one request, what was done to `users` and by them, and changes of policies.
#[must_use]
pub fn ask_audits(users: &[Guid]) -> Ask<Vec<DirectoryAudit>> {
    let mut filter: Vec<String> = users.iter().map(of_user).collect();
    filter.push(OF_POLICIES.to_owned());
    ask(&filter.join(" or "))
}

/// Reads what was done to one user and by it, for where Graph does not take the longer filter.
#[must_use]
pub fn ask_audits_of_user(user: &Guid) -> Ask<Vec<DirectoryAudit>> {
    ask(&of_user(user))
}

/// Reads changes of policies alone.
#[must_use]
pub fn ask_audits_of_policies() -> Ask<Vec<DirectoryAudit>> {
    ask(OF_POLICIES)
}

fn of_user(user: &Guid) -> String {
    format!("targetResources/any(t:t/id eq '{user}') or initiatedBy/user/id eq '{user}'")
}

fn ask(filter: &str) -> Ask<Vec<DirectoryAudit>> {
    let filter = encode_segment(filter);
    Ask::list(
        format!("/auditLogs/directoryAudits?$filter={filter}&$top=999"),
        "AuditLog.Read.All",
        "the audit log",
        DirectoryAudit::read_all,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default, deserialize_with = "moment")]
    activity_date_time: Option<UtcTime>,
    activity_display_name: Option<String>,
    logged_by_service: Option<String>,
    category: Option<String>,
    result: Option<String>,
    initiated_by: Option<WireInitiator>,
    target_resources: Option<Vec<WireTarget>>,
    additional_details: Option<Vec<WireDetail>>,
}

#[derive(Default, Deserialize)]
struct WireInitiator {
    user: Option<WireUser>,
    app: Option<WireApp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireUser {
    id: Option<String>,
    display_name: Option<String>,
    user_principal_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireApp {
    display_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTarget {
    id: Option<String>,
    display_name: Option<String>,
    user_principal_name: Option<String>,
}

#[derive(Deserialize)]
struct WireDetail {
    key: Option<String>,
    value: Option<String>,
}

#[cfg(test)]
mod tests;
