//! Reading Graph: retries, the published throttles, pages; waves stay waves.

use super::Answer;
use super::Answers;
use super::Ask;
use super::Denial;
use super::Failure;
use super::Get;
use super::GraphError;
use super::NoReply;
use super::Reply;
use super::Session;
use super::Tenant;
use super::Version;
use super::Wave;
use super::ask::Request;
use super::ask::Shape;
use super::backoff;
use super::backoff::Again;
use super::pace::Bucket;
use super::session::service_host;
use super::target::cut_next_link;
use crate::primitives::Clock;
use crate::primitives::Cloud;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

/// Pages of one list that are read.
const MAX_PAGES: usize = 100;
/// Items of one list that are read.
const MAX_ITEMS: usize = 20_000;

/// A tenant that is read, over a port and a session.
pub struct Graph<'a> {
    tenant: &'a mut dyn Tenant,
    clock: &'a dyn Clock,
    session: &'a mut Session,
}

impl<'a> Graph<'a> {
    /// Reads through `tenant`; waits pass on `clock`; `session` keeps the pace between uses.
    pub fn new(tenant: &'a mut dyn Tenant, clock: &'a dyn Clock, session: &'a mut Session) -> Self {
        Self {
            tenant,
            clock,
            session,
        }
    }

    /// The conversation so far.
    #[must_use]
    pub const fn session(&self) -> &Session {
        self.session
    }

    /// The clock that waits pass on.
    #[must_use]
    pub const fn clock(&self) -> &'a dyn Clock {
        self.clock
    }

    /// Exchanges one read.
    pub fn one<T>(&mut self, ask: Ask<T>) -> Answer<T> {
        let mut wave = Wave::new();
        let ticket = wave.ask(ask);
        self.exchange(&wave).take(&ticket)
    }

    /// Exchanges a wave: every read at once, then the next pages of all lists at once, and so on.
    pub fn exchange(&mut self, wave: &Wave) -> Answers {
        let cloud = self.session.cloud();
        let mut readings: Vec<Reading> = wave.requests.iter().map(Reading::new).collect();
        loop {
            let (open, gets): (Vec<&mut Reading>, Vec<Get>) = readings
                .iter_mut()
                .filter_map(|reading| {
                    let next = reading.next.take()?;
                    Some((reading, next))
                })
                .unzip();
            if open.is_empty() {
                break;
            }
            for (reading, reply) in open.into_iter().zip(self.deliver(&gets)) {
                reading.accept(reply, cloud);
            }
        }
        Answers(readings.into_iter().map(Reading::finish).collect())
    }

    /// Replies to `gets` in their order, each tried until it is final.
    fn deliver(&mut self, gets: &[Get]) -> Vec<Reply> {
        let mut trials: Vec<Trial<'_>> = gets.iter().map(Trial::new).collect();
        let mut now = self.clock.elapsed();
        loop {
            let mut ready = Vec::new();
            let mut soonest: Option<Duration> = None;
            for trial in trials.iter_mut().filter(|trial| trial.reply.is_none()) {
                let admitted = if now < trial.not_before {
                    Err(trial.not_before)
                } else {
                    self.session.pace.take(trial.bucket, now)
                };
                match admitted {
                    Ok(()) => ready.push(trial),
                    Err(at) => soonest = Some(soonest.map_or(at, |other| other.min(at))),
                }
            }
            if ready.is_empty() {
                let Some(at) = soonest else { break };
                self.clock.wait(at.saturating_sub(now));
                // A clock that stands still must not hold us for ever.
                now = self.clock.elapsed().max(at);
                continue;
            }
            let wave: Vec<Get> = ready.iter().map(|trial| trial.get.clone()).collect();
            let mut replies = self.tenant.fetch(&wave).into_iter();
            let taken = now;
            now = self.clock.elapsed().max(now);
            self.session.pace.answered(taken, now);
            for trial in ready {
                let missing = || Err(NoReply::NotSent("fewer answers than reads".into()));
                let reply = replies.next().unwrap_or_else(missing);
                self.judge(trial, reply, now);
            }
        }
        trials
            .into_iter()
            .map(|trial| trial.reply.unwrap_or(Err(NoReply::NotRecorded)))
            .collect()
    }

    fn judge(&mut self, trial: &mut Trial<'_>, reply: Reply, now: Duration) {
        let here = self.clock.utc();
        if let Ok(reply) = &reply {
            self.session.observe(reply, here);
        }
        trial.tries += 1;
        let share = self.session.jitter.share();
        match backoff::again(&reply, trial.tries, here, share) {
            Again::After(wait) => {
                trial.not_before = now.saturating_add(wait);
                if matches!(&reply, Ok(reply) if reply.status == 429) {
                    self.session.pace.pause(trial.bucket, trial.not_before);
                }
            }
            Again::No => trial.reply = Some(reply),
        }
    }
}

struct Trial<'a> {
    get: &'a Get,
    bucket: Bucket,
    tries: u32,
    not_before: Duration,
    reply: Option<Reply>,
}

impl<'a> Trial<'a> {
    fn new(get: &'a Get) -> Self {
        Self {
            get,
            bucket: Bucket::of(&get.target),
            tries: 0,
            not_before: Duration::ZERO,
            reply: None,
        }
    }
}

/// One ask under way.
struct Reading {
    request: Request,
    next: Option<Get>,
    seen: BTreeSet<String>,
    items: Vec<Value>,
    end: Option<Answer<Value>>,
}

impl Reading {
    fn new(request: &Request) -> Self {
        Self {
            request: request.clone(),
            next: Some(request.get.clone()),
            seen: BTreeSet::from([request.get.target.clone()]),
            items: Vec::new(),
            end: None,
        }
    }

    fn accept(&mut self, reply: Reply, cloud: Cloud) {
        let body = match classify(reply, self.request.needs) {
            Answer::Known(body) => body,
            other @ (Answer::Denied(_) | Answer::Absent | Answer::Failed(_)) => {
                self.end = Some(other);
                return;
            }
        };
        match self.request.shape {
            Shape::One => self.end = Some(Answer::Known(body)),
            Shape::List => {
                if let Err(failure) = self.page(body, cloud) {
                    self.end = Some(Answer::Failed(failure));
                }
            }
        }
    }

    fn page(&mut self, mut body: Value, cloud: Cloud) -> Result<(), Failure> {
        let Some(Value::Array(mut items)) = body.get_mut("value").map(Value::take) else {
            return Err(Failure::Unreadable("a page of a list"));
        };
        self.items.append(&mut items);
        let link = match self.request.get.version {
            Version::V1 | Version::Beta => "@odata.nextLink",
            Version::Arm => "nextLink",
        };
        let more = body.get(link).and_then(Value::as_str);
        if self.items.len() > MAX_ITEMS || (more.is_some() && self.seen.len() >= MAX_PAGES) {
            return Err(Failure::TooMany {
                pages: self.seen.len(),
                items: self.items.len(),
            });
        }
        let Some(link) = more else { return Ok(()) };
        let version = self.request.get.version;
        let host = service_host(cloud, version);
        let target = cut_next_link(link, host, version).ok_or(Failure::NextLinkElsewhere)?;
        if !self.seen.insert(target.clone()) {
            return Err(Failure::NextLinkLoops);
        }
        self.next = Some(Get {
            target,
            ..self.request.get.clone()
        });
        Ok(())
    }

    fn finish(self) -> Answer<Value> {
        self.end.unwrap_or(Answer::Known(Value::Array(self.items)))
    }
}

/// Sorts one reply; a success is its JSON.
fn classify(reply: Reply, needs: &'static str) -> Answer<Value> {
    let reply = match reply {
        Ok(reply) => reply,
        Err(no_reply) => return Answer::Failed(Failure::NoReply(no_reply)),
    };
    match reply.status {
        200..=299 => serde_json::from_slice(&reply.body)
            .map_or(Answer::Failed(Failure::NotJson), Answer::Known),
        404 => Answer::Absent,
        _ => {
            let error = GraphError::of(&reply);
            match error.denial() {
                Some(reason) => Answer::Denied(Denial {
                    reason,
                    error,
                    needs,
                }),
                None => Answer::Failed(Failure::Status(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests;
