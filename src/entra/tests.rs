//! What the tests of several readers share.

use super::AdministrativeUnit;
use super::AllMethods;
use super::AppRole;
use super::AppRoleAssignment;
use super::AuthorizationPolicy;
use super::Domain;
use super::GroupObject;
use super::Licence;
use super::Pass;
use super::PassPolicy;
use super::Principal;
use super::Principals;
use super::RegistrationDetails;
use super::RoleAssignment;
use super::RoleDefinition;
use super::RoleInstance;
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

/// Any JSON that begins as one of these names do, so that readers get past their first member.
fn object_of(names: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let members = prop::collection::vec((prop::sample::select(names), any_json()), 0..8);
    members.prop_map(|members| {
        let mut all = serde_json::Map::new();
        all.insert("id".into(), json!("99a1915f-70a7-4b67-9dca-64095b41be73"));
        all.extend(
            members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
        Value::Object(all)
    })
}

/// Members of users, groups, roles, methods and policies.
const NAMES: &[&str] = &[
    "@odata.type",
    "id",
    "displayName",
    "userPrincipalName",
    "accountEnabled",
    "onPremisesSyncEnabled",
    "groupTypes",
    "isAssignableToRole",
    "isManagementRestricted",
    "isMemberManagementRestricted",
    "roleDefinitionId",
    "principalId",
    "principal",
    "directoryScopeId",
    "assignmentType",
    "memberType",
    "endDateTime",
    "authenticationType",
    "isInitial",
    "passwordValidityPeriodInDays",
    "assignedPlans",
    "allowedToUseSSPR",
    "includeTargets",
    "excludeTargets",
    "minimumLifetimeInMinutes",
    "appRoles",
    "appRoleId",
    "principalType",
    "methodsRegistered",
    "lastUpdatedDateTime",
    "lifetimeInMinutes",
    "isUsable",
];

/// Members whose value decides how the rest is read.
fn typed(kind: &str, mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.insert(
            "@odata.type".into(),
            json!(format!("#microsoft.graph.{kind}")),
        );
    }
    value
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn no_json_panics_a_reader_of_accounts_and_population(
        value in prop_oneof![any_json(), object_of(NAMES)],
    ) {
        let list = json!([value, null]);
        let _ = Principal::read(value.clone());
        let _ = Principals::read(list.clone());
        let _ = RoleDefinition::read_all(list.clone());
        let _ = RoleAssignment::read_all(list.clone());
        let _ = RoleInstance::read_all(list.clone());
        let _ = AdministrativeUnit::read_all(list.clone());
        let _ = Domain::read_all(list.clone());
        let _ = Licence::read(list.clone());
        let _ = AuthorizationPolicy::read(value.clone());
        let _ = PassPolicy::read(value.clone());
        let _ = GroupObject::read(value.clone());
        let _ = AppRole::read_all(list.clone());
        let _ = AppRoleAssignment::read_all(list.clone());
        let _ = RegistrationDetails::read(value.clone());
        let _ = Pass::read_all(list.clone());
        // A method of a kind that we do not know is kept, whatever else is in it.
        let kept = AllMethods::read(json!([typed("newAuthenticationMethod", value.clone())]));
        prop_assert!(!value.is_object() || kept.is_some_and(|all| all.others.len() == 1));
        let kinds = ["fido2AuthenticationMethod", "temporaryAccessPassAuthenticationMethod"];
        for kind in kinds {
            let _ = AllMethods::read(json!([typed(kind, value.clone())]));
        }
    }
}
