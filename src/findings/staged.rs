//! For tests: a tenant in which everything is as it should be, to be changed answer by answer.

use super::Check;
use super::Finding;
use super::Verdict;
use super::judged::Judged;
use super::surveyed::book_key;
use super::surveyed::now;
use super::surveyed::plan;
use super::surveyed::survey_of;
use super::tenant::tenant;
use crate::entra::ENROLLING_ROLES;
use crate::entra::GLOBAL_ADMINISTRATOR;
use crate::entra::GRAPH_APP_ID;
use crate::entra::MethodId;
use crate::facts::book::BookFacts;
use crate::plan::ConditionalAccess;
use crate::plan::Plan;
use crate::primitives::Guid;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

const ASSIGNMENTS: &str = "/roleManagement/directory/roleAssignments";
const ACTIVE: &str = "/roleManagement/directory/roleAssignmentScheduleInstances";
const ELIGIBLE: &str = "/roleManagement/directory/roleEligibilityScheduleInstances";
/// The passkey policy.
pub(super) const PASSKEY_POLICY: &str =
    "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/fido2";
/// The policy on Temporary Access Passes.
pub(super) const PASS_POLICY: &str =
    "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/temporaryAccessPass";
/// The authorization policy.
pub(super) const AUTHORIZATION: &str = "/policies/authorizationPolicy";
/// The tenant's licence.
pub(super) const ORGANIZATION: &str = "/organization";
/// The tenant's domains.
pub(super) const DOMAINS: &str = "/domains";
/// The tenant's roles.
pub(super) const ROLES: &str = "/roleManagement/directory/roleDefinitions";

/// The Conditional Access policies.
pub(super) const POLICIES: &str = "/identity/conditionalAccess/policies";

/// The object ids of the two accounts.
pub(super) fn ids() -> [Guid; 2] {
    let plan = plan();
    [0, 1].map(|at| plan.accounts[at].object_id.unwrap())
}

/// `/users/{id of BG-1}` and what follows.
pub(super) fn of_bg1(rest: &str) -> String {
    format!("/users/{}{rest}", ids()[0])
}

/// `/groups/{the exclusion group}` and what follows.
pub(super) fn of_group(rest: &str) -> String {
    format!("/groups/{}{rest}", plan().groups.ca_exclusion.unwrap())
}

/// The roles that a principal holds now.
pub(super) fn roles_of(id: Guid) -> String {
    format!("{ASSIGNMENTS}?$filter=principalId eq '{id}'")
}

/// The active roles of a principal as PIM knows them.
pub(super) fn active_of(id: Guid) -> String {
    format!("{ACTIVE}?$filter=principalId eq '{id}'")
}

/// The eligible roles of a principal.
pub(super) fn eligible_of(id: Guid) -> String {
    format!("{ELIGIBLE}?$filter=principalId eq '{id}'")
}

/// Who holds a role now.
pub(super) fn holders_of(role: Guid) -> String {
    format!("{ASSIGNMENTS}?$filter=roleDefinitionId eq '{role}'")
}

/// Who holds a role as PIM knows it.
pub(super) fn active_holders_of(role: Guid) -> String {
    format!("{ACTIVE}?$filter=roleDefinitionId eq '{role}'")
}

/// Who may activate a role.
pub(super) fn eligible_holders_of(role: Guid) -> String {
    format!("{ELIGIBLE}?$filter=roleDefinitionId eq '{role}'")
}

/// What Microsoft Graph offers to applications.
pub(super) fn app_roles() -> String {
    format!("/servicePrincipals?$filter=appId eq '{GRAPH_APP_ID}'")
}

/// Which applications hold it.
pub(super) fn applications() -> String {
    format!("/servicePrincipals(appId='{GRAPH_APP_ID}')/appRoleAssignedTo")
}

/// An active schedule instance: direct, without end, for the whole tenant.
pub(super) fn instance(principal: Guid) -> Value {
    json!({
        "roleDefinitionId": GLOBAL_ADMINISTRATOR,
        "principalId": principal,
        "directoryScopeId": "/",
        "assignmentType": "Assigned",
        "memberType": "Direct",
        "endDateTime": null,
    })
}

/// An assignment for the whole tenant.
pub(super) fn assignment(principal: Guid) -> Value {
    json!({
        "id": "a-1",
        "roleDefinitionId": GLOBAL_ADMINISTRATOR,
        "principalId": principal,
        "directoryScopeId": "/",
    })
}

/// A user of that name, who is not in the plan.
pub(super) fn person(byte: u8, name: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.user",
        "id": Guid([byte; 16]),
        "displayName": name,
        "userPrincipalName": format!("{}@contoso.com", name.to_lowercase()),
    })
}

/// A list.
pub(super) fn list(items: &[Value]) -> Value {
    json!({ "value": items })
}

/// A tenant, a plan and a book, and what each request is answered with.
pub(super) struct Stage {
    pub(super) plan: Plan,
    pub(super) book: BookFacts,
    answers: BTreeMap<String, (u16, Value)>,
}

impl Stage {
    /// Two accounts with two registered keys each, both in the exclusion group, and nobody else.
    pub(super) fn new() -> Self {
        let mut plan = plan();
        for account in &mut plan.accounts {
            account.conditional_access = ConditionalAccess::Excluded;
        }
        let keys = plan.keys().map(|(_, key)| book_key(&plan, &key.label));
        let book = BookFacts {
            keys: keys.collect(),
            ..BookFacts::default()
        };
        let mut stage = Self {
            plan,
            book,
            answers: BTreeMap::new(),
        };
        stage.accounts();
        stage.around();
        stage
    }

    fn accounts(&mut self) {
        let group = self.plan.groups.ca_exclusion.unwrap();
        for account in self.plan.accounts.clone() {
            let id = account.object_id.unwrap();
            let user = json!({
                "id": id,
                "userPrincipalName": account.upn,
                "accountEnabled": true,
                "userType": "Member",
                "onPremisesSyncEnabled": null,
                "passwordPolicies": "DisablePasswordExpiration",
                "lastPasswordChangeDateTime": "2026-01-02T08:00:00Z",
                "isManagementRestricted": false,
                "signInSessionsValidFromDateTime": "2026-01-02T08:00:00Z",
            });
            self.set(&format!("/users/{id}"), user);
            let groups = list(&[json!({"id": group})]);
            let path = format!("/users/{id}/transitiveMemberOf/microsoft.graph.group");
            self.set(&path, groups);
            let path = format!("/users/{id}/memberOf/microsoft.graph.administrativeUnit");
            self.set(&path, list(&[]));
            let password = json!({"@odata.type": "#microsoft.graph.passwordAuthenticationMethod"});
            let methods: Vec<Value> = self
                .book
                .keys_of(&account.alias)
                .map(|key| {
                    json!({
                        "@odata.type": "#microsoft.graph.fido2AuthenticationMethod",
                        "id": MethodId::of_credential(key.credential_id.as_ref().unwrap()).as_str(),
                        "displayName": key.label,
                        "aaGuid": key.aaguid.to_string(),
                        "attestationLevel": "attested",
                        "passkeyType": "deviceBound",
                    })
                })
                .chain([password])
                .collect();
            self.set(
                &format!("/users/{id}/authentication/methods"),
                list(&methods),
            );
            self.set(&roles_of(id), list(&[assignment(id)]));
            self.set(&active_of(id), list(&[instance(id)]));
            self.set(&eligible_of(id), list(&[]));
        }
    }

    fn around(&mut self) {
        let users: Vec<Value> = self
            .plan
            .accounts
            .iter()
            .map(|account| {
                json!({
                    "@odata.type": "#microsoft.graph.user",
                    "id": account.object_id.unwrap(),
                    "userPrincipalName": account.upn,
                })
            })
            .collect();
        self.set(
            &of_group(""),
            json!({
                "id": self.plan.groups.ca_exclusion.unwrap(),
                "groupTypes": [],
                "isAssignableToRole": true,
                "isManagementRestricted": false,
                "onPremisesSyncEnabled": null,
            }),
        );
        self.set(&of_group("/owners"), list(&[]));
        self.set(&of_group("/members"), list(&users));
        self.set(&of_group("/transitiveMembers"), list(&users));
        for (_, role) in ENROLLING_ROLES {
            let holders: Vec<Guid> = if role == GLOBAL_ADMINISTRATOR {
                ids().to_vec()
            } else {
                Vec::new()
            };
            let each = |make: fn(Guid) -> Value| -> Value {
                list(&holders.iter().copied().map(make).collect::<Vec<_>>())
            };
            self.set(&holders_of(role), each(assignment));
            self.set(&active_holders_of(role), each(instance));
            self.set(&eligible_holders_of(role), list(&[]));
        }
        self.set(ROLES, list(&[]));
        self.set(&app_roles(), list(&[json!({"appRoles": []})]));
        self.set(&applications(), list(&[]));
        self.set(
            DOMAINS,
            list(&[
                json!({
                    "id": "contoso.onmicrosoft.com",
                    "authenticationType": "Managed",
                    "isInitial": true,
                    "passwordValidityPeriodInDays": 90,
                }),
                json!({
                    "id": "contoso.com",
                    "authenticationType": "Federated",
                    "isInitial": false,
                }),
            ]),
        );
        self.licence(&["eec0eb4f-6444-4f95-aba0-50c24d67f998"]);
        self.set(POLICIES, list(&[]));
        self.set(AUTHORIZATION, json!({"allowedToUseSSPR": false}));
        let all = json!([{"targetType": "group", "id": "all_users"}]);
        self.set(
            PASS_POLICY,
            json!({
                "state": "enabled",
                "includeTargets": [{"targetType": "group", "id": self.plan.groups.tap.unwrap()}],
                "excludeTargets": [],
            }),
        );
        self.set(
            PASSKEY_POLICY,
            json!({
                "state": "enabled",
                "isSelfServiceRegistrationAllowed": true,
                "isAttestationEnforced": true,
                "keyRestrictions": {"isEnforced": false, "enforcementType": "allow", "aaGuids": []},
                "includeTargets": all,
                "excludeTargets": [],
            }),
        );
    }

    /// The service plans in force.
    pub(super) fn licence(&mut self, plans: &[&str]) {
        let plans: Vec<Value> = plans
            .iter()
            .map(|id| json!({"capabilityStatus": "Enabled", "servicePlanId": id}))
            .collect();
        self.set(ORGANIZATION, list(&[json!({"assignedPlans": plans})]));
    }

    /// Answers `path` with `body`.
    pub(super) fn set(&mut self, path: &str, body: Value) {
        self.answers.insert(path.to_owned(), (200, body));
    }

    /// Changes what `path` is answered with.
    pub(super) fn edit(&mut self, path: &str, change: impl FnOnce(&mut Value)) {
        change(&mut self.answers.get_mut(path).unwrap().1);
    }

    /// Adds an item to the list that `path` is answered with.
    pub(super) fn add(&mut self, path: &str, item: Value) {
        self.edit(path, |body| {
            body["value"].as_array_mut().unwrap().push(item);
        });
    }

    /// Refuses `path` for want of a permission.
    pub(super) fn deny(&mut self, path: &str) {
        let body = json!({"error": {"code": "Authorization_RequestDenied", "message": ""}});
        self.answers.insert(path.to_owned(), (403, body));
    }

    /// Refuses `path` for want of a licence, as PIM does.
    pub(super) fn unlicensed(&mut self, path: &str) {
        let body = json!({"error": {"code": "AadPremiumLicenseRequired", "message": ""}});
        self.answers.insert(path.to_owned(), (400, body));
    }

    /// Answers `path` with 404.
    pub(super) fn lose(&mut self, path: &str) {
        let body = json!({"error": {"code": "Request_ResourceNotFound", "message": ""}});
        self.answers.insert(path.to_owned(), (404, body));
    }

    /// Answers `path` with what cannot be read, or not at all.
    pub(super) fn garble(&mut self, path: &str) {
        self.answers.remove(path);
    }

    /// Every path that is answered.
    pub(super) fn paths(&self) -> Vec<String> {
        self.answers.keys().cloned().collect()
    }

    /// All that is found.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let lines = self.answers.iter().map(|(path, (status, body))| {
            let exchange = json!({
                "request": {
                    "method": "GET",
                    "url": format!("https://graph.microsoft.com/v1.0{}", path.replace(' ', "%20")),
                },
                "response": {
                    "status": status,
                    "headers": {"date": "Sun, 01 Mar 2026 09:00:30 GMT"},
                    "body": body,
                },
            });
            exchange.to_string() + "\n"
        });
        let survey = survey_of(&self.plan, &lines.collect::<String>());
        tenant(&Judged {
            survey: &survey,
            plan: &self.plan,
            policy: &self.plan.policy,
            book: &self.book,
            as_of: now(),
        })
    }

    /// What a check finds, in the order said, of `subject`.
    pub(super) fn of(&self, check: Check, subject: &str) -> Vec<Finding> {
        self.findings()
            .into_iter()
            .filter(|one| one.check == check && one.subject.to_string() == subject)
            .collect()
    }

    /// The one finding of a check and a subject: verdict, detail, and what to do.
    #[track_caller]
    pub(super) fn one(&self, check: Check, subject: &str) -> (Verdict, String, String) {
        let mut all = self.of(check, subject);
        assert_eq!(all.len(), 1, "{all:#?}");
        let one = all.remove(0);
        (one.verdict, one.detail, one.fix.unwrap_or_default())
    }

    /// The verdicts of a check and a subject.
    pub(super) fn verdicts(&self, check: Check, subject: &str) -> Vec<Verdict> {
        let all = self.of(check, subject);
        all.into_iter().map(|one| one.verdict).collect()
    }
}
