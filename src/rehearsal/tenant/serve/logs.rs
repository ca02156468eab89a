//! `/auditLogs` and registration reports, and how changes get into the log.

use super::method_not_allowed;
use super::no_segment;
use crate::entra::Version;
use crate::primitives::Guid;
use crate::rehearsal::tenant::call::Call;
use crate::rehearsal::tenant::call::Listing;
use crate::rehearsal::tenant::fault::Verb;
use crate::rehearsal::tenant::http::Answer;
use crate::rehearsal::tenant::log::Audit;
use crate::rehearsal::tenant::log::Logged;
use crate::rehearsal::tenant::log::SignIn;
use crate::rehearsal::tenant::log::SignInMethod;
use crate::rehearsal::tenant::organisation::Licence;
use crate::rehearsal::tenant::world::Caller;
use crate::rehearsal::tenant::world::VirtualTenant;
use serde_json::Value;
use serde_json::json;

/// Days that logs are kept: with P1 or P2, and without.
const KEPT: (i64, i64) = (30, 7);

const SIGN_IN_FILTERS: &[&str] = &[
    "userId",
    "createdDateTime",
    "userPrincipalName",
    "appId",
    "status/errorCode",
    "signInEventTypes",
];
const AUDIT_FILTERS: &[&str] = &[
    "activityDateTime",
    "activityDisplayName",
    "category",
    "loggedByService",
    "correlationId",
    "initiatedBy/user/id",
    "initiatedBy/user/userPrincipalName",
    "targetResources/id",
    "targetResources/displayName",
];
const OPTIONS: &[&str] = &["$filter", "$top", "$orderby", "$select"];

impl VirtualTenant {
    pub(super) fn log(&self, call: &Call<'_>, kind: &str) -> Answer {
        if call.verb != Verb::Get {
            return method_not_allowed();
        }
        let premium = self.seen().organisation.has(Licence::P1);
        let days = if premium { KEPT.0 } else { KEPT.1 };
        let oldest = self.clock.utc().plus_days(-days);
        let now = self.clock.elapsed();
        let (items, filters) = match kind {
            "signIns" if !premium => return Answer::no_premium(),
            "signIns" => {
                let mut found: Vec<&Logged<SignIn>> = self
                    .logs
                    .sign_ins
                    .iter()
                    .filter(|logged| logged.readable <= now && logged.entry.at >= oldest)
                    .filter(|logged| logged.entry.interactive || asks_for_quiet(call))
                    .collect();
                found.sort_by_key(|logged| std::cmp::Reverse(logged.entry.at));
                let items = found.into_iter().map(|one| self.sign_in_json(call, one));
                (items.collect::<Vec<Value>>(), SIGN_IN_FILTERS)
            }
            "directoryAudits" => {
                let mut found: Vec<&Logged<Audit>> = self
                    .logs
                    .audits
                    .iter()
                    .filter(|logged| logged.readable <= now && logged.entry.at >= oldest)
                    .collect();
                found.sort_by_key(|logged| std::cmp::Reverse(logged.entry.at));
                let items = found.into_iter().map(|one| self.audit_json(one));
                (items.collect(), AUDIT_FILTERS)
            }
            other => return no_segment(other),
        };
        let context = format!("auditLogs/{kind}");
        let listing = Listing {
            context: &context,
            kind: kind.trim_end_matches('s'),
            options: OPTIONS,
            filters,
            most: 1_000,
            ..Listing::plain("", "")
        };
        call.list(self.page_size, &listing, items)
    }

    /// A sign-in; beta tells the steps of its authentication, once they are there.
    fn sign_in_json(&self, call: &Call<'_>, logged: &Logged<SignIn>) -> Value {
        let entry = &logged.entry;
        let seen = self.seen();
        let account = seen.accounts.get(&entry.user);
        let mut json = json!({
            "id": logged.id,
            "createdDateTime": entry.at,
            "userDisplayName": account.map(|account| &account.display_name),
            "userPrincipalName": account.map(|account| &account.upn),
            "userId": entry.user,
            "appId": "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
            "appDisplayName": entry.app,
            "ipAddress": "192.0.2.10",
            "clientAppUsed": "Browser",
            "correlationId": logged.id,
            "conditionalAccessStatus": "notApplied",
            "isInteractive": entry.interactive,
            "riskDetail": "none",
            "riskLevelAggregated": "none",
            "riskLevelDuringSignIn": "none",
            "riskState": "none",
            "riskEventTypes": [],
            "riskEventTypes_v2": [],
            "resourceDisplayName": "Windows Azure Service Management API",
            "resourceId": "797f4846-ba00-4fd7-ba43-dac1f8f63013",
            "status": {
                "errorCode": entry.error,
                "failureReason": if entry.error == 0 { "Other." } else { "Sign-in failed." },
                "additionalDetails": null,
            },
            "deviceDetail": {
                "deviceId": "",
                "displayName": "",
                "operatingSystem": "Windows10",
                "browser": "Edge 131.0.0",
                "isCompliant": false,
                "isManaged": false,
                "trustType": "",
            },
            "location": {
                "city": "Redmond",
                "state": "Washington",
                "countryOrRegion": "US",
                "geoCoordinates": {"altitude": null, "latitude": 47.68, "longitude": -122.12},
            },
            "appliedConditionalAccessPolicies": [],
        });
        if let (Version::Beta, Some(members)) = (call.version, json.as_object_mut()) {
            let detailed = logged.detailed <= self.clock.elapsed();
            let steps = if detailed { steps(entry) } else { Vec::new() };
            let quiet = !entry.interactive;
            let kind = if quiet {
                "nonInteractiveUser"
            } else {
                "interactiveUser"
            };
            let strong = matches!(entry.method, SignInMethod::Passkey { .. });
            let requirement = if strong {
                "multiFactorAuthentication"
            } else {
                "singleFactorAuthentication"
            };
            members.remove("riskEventTypes");
            members.insert("authenticationRequirement".to_owned(), json!(requirement));
            members.insert("signInEventTypes".to_owned(), json!([kind]));
            members.insert("userType".to_owned(), json!("member"));
            members.insert("authenticationMethodsUsed".to_owned(), json!([]));
            members.insert("authenticationDetails".to_owned(), json!(steps));
        }
        json
    }

    fn audit_json(&self, logged: &Logged<Audit>) -> Value {
        let entry = &logged.entry;
        let seen = self.seen();
        let name = |id: Guid| seen.accounts.get(&id).map(|account| &account.upn);
        let user = entry.by.map(|id| {
            json!({
                "id": id,
                "displayName": null,
                "userPrincipalName": name(id),
                "ipAddress": "192.0.2.10",
            })
        });
        let app = entry.by.is_none().then(|| {
            json!({
                "appId": null,
                "displayName": "glasskey",
                "servicePrincipalId": null,
                "servicePrincipalName": null,
            })
        });
        let kind = if seen.groups.contains_key(&entry.target) {
            "Group"
        } else {
            "User"
        };
        let details = entry.details.iter();
        let details = details.map(|(key, value)| json!({"key": key, "value": value}));
        json!({
            "id": format!("Directory_{}", logged.id),
            "category": entry.category,
            "correlationId": logged.id,
            "result": "success",
            "resultReason": "",
            "activityDisplayName": entry.activity,
            "activityDateTime": entry.at,
            "loggedByService": entry.service,
            "operationType": "Update",
            "initiatedBy": {"user": user, "app": app},
            "targetResources": [{
                "id": entry.target,
                "displayName": null,
                "type": kind,
                "userPrincipalName": name(entry.target),
                "groupType": null,
                "modifiedProperties": [],
            }],
            "additionalDetails": details.collect::<Vec<_>>(),
        })
    }

    pub(super) fn registration_details(&self, call: &Call<'_>, user: &str) -> Answer {
        if call.verb != Verb::Get {
            return method_not_allowed();
        }
        let seen = self.seen();
        if !seen.organisation.has(Licence::P1) {
            return Answer::no_premium();
        }
        let Some(account) = Guid::parse(user).and_then(|id| seen.accounts.get(&id)) else {
            return Answer::not_found(user);
        };
        let mut methods: Vec<&str> = seen
            .passkeys_of(account.id)
            .map(|_| "passKeyDeviceBound")
            .chain(
                seen.methods
                    .iter()
                    .filter(|method| method.account == account.id)
                    .map(|method| method.kind.registered_as()),
            )
            .collect();
        methods.sort_unstable();
        methods.dedup();
        let strong = methods.contains(&"passKeyDeviceBound");
        let weak = methods.iter().any(|name| *name != "passKeyDeviceBound");
        let now = self.clock.utc();
        let details = json!({
            "id": account.id,
            "userPrincipalName": account.upn,
            "userDisplayName": account.display_name,
            "userType": account.user_type.to_lowercase(),
            "isAdmin": !seen.roles_of(account.id, now).is_empty(),
            "isSsprRegistered": weak,
            "isSsprEnabled": seen.admin_sspr,
            "isSsprCapable": weak && seen.admin_sspr,
            "isMfaRegistered": strong || weak,
            "isMfaCapable": strong || weak,
            "isPasswordlessCapable": strong,
            "methodsRegistered": methods,
            "isSystemPreferredAuthenticationMethodEnabled": true,
            "systemPreferredAuthenticationMethods": if strong { vec!["Fido2"] } else { Vec::new() },
            "userPreferredMethodForSecondaryAuthentication": "none",
            "lastUpdatedDateTime": now,
        });
        let context = "reports/authenticationMethods/userRegistrationDetails/$entity";
        call.object(200, context, details)
    }

    /// Keeps that the caller changed an object.
    pub(in crate::rehearsal::tenant) fn record(
        &mut self,
        service: &str,
        category: &str,
        activity: &str,
        target: Guid,
    ) {
        self.record_with(service, category, activity, target, Vec::new());
    }

    pub(super) fn record_with(
        &mut self,
        service: &str,
        category: &str,
        activity: &str,
        target: Guid,
        details: Vec<(String, String)>,
    ) {
        let readable = self.clock.elapsed().saturating_add(self.logs.lag);
        let by = match self.caller {
            Caller::User(id) => Some(id),
            Caller::App => None,
        };
        let audit = Audit {
            at: self.clock.utc(),
            service: service.to_owned(),
            category: category.to_owned(),
            activity: activity.to_owned(),
            by,
            target,
            details,
        };
        self.logs.changed(audit, readable);
    }
}

fn asks_for_quiet(call: &Call<'_>) -> bool {
    call.version == Version::Beta
        && call
            .option("$filter")
            .is_some_and(|filter| filter.contains("nonInteractiveUser"))
}

fn steps(entry: &SignIn) -> Vec<Value> {
    let step = |method: &str, detail: Option<String>, result: Option<&str>| {
        json!({
            "authenticationStepDateTime": entry.at,
            "authenticationMethod": method,
            "authenticationMethodDetail": detail,
            "succeeded": entry.error == 0,
            "authenticationStepResultDetail": result,
            "authenticationStepRequirement": "Primary authentication",
        })
    };
    match &entry.method {
        SignInMethod::Passkey { name, aaguid } => vec![
            step(
                "Passkey (device-bound)",
                Some(format!("{name} - {aaguid}")),
                None,
            ),
            step(
                "Other",
                None,
                Some("MFA requirement satisfied by multi-factor device"),
            ),
        ],
        SignInMethod::Password => {
            vec![step("Password", Some("Password in the cloud".into()), None)]
        }
        SignInMethod::PreviouslySatisfied => vec![step(
            "Previously satisfied",
            None,
            Some("First factor requirement satisfied by claim in the token"),
        )],
    }
}
