//! What was sent and not read back yet, in `open/<ceremony>/sent.json`: noted before it is sent, struck
//! out once the tenant shows it, each change by itself.

use super::Course;
use super::Mode;
use crate::ceremony::Begun;
use crate::ceremony::Desk;
use crate::ceremony::OpenError;
use crate::ceremony::Room;
use crate::ceremony::stating;
use crate::entra::READ_BACK;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde::Serialize;

/// The file that says what was sent and not read back yet.
const SENT: &str = "sent.json";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    change: String,
    at: UtcTime,
}

/// What was sent and not read back yet: mostly one change. A run after a cut may send another first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Noted {
    One(Sent),
    Several(Vec<Sent>),
}

/// Whether what was sent at that time may still be under way.
fn is_recent(at: UtcTime, now: UtcTime) -> bool {
    let limit = i64::try_from(READ_BACK.as_secs()).unwrap_or(i64::MAX);
    // A clock that was set back must not hide it.
    now.unix().saturating_sub(at.unix()) <= limit
}

impl Course {
    /// Whether an earlier run may have sent this change less than two minutes ago.
    pub(super) fn may_be_under_way(
        &self,
        desk: &dyn Desk,
        change: &str,
        now: UtcTime,
    ) -> Result<bool, OpenError> {
        let at = self.sent_at(desk, change)?;
        Ok(at.is_some_and(|at| is_recent(at, now)))
    }

    fn noted(&self, desk: &dyn Desk) -> Result<Vec<Sent>, OpenError> {
        let noted: Option<Noted> = self.open.value(desk, SENT)?;
        Ok(match noted {
            Some(Noted::One(sent)) => vec![sent],
            Some(Noted::Several(all)) => all,
            None => Vec::new(),
        })
    }

    fn keep(&self, desk: &mut dyn Desk, all: Vec<Sent>) -> Result<(), OpenError> {
        let noted = match <[Sent; 1]>::try_from(all) {
            Ok([one]) => Noted::One(one),
            Err(all) => Noted::Several(all),
        };
        self.open.put(desk, SENT, &noted)
    }

    pub(super) fn note(&self, room: &mut Room<'_>, change: &str) -> Result<(), OpenError> {
        let at = room.clock.utc();
        if self.open.begun(&*room.desk)?.is_none() {
            let begun = Begun {
                label: None,
                record_id: stating::fresh_id(room),
                started: at,
            };
            self.open.put(&mut *room.desk, "begun.json", &begun)?;
        }
        let mut all = self.noted(&*room.desk)?;
        all.retain(|sent| sent.change != change);
        all.push(Sent {
            change: change.to_owned(),
            at,
        });
        self.keep(&mut *room.desk, all)
    }

    /// When this change was sent, if it is not noted that it was read back.
    pub(in crate::ceremony) fn sent_at(
        &self,
        desk: &dyn Desk,
        change: &str,
    ) -> Result<Option<UtcTime>, OpenError> {
        let mut all = self.noted(desk)?.into_iter();
        Ok(all.find(|sent| sent.change == change).map(|sent| sent.at))
    }

    /// Nothing is under way any more.
    pub(in crate::ceremony) fn settle(&self, desk: &mut dyn Desk) -> Result<(), OpenError> {
        self.strike(desk, &|_| true)
    }

    /// This change is not under way any more. Others may be: they stay noted.
    pub(in crate::ceremony) fn settle_one(
        &self,
        desk: &mut dyn Desk,
        change: &str,
    ) -> Result<(), OpenError> {
        self.settle_those(desk, &|sent| sent == change)
    }

    /// The changes whose ids are `over` are not under way any more.
    pub(in crate::ceremony) fn settle_those(
        &self,
        desk: &mut dyn Desk,
        over: &dyn Fn(&str) -> bool,
    ) -> Result<(), OpenError> {
        self.strike(desk, &|sent| over(&sent.change))
    }

    /// What was sent longer ago than it is waited for is not under way any more.
    pub(in crate::ceremony) fn settle_old(
        &self,
        desk: &mut dyn Desk,
        now: UtcTime,
    ) -> Result<(), OpenError> {
        self.strike(desk, &|sent| !is_recent(sent.at, now))
    }

    fn strike(&self, desk: &mut dyn Desk, over: &dyn Fn(&Sent) -> bool) -> Result<(), OpenError> {
        if self.mode == Mode::DryRun {
            return Ok(());
        }
        let (gone, left): (Vec<Sent>, Vec<Sent>) = self.noted(desk)?.into_iter().partition(over);
        if gone.is_empty() {
            return Ok(());
        }
        if !left.is_empty() {
            return self.keep(desk, left);
        }
        // A ceremony about a key began by itself, and goes on after its changes.
        let begun = self.open.begun(desk)?;
        if begun.is_some_and(|begun| begun.label.is_none()) {
            desk.remove(&self.open.name("begun.json"))?;
        }
        Ok(desk.remove(&self.open.name(SENT))?)
    }
}

#[cfg(test)]
mod tests;
