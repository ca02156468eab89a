//! Who came and who left, as the records of a book tell it one after the other: Microsoft asks that
//! emergency access be validated after a change of staff.

use crate::facts::due::Concerns;
use crate::facts::due::Happening;
use crate::plan::Role;
use crate::record::Event;
use crate::record::PersonPart;
use crate::record::Statement;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// People who reach a PIN or a key by themselves.
const REACH: [(Role, &str); 2] = [
    (Role::Custodian, "custodian"),
    (Role::SafeController, "safe controller"),
];

/// The staff so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Staff {
    people: Vec<PersonPart>,
    /// Alias of an account → who signed its records.
    signers: BTreeMap<String, BTreeSet<String>>,
}

impl Staff {
    /// Takes the record at `index`; what of it concerns keys that were seen before it.
    pub(super) fn take(&mut self, index: u64, statement: &Statement) -> Vec<Happening> {
        if let Some(account) = &statement.account {
            let signers = self.signers.entry(account.alias.clone()).or_default();
            signers.extend(statement.expected_signers.iter().cloned());
        }
        if !matches!(statement.event, Event::Genesis | Event::People) {
            return Vec::new();
        }
        let before = std::mem::replace(&mut self.people, statement.people.clone());
        if statement.event == Event::Genesis {
            return Vec::new();
        }
        let happening = |concerns, what: String| Happening {
            at: statement.time.started,
            concerns,
            what: format!("{what} by record {index:06}"),
        };
        let mut all = Vec::new();
        for person in &before {
            let name = &person.reference;
            let now = self.people.iter().find(|one| one.reference == *name);
            let lost = REACH.iter().find(|(role, _)| {
                person.roles.contains(role) && now.is_none_or(|now| !now.roles.contains(role))
            });
            match (lost, now) {
                (Some((_, word)), None) => {
                    all.push(happening(
                        Concerns::Everyone,
                        format!("{name}, a {word}, left"),
                    ));
                }
                (Some((_, word)), Some(_)) => {
                    let what = format!("{name} is no {word} any more");
                    all.push(happening(Concerns::Everyone, what));
                }
                (None, None) => {
                    for (alias, signers) in &self.signers {
                        if signers.contains(name) {
                            let what = format!("{name}, who signed for {alias}, left");
                            all.push(happening(Concerns::Account(alias.clone()), what));
                        }
                    }
                }
                (None, Some(_)) => {}
            }
        }
        for person in &self.people {
            let name = &person.reference;
            let then = before.iter().find(|one| one.reference == *name);
            let gained = REACH.iter().find(|(role, _)| {
                person.roles.contains(role) && then.is_none_or(|then| !then.roles.contains(role))
            });
            if let Some((_, word)) = gained {
                let what = format!("{name} became a {word}");
                all.push(happening(Concerns::Everyone, what));
            }
        }
        all
    }
}
