//! Log search alert rules of a subscription (`Microsoft.Insights/scheduledQueryRules`).

use crate::entra::Ask;
use crate::entra::Told;
use crate::entra::Version;
use crate::entra::shown::shown;
use crate::primitives::Guid;
use serde_json::Value;

/// Longest query that is kept, in bytes; a rule cannot hold a longer one.
const LONGEST_QUERY: usize = 64 * 1_024;

/// What a rule looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCondition {
    /// The query, in Kusto's language.
    pub query: String,
    /// Whether one row is enough; `None` if it cannot be told.
    pub fires_at_one: Option<bool>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryRule {
    /// Its name; empty if not told.
    pub name: String,
    /// `enabled`
    pub enabled: Told,
    /// `severity`, 0 is critical; `None` if not told.
    pub severity: Option<i64>,
    /// Resources it looks at, in lower case.
    pub scopes: Vec<String>,
    /// What it looks for; all must hold.
    pub conditions: Vec<RuleCondition>,
    /// Action groups that are told.
    pub action_groups: usize,
    /// `evaluationFrequency`, as ISO 8601 writes it: `PT5M`; empty if not told.
    pub frequency: String,
}

impl QueryRule {
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
        let list = |path: &[&str]| {
            let found = path
                .iter()
                .try_fold(properties, |value, name| value.get(name));
            found.and_then(Value::as_array).cloned().unwrap_or_default()
        };
        let texts = |items: Vec<Value>| -> Vec<String> {
            let lower = |item: &Value| item.as_str().map(str::to_ascii_lowercase);
            items.iter().filter_map(lower).collect()
        };
        Some(Self {
            name: shown(
                value
                    .get("name")
                    .and_then(Value::as_str)
                    .unwrap_or_default(),
            ),
            enabled: properties.get("enabled").and_then(Value::as_bool).into(),
            severity: properties.get("severity").and_then(Value::as_i64),
            scopes: texts(list(&["scopes"])),
            conditions: list(&["criteria", "allOf"]).iter().map(condition).collect(),
            action_groups: texts(list(&["actions", "actionGroups"])).len(),
            frequency: shown(
                properties
                    .get("evaluationFrequency")
                    .and_then(Value::as_str)
                    .unwrap_or_default(),
            ),
        })
    }
}

fn condition(value: &Value) -> RuleCondition {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let threshold = value.get("threshold").and_then(Value::as_f64);
    let operator = text("operator").to_ascii_lowercase();
    let query = text("query");
    RuleCondition {
        query: if query.len() <= LONGEST_QUERY {
            query.to_owned()
        } else {
            String::new()
        },
        fires_at_one: threshold.and_then(|threshold| match operator.as_str() {
            "greaterthan" => Some(threshold < 1.0),
            "greaterthanorequal" | "greaterorlessthan" => Some(threshold <= 1.0),
            "lessthan" | "lessthanorequal" | "equal" | "equals" => Some(false),
            _ => None,
        }),
    }
}

/// Reads the log search alert rules of a subscription.
#[must_use]
pub fn ask_query_rules(subscription: &Guid) -> Ask<Vec<QueryRule>> {
    Ask::list(
        format!(
            "/subscriptions/{subscription}/providers/Microsoft.Insights/scheduledQueryRules\
             ?api-version=2021-08-01"
        ),
        "Monitoring Reader on the subscription",
        "the alert rules of the subscription",
        QueryRule::read_all,
    )
    .in_version(Version::Arm)
}
