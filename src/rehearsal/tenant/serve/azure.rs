//! Azure Resource Manager.

use crate::primitives::Guid;
use crate::rehearsal::tenant::azure::LogExport;
use crate::rehearsal::tenant::call::Call;
use crate::rehearsal::tenant::fault::Verb;
use crate::rehearsal::tenant::http::Answer;
use crate::rehearsal::tenant::world::VirtualTenant;
use serde_json::Value;
use serde_json::json;

impl VirtualTenant {
    pub(super) fn resource_manager(&self, call: &Call<'_>) -> Answer {
        if call.verb != Verb::Get {
            return error(405, "MethodNotAllowed", "The method is not allowed.");
        }
        let Some(version) = call.option("api-version") else {
            return error(
                400,
                "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests.",
            );
        };
        if !self.azure.readable {
            return error(
                403,
                "AuthorizationFailed",
                "The client does not have authorization to perform the action over the scope, or \
                 the scope is invalid.",
            );
        }
        let path = call.target.path();
        let segments: Vec<&str> = call.target.segments.iter().map(String::as_str).collect();
        let is = |at: usize, name: &str| {
            segments
                .get(at)
                .is_some_and(|segment| segment.eq_ignore_ascii_case(name))
        };
        if is(0, "providers") && is(1, "microsoft.aadiam") && is(2, "diagnosticSettings") {
            if !["2017-04-01", "2017-04-01-preview"].contains(&version) {
                return no_version(version);
            }
            let exports = self.azure.exports.iter();
            return list(&exports.map(LogExport::json).collect::<Vec<_>>());
        }
        if is(0, "subscriptions") && is(3, "Microsoft.Insights") && is(4, "scheduledQueryRules") {
            let asked = segments.get(1).and_then(|id| Guid::parse(id));
            return match self.azure.subscription {
                Some(own) if Some(own) == asked => {
                    if !["2021-08-01", "2023-03-15-preview"].contains(&version) {
                        return no_version(version);
                    }
                    let rules = self.azure.rules.iter();
                    list(&rules.map(|rule| rule.json(own)).collect::<Vec<_>>())
                }
                _ => error(
                    404,
                    "SubscriptionNotFound",
                    "The subscription could not be found.",
                ),
            };
        }
        let end = "/providers/microsoft.securityinsights/alertrules";
        let lower = path.to_lowercase();
        if let Some(workspace) = lower.strip_suffix(end) {
            if version != "2024-09-01" {
                return no_version(version);
            }
            let rules = self.azure.sentinel.iter();
            let rules = rules.filter(|(of, _)| of.to_lowercase() == workspace);
            return list(&rules.map(|(of, rule)| rule.json(of)).collect::<Vec<_>>());
        }
        error(
            404,
            "ResourceNotFound",
            "The resource under the path was not found.",
        )
    }
}

/// A list, as Resource Manager shows it: no context.
fn list(items: &[Value]) -> Answer {
    Answer::json(200, json!({ "value": items }))
}

/// An error, as Resource Manager shows it: no inner error.
fn error(status: u16, code: &str, message: &str) -> Answer {
    Answer::json(status, json!({"error": {"code": code, "message": message}}))
}

fn no_version(version: &str) -> Answer {
    error(
        400,
        "NoRegisteredProviderFound",
        &format!("No registered resource provider found for the API version '{version}'."),
    )
}
