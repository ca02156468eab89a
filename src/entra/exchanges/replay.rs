//! A tenant that answers from saved exchanges. It cannot be changed.

use super::Exchange;
use super::ExchangeFault;
use crate::entra::Get;
use crate::entra::HttpReply;
use crate::entra::NoReply;
use crate::entra::Reply;
use crate::entra::Target;
use crate::entra::Tenant;
use std::collections::BTreeMap;
use std::collections::VecDeque;

/// What a request is known by: the decoded path, `$filter`, and on later pages the token of the
/// page, without which a second reading of a list would begin at its end.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    path: String,
    filter: Option<String>,
    page: Option<String>,
}

impl Name {
    fn of(target: &Target) -> Self {
        Self {
            path: target.path(),
            filter: target.option("$filter").map(str::to_owned),
            page: target.option("$skiptoken").map(str::to_owned),
        }
    }
}

/// Answers reads from saved exchanges, matched by decoded path and `$filter`, ignoring host,
/// `$select`, `$top` and order. Repeats are answered in their order; the last one stays.
///
/// Recorded throttling is played back too: hand a clock that does not really wait.
pub struct Replay {
    answers: BTreeMap<Name, VecDeque<HttpReply>>,
}

impl Replay {
    /// Reads a file of exchanges. Writes in it are left out.
    ///
    /// # Errors
    /// The first line that is no exchange, or whose address is no `http` or `https` one.
    pub fn parse(text: &str) -> Result<Self, ExchangeFault> {
        let mut answers: BTreeMap<Name, VecDeque<HttpReply>> = BTreeMap::new();
        for exchange in Exchange::read_all(text)? {
            if let Some(target) = exchange.target()
                && exchange.method().eq_ignore_ascii_case("GET")
            {
                let name = Name::of(&target);
                answers.entry(name).or_default().push_back(exchange.reply());
            }
        }
        Ok(Self { answers })
    }

    fn answer(&mut self, get: &Get) -> Reply {
        let target = Target::parse(&format!("{}{}", get.version.path(), get.target));
        let queue = target.and_then(|target| self.answers.get_mut(&Name::of(&target)));
        let Some(queue) = queue else {
            return Err(NoReply::NotRecorded);
        };
        let reply = if queue.len() > 1 {
            queue.pop_front()
        } else {
            queue.front().cloned()
        };
        reply.ok_or(NoReply::NotRecorded)
    }
}

impl Tenant for Replay {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        wave.iter().map(|get| self.answer(get)).collect()
    }
}

#[cfg(test)]
mod tests;
