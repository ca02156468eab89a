//! From records, in order, to what they leave to be done.

use crate::facts::follow_up::FollowUps;
use crate::facts::follow_up::PinChangeFacts;
use crate::facts::follow_up::PinKnown;
use crate::facts::follow_up::ReviewFacts;
use crate::facts::follow_up::UnrevokedFacts;
use crate::plan::Role;
use crate::primitives::UtcTime;
use crate::record::Event;
use crate::record::OpeningReason;
use crate::record::Statement;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Why a PIN is to be changed, since when, and by which record.
type Known = (PinKnown, UtcTime, u64);

#[derive(Clone, Debug, Default)]
struct Key {
    reviews: Vec<(UtcTime, u64)>,
    known: Vec<Known>,
    /// Everyone who held its PIN since it was last changed.
    holders: BTreeSet<String>,
    unrevoked: Option<(UtcTime, u64)>,
    gone: bool,
}

/// What the records so far leave to be done.
#[derive(Clone, Debug, Default)]
pub(super) struct Outstanding {
    keys: BTreeMap<String, Key>,
    custodians: BTreeSet<String>,
}

impl Outstanding {
    /// Takes over what the next record says.
    pub(super) fn take(&mut self, index: u64, statement: &Statement) {
        if matches!(statement.event, Event::Genesis | Event::People) {
            self.people(index, statement);
        }
        let unseen = statement.unseen_key.as_ref().map(|key| &key.label);
        let Some(label) = statement.key.as_ref().map(|key| &key.label).or(unseen) else {
            return;
        };
        let key = self.keys.entry(label.clone()).or_default();
        if statement.event == Event::Registration {
            *key = Key::default();
        }
        key.take(index, statement);
    }

    /// Whoever was custodian and is no more leaves what they held known outside.
    fn people(&mut self, index: u64, statement: &Statement) {
        let now: BTreeSet<String> = statement
            .people
            .iter()
            .filter(|person| person.roles.contains(&Role::Custodian))
            .map(|person| person.reference.clone())
            .collect();
        let at = statement.time.started;
        for left in self.custodians.difference(&now) {
            for key in self.keys.values_mut().filter(|key| !key.gone) {
                if key.holders.remove(left) {
                    key.known.push((PinKnown::Left(left.clone()), at, index));
                }
            }
        }
        self.custodians = now;
    }

    /// What is left to be done.
    pub(super) fn follow_ups(&self) -> FollowUps {
        let mut all = FollowUps::default();
        for (label, key) in &self.keys {
            all.reviews
                .extend(key.reviews.iter().map(|(opened, record)| ReviewFacts {
                    label: label.clone(),
                    opened: *opened,
                    record: *record,
                }));
            all.pin_changes
                .extend(key.known.iter().map(|(why, since, record)| PinChangeFacts {
                    label: label.clone(),
                    why: why.clone(),
                    since: *since,
                    record: *record,
                }));
            all.unrevoked.extend(key.unrevoked.map(|(since, record)| {
                let label = label.clone();
                UnrevokedFacts {
                    label,
                    since,
                    record,
                }
            }));
        }
        all
    }
}

impl Key {
    fn take(&mut self, index: u64, statement: &Statement) {
        if let Some(opening) = &statement.opening
            && opening.reason == OpeningReason::Incident
        {
            self.reviews.push((opening.at, index));
            if !self.gone {
                self.known.push((PinKnown::Incident, opening.at, index));
            }
        }
        if let Some(review) = &statement.review {
            self.reviews.retain(|(_, record)| *record != review.record);
        }
        if let Some(key) = &statement.key
            && key.pin.changed == Some(true)
        {
            self.known.clear();
            self.holders.clear();
        }
        if let Some(pin) = &statement.pin_envelope {
            self.holders.extend(pin.held_by.iter().cloned());
        }
        match (statement.event, &statement.loss) {
            (Event::Loss, Some(loss)) => {
                let at = (statement.time.started, index);
                self.unrevoked = loss.revoked.is_none().then_some(at);
                self.end();
            }
            (Event::Loss | Event::Retirement, _) => self.end(),
            (_, _) => {}
        }
    }

    /// Nobody needs the PIN of a key that is gone changed.
    fn end(&mut self) {
        self.gone = true;
        self.known.clear();
        self.holders.clear();
    }
}
