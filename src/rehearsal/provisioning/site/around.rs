//! What is around the tenant: a line that the power feeds, a person.

use crate::ceremony::Operator;
use crate::ceremony::Prompt;
use crate::ceremony::Screen;
use crate::ctap::KeepAlive;
use crate::entra::Get;
use crate::entra::HttpReply;
use crate::entra::NoReply;
use crate::entra::Reply;
use crate::entra::Tenant;
use crate::entra::TenantWrite;
use crate::entra::Write;
use crate::findings::Finding;
use crate::primitives::Digest;
use crate::primitives::Secret;
use crate::rehearsal::Power;
use crate::rehearsal::tenant::VirtualTenant;
use std::cell::Cell;
use std::rc::Rc;

/// A tenant behind a line that the power feeds: once it is off, nothing goes out or comes in.
pub(super) struct PoweredTenant<'a> {
    pub(super) inner: &'a mut VirtualTenant,
    pub(super) power: Rc<Power>,
    pub(super) lies: &'a [Lie],
}

/// What a hostile tenant answers to reads whose path contains this, after so many true answers.
pub(in crate::rehearsal::provisioning) struct Lie {
    pub(in crate::rehearsal::provisioning) path: &'static str,
    pub(in crate::rehearsal::provisioning) truths: Cell<u32>,
    pub(in crate::rehearsal::provisioning) body: String,
}

impl Tenant for PoweredTenant<'_> {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        if self.power.is_off() {
            let off = || Err(NoReply::NotSent("the power is off".into()));
            return wave.iter().map(|_| off()).collect();
        }
        let mut replies = self.inner.fetch(wave);
        for (get, reply) in wave.iter().zip(&mut replies) {
            let lie = self.lies.iter().find(|lie| get.target.contains(lie.path));
            if let Some(lie) = lie {
                let left = lie.truths.get();
                lie.truths.set(left.saturating_sub(1));
                if left == 0 {
                    *reply = Ok(HttpReply {
                        status: 200,
                        headers: Vec::new(),
                        body: lie.body.clone().into_bytes(),
                    });
                }
            }
        }
        replies
    }
}

impl TenantWrite for PoweredTenant<'_> {
    fn send(&mut self, write: &Write) -> Reply {
        if self.power.is_off() {
            return Err(NoReply::NotSent("the power is off".into()));
        }
        let reply = self.inner.send(write);
        self.power.written("the tenant");
        if self.power.is_off() {
            return Err(NoReply::MayHaveHappened("the power is off".into()));
        }
        reply
    }
}

/// The person: says yes, but to what `declines` picks; what was said and asked is kept.
pub(super) struct Person<'a> {
    pub(super) declines: &'a dyn Fn(&Prompt) -> bool,
    pub(super) seen: Seen,
}

/// What a person heard and was asked.
#[derive(Default)]
pub(in crate::rehearsal::provisioning) struct Seen {
    pub(in crate::rehearsal::provisioning) said: Vec<String>,
    pub(in crate::rehearsal::provisioning) asked: Vec<Prompt>,
}

impl Seen {
    pub(in crate::rehearsal::provisioning) fn heard(&self, words: &str) -> bool {
        self.said.iter().any(|line| line.contains(words))
    }
}

impl Operator for Person<'_> {
    fn step(&mut self, _: u32, _: u32, title: &str) {
        self.seen.said.push(title.to_owned());
    }

    fn say(&mut self, text: &str) {
        self.seen.said.push(text.to_owned());
    }

    fn findings(&mut self, _: &[Finding]) {}

    fn digest(&mut self, _: &Digest) {}

    fn keep_alive(&mut self, _: &str, _: KeepAlive) {}

    fn line(&mut self, prompt: &Prompt) -> Option<String> {
        panic!("a line was asked for: {}", prompt.words())
    }

    fn pin(&mut self, prompt: &Prompt) -> Option<Secret<String>> {
        panic!("a PIN was asked for: {}", prompt.words())
    }

    fn confirm(&mut self, prompt: &Prompt) -> bool {
        self.seen.asked.push(prompt.clone());
        !(self.declines)(prompt)
    }
}

/// A screen that shows nothing.
pub(super) struct Dark;

impl Screen for Dark {
    fn part(&mut self, _: &str) {}
    fn step(&mut self, _: u32, _: u32, _: &str) {}
    fn say(&mut self, _: &str) {}
    fn findings(&mut self, _: &[Finding]) {}
    fn digest(&mut self, _: &Digest) {}
    fn touch(&mut self, _: &str) {}
    fn answered(&mut self, _: &str, _: &str) {}
}
