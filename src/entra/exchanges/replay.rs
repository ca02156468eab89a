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

/// One answer, and the `$select` that it was an answer to.
struct Said {
    select: Option<String>,
    reply: HttpReply,
}

/// Answers reads from saved exchanges, matched by decoded path and `$filter`, ignoring host,
/// `$select`, `$top` and order; among several that match, those with the same `$select` are meant.
/// Repeats are answered in their order; the last one stays.
///
/// Recorded throttling is played back too: hand a clock that does not really wait.
pub struct Replay {
    answers: BTreeMap<Name, VecDeque<Said>>,
}

impl Replay {
    /// Reads a file of exchanges. Writes in it are left out.
    ///
    /// # Errors
    /// The first line that is no exchange, or whose address is no `http` or `https` one.
    pub fn parse(text: &str) -> Result<Self, ExchangeFault> {
        Ok(Self::of(&Exchange::read_all(text)?))
    }

    /// As [`Self::parse`], of exchanges that were read.
    #[must_use]
    pub fn of(exchanges: &[Exchange]) -> Self {
        let mut answers: BTreeMap<Name, VecDeque<Said>> = BTreeMap::new();
        for exchange in exchanges {
            if let Some(target) = exchange.target()
                && exchange.method().eq_ignore_ascii_case("GET")
            {
                let said = Said {
                    select: target.option("$select").map(str::to_owned),
                    reply: exchange.reply(),
                };
                answers
                    .entry(Name::of(&target))
                    .or_default()
                    .push_back(said);
            }
        }
        Self { answers }
    }

    /// Only what was said last to each read: what a tenant came to in the end, of a file that holds
    /// several readings.
    #[must_use]
    pub fn last_said(exchanges: &[Exchange]) -> Self {
        let mut replay = Self::of(exchanges);
        for said in replay.answers.values_mut() {
            let mut kept: VecDeque<Said> = VecDeque::new();
            while let Some(last) = said.pop_back() {
                if kept.iter().all(|one| one.select != last.select) {
                    kept.push_front(last);
                }
            }
            *said = kept;
        }
        replay
    }

    fn answer(&mut self, get: &Get) -> Reply {
        let target = Target::parse(&format!("{}{}", get.version.path(), get.target));
        let Some(target) = target else {
            return Err(NoReply::NotRecorded);
        };
        let Some(queue) = self.answers.get_mut(&Name::of(&target)) else {
            return Err(NoReply::NotRecorded);
        };
        let select = target.option("$select");
        let same = |said: &Said| said.select.as_deref() == select;
        let any = !queue.iter().any(same);
        let mut fitting = (0..)
            .zip(queue.iter())
            .filter(|(_, said)| any || same(said));
        let Some((at, said)) = fitting.next() else {
            return Err(NoReply::NotRecorded);
        };
        let reply = said.reply.clone();
        if fitting.next().is_some() {
            queue.remove(at);
        }
        Ok(reply)
    }
}

impl Tenant for Replay {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        wave.iter().map(|get| self.answer(get)).collect()
    }
}

#[cfg(test)]
mod tests;
