//! Whom the policy's targets mean, and which profiles count for an account, whatever the key.

use super::AccountFacts;
use super::Match;
use super::candidates;
use super::matches;
use crate::entra::Demands;
use crate::entra::Fido2Policy;
use crate::entra::TargetScope;
use crate::entra::decision::ProfileRef;
use crate::entra::decision::Unsure;

/// Whether the method is meant for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A target includes it, and none excludes it.
    Within,
    /// This target excludes it; that beats every inclusion.
    Excluded(TargetScope),
    /// No target includes it.
    NotIncluded,
    /// It cannot be told.
    Unknown(Vec<Unsure>),
}

/// A profile that counts for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counting<'a> {
    /// Which.
    pub profile: ProfileRef,
    /// What it demands.
    pub demands: &'a Demands,
}

/// The profiles that count for an account, in the order of the targets, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effective<'a> {
    /// Those that count.
    pub certain: Vec<Counting<'a>>,
    /// Those that may: it hangs on what cannot be seen.
    pub possible: Vec<Counting<'a>>,
    /// What else cannot be told.
    pub unsure: Vec<Unsure>,
}

/// Decides whether the method is meant for `account`, be it on or off.
#[must_use]
pub fn scope(policy: &Fido2Policy, account: &AccountFacts<'_>) -> Scope {
    let groups = account.membership.ids();
    let excluded = policy.exclude.as_deref().unwrap_or_default();
    let mut unsure = Vec::new();
    if policy.exclude.is_none() {
        unsure.push(Unsure::ExcludeTargets);
    }
    for target in excluded {
        match matches(target, account, &groups, &[]) {
            Match::Yes => return Scope::Excluded(target.clone()),
            Match::No => {}
            Match::Perhaps => unsure.push(Unsure::Membership),
            Match::Unreadable => unsure.push(Unsure::ExcludeTargets),
        }
    }
    let Some(include) = &policy.include else {
        unsure.push(Unsure::IncludeTargets);
        return Scope::Unknown(unsure);
    };
    let mut included = false;
    let mut doubts = Vec::new();
    for target in include {
        match matches(&target.scope, account, &groups, excluded) {
            Match::Yes => included = true,
            Match::No => {}
            Match::Perhaps => doubts.push(Unsure::Membership),
            Match::Unreadable => doubts.push(Unsure::IncludeTargets),
        }
    }
    if !included && doubts.is_empty() {
        return Scope::NotIncluded;
    }
    if !included {
        unsure.append(&mut doubts);
    }
    unsure.dedup();
    if unsure.is_empty() {
        Scope::Within
    } else {
        Scope::Unknown(unsure)
    }
}

/// The profiles that count for `account`; none if the policy excludes it.
#[must_use]
pub fn effective<'a>(policy: &'a Fido2Policy, account: &AccountFacts<'_>) -> Effective<'a> {
    let mut found = Effective::default();
    let scope = scope(policy, account);
    if matches!(scope, Scope::Excluded(_)) {
        return found;
    }
    let groups = account.membership.ids();
    let excluded = policy.exclude.as_deref().unwrap_or_default();
    // What may exclude the account leaves no profile certain.
    let whole = policy.exclude.is_some()
        && excluded
            .iter()
            .all(|target| matches!(matches(target, account, &groups, &[]), Match::No));
    let Some(include) = &policy.include else {
        found.unsure.push(Unsure::IncludeTargets);
        return found;
    };
    for target in include {
        let certain = match matches(&target.scope, account, &groups, excluded) {
            Match::Yes => whole,
            Match::Perhaps => false,
            Match::No => continue,
            Match::Unreadable => {
                found.unsure.push(Unsure::IncludeTargets);
                continue;
            }
        };
        for candidate in candidates(policy, target) {
            match candidate {
                Ok(candidate) => {
                    let counting = Counting {
                        profile: candidate.named(),
                        demands: candidate.demands,
                    };
                    found.add(counting, certain);
                }
                Err(unsure) => found.unsure.push(unsure),
            }
        }
    }
    found
}

impl<'a> Effective<'a> {
    fn add(&mut self, counting: Counting<'a>, certain: bool) {
        if self.certain.contains(&counting) {
            return;
        }
        if certain {
            self.possible.retain(|other| *other != counting);
            self.certain.push(counting);
        } else if !self.possible.contains(&counting) {
            self.possible.push(counting);
        }
    }
}
