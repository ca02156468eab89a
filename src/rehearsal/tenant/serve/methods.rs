//! `/users/{id}/authentication`: passkeys and all methods together.

use super::method_not_allowed;
use super::no_segment;
use crate::entra::MethodId;
use crate::entra::Version;
use crate::rehearsal::tenant::account::Account;
use crate::rehearsal::tenant::account::Passkey;
use crate::rehearsal::tenant::call::Call;
use crate::rehearsal::tenant::call::Listing;
use crate::rehearsal::tenant::fault::Verb;
use crate::rehearsal::tenant::http::Answer;
use crate::rehearsal::tenant::options;
use crate::rehearsal::tenant::options::CHALLENGE_LIFE;
use crate::rehearsal::tenant::world::VirtualTenant;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

/// The id of every account's password.
const PASSWORD: &str = "28c10230-6103-485e-b985-444c60001490";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Rename {
    #[serde(rename = "@odata.type")]
    _odata_type: Option<String>,
    display_name: String,
}

/// A passkey; beta tells when it was used.
fn passkey(version: Version, passkey: &Passkey) -> Value {
    let mut json = json!({
        "id": MethodId::of_credential(&passkey.credential).as_str(),
        "displayName": passkey.display_name,
        "createdDateTime": passkey.created,
        "aaGuid": passkey.aaguid,
        "model": "",
        "attestationCertificates": passkey.thumbprint.iter().collect::<Vec<_>>(),
        "attestationLevel":
            if passkey.thumbprint.is_some() { "attested" } else { "notAttested" },
        "passkeyType": if passkey.synced { "synced" } else { "deviceBound" },
    });
    if let (Version::Beta, Some(members)) = (version, json.as_object_mut()) {
        members.insert("lastUsedDateTime".to_owned(), json!(passkey.last_used));
    }
    json
}

fn typed(kind: &str, mut object: Value) -> Value {
    if let Some(members) = object.as_object_mut() {
        let kind = format!("#microsoft.graph.{kind}AuthenticationMethod");
        members.insert("@odata.type".to_owned(), json!(kind));
    }
    object
}

fn context(account: &Account, end: &str) -> String {
    format!("users('{}')/authentication/fido2Methods{end}", account.id)
}

impl VirtualTenant {
    pub(super) fn methods_of(
        &mut self,
        call: &Call<'_>,
        account: &Account,
        rest: &[&str],
    ) -> Answer {
        match (call.verb, rest) {
            (Verb::Get, ["methods"]) => self.all_methods(call, account),
            (Verb::Get, ["fido2Methods"]) => {
                let passkeys = self.seen().passkeys_of(account.id);
                let items = passkeys.map(|one| passkey(call.version, one)).collect();
                let listing = Listing::plain("", "fido2AuthenticationMethod");
                let context = context(account, "");
                let listing = Listing {
                    context: &context,
                    ..listing
                };
                call.list(self.page_size, &listing, items)
            }
            (Verb::Post, ["fido2Methods"]) => self.add_fido2(call, account),
            (Verb::Get, ["fido2Methods", function]) if function.starts_with("creationOptions") => {
                match life(call, function) {
                    Some(life) => self.options(call, account, life),
                    None => Answer::bad_request("The challenge timeout is not valid."),
                }
            }
            (Verb::Get | Verb::Delete | Verb::Patch, ["fido2Methods", method]) => self
                .one_method(call, account, method)
                .unwrap_or_else(|answer| answer),
            (Verb::Post | Verb::Patch | Verb::Delete, ["fido2Methods" | "methods", ..]) => {
                method_not_allowed()
            }
            (_, rest) => no_segment(rest.first().unwrap_or(&"authentication")),
        }
    }

    fn all_methods(&self, call: &Call<'_>, account: &Account) -> Answer {
        let seen = self.seen();
        let now = self.clock.utc();
        let passkeys = seen.passkeys_of(account.id);
        let passkeys = passkeys.map(|one| typed("fido2", passkey(call.version, one)));
        let passes = seen.passes.iter().filter(|pass| pass.account == account.id);
        let passes = passes.map(|pass| {
            let enabled = seen.pass_policy.enabled;
            typed("temporaryAccessPass", pass.json(now, enabled, None))
        });
        let others = seen
            .methods
            .iter()
            .filter(|method| method.account == account.id)
            .filter(|method| call.version == Version::Beta || method.kind.is_in_v1())
            .map(crate::rehearsal::tenant::method::Method::json);
        let password = json!({
            "id": PASSWORD,
            "password": null,
            "createdDateTime": account.password_changed,
        });
        let items = passkeys
            .chain(passes)
            .chain(others)
            .chain([typed("password", password)])
            .collect();
        let context = format!("users('{}')/authentication/methods", account.id);
        call.list(
            self.page_size,
            &Listing::plain(&context, "authenticationMethod"),
            items,
        )
    }

    fn options(&mut self, call: &Call<'_>, account: &Account, life: Duration) -> Answer {
        let now = self.clock.elapsed();
        let seconds = i64::try_from(life.as_secs()).unwrap_or(0);
        let expires = self.clock.utc().plus_seconds(seconds).to_string();
        let challenge = self
            .challenges
            .issue(account.id, now, life, self.entropy.as_mut());
        let held: Vec<&Passkey> = self.seen().passkeys_of(account.id).collect();
        let body = options::body(account, &challenge, &expires, &held, self.encoding);
        call.object(
            200,
            "microsoft.graph.webauthnCredentialCreationOptions",
            body,
        )
    }

    fn add_fido2(&mut self, call: &Call<'_>, account: &Account) -> Answer {
        if let Err(answer) = self.may_change(account.id) {
            return answer;
        }
        match self.register(account.id, call.body) {
            Ok(made) => {
                let created = passkey(call.version, &made);
                let details = [
                    ("AAGuid".to_owned(), made.aaguid.to_string()),
                    ("DisplayName".to_owned(), made.display_name.clone()),
                ];
                self.change().passkeys.push(made);
                self.record_with(
                    "Authentication Methods",
                    "UserManagement",
                    "Admin registered security info",
                    account.id,
                    details.to_vec(),
                );
                call.object(201, &context(account, "/$entity"), created)
            }
            Err(answer) => answer,
        }
    }

    fn one_method(
        &mut self,
        call: &Call<'_>,
        account: &Account,
        id: &str,
    ) -> Result<Answer, Answer> {
        let credential = MethodId::new(id).and_then(|id| id.credential());
        let means = |one: &&Passkey| Some(&one.credential) == credential.as_ref();
        let found = self.seen().passkeys_of(account.id).find(means).cloned();
        let Some(found) = found else {
            return Err(Answer::not_found(id));
        };
        if call.verb == Verb::Get {
            let shown = passkey(call.version, &found);
            return Ok(call.object(200, &context(account, "/$entity"), shown));
        }
        self.may_change(account.id)?;
        let name = match call.verb {
            Verb::Patch => Some(call.body::<Rename>()?.display_name),
            Verb::Get | Verb::Post | Verb::Delete => None,
        };
        let passkeys = &mut self.change().passkeys;
        let activity = if let Some(name) = name {
            let renamed = passkeys
                .iter_mut()
                .find(|one| one.credential == found.credential);
            if let Some(one) = renamed {
                one.display_name = name;
            }
            "Admin updated security info"
        } else {
            passkeys.retain(|one| one.credential != found.credential);
            "Admin deleted security info"
        };
        self.record(
            "Authentication Methods",
            "UserManagement",
            activity,
            account.id,
        );
        Ok(Answer::empty(204))
    }
}

/// How long the challenge is asked to live; `None` if it may not live so long.
fn life(call: &Call<'_>, function: &str) -> Option<Duration> {
    let inside = match function {
        "creationOptions" | "creationOptions()" => call.option("challengeTimeoutInMinutes"),
        other => other
            .strip_prefix("creationOptions(challengeTimeoutInMinutes=")?
            .strip_suffix(')'),
    };
    match (inside, call.version) {
        (None, _) => Some(CHALLENGE_LIFE),
        (Some(minutes), Version::Beta) => {
            let minutes: u64 = minutes.parse().ok()?;
            (5..=43_200)
                .contains(&minutes)
                .then(|| Duration::from_mins(minutes))
        }
        (Some(_), Version::V1 | Version::Arm) => None,
    }
}
