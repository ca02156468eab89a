//! The exchanges: faults, throttles and permissions first, then whoever answers for the path.

mod access;
mod apps;
mod azure;
mod groups;
mod logs;
mod members;
mod methods;
mod organisation;
mod passes;
mod policies;
mod roles;
mod schedules;
mod users;

use super::call::Call;
use super::fault::Trouble;
use super::fault::Verb;
use super::http::Answer;
use super::world::VirtualTenant;
use crate::entra::Get;
use crate::entra::HttpReply;
use crate::entra::NoReply;
use crate::entra::Reply;
use crate::entra::Target;
use crate::entra::Tenant;
use crate::entra::TenantWrite;
use crate::entra::Version;
use crate::entra::Write;
use crate::entra::WriteMethod;

/// A request before it is understood.
struct Arrived<'a> {
    verb: Verb,
    version: Version,
    target: &'a str,
    body: &'a [u8],
    eventual: bool,
}

impl Tenant for VirtualTenant {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        self.take_deeds();
        self.waves += 1;
        let replies = wave
            .iter()
            .map(|get| {
                let path = path(get.version, &get.target);
                *self.reads.entry(path).or_default() += 1;
                self.exchange(&Arrived {
                    verb: Verb::Get,
                    version: get.version,
                    target: &get.target,
                    body: &[],
                    eventual: get.eventual,
                })
            })
            .collect();
        self.clock.wait(self.latency);
        replies
    }
}

impl TenantWrite for VirtualTenant {
    fn send(&mut self, write: &Write) -> Reply {
        self.take_deeds();
        let (verb, name) = match write.method {
            WriteMethod::Post => (Verb::Post, "POST"),
            WriteMethod::Patch => (Verb::Patch, "PATCH"),
            WriteMethod::Delete => (Verb::Delete, "DELETE"),
        };
        let path = path(write.version, &write.target);
        *self.writes.entry(format!("{name} {path}")).or_default() += 1;
        let reply = self.exchange(&Arrived {
            verb,
            version: write.version,
            target: &write.target,
            body: write.body.expose(),
            eventual: false,
        });
        self.clock.wait(self.latency);
        reply
    }
}

fn path(version: Version, target: &str) -> String {
    let path = target.split('?').next().unwrap_or_default();
    format!("{}{path}", version.path())
}

impl VirtualTenant {
    fn exchange(&mut self, arrived: &Arrived<'_>) -> Reply {
        let path = path(arrived.version, arrived.target);
        let trouble = self.faults.strike(arrived.verb, &path);
        let answer = match trouble {
            Some(Trouble::RequestLost) => {
                return Err(NoReply::MayHaveHappened("the connection was reset".into()));
            }
            Some(Trouble::Throttled(seconds)) => Answer::throttled(seconds),
            Some(Trouble::Unavailable) => {
                Answer::error(503, "serviceNotAvailable", "The service is not available.")
            }
            Some(Trouble::Forbidden) => Answer::forbidden(),
            Some(Trouble::NoLicence) => Answer::no_premium(),
            Some(Trouble::AnswerLost | Trouble::Garbled | Trouble::NextLink(_)) | None => {
                self.answer(arrived)
            }
        };
        let mut reply = answer.send(self.clock.utc(), self.entropy.as_mut());
        match trouble {
            Some(Trouble::AnswerLost) => {
                return Err(NoReply::MayHaveHappened("the connection was reset".into()));
            }
            Some(Trouble::Garbled) => reply.body = b"<html>".to_vec(),
            Some(Trouble::NextLink(link)) => link_to(&mut reply, link),
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

    fn answer(&mut self, arrived: &Arrived<'_>) -> Answer {
        let Some(target) = Target::parse(arrived.target) else {
            return Answer::error(400, "BadRequest", "The request URI is malformed.");
        };
        let now = self.clock.elapsed();
        if let Some(seconds) = self.throttle.count(arrived.version, &target, now) {
            return Answer::throttled(Some(seconds));
        }
        let call = Call {
            verb: arrived.verb,
            version: arrived.version,
            target: &target,
            path: arrived.target.split('?').next().unwrap_or_default(),
            body: arrived.body,
            eventual: arrived.eventual,
        };
        if arrived.version == Version::Arm {
            return self.resource_manager(&call);
        }
        if let Some(refusal) = self.permissions.refusal(&call) {
            return refusal;
        }
        self.graph(&call)
    }

    fn graph(&mut self, call: &Call<'_>) -> Answer {
        let segments: Vec<&str> = call.target.segments.iter().map(String::as_str).collect();
        match segments.as_slice() {
            ["me"] => self.me(call),
            ["users"] => self.users(call),
            ["users", user, rest @ ..] => match self.seen().account(user).cloned() {
                Some(account) => self.user(call, &account, rest),
                None => Answer::not_found(user),
            },
            ["groups", group, rest @ ..] => self.group(call, group, rest),
            ["directory", "administrativeUnits", rest @ ..] => self.units(call, rest),
            ["roleManagement", "directory", kind, rest @ ..] => self.roles(call, kind, rest),
            ["policies", kind, rest @ ..] => self.policies(call, kind, rest),
            ["identity", "conditionalAccess", "policies", rest @ ..] => self.access(call, rest),
            ["auditLogs", kind] => self.log(call, kind),
            [
                "reports",
                "authenticationMethods",
                "userRegistrationDetails",
                user,
            ] => self.registration_details(call, user),
            ["organization" | "domains" | "subscribedSkus"] => self.organisation(call),
            [first, rest @ ..] if first.starts_with("servicePrincipals") => {
                self.apps(call, first, rest)
            }
            _ => no_segment(segments.first().unwrap_or(&"")),
        }
    }
}

/// Puts a next link into a list that was answered.
fn link_to(reply: &mut HttpReply, link: &str) {
    if let Ok(mut body) = serde_json::from_slice::<serde_json::Value>(&reply.body)
        && let Some(members) = body.as_object_mut()
        && members.contains_key("value")
    {
        members.insert("@odata.nextLink".to_owned(), link.into());
        reply.body = body.to_string().into_bytes();
    }
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
