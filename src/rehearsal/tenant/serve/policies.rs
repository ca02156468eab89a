//! `/policies`: methods, strengths, security defaults, authorization.

use super::method_not_allowed;
use super::no_segment;
use crate::primitives::Guid;
use crate::rehearsal::tenant::access_policy::Strength;
use crate::rehearsal::tenant::call::Call;
use crate::rehearsal::tenant::call::Listing;
use crate::rehearsal::tenant::fault::Verb;
use crate::rehearsal::tenant::http::Answer;
use crate::rehearsal::tenant::policy::Policy;
use crate::rehearsal::tenant::world::VirtualTenant;
use serde_json::Value;
use serde_json::json;

const CONFIGURATIONS: &str = "authenticationMethodConfigurations";
const FIDO2: &str = "#microsoft.graph.fido2AuthenticationMethodConfiguration";

impl VirtualTenant {
    pub(super) fn policies(&mut self, call: &Call<'_>, kind: &str, rest: &[&str]) -> Answer {
        let of_methods = kind == "authenticationMethodsPolicy";
        match (call.verb, rest) {
            (Verb::Get, []) if of_methods => self.methods_policy(call),
            (verb, [configurations, method]) if of_methods && *configurations == CONFIGURATIONS => {
                self.configuration(call, verb, method)
            }
            (Verb::Get, []) if kind == "authenticationStrengthPolicies" => self.strengths(call),
            (Verb::Get, [id, rest @ ..]) if kind == "authenticationStrengthPolicies" => {
                self.strength(call, id, rest)
            }
            (Verb::Get, []) if kind == "identitySecurityDefaultsEnforcementPolicy" => {
                let policy = json!({
                    "id": "00000000-0000-0000-0000-000000000005",
                    "displayName": "Security Defaults",
                    "description": "A set of basic identity security mechanisms.",
                    "isEnabled": self.seen().security_defaults,
                });
                call.object(200, &format!("policies/{kind}/$entity"), policy)
            }
            (Verb::Get, []) if kind == "authorizationPolicy" => {
                let policy = json!({
                    "id": "authorizationPolicy",
                    "deletedDateTime": null,
                    "displayName": "Authorization Policy",
                    "description": "Used to manage authorization related settings.",
                    "allowInvitesFrom": "adminsAndGuestInviters",
                    "allowedToSignUpEmailBasedSubscriptions": false,
                    "allowedToUseSSPR": self.seen().admin_sspr,
                    "allowEmailVerifiedUsersToJoinOrganization": false,
                    "allowUserConsentForRiskyApps": false,
                    "blockMsolPowerShell": true,
                    "guestUserRoleId": "10dae51f-b6af-4016-8d66-8c2a99b929b3",
                    "defaultUserRolePermissions": {
                        "allowedToCreateApps": false,
                        "allowedToCreateSecurityGroups": false,
                        "allowedToReadOtherUsers": true,
                        "permissionGrantPoliciesAssigned": [],
                    },
                });
                call.entity("policies/authorizationPolicy", kind, None, policy)
            }
            (_, []) => method_not_allowed(),
            (_, rest) => no_segment(rest.first().unwrap_or(&kind)),
        }
    }

    fn methods_policy(&self, call: &Call<'_>) -> Answer {
        let seen = self.seen();
        let policy = json!({
            "id": "authenticationMethodsPolicy",
            "displayName": "Authentication Methods Policy",
            "description": "The tenant-wide policy of authentication methods.",
            "lastModifiedDateTime": seen.organisation.created,
            "policyVersion": "1.5",
            "policyMigrationState": "migrationComplete",
            "reconfirmationInDays": null,
            "registrationEnforcement": null,
            CONFIGURATIONS: [seen.policy.json(), seen.pass_policy.json()],
        });
        call.object(200, "policies/authenticationMethodsPolicy/$entity", policy)
    }

    fn configuration(&mut self, call: &Call<'_>, verb: Verb, method: &str) -> Answer {
        let fido2 = method.eq_ignore_ascii_case("fido2");
        let context = format!("{CONFIGURATIONS}/$entity");
        match verb {
            Verb::Get if fido2 => {
                let policy = self.seen().policy.json();
                call.object(200, &context, policy)
            }
            Verb::Get if method.eq_ignore_ascii_case("temporaryAccessPass") => {
                let policy = self.seen().pass_policy.json();
                call.object(200, &context, policy)
            }
            Verb::Patch if fido2 => match self.change_fido2(call) {
                Ok(()) => Answer::empty(204),
                Err(answer) => answer,
            },
            Verb::Get => Answer::not_found(method),
            Verb::Post | Verb::Patch | Verb::Delete => method_not_allowed(),
        }
    }

    /// Takes the members of a policy that may be changed here; what is not named stays.
    fn change_fido2(&mut self, call: &Call<'_>) -> Result<(), Answer> {
        let refuse = |message: &str| Answer::bad_request(message);
        let body: Value = call.body()?;
        let Value::Object(members) = body else {
            return Err(refuse("Invalid request body"));
        };
        if members.get("@odata.type").and_then(Value::as_str) != Some(FIDO2) {
            return Err(refuse(
                "A type named '@odata.type' must be specified in the request body.",
            ));
        }
        let mut policy: Policy = self.history.truth().policy.clone();
        for (name, value) in &members {
            match (name.as_str(), value) {
                ("@odata.type" | "@odata.context" | "id", Value::String(_)) => {}
                ("isSelfServiceRegistrationAllowed", Value::Bool(allowed)) => {
                    policy.self_service = *allowed;
                }
                ("isAttestationEnforced", Value::Bool(enforced)) => {
                    policy.legacy.attested = *enforced;
                }
                ("state", Value::String(state)) if state == "enabled" || state == "disabled" => {
                    policy.enabled = state == "enabled";
                }
                _ => return Err(refuse(&format!("The property '{name}' is not valid."))),
            }
        }
        self.change().policy = policy;
        let activity = "Authentication Methods Policy Update";
        let tenant = self.history.truth().organisation.id;
        self.record(
            "Authentication Methods",
            "PolicyManagement",
            activity,
            tenant,
        );
        Ok(())
    }

    fn strengths(&self, call: &Call<'_>) -> Answer {
        let expanded = match call.option("$expand") {
            None => false,
            Some("combinationConfigurations") => true,
            Some(_) => {
                return Answer::bad_request("Only combinationConfigurations can be expanded.");
            }
        };
        let strengths = &self.seen().strengths;
        let items = strengths.iter().map(|one| one.json(expanded)).collect();
        let listing = Listing {
            context: "policies/authenticationStrengthPolicies",
            kind: "authenticationStrengthPolicy",
            options: &["$filter", "$expand", "$select"],
            filters: &["policyType", "id"],
            ..Listing::plain("", "")
        };
        call.list(self.page_size, &listing, items)
    }

    fn strength(&self, call: &Call<'_>, id: &str, rest: &[&str]) -> Answer {
        let found = Guid::parse(id).and_then(|id| {
            let strengths: &[Strength] = &self.seen().strengths;
            strengths.iter().find(|strength| strength.id == id)
        });
        let Some(strength) = found else {
            return Answer::not_found(id);
        };
        match rest {
            [] => call.object(
                200,
                "policies/authenticationStrengthPolicies/$entity",
                strength.json(true),
            ),
            ["combinationConfigurations"] => {
                let context = format!(
                    "policies/authenticationStrengthPolicies('{id}')/combinationConfigurations"
                );
                let listing = Listing::plain(&context, "authenticationCombinationConfiguration");
                call.list(self.page_size, &listing, strength.configurations())
            }
            rest => no_segment(rest.first().unwrap_or(&id)),
        }
    }
}
