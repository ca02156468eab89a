//! The model: a tenant of everybody that the account could be, person by person. A policy's users
//! are expanded to a set of persons; so are those that it excludes. The account is one of those
//! persons that fit what is known of it.

use super::support::ACCOUNT;
use super::support::guid;
use super::support::membership;
use super::support::policy;
use super::*;
use crate::entra::Completeness;
use proptest::prelude::*;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

const GROUPS: [&str; 3] = [
    "00000000-0000-0000-0000-0000000000a1",
    "00000000-0000-0000-0000-0000000000a2",
    "00000000-0000-0000-0000-0000000000a3",
];
const ROLES: [&str; 2] = [
    "62e90394-69f5-4237-9190-012177145e10",
    "e8611ab8-c189-46e8-94e1-60213ab1f814",
];
const STRANGER: &str = "5b1f0a52-7c4d-4e8b-a1c9-5d6e7f809105";
const KINDS: [AccountKind; 4] = [
    AccountKind::Member,
    AccountKind::InternalGuest,
    AccountKind::ExternalGuest,
    AccountKind::ExternalMember,
];
const GUEST_WORDS: [&str; 4] = [
    "internalGuest",
    "b2bCollaborationGuest",
    "b2bCollaborationMember",
    "serviceProvider",
];

/// Somebody that the account could be. The last three say whether what cannot be read means this
/// person: an entry of the included, one of the excluded, a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Person {
    groups: [bool; 3],
    roles: [bool; 2],
    kind: usize,
    riddles: [bool; 3],
}

fn everybody() -> Vec<Person> {
    let mut all = Vec::new();
    for number in 0_usize..1024 {
        let bit = |at: usize| number & (1 << at) != 0;
        all.push(Person {
            groups: [bit(0), bit(1), bit(2)],
            roles: [bit(3), bit(4)],
            kind: (number >> 5) & 3,
            riddles: [bit(7), bit(8), bit(9)],
        });
    }
    all
}

#[derive(Clone, Debug)]
enum Entry {
    All,
    Nobody,
    Agents,
    Account,
    Stranger,
    Group(usize),
    Role(usize),
    Guests(Vec<usize>),
    OldGuests,
    Riddle,
}

#[derive(Clone, Debug)]
struct ModelPolicy {
    include: Option<Vec<Entry>>,
    exclude: Option<Vec<Entry>>,
    riddle: bool,
    services: bool,
}

impl ModelPolicy {
    /// The persons that one side means.
    fn expand(side: Option<&Vec<Entry>>, riddle: usize, all: &[Person]) -> BTreeSet<Person> {
        let Some(entries) = side else {
            // Nothing told: it is one great riddle.
            return all.iter().filter(|p| p.riddles[riddle]).copied().collect();
        };
        let mut meant = BTreeSet::new();
        for entry in entries {
            for person in all {
                let is_meant = match entry {
                    Entry::All | Entry::Account => true,
                    Entry::Nobody | Entry::Agents | Entry::Stranger => false,
                    Entry::Group(group) => person.groups[*group],
                    Entry::Role(role) => person.roles[*role],
                    Entry::Guests(kinds) => kinds.iter().any(|kind| kind + 1 == person.kind),
                    Entry::OldGuests => person.kind > 0,
                    Entry::Riddle => person.riddles[riddle],
                };
                if is_meant {
                    meant.insert(*person);
                }
            }
        }
        meant
    }

    fn json(&self) -> Value {
        let mut users = Map::new();
        for (entries, side) in [(&self.include, "include"), (&self.exclude, "exclude")] {
            let Some(entries) = entries else { continue };
            let list = |of: &dyn Fn(&Entry) -> Option<Value>| -> Value {
                entries.iter().filter_map(of).collect()
            };
            let names = list(&|entry| match entry {
                Entry::All => Some(json!("All")),
                Entry::Nobody => Some(json!("None")),
                Entry::Agents => Some(json!("AllAgentIdUsers")),
                Entry::Account => Some(json!(ACCOUNT)),
                Entry::Stranger => Some(json!(STRANGER)),
                Entry::OldGuests => Some(json!("GuestsOrExternalUsers")),
                Entry::Riddle => Some(json!("Riddle")),
                Entry::Group(_) | Entry::Role(_) | Entry::Guests(_) => None,
            });
            users.insert(format!("{side}Users"), names);
            let groups = list(&|entry| {
                let Entry::Group(at) = entry else { return None };
                Some(json!(GROUPS[*at]))
            });
            users.insert(format!("{side}Groups"), groups);
            let roles = list(&|entry| {
                let Entry::Role(at) = entry else { return None };
                Some(json!(ROLES[*at]))
            });
            users.insert(format!("{side}Roles"), roles);
            let kinds: BTreeSet<usize> = entries
                .iter()
                .filter_map(|entry| {
                    let Entry::Guests(kinds) = entry else {
                        return None;
                    };
                    Some(kinds.clone())
                })
                .flatten()
                .collect();
            if !kinds.is_empty() {
                let words: Vec<&str> = kinds.iter().map(|at| GUEST_WORDS[*at]).collect();
                users.insert(
                    format!("{side}GuestsOrExternalUsers"),
                    json!({"guestOrExternalUserTypes": words.join(",")}),
                );
            }
        }
        let mut policy = policy(&Value::Object(users));
        if self.riddle {
            policy["conditions"]["riddle"] = json!("?");
        }
        if self.services {
            policy["conditions"]["clientApplications"] =
                json!({"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]});
        }
        policy
    }

    fn names_nobody(&self) -> bool {
        self.include.as_ref().is_none_or(|entries| {
            entries
                .iter()
                .all(|entry| matches!(entry, Entry::Nobody | Entry::Agents))
        })
    }
}

/// What is known of the account.
#[derive(Clone, Debug)]
struct Known {
    groups: [bool; 3],
    more_groups: bool,
    roles: [bool; 2],
    more_roles: bool,
    kind: Option<usize>,
}

impl Known {
    fn fits(&self, person: &Person) -> bool {
        let within = |known: &[bool], person: &[bool], more: bool| {
            known.iter().zip(person).all(
                |(known, is)| {
                    if more { !known || *is } else { known == is }
                },
            )
        };
        within(&self.groups, &person.groups, self.more_groups)
            && within(&self.roles, &person.roles, self.more_roles)
            && self.kind.is_none_or(|kind| kind == person.kind)
    }
}

fn entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        2 => Just(Entry::All),
        1 => Just(Entry::Nobody),
        1 => Just(Entry::Agents),
        1 => Just(Entry::Account),
        1 => Just(Entry::Stranger),
        5 => (0_usize..3).prop_map(Entry::Group),
        4 => (0_usize..2).prop_map(Entry::Role),
        2 => proptest::collection::vec(0_usize..4, 1..3).prop_map(Entry::Guests),
        1 => Just(Entry::OldGuests),
        1 => Just(Entry::Riddle),
    ]
}

fn model_policy() -> impl Strategy<Value = ModelPolicy> {
    let side =
        |most: usize| proptest::option::weighted(0.95, proptest::collection::vec(entry(), 0..most));
    (
        side(4),
        side(4),
        proptest::bool::weighted(0.1),
        proptest::bool::weighted(0.1),
    )
        .prop_map(|(include, exclude, riddle, services)| ModelPolicy {
            include,
            exclude,
            riddle,
            services,
        })
}

fn known() -> impl Strategy<Value = Known> {
    (
        any::<[bool; 3]>(),
        proptest::bool::weighted(0.3),
        any::<[bool; 2]>(),
        proptest::bool::weighted(0.3),
        proptest::option::weighted(0.8, prop_oneof![3 => Just(0_usize), 1 => 1_usize..4]),
    )
        .prop_map(|(groups, more_groups, roles, more_roles, kind)| Known {
            groups,
            more_groups,
            roles,
            more_roles,
            kind,
        })
}

fn decided(policy: &ModelPolicy, known: &Known) -> Reach {
    let whole = |more: bool| {
        if more {
            Completeness::Partial
        } else {
            Completeness::Whole
        }
    };
    let groups: Vec<&str> = (0..3)
        .filter(|at| known.groups[*at])
        .map(|at| GROUPS[at])
        .collect();
    let membership = membership(&groups, whole(known.more_groups));
    let roles = Roles {
        ids: (0..2)
            .filter(|at| known.roles[*at])
            .map(|at| guid(ROLES[at]))
            .collect(),
        completeness: whole(known.more_roles),
    };
    let account = CaAccount {
        id: guid(ACCOUNT),
        kind: known.kind.map_or(AccountKind::NotTold, |kind| KINDS[kind]),
        membership: &membership,
        roles: &roles,
    };
    reach(&CaPolicy::read(&policy.json()), &account)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn the_decision_agrees_with_persons_counted_one_by_one(
        policy in model_policy(),
        known in known(),
    ) {
        let found = decided(&policy, &known);
        if policy.services && policy.names_nobody() {
            prop_assert_eq!(found, Reach::NotAboutUsers);
            return Ok(());
        }
        let possible: Vec<Person> =
            everybody().into_iter().filter(|person| known.fits(person)).collect();
        let mut included = ModelPolicy::expand(policy.include.as_ref(), 0, &possible);
        let excluded = ModelPolicy::expand(policy.exclude.as_ref(), 1, &possible);
        if policy.riddle {
            included.extend(possible.iter().filter(|person| person.riddles[2]));
        }
        let reached: BTreeSet<Person> = included.difference(&excluded).copied().collect();
        match found {
            Reach::Applies(reasons) => {
                prop_assert_eq!(reached.len(), possible.len());
                // With an account of several kinds, each may be in for a reason of its own.
                prop_assert!(!reasons.is_empty() || known.kind.is_none());
            }
            Reach::Excluded(_) => prop_assert_eq!(excluded.len(), possible.len()),
            Reach::NotTargeted => {
                prop_assert!(reached.is_empty());
                prop_assert!(excluded.len() < possible.len());
            }
            Reach::Unknown(doubts) => {
                prop_assert!(!doubts.is_empty());
                prop_assert!(!reached.is_empty() && reached.len() < possible.len());
            }
            Reach::NotAboutUsers => prop_assert!(false),
        }
    }
}
