//! Analytics rules of Microsoft Sentinel in a workspace (`Microsoft.SecurityInsights/alertRules`).

use super::WorkspaceId;
use crate::entra::Ask;
use crate::entra::Told;
use crate::entra::Version;
use crate::entra::shown::shown;
use serde_json::Value;

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentinelRule {
    /// Its display name; empty if not told.
    pub name: String,
    /// `kind`: `Scheduled` and `NRT` have a query.
    pub kind: String,
    /// `enabled`
    pub enabled: Told,
    /// `severity`: `High` …; empty if not told.
    pub severity: String,
    /// The query, in Kusto's language; empty if it has none.
    pub query: String,
    /// Whether it makes an incident; `Told::NotTold` where the rule leaves that to the default,
    /// which is yes.
    pub makes_incident: Told,
}

impl SentinelRule {
    /// Reads an array of rules; `None` if one is of another form.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let Value::Array(items) = value else {
            return None;
        };
        items.iter().map(Self::read).collect()
    }

    fn read(value: &Value) -> Option<Self> {
        let properties = value.get("properties").filter(|value| value.is_object())?;
        let text = |name: &str| {
            properties
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        Some(Self {
            name: shown(text("displayName")),
            kind: shown(
                value
                    .get("kind")
                    .and_then(Value::as_str)
                    .unwrap_or_default(),
            ),
            enabled: properties.get("enabled").and_then(Value::as_bool).into(),
            severity: shown(text("severity")),
            query: text("query").chars().take(64 * 1_024).collect(),
            makes_incident: properties
                .get("incidentConfiguration")
                .and_then(|incident| incident.get("createIncident"))
                .and_then(Value::as_bool)
                .into(),
        })
    }
}

/// Reads the analytics rules of a workspace; 404 where Sentinel is not there.
#[must_use]
pub fn ask_sentinel_rules(workspace: &WorkspaceId) -> Ask<Vec<SentinelRule>> {
    Ask::list(
        format!(
            "{workspace}/providers/Microsoft.SecurityInsights/alertRules?api-version=2024-09-01"
        ),
        "Microsoft Sentinel Reader on the workspace",
        "the analytics rules of Sentinel",
        SentinelRule::read_all,
    )
    .in_version(Version::Arm)
}
