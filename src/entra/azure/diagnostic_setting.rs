//! Entra's diagnostic settings: which logs are exported, and where to.

use crate::entra::Ask;
use crate::entra::Version;
use crate::entra::shown::shown;
use serde_json::Value;
use std::fmt;

/// The resource id of a Log Analytics workspace:
/// `/subscriptions/…/resourceGroups/…/providers/Microsoft.OperationalInsights/workspaces/…`.
/// Compared without case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkspaceId(String);

impl WorkspaceId {
    /// Takes the id as sent, in lower case; `None` if it is not the id of a workspace.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim_end_matches('/').to_ascii_lowercase();
        let parts: Vec<&str> = lower.strip_prefix('/')?.split('/').collect();
        let [
            "subscriptions",
            subscription,
            "resourcegroups",
            group,
            "providers",
            "microsoft.operationalinsights",
            "workspaces",
            name,
        ] = parts.as_slice()
        else {
            return None;
        };
        let plain = |part: &str| {
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_.()".contains(&b);
            !part.is_empty() && part.len() <= 90 && part.bytes().all(allowed) && part != ".."
        };
        [subscription, group, name]
            .iter()
            .all(|part| plain(part))
            .then_some(Self(lower))
    }

    /// The name alone.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

impl fmt::Display for WorkspaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A diagnostic setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiagnosticSetting {
    /// Its name; empty if not told.
    pub name: String,
    /// The workspace that the logs go to; `None` if none, or its id cannot be read.
    pub workspace: Option<WorkspaceId>,
    /// Whether they go to a storage account.
    pub storage: bool,
    /// Whether they go to an event hub.
    pub event_hub: bool,
    /// Categories that are exported, in lower case: `signinlogs`, `auditlogs`, or a whole group.
    pub exported: Vec<String>,
}

impl DiagnosticSetting {
    /// Whether a category is exported, by its name or by the group of all logs.
    #[must_use]
    pub fn exports(&self, category: &str) -> bool {
        let category = category.to_ascii_lowercase();
        self.exported
            .iter()
            .any(|exported| *exported == category || exported == "alllogs")
    }

    /// Whether what is exported is kept where it can be looked up.
    #[must_use]
    pub const fn keeps(&self) -> bool {
        self.workspace.is_some() || self.storage
    }

    /// Reads an array of settings; `None` if one is of another form.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let Value::Array(items) = value else {
            return None;
        };
        items.iter().map(Self::read).collect()
    }

    fn read(value: &Value) -> Option<Self> {
        let properties = value.get("properties")?.as_object()?;
        let text = |name: &str| {
            let text = properties.get(name).and_then(Value::as_str);
            text.filter(|text| !text.is_empty())
        };
        let logs = match properties.get("logs") {
            None | Some(Value::Null) => &Vec::new(),
            Some(logs) => logs.as_array()?,
        };
        let exported = logs
            .iter()
            .filter(|log| log.get("enabled").and_then(Value::as_bool) == Some(true))
            .filter_map(|log| {
                let named = |name: &str| log.get(name).and_then(Value::as_str);
                Some(
                    shown(named("category").or_else(|| named("categoryGroup"))?)
                        .to_ascii_lowercase(),
                )
            })
            .collect();
        Some(Self {
            name: shown(
                value
                    .get("name")
                    .and_then(Value::as_str)
                    .unwrap_or_default(),
            ),
            workspace: text("workspaceId").and_then(WorkspaceId::parse),
            storage: text("storageAccountId").is_some(),
            event_hub: text("eventHubAuthorizationRuleId").is_some(),
            exported,
        })
    }
}

/// Reads where Entra's logs are exported to.
#[must_use]
pub fn ask_diagnostic_settings() -> Ask<Vec<DiagnosticSetting>> {
    Ask::list(
        "/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01-preview".to_owned(),
        "Security Reader in Entra ID",
        "Entra's diagnostic settings",
        DiagnosticSetting::read_all,
    )
    .in_version(Version::Arm)
}
