//! Somebody who asks the virtual tenant and holds its answers to Graph's description.

use crate::openapi::Api;
use glasskey::entra::Get;
use glasskey::entra::HttpReply;
use glasskey::entra::Tenant;
use glasskey::entra::TenantWrite;
use glasskey::entra::Version;
use glasskey::entra::Write;
use glasskey::entra::WriteMethod;
use glasskey::primitives::Clock;
use glasskey::primitives::Secret;
use glasskey::rehearsal::World;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

/// Asks, and holds every answer to the description.
pub(crate) struct Asker {
    pub(crate) api: Api,
    pub(crate) world: World,
    /// Operations that were answered with a success.
    pub(crate) answered: BTreeSet<String>,
    /// Everything that was not as described.
    pub(crate) wrong: Vec<String>,
}

impl Asker {
    pub(crate) fn new(world: World) -> Self {
        Self {
            api: Api::read(),
            world,
            answered: BTreeSet::new(),
            wrong: Vec::new(),
        }
    }

    /// Reads a target, which must be answered with this status.
    pub(crate) fn get(&mut self, version: Version, target: &str, status: u16) -> Value {
        let get = Get {
            version,
            target: target.to_owned(),
            eventual: target.contains("$count"),
        };
        // Between two requests there is time enough for every throttle.
        self.world.clock.wait(Duration::from_secs(61));
        let reply = self.world.tenant.fetch(&[get]).remove(0).unwrap();
        self.judge(version, "GET", target, &reply, status)
    }

    /// Reads every page of a list.
    pub(crate) fn pages(&mut self, version: Version, target: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = Some(target.to_owned());
        while let Some(target) = next {
            let page = self.get(version, &target, 200);
            items.extend(page["value"].as_array().unwrap().iter().cloned());
            let link = page.get("@odata.nextLink").and_then(Value::as_str);
            next = link.map(|link| {
                let base = format!("https://graph.microsoft.com{}", version.path());
                link.strip_prefix(&base).unwrap().to_owned()
            });
        }
        items
    }

    /// Sends a change, which must be answered with this status.
    pub(crate) fn send(
        &mut self,
        method: WriteMethod,
        target: &str,
        body: &Value,
        status: u16,
    ) -> Value {
        self.send_in(Version::V1, method, target, body, status)
    }

    pub(crate) fn send_in(
        &mut self,
        version: Version,
        method: WriteMethod,
        target: &str,
        body: &Value,
        status: u16,
    ) -> Value {
        let body = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        let verb = match method {
            WriteMethod::Post => "POST",
            WriteMethod::Patch => "PATCH",
            WriteMethod::Delete => "DELETE",
        };
        self.world.clock.wait(Duration::from_secs(61));
        let reply = self.world.tenant.send(&Write {
            method,
            version,
            target: target.to_owned(),
            body: Secret::new(body),
        });
        self.judge(version, verb, target, &reply.unwrap(), status)
    }

    fn judge(
        &mut self,
        version: Version,
        verb: &str,
        target: &str,
        reply: &HttpReply,
        status: u16,
    ) -> Value {
        let text = String::from_utf8_lossy(&reply.body);
        assert_eq!(reply.status, status, "{verb} {target}: {text}");
        match self.api.find(version, verb, target) {
            Some(of) => {
                self.wrong
                    .extend(self.api.answer_faults(&of, reply.status, &reply.body));
                if reply.status < 400 {
                    self.answered.insert(of.name);
                }
            }
            None => self.wrong.push(format!("{verb} {target} is not described")),
        }
        serde_json::from_slice(&reply.body).unwrap_or_default()
    }
}
