//! `/users` and `/me`.

use super::method_not_allowed;
use super::no_segment;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::primitives::UtcTime;
use crate::rehearsal::tenant::account::Account;
use crate::rehearsal::tenant::call::Call;
use crate::rehearsal::tenant::call::Listing;
use crate::rehearsal::tenant::fault::Verb;
use crate::rehearsal::tenant::http::Answer;
use crate::rehearsal::tenant::organisation::Licence;
use crate::rehearsal::tenant::permissions::LOGS;
use crate::rehearsal::tenant::permissions::Service;
use crate::rehearsal::tenant::world::Caller;
use crate::rehearsal::tenant::world::VirtualTenant;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

/// What a user shows without `$select`.
const USUAL: &[&str] = &[
    "id",
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
];

/// What Graph takes of a new or changed account; any other member is refused.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Body {
    #[serde(rename = "@odata.type")]
    _odata_type: Option<String>,
    account_enabled: Option<bool>,
    display_name: Option<String>,
    mail_nickname: Option<String>,
    user_principal_name: Option<String>,
    password_policies: Option<String>,
    password_profile: Option<PasswordProfile>,
    #[serde(rename = "usageLocation")]
    _usage_location: Option<String>,
    user_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PasswordProfile {
    #[serde(rename = "@odata.type")]
    _odata_type: Option<String>,
    password: Option<String>,
    force_change_password_next_sign_in: Option<bool>,
    force_change_password_next_sign_in_with_mfa: Option<bool>,
}

impl PasswordProfile {
    /// Whether the next sign-in must change the password: so unless it is said that it need not.
    fn must_change(&self) -> bool {
        self.force_change_password_next_sign_in
            .unwrap_or(self.password.is_some())
            || self.force_change_password_next_sign_in_with_mfa == Some(true)
    }
}

impl VirtualTenant {
    /// All members of a user but its activity.
    pub(super) fn user_members(&self, account: &Account) -> Value {
        json!({
            "id": account.id,
            "deletedDateTime": null,
            "userPrincipalName": account.upn,
            "displayName": account.display_name,
            "accountEnabled": account.enabled,
            "userType": account.user_type,
            "onPremisesSyncEnabled": account.synced,
            "onPremisesImmutableId": account.immutable_id,
            "onPremisesLastSyncDateTime": null,
            "passwordPolicies": account.password_policies,
            "lastPasswordChangeDateTime": account.password_changed,
            "createdDateTime": account.created,
            "creationType": null,
            "isManagementRestricted": self.seen().is_restricted(account.id),
            "signInSessionsValidFromDateTime": account.sessions_valid_from,
            "mailNickname": account.mail_nickname,
            "passwordProfile": null,
            "usageLocation": null,
            "businessPhones": [],
            "otherMails": [],
            "identities": [],
            "assignedLicenses": [],
            "givenName": null,
            "surname": null,
            "jobTitle": null,
            "mail": null,
            "mobilePhone": null,
            "officeLocation": null,
            "preferredLanguage": null,
        })
    }

    pub(super) fn me(&self, call: &Call<'_>) -> Answer {
        let account = match self.caller {
            Caller::User(id) => self.seen().accounts.get(&id),
            Caller::App => None,
        };
        match account {
            Some(account) => {
                let all = self.user_members(account);
                call.entity("users", "user", Some(USUAL), all)
            }
            None => Answer::error(
                400,
                "BadRequest",
                "/me request is only valid with delegated authentication flow.",
            ),
        }
    }

    pub(super) fn users(&mut self, call: &Call<'_>) -> Answer {
        match call.verb {
            Verb::Get => {
                let all = self.seen().accounts.values();
                let all = all.map(|account| self.user_members(account)).collect();
                let listing = Listing {
                    context: "users",
                    kind: "user",
                    options: &["$select", "$filter", "$top", "$count"],
                    filters: &["userPrincipalName", "displayName", "accountEnabled", "id"],
                    usual: Some(USUAL),
                    ..Listing::plain("", "")
                };
                call.list(self.page_size, &listing, all)
            }
            Verb::Post => self.create(call).unwrap_or_else(|answer| answer),
            Verb::Patch | Verb::Delete => method_not_allowed(),
        }
    }

    pub(super) fn user(&mut self, call: &Call<'_>, account: &Account, rest: &[&str]) -> Answer {
        match (call.verb, rest) {
            (Verb::Get, []) => self.one_user(call, account),
            (Verb::Patch, []) => self
                .update(call, account.id)
                .unwrap_or_else(|answer| answer),
            (Verb::Delete, []) => {
                self.change().delete(account.id);
                Answer::empty(204)
            }
            (Verb::Post, []) => method_not_allowed(),
            (Verb::Post, ["revokeSignInSessions"]) => {
                let now = self.clock.utc();
                if let Some(account) = self.change().accounts.get_mut(&account.id) {
                    account.sessions_valid_from = now;
                }
                call.object(200, "Edm.Boolean", json!({"value": true}))
            }
            (Verb::Get, ["memberOf" | "transitiveMemberOf", ..])
            | (Verb::Post, ["checkMemberGroups"]) => self.memberships(call, account.id, rest),
            (_, ["authentication", "temporaryAccessPassMethods", rest @ ..]) => {
                self.passes_of(call, account, rest)
            }
            (_, ["authentication", rest @ ..]) => self.methods_of(call, account, rest),
            (_, rest) => no_segment(rest.first().unwrap_or(&"users")),
        }
    }

    fn one_user(&self, call: &Call<'_>, account: &Account) -> Answer {
        if let Err(answer) = call.takes(&["$select", "$expand"]) {
            return answer;
        }
        let asked = call.option("$select").unwrap_or_default();
        let mut members = self.user_members(account);
        if asked.split(',').any(|name| name.trim() == "signInActivity") {
            match self.activity(call, account) {
                Ok(activity) => {
                    if let (Some(members), Some(activity)) = (members.as_object_mut(), activity) {
                        members.insert("signInActivity".to_owned(), activity);
                    } else {
                        // Whoever never signed in shows none.
                        let others: Vec<&str> = asked
                            .split(',')
                            .filter(|n| *n != "signInActivity")
                            .collect();
                        return call.object(
                            200,
                            &format!("users({asked})/$entity"),
                            kept(&members, &others),
                        );
                    }
                }
                Err(answer) => return answer,
            }
        }
        call.entity("users", "user", Some(USUAL), members)
    }

    /// `signInActivity`; `None` if the account never signed in.
    fn activity(&self, call: &Call<'_>, account: &Account) -> Result<Option<Value>, Answer> {
        let key = call.target.segments.get(1).map(String::as_str);
        if key.and_then(Guid::parse).is_none() {
            return Err(Answer::error(
                400,
                "400",
                "Get By Key only supports UserId and the key has to be a valid Guid",
            ));
        }
        if !self.permissions.any(LOGS) {
            return Err(Service::Logs.denied(LOGS));
        }
        if !self.seen().organisation.has(Licence::P1) {
            return Err(Answer::no_premium());
        }
        let times = |wanted: fn(&crate::rehearsal::tenant::log::SignIn) -> bool| {
            let now = self.clock.elapsed();
            self.logs
                .sign_ins
                .iter()
                .filter(|logged| logged.readable <= now && logged.entry.user == account.id)
                .filter(|logged| wanted(&logged.entry))
                .max_by_key(|logged| logged.entry.at)
                .map(|logged| (logged.entry.at, logged.id))
        };
        let before = account.active_before.map(|at| (at, account.id));
        let attempt = times(|entry| entry.interactive).or(before);
        let quiet = times(|entry| !entry.interactive);
        let success = times(|entry| entry.error == 0).or(before);
        if attempt.is_none() && quiet.is_none() {
            return Ok(None);
        }
        let at = |time: Option<(UtcTime, Guid)>| time.map(|(at, _)| at);
        let request = |time: Option<(UtcTime, Guid)>| time.map(|(_, id)| id);
        Ok(Some(json!({
            "lastSignInDateTime": at(attempt),
            "lastSignInRequestId": request(attempt),
            "lastNonInteractiveSignInDateTime": at(quiet),
            "lastNonInteractiveSignInRequestId": request(quiet),
            "lastSuccessfulSignInDateTime": at(success),
            "lastSuccessfulSignInRequestId": request(success),
        })))
    }

    fn create(&mut self, call: &Call<'_>) -> Result<Answer, Answer> {
        let body: Body = call.body()?;
        let (Some(enabled), Some(name), Some(nickname), Some(upn)) = (
            body.account_enabled,
            body.display_name.as_deref(),
            body.mail_nickname.as_deref(),
            body.user_principal_name.as_deref(),
        ) else {
            return Err(invalid("One or more required properties are missing."));
        };
        let profile = body.password_profile.as_ref();
        let password = profile.and_then(|profile| profile.password.as_deref());
        let Some(password) = password else {
            return Err(invalid(
                "A password must be specified to create a new user.",
            ));
        };
        self.upn_may_be(upn, None)?;
        if nickname.is_empty() || nickname.contains(['@', ' ']) {
            return Err(invalid(
                "Invalid value specified for property 'mailNickname'.",
            ));
        }
        self.keep_password(password)?;
        let now = self.clock.utc();
        let id = self.fresh_guid();
        let mut account = Account::new(id, upn, name, now);
        account.enabled = enabled;
        account.mail_nickname = Some(nickname.to_owned());
        account.password_policies = body.password_policies;
        account.must_change_password = profile.is_some_and(PasswordProfile::must_change);
        if let Some(user_type) = body.user_type {
            account.user_type = user_type;
        }
        let all = self.user_members(&account);
        self.change().accounts.insert(id, account);
        self.record("Core Directory", "UserManagement", "Add user", id);
        Ok(call.object(201, "users/$entity", kept(&all, USUAL)))
    }

    fn update(&mut self, call: &Call<'_>, id: Guid) -> Result<Answer, Answer> {
        let body: Body = call.body()?;
        self.may_change(id)?;
        if let Some(upn) = &body.user_principal_name {
            self.upn_may_be(upn, Some(id))?;
        }
        let profile = body.password_profile;
        if let Some(password) = profile.as_ref().and_then(|p| p.password.as_deref()) {
            self.keep_password(password)?;
        }
        let now = self.clock.utc();
        let Some(account) = self.change().accounts.get_mut(&id) else {
            return Err(Answer::not_found(&id.to_string()));
        };
        if let Some(enabled) = body.account_enabled {
            account.enabled = enabled;
        }
        if let Some(name) = body.display_name {
            account.display_name = name;
        }
        if let Some(nickname) = body.mail_nickname {
            account.mail_nickname = Some(nickname);
        }
        if let Some(upn) = body.user_principal_name {
            account.upn = upn;
        }
        if let Some(policies) = body.password_policies {
            account.password_policies = Some(policies);
        }
        if let Some(user_type) = body.user_type {
            account.user_type = user_type;
        }
        if let Some(profile) = profile {
            account.must_change_password = profile.must_change();
            if profile.password.is_some() {
                account.password_changed = now;
                account.sessions_valid_from = now;
            }
        }
        self.record("Core Directory", "UserManagement", "Update user", id);
        Ok(Answer::empty(204))
    }

    fn upn_may_be(&self, upn: &str, own: Option<Guid>) -> Result<(), Answer> {
        let truth = self.history.truth();
        let verified = |domain: &str| {
            let domains = &truth.organisation.domains;
            domains
                .iter()
                .any(|one| one.name.eq_ignore_ascii_case(domain))
        };
        let allowed = |name: &str| {
            !name.is_empty()
                && name.len() <= 64
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "'.-_!#^~".contains(c))
        };
        match upn.split_once('@') {
            Some((name, domain)) if allowed(name) && verified(domain) => {}
            _ => {
                return Err(invalid(
                    "Property userPrincipalName is invalid: the domain portion must be a verified \
                     domain of the organization.",
                ));
            }
        }
        if truth
            .account(upn)
            .is_some_and(|other| Some(other.id) != own)
        {
            return Err(invalid(
                "Another object with the same value for property userPrincipalName already exists.",
            ));
        }
        Ok(())
    }

    fn keep_password(&mut self, password: &str) -> Result<(), Answer> {
        let classes = [
            password.chars().any(|c| c.is_ascii_lowercase()),
            password.chars().any(|c| c.is_ascii_uppercase()),
            password.chars().any(|c| c.is_ascii_digit()),
            password.chars().any(|c| !c.is_ascii_alphanumeric()),
        ];
        let strong = classes.into_iter().filter(|class| *class).count() >= 3;
        if !strong || !(8..=256).contains(&password.chars().count()) {
            return Err(invalid(
                "The specified password does not comply with password complexity requirements.",
            ));
        }
        self.secrets.push(Secret::new(password.to_owned()));
        Ok(())
    }

    /// Refuses to change an object that the caller may not.
    pub(super) fn may_change(&self, id: Guid) -> Result<(), Answer> {
        let truth = self.history.truth();
        if truth.is_restricted(id) && !self.of_the_unit {
            return Err(Answer::error(
                403,
                "Authorization_RequestDenied",
                "Insufficient privileges to complete the operation. Target object is a member of a \
                 restricted management administrative unit and can only be modified by \
                 administrators scoped to that administrative unit.",
            ));
        }
        let administers = !truth.roles_of(id, self.clock.utc()).is_empty();
        if administers && !self.privileged {
            return Err(Service::Directory.denied(&[]));
        }
        Ok(())
    }
}

/// The members of an object with these names.
fn kept(all: &Value, names: &[&str]) -> Value {
    names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), all.get(*name)?.clone())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn invalid(message: &str) -> Answer {
    Answer::error(400, "Request_BadRequest", message)
}
