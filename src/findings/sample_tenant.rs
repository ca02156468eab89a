//! For tests: a whole tenant in which every check of access, logs and monitoring passes, to be spoilt
//! one answer at a time.
//!
//! Past 400 lines: one tenant, answer by answer, and nothing decides in it.

use super::Check;
use super::Finding;
use super::Judged;
use super::Verdict;
use super::surveyed::book_key;
use super::surveyed::line;
use super::surveyed::now;
use super::surveyed::plan;
use super::surveyed::survey_of;
use crate::entra::encode_segment;
use crate::facts::book::BookFacts;
use crate::facts::book::RecordedSignIn;
use crate::plan::Plan;
use crate::primitives::UtcTime;
use serde_json::Value;
use serde_json::json;

/// The first account: to be excluded from every policy.
pub(super) const ONE: &str = "3b1f0a52-7c4d-4e8b-a1c9-5d6e7f809102";
/// The second account: phishing-resistant policies may apply.
pub(super) const TWO: &str = "b2b2b2b2-b2b2-b2b2-b2b2-b2b2b2b2b2b2";
/// The exclusion group of the plan.
pub(super) const EXCLUSION: &str = "6f1d2c3b-4a59-4687-9e0f-1a2b3c4d5e6f";
/// The passkey group of the plan.
pub(super) const PASSKEY: &str = "7a8b9c0d-1e2f-4a3b-8c4d-5e6f7a8b9c0d";
/// Global Administrator.
pub(super) const GLOBAL: &str = "62e90394-69f5-4237-9190-012177145e10";
/// The model of every registered key.
pub(super) const MODEL: &str = "47474747-4747-4747-4747-474747474747";
/// The workspace that gets the logs.
pub(super) const WORKSPACE: &str = "/subscriptions/c1d2e3f4-a5b6-4789-8abc-def012345678/\
    resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/law-entra";
/// The ceremony of both accounts: registration, with a sign-in.
pub(super) const CEREMONY: &str = "2026-02-05T09:00:00Z";

/// A tenant, a plan and a book.
pub(super) struct Sample {
    pub(super) plan: Plan,
    pub(super) book: BookFacts,
    answers: Vec<(String, String, u16, Value)>,
}

fn filtered(path: &str, filter: &str) -> String {
    format!("{path}?$filter={}", encode_segment(filter))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "callers build what they hand over"
)]
fn policy(id: usize, name: &str, users: Value, grant: Value) -> Value {
    json!({
        "id": format!("00000000-0000-0000-0000-0000000000c{id}"),
        "templateId": null,
        "displayName": name,
        "modifiedDateTime": "2026-01-02T10:11:12Z",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": users,
        },
        "grantControls": grant,
        "sessionControls": null,
    })
}

/// Microsoft's phishing-resistant strength.
pub(super) fn strength() -> Value {
    json!({
        "id": "00000000-0000-0000-0000-000000000004",
        "displayName": "Phishing-resistant MFA",
        "policyType": "builtIn",
        "allowedCombinations": ["windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"],
        "combinationConfigurations": [],
    })
}

impl Sample {
    /// Everything as it should be.
    pub(super) fn good() -> Self {
        let plan = plan();
        let began = UtcTime::parse(CEREMONY).unwrap();
        let labels = ["BG1-A", "BG1-B", "BG2-A", "BG2-B"];
        let mut book = BookFacts {
            keys: labels.map(|label| book_key(&plan, label)).to_vec(),
            ..BookFacts::default()
        };
        for key in &mut book.keys {
            key.registered = began;
            key.sealed = Some(began);
            key.pin_proven = Some(began);
        }
        for (record, (alias, label)) in [("BG-1", "BG1-A"), ("BG-2", "BG2-B")].iter().enumerate() {
            book.ceremonies.push(((*alias).to_owned(), began));
            book.sign_ins.push(RecordedSignIn {
                account: (*alias).to_owned(),
                label: (*label).to_owned(),
                at: began,
                record: u64::try_from(record).unwrap() + 1,
            });
        }
        let mut sample = Self {
            plan,
            book,
            answers: Vec::new(),
        };
        sample.directory();
        sample.policies();
        sample.logs();
        sample.azure();
        sample
    }

    fn directory(&mut self) {
        for (alias, id, groups) in [
            ("BG-1", ONE, vec![EXCLUSION, PASSKEY]),
            ("BG-2", TWO, vec![EXCLUSION, PASSKEY]),
        ] {
            let path = format!("/v1.0/users/{id}");
            let user = json!({
                "id": id,
                "userPrincipalName": format!("{alias}@contoso.onmicrosoft.com"),
                "accountEnabled": true,
                "userType": "Member",
                "onPremisesSyncEnabled": null,
                "creationType": null,
            });
            self.add(&format!("user {alias}"), &path, user);
            let activity = json!({
                "id": id,
                "signInActivity": {
                    "lastSignInDateTime": "2026-02-05T09:20:00Z",
                    "lastNonInteractiveSignInDateTime": "2026-02-05T09:40:00Z",
                    "lastSuccessfulSignInDateTime": "2026-02-05T09:20:00Z",
                },
            });
            self.add(&format!("activity {alias}"), &path, activity);
            let groups: Vec<Value> = groups
                .iter()
                .map(|id| json!({"id": id, "displayName": "sg", "isAssignableToRole": true}))
                .collect();
            self.add(
                &format!("groups {alias}"),
                &format!("/v1.0/users/{id}/transitiveMemberOf/microsoft.graph.group"),
                json!({"value": groups}),
            );
            let role = json!({
                "id": "r", "principalId": id, "roleDefinitionId": GLOBAL, "directoryScopeId": "/",
                "startDateTime": null, "endDateTime": null,
                "assignmentType": "Assigned", "memberType": "Direct",
            });
            self.add(
                &format!("roles {alias}"),
                &filtered(
                    "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances",
                    &format!("principalId eq '{id}'"),
                ),
                json!({"value": [role]}),
            );
        }
    }

    fn policies(&mut self) {
        self.add(
            "passkeys",
            "/v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/fido2",
            json!({
                "state": "enabled",
                "isSelfServiceRegistrationAllowed": true,
                "defaultPasskeyProfile": "00000000-0000-0000-0000-000000000001",
                "passkeyProfiles": [{
                    "id": "00000000-0000-0000-0000-000000000001",
                    "name": "Keys in safes",
                    "passkeyTypes": "deviceBound",
                    "attestationEnforcement": "registrationOnly",
                    "keyRestrictions": {
                        "isEnforced": true, "enforcementType": "allow", "aaGuids": [MODEL],
                    },
                }],
                "includeTargets": [{
                    "targetType": "group",
                    "id": PASSKEY,
                    "allowedPasskeyProfiles": ["00000000-0000-0000-0000-000000000001"],
                }],
                "excludeTargets": [],
            }),
        );
        let excluded = json!({
            "includeUsers": ["All"], "excludeUsers": [], "includeGroups": [],
            "excludeGroups": [EXCLUSION], "includeRoles": [], "excludeRoles": [],
        });
        let guests = json!({
            "includeUsers": ["GuestsOrExternalUsers"], "excludeUsers": [], "excludeGroups": [],
        });
        let by_name = json!({"includeUsers": [TWO], "excludeUsers": [], "excludeGroups": []});
        let keys = json!({
            "operator": "OR", "builtInControls": [], "authenticationStrength": strength(),
        });
        let mfa = json!({"operator": "OR", "builtInControls": ["mfa"]});
        let mut services = policy(4, "Services", json!(null), json!(null));
        services["conditions"]["clientApplications"] =
            json!({"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]});
        self.add(
            "policies",
            "/v1.0/identity/conditionalAccess/policies",
            json!({"value": [
                policy(1, "MFA for all", excluded, mfa),
                policy(2, "Block guests", guests, json!({
                    "operator": "OR", "builtInControls": ["block"],
                })),
                policy(3, "Keys for emergency", by_name, keys),
                services,
            ]}),
        );
        self.add(
            "strengths",
            "/v1.0/policies/authenticationStrengthPolicies",
            json!({"value": [strength()]}),
        );
        self.add(
            "defaults",
            "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy",
            json!({"isEnabled": false}),
        );
    }

    fn logs(&mut self) {
        let users = format!("userId eq '{ONE}' or userId eq '{TWO}'");
        let beta = format!(
            "({users}) and signInEventTypes/any(t: t eq 'interactiveUser' or \
             t eq 'nonInteractiveUser')"
        );
        let sign_ins: Vec<Value> = [ONE, TWO]
            .map(|id| sign_in(id, "2026-02-05T09:20:00Z"))
            .into();
        self.add(
            "sign-ins",
            &filtered("/beta/auditLogs/signIns", &beta),
            json!({"value": sign_ins}),
        );
        let of = |id: &str| {
            format!("targetResources/any(t:t/id eq '{id}') or initiatedBy/user/id eq '{id}'")
        };
        let audits = format!(
            "{} or {} or loggedByService eq 'Conditional Access' or \
             (loggedByService eq 'Authentication Methods' and category eq 'PolicyManagement')",
            of(ONE),
            of(TWO)
        );
        self.add(
            "audits",
            &filtered("/v1.0/auditLogs/directoryAudits", &audits),
            json!({"value": []}),
        );
        for (alias, id) in [("BG-1", ONE), ("BG-2", TWO)] {
            self.add(
                &format!("last used {alias}"),
                &format!("/beta/users/{id}/authentication/fido2Methods"),
                json!({"value": []}),
            );
        }
    }

    fn azure(&mut self) {
        self.add(
            "settings",
            "/providers/microsoft.aadiam/diagnosticSettings",
            json!({"value": [{"name": "all", "properties": {
                "workspaceId": WORKSPACE,
                "logs": [
                    {"category": "SignInLogs", "enabled": true},
                    {"category": "AuditLogs", "enabled": true},
                    {"category": "NonInteractiveUserSignInLogs", "enabled": true},
                ],
            }}]}),
        );
        let query = format!("SigninLogs | where UserId == '{ONE}' or UserId == '{TWO}'");
        self.add(
            "rules",
            "/subscriptions/c1d2e3f4-a5b6-4789-8abc-def012345678/providers/Microsoft.Insights/\
             scheduledQueryRules",
            json!({"value": [{"name": "emergency", "properties": {
                "enabled": true, "severity": 0, "evaluationFrequency": "PT5M",
                "scopes": [WORKSPACE],
                "criteria": {"allOf": [
                    {"query": query, "operator": "GreaterThan", "threshold": 0}
                ]},
                "actions": {"actionGroups": ["/subscriptions/x/actionGroups/ag"]},
            }}]}),
        );
        self.add(
            "sentinel",
            &format!(
                "{}/providers/Microsoft.SecurityInsights/alertRules",
                WORKSPACE.to_ascii_lowercase()
            ),
            json!({"value": []}),
        );
    }

    fn add(&mut self, name: &str, path: &str, body: Value) {
        self.answers
            .push((name.to_owned(), path.to_owned(), 200, body));
    }

    /// Answers the sign-in log of v1.0.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers build what they hand over"
    )]
    pub(super) fn add_v1_sign_ins(&mut self, sign_ins: Value) {
        let filter = format!("userId eq '{ONE}' or userId eq '{TWO}'");
        let path = filtered("/v1.0/auditLogs/signIns", &filter);
        self.add("sign-ins v1", &path, json!({"value": sign_ins}));
    }

    /// Answers what models a strength takes.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers build what they hand over"
    )]
    pub(super) fn add_models(&mut self, strength: &str, models: Value) {
        let path = format!(
            "/v1.0/policies/authenticationStrengthPolicies/{strength}/combinationConfigurations"
        );
        self.add("models", &path, json!({"value": models}));
    }

    /// Answers anew.
    pub(super) fn answer(&mut self, name: &str, status: u16, body: Value) {
        let found = self.answers.iter_mut().find(|(other, ..)| other == name);
        let (_, _, its_status, its_body) = found.unwrap();
        (*its_status, *its_body) = (status, body);
    }

    /// Refuses what is asked: no permission.
    pub(super) fn deny(&mut self, name: &str) {
        let body = json!({"error": {"code": "Authorization_RequestDenied", "message": "no"}});
        self.answer(name, 403, body);
    }

    /// Knows nothing of what is asked.
    pub(super) fn lose(&mut self, name: &str) {
        self.answer(
            name,
            404,
            json!({"error": {"code": "Request_ResourceNotFound"}}),
        );
    }

    /// Has no exchange of it at all.
    pub(super) fn forget(&mut self, name: &str) {
        self.answers.retain(|(other, ..)| other != name);
    }

    /// Changes an answer.
    pub(super) fn change(&mut self, name: &str, change: impl FnOnce(&mut Value)) {
        let found = self.answers.iter_mut().find(|(other, ..)| other == name);
        change(&mut found.unwrap().3);
    }

    /// Changes a Conditional Access policy, from 0.
    pub(super) fn change_policy(&mut self, at: usize, change: impl FnOnce(&mut Value)) {
        self.change("policies", |body| change(&mut body["value"][at]));
    }

    /// What such checks find.
    pub(super) fn find(&self, checks: fn(&Judged<'_>) -> Vec<Finding>) -> Vec<Finding> {
        let exchanges: String = self
            .answers
            .iter()
            .map(|(_, path, status, body)| line(path, *status, body))
            .collect();
        let survey = survey_of(&self.plan, &exchanges);
        checks(&Judged {
            survey: &survey,
            plan: &self.plan,
            policy: &self.plan.policy,
            book: &self.book,
            as_of: now(),
        })
    }

    /// What one check finds: verdict, subject and detail of each, a line each.
    pub(super) fn said(
        &self,
        checks: fn(&Judged<'_>) -> Vec<Finding>,
        check: Check,
    ) -> Vec<String> {
        self.find(checks)
            .iter()
            .filter(|finding| finding.check == check)
            .map(|finding| {
                let verdict = finding.verdict.word();
                assert!(
                    finding.fix.is_some() || !matches!(finding.verdict, Verdict::Fail),
                    "nothing to do: {}",
                    finding.detail
                );
                format!("{verdict} {}: {}", finding.subject, finding.detail)
            })
            .collect()
    }
}

/// A sign-in with a key, in a ceremony.
pub(super) fn sign_in(user: &str, at: &str) -> Value {
    json!({
        "userId": user,
        "createdDateTime": at,
        "isInteractive": true,
        "appDisplayName": "Azure Portal",
        "ipAddress": "192.0.2.7",
        "status": {"errorCode": 0},
        "authenticationDetails": [{
            "authenticationMethod": "FIDO2 security key",
            "authenticationMethodDetail": "BG1-A",
            "succeeded": true,
        }],
    })
}
