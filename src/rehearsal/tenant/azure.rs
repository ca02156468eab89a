//! Azure Resource Manager: where sign-in logs go, and what raises an alarm.

use crate::primitives::Guid;
use serde_json::Value;
use serde_json::json;

/// Where logs are sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogExport {
    /// Its name.
    pub name: String,
    /// Resource id of the Log Analytics workspace; `None` if they go elsewhere.
    pub workspace: Option<String>,
    /// Categories, and whether each is sent.
    pub categories: Vec<(String, bool)>,
}

/// An alert rule on a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRule {
    /// Its name.
    pub name: String,
    /// Whether it is on.
    pub enabled: bool,
    /// Severity, 0 (critical) to 4.
    pub severity: u8,
    /// Resource ids that it queries.
    pub scopes: Vec<String>,
    /// The query.
    pub query: String,
    /// `operator` and `threshold` of the count.
    pub operator: String,
    /// The count that is not yet an alarm.
    pub threshold: u32,
    /// Resource ids of action groups: who is told.
    pub action_groups: Vec<String>,
}

/// An analytics rule of Microsoft Sentinel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentinelRule {
    /// Its id.
    pub id: Guid,
    /// Its name.
    pub name: String,
    /// `Scheduled` or `NRT`.
    pub kind: String,
    /// Whether it is on.
    pub enabled: bool,
    /// `High`, `Medium`, `Low`, `Informational`.
    pub severity: String,
    /// The query.
    pub query: String,
}

/// What Azure Resource Manager holds of the tenant.
#[derive(Clone, Debug, Default)]
pub struct Azure {
    /// Whether the one who asks may look.
    pub readable: bool,
    /// The subscription.
    pub subscription: Option<Guid>,
    /// Diagnostic settings of Entra.
    pub exports: Vec<LogExport>,
    /// Alert rules of the subscription.
    pub rules: Vec<AlertRule>,
    /// Analytics rules, each with the resource id of its workspace.
    pub sentinel: Vec<(String, SentinelRule)>,
}

impl LogExport {
    /// Sign-in and audit logs to a workspace.
    #[must_use]
    pub fn to_workspace(workspace: &str) -> Self {
        let categories = ["SignInLogs", "AuditLogs", "NonInteractiveUserSignInLogs"];
        Self {
            name: "to-log-analytics".to_owned(),
            workspace: Some(workspace.to_owned()),
            categories: categories
                .iter()
                .map(|name| ((*name).to_owned(), true))
                .collect(),
        }
    }

    /// As Resource Manager shows it.
    pub(super) fn json(&self) -> Value {
        let logs: Vec<Value> = self
            .categories
            .iter()
            .map(|(category, enabled)| {
                json!({
                    "category": category,
                    "categoryGroup": null,
                    "enabled": enabled,
                    "retentionPolicy": {"days": 0, "enabled": false},
                })
            })
            .collect();
        json!({
            "id": format!("/providers/microsoft.aadiam/diagnosticSettings/{}", self.name),
            "type": "microsoft.aadiam/diagnosticSettings",
            "name": self.name,
            "location": null,
            "kind": null,
            "tags": null,
            "identity": null,
            "properties": {
                "storageAccountId": null,
                "serviceBusRuleId": null,
                "workspaceId": self.workspace,
                "eventHubAuthorizationRuleId": null,
                "eventHubName": null,
                "metrics": [],
                "logs": logs,
                "logAnalyticsDestinationType": null,
            },
        })
    }
}

impl AlertRule {
    /// Microsoft's own sample: any sign-in of one of these accounts is critical, and somebody is told.
    #[must_use]
    pub fn on_sign_in(workspace: &str, action_group: &str, accounts: &[Guid]) -> Self {
        let users: Vec<String> = accounts
            .iter()
            .map(|account| format!("UserId == \"{account}\""))
            .collect();
        Self {
            name: "emergency-access-sign-in".to_owned(),
            enabled: true,
            severity: 0,
            scopes: vec![workspace.to_owned()],
            query: format!(
                "SigninLogs\n| project UserId\n| where {}",
                users.join(" or ")
            ),
            operator: "GreaterThan".to_owned(),
            threshold: 0,
            action_groups: vec![action_group.to_owned()],
        }
    }

    /// As Resource Manager shows it.
    pub(super) fn json(&self, subscription: Guid) -> Value {
        json!({
            "id": format!(
                "/subscriptions/{subscription}/resourceGroups/monitoring/providers/\
                 Microsoft.Insights/scheduledQueryRules/{}",
                self.name
            ),
            "name": self.name,
            "type": "Microsoft.Insights/scheduledQueryRules",
            "location": "westeurope",
            "kind": "LogAlert",
            "tags": {},
            "properties": {
                "displayName": self.name,
                "description": "",
                "enabled": self.enabled,
                "severity": self.severity,
                "evaluationFrequency": "PT5M",
                "windowSize": "PT5M",
                "scopes": self.scopes,
                "targetResourceTypes": ["Microsoft.OperationalInsights/workspaces"],
                "criteria": {
                    "allOf": [{
                        "query": self.query,
                        "timeAggregation": "Count",
                        "operator": self.operator,
                        "threshold": self.threshold,
                        "dimensions": [],
                        "failingPeriods": {
                            "numberOfEvaluationPeriods": 1,
                            "minFailingPeriodsToAlert": 1,
                        },
                    }],
                },
                "autoMitigate": false,
                "actions": {"actionGroups": self.action_groups, "customProperties": {}},
            },
        })
    }
}

impl SentinelRule {
    /// As Resource Manager shows it.
    pub(super) fn json(&self, workspace: &str) -> Value {
        json!({
            "id": format!(
                "{workspace}/providers/Microsoft.SecurityInsights/alertRules/{}",
                self.id
            ),
            "name": self.id,
            "type": "Microsoft.SecurityInsights/alertRules",
            "kind": self.kind,
            "etag": "\"0300bf09-0000-0000-0000-5c37296e0000\"",
            "properties": {
                "displayName": self.name,
                "description": "",
                "enabled": self.enabled,
                "severity": self.severity,
                "query": self.query,
                "suppressionEnabled": false,
                "suppressionDuration": "PT5H",
                "tactics": [],
            },
        })
    }
}
