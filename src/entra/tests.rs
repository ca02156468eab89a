//! What the tests of several readers share.

use proptest::prelude::*;
use serde_json::Value;
use serde_json::json;

/// Any JSON, with names that Graph uses among others.
pub(super) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,12}".prop_map(Value::String),
        prop::sample::select(vec![
            "All",
            "None",
            "enabled",
            "AND",
            "OR",
            "fido2",
            "2026-10-02T08:01:13Z",
            "99a1915f-70a7-4b67-9dca-64095b41be73",
            "00000000-0000-0000-0000-000000000004",
        ])
        .prop_map(|text| json!(text)),
    ];
    let names = prop::sample::select(vec![
        "id",
        "value",
        "name",
        "displayName",
        "state",
        "properties",
        "enabled",
        "conditions",
        "users",
        "includeUsers",
        "excludeGroups",
        "includeRoles",
        "includeGuestsOrExternalUsers",
        "guestOrExternalUserTypes",
        "externalTenants",
        "applications",
        "includeApplications",
        "clientApplications",
        "includeServicePrincipals",
        "authenticationFlows",
        "transferMethods",
        "locations",
        "grantControls",
        "operator",
        "builtInControls",
        "authenticationStrength",
        "allowedCombinations",
        "combinationConfigurations",
        "allowedAAGUIDs",
        "sessionControls",
        "signInFrequency",
        "userId",
        "createdDateTime",
        "status",
        "authenticationDetails",
        "activityDateTime",
        "initiatedBy",
        "targetResources",
        "logs",
        "criteria",
        "allOf",
        "workspaceId",
        "isEnabled",
        "unknownToUs",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((names.clone(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
