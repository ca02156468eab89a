//! The exchanges: which path is answered by what.

use super::account::Account;
use super::fault::Trouble;
use super::fault::Verb;
use super::graph_json;
use super::http::Answer;
use super::options;
use super::options::CHALLENGE_LIFE;
use super::world::VirtualTenant;
use crate::entra::Get;
use crate::entra::MethodId;
use crate::entra::NoReply;
use crate::entra::Reply;
use crate::entra::Target;
use crate::entra::Tenant;
use crate::entra::TenantWrite;
use crate::entra::Version;
use crate::entra::Write;
use crate::entra::WriteMethod;
use crate::primitives::Guid;
use serde_json::Value;
use serde_json::json;

impl Tenant for VirtualTenant {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        self.waves += 1;
        let replies = wave
            .iter()
            .map(|get| {
                let path = path(get.version, &get.target);
                *self.reads.entry(path).or_default() += 1;
                self.exchange(Verb::Get, get.version, &get.target, &[])
            })
            .collect();
        self.clock.wait(self.latency);
        replies
    }
}

impl TenantWrite for VirtualTenant {
    fn send(&mut self, write: &Write) -> Reply {
        let (verb, name) = match write.method {
            WriteMethod::Post => (Verb::Post, "POST"),
            WriteMethod::Patch => (Verb::Patch, "PATCH"),
            WriteMethod::Delete => (Verb::Delete, "DELETE"),
        };
        let path = path(write.version, &write.target);
        *self.writes.entry(format!("{name} {path}")).or_default() += 1;
        let reply = self.exchange(verb, write.version, &write.target, write.body.expose());
        self.clock.wait(self.latency);
        reply
    }
}

fn path(version: Version, target: &str) -> String {
    let path = target.split('?').next().unwrap_or_default();
    format!("{}{path}", version.path())
}

impl VirtualTenant {
    fn exchange(&mut self, verb: Verb, version: Version, target: &str, body: &[u8]) -> Reply {
        let trouble = self.faults.strike(verb, &path(version, target));
        let answer = match trouble {
            Some(Trouble::RequestLost) => {
                return Err(NoReply::MayHaveHappened("the connection was reset".into()));
            }
            Some(Trouble::Throttled(seconds)) => Answer::throttled(seconds),
            Some(Trouble::Unavailable) => {
                Answer::error(503, "serviceNotAvailable", "The service is not available.")
            }
            Some(Trouble::Forbidden) => Answer::forbidden(),
            Some(Trouble::NoLicence) => Answer::error(
                403,
                "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                "Neither tenant is B2C or tenant doesn't have premium license",
            ),
            Some(Trouble::AnswerLost | Trouble::Garbled) | None => {
                self.answer(verb, version, target, body)
            }
        };
        let mut reply = answer.send(self.clock.utc(), self.entropy.as_mut());
        match trouble {
            Some(Trouble::AnswerLost) => {
                return Err(NoReply::MayHaveHappened("the connection was reset".into()));
            }
            Some(Trouble::Garbled) => reply.body = b"<html>".to_vec(),
            Some(
                Trouble::RequestLost
                | Trouble::Throttled(_)
                | Trouble::Unavailable
                | Trouble::Forbidden
                | Trouble::NoLicence,
            )
            | None => {}
        }
        Ok(reply)
    }

    fn answer(&mut self, verb: Verb, version: Version, target: &str, body: &[u8]) -> Answer {
        let Some(target) = Target::parse(target) else {
            return Answer::error(400, "BadRequest", "The request URI is malformed.");
        };
        if let Some(seconds) = self.throttle.count(&target, self.clock.elapsed()) {
            return Answer::throttled(Some(seconds));
        }
        let segments: Vec<&str> = target.segments.iter().map(String::as_str).collect();
        match segments.as_slice() {
            ["users", user, rest @ ..] => match self.account(user) {
                Some(account) => self.user(verb, version, &account, rest, &target, body),
                None => Answer::not_found(user),
            },
            [
                "policies",
                "authenticationMethodsPolicy",
                "authenticationMethodConfigurations",
                method,
            ] if method.eq_ignore_ascii_case("fido2") => match verb {
                Verb::Get => Answer::json(200, self.policy.json()),
                Verb::Post | Verb::Patch | Verb::Delete => method_not_allowed(),
            },
            _ => no_segment(segments.first().unwrap_or(&"")),
        }
    }

    fn account(&self, key: &str) -> Option<Account> {
        let id = Guid::parse(key);
        self.accounts
            .values()
            .find(|account| Some(account.id) == id || account.upn.eq_ignore_ascii_case(key))
            .cloned()
    }

    fn user(
        &mut self,
        verb: Verb,
        version: Version,
        account: &Account,
        rest: &[&str],
        target: &Target,
        body: &[u8],
    ) -> Answer {
        match (verb, rest) {
            (Verb::Get, []) => graph_json::user(account, target.option("$select")),
            (Verb::Get, ["transitiveMemberOf", "microsoft.graph.group"]) => {
                self.groups_page(version, account, target)
            }
            (Verb::Get, ["authentication", "methods"]) => self.all_methods(account),
            (Verb::Get, ["authentication", "fido2Methods"]) => {
                let methods = self.shown(account.id);
                let list: Vec<Value> = methods.into_iter().map(graph_json::method).collect();
                Answer::json(
                    200,
                    graph_json::with_context(&context(account, ""), json!({ "value": list })),
                )
            }
            (Verb::Post, ["authentication", "fido2Methods"]) => self.post_method(account, body),
            (
                Verb::Get,
                [
                    "authentication",
                    "fido2Methods",
                    "creationOptions" | "creationOptions()",
                ],
            ) => self.options(account),
            (Verb::Get | Verb::Delete, ["authentication", "fido2Methods", method]) => {
                self.one_method(verb, account, method)
            }
            (Verb::Post | Verb::Patch | Verb::Delete, ["authentication", "fido2Methods", ..]) => {
                method_not_allowed()
            }
            (_, rest) => no_segment(rest.first().unwrap_or(&"users")),
        }
    }

    fn groups_page(&self, version: Version, account: &Account, target: &Target) -> Answer {
        let groups = self.groups_of(account.id);
        let skip: usize = target
            .option("$skiptoken")
            .and_then(|token| token.parse().ok())
            .unwrap_or(0);
        let select = target.option("$select");
        let page: Result<Vec<Value>, Answer> = groups
            .iter()
            .filter_map(|id| self.groups.get(id))
            .skip(skip)
            .take(self.page_size)
            .map(|group| graph_json::group(group, select))
            .collect();
        let page = match page {
            Ok(page) => page,
            Err(answer) => return answer,
        };
        let mut body = json!({ "value": page });
        let next = skip.saturating_add(self.page_size);
        if next < groups.len()
            && let Some(members) = body.as_object_mut()
        {
            let select = select.map(|list| format!("$select={list}&"));
            let link = format!(
                "https://graph.microsoft.com{}/users/{}/transitiveMemberOf/microsoft.graph.group\
                 ?{}$skiptoken={next}",
                version.path(),
                account.id,
                select.unwrap_or_default()
            );
            members.insert("@odata.nextLink".to_owned(), Value::String(link));
        }
        Answer::json(200, graph_json::with_context("groups", body))
    }

    fn all_methods(&self, account: &Account) -> Answer {
        let passkeys = self.shown(account.id).into_iter().map(|registered| {
            let mut method = graph_json::method(registered);
            if let Some(members) = method.as_object_mut() {
                members.insert(
                    "@odata.type".to_owned(),
                    json!("#microsoft.graph.fido2AuthenticationMethod"),
                );
            }
            method
        });
        let password = json!({
            "@odata.type": "#microsoft.graph.passwordAuthenticationMethod",
            "id": "28c10230-6103-485e-b985-444c60001490",
            "password": null,
            "createdDateTime": account.created,
        });
        let list: Vec<Value> = passkeys.chain([password]).collect();
        let context = format!("users('{}')/authentication/methods", account.id);
        Answer::json(
            200,
            graph_json::with_context(&context, json!({ "value": list })),
        )
    }

    fn options(&mut self, account: &Account) -> Answer {
        let now = self.clock.elapsed();
        let life = i64::try_from(CHALLENGE_LIFE.as_secs()).unwrap_or(0);
        let expires = self.clock.utc().plus_seconds(life).to_string();
        let challenge = self
            .challenges
            .issue(account.id, now, self.entropy.as_mut());
        let methods = self.shown(account.id);
        Answer::json(
            200,
            options::body(account, &challenge, &expires, &methods, self.encoding),
        )
    }

    fn post_method(&mut self, account: &Account, body: &[u8]) -> Answer {
        match self.register(account.id, body) {
            Ok(registered) => {
                let created = graph_json::method(&registered);
                self.registered.push(registered);
                Answer::json(
                    201,
                    graph_json::with_context(&context(account, "/$entity"), created),
                )
            }
            Err(answer) => answer,
        }
    }

    fn one_method(&mut self, verb: Verb, account: &Account, id: &str) -> Answer {
        let now = self.clock.elapsed();
        let until = now.saturating_add(self.delay);
        let named = MethodId::new(id).and_then(|id| id.credential());
        let Some(method) = self.registered.iter_mut().find(|method| {
            method.account == account.id
                && method.is_shown(now)
                && Some(&method.credential) == named.as_ref()
        }) else {
            return Answer::not_found(id);
        };
        match verb {
            Verb::Delete => {
                method.shown_until = method.shown_until.or(Some(until));
                Answer::empty(204)
            }
            Verb::Get | Verb::Post | Verb::Patch => Answer::json(
                200,
                graph_json::with_context(&context(account, "/$entity"), graph_json::method(method)),
            ),
        }
    }
}

fn context(account: &Account, end: &str) -> String {
    format!("users('{}')/authentication/fido2Methods{end}", account.id)
}

fn no_segment(segment: &str) -> Answer {
    Answer::error(
        400,
        "BadRequest",
        &format!("Resource not found for the segment '{segment}'."),
    )
}

fn method_not_allowed() -> Answer {
    Answer::error(
        405,
        "methodNotAllowed",
        "The method is not supported for this URL.",
    )
}
