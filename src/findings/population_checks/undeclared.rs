//! `ACCOUNT-UNDECLARED`: emergency access that nobody wrote down.

use super::is_declared;
use super::is_without_pim;
use crate::entra::Answer;
use crate::entra::Completeness;
use crate::entra::GLOBAL_ADMINISTRATOR;
use crate::entra::Principal;
use crate::entra::PrincipalKind;
use crate::entra::Principals;
use crate::entra::User;
use crate::facts::tenant::RoleHolders;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::found::Found;
use crate::findings::judged::Judged;
use crate::findings::tenant_words;
use crate::findings::words;
use crate::primitives::Guid;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

const TAKE_ROLE: &str = "declare it in the plan, or make the role eligible or take it away";

/// `ACCOUNT-UNDECLARED`: permanent Global Administrators, members of the exclusion group and users
/// excluded by name, outside the plan.
pub(super) fn undeclared(judged: &Judged<'_>) -> Vec<Finding> {
    let subject = Subject::book();
    let mut found = Found::new(Check::AccountUndeclared, &subject);
    administrators(&mut found, judged);
    members(&mut found, judged);
    excluded(&mut found, judged);
    found.or_pass(
        "nobody outside the plan is permanent Global Administrator, in the exclusion group or \
         excluded by name",
    )
}

/// A holder of the role for ever.
struct Permanent<'a> {
    id: Guid,
    principal: Option<&'a Principal>,
}

fn administrators(found: &mut Found<'_>, judged: &Judged<'_>) {
    let population = &judged.survey.population;
    let global = |holders: &&RoleHolders| holders.role == GLOBAL_ADMINISTRATOR;
    let Some(holders) = population.holders.iter().find(global) else {
        found.say(
            Verdict::Unknown,
            "the tenant was not asked who is Global Administrator",
        );
        return;
    };
    let (permanent, doubt) = match (&holders.active, &holders.now) {
        (Answer::Known(active), _) => {
            let permanent = active.iter().filter(|one| one.is_permanent());
            let holder = |one: &'_ _| holder_of(one, holders);
            (permanent.map(|one| holder(&one.principal_id)).collect(), "")
        }
        (schedules, Answer::Known(now)) => {
            let doubt = if is_without_pim(judged, schedules) {
                ""
            } else {
                "; for how long could not be read"
            };
            let all: Vec<Permanent<'_>> = now
                .iter()
                .map(|one| holder_of(&one.principal_id, holders))
                .collect();
            (all, doubt)
        }
        (_, other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent)) => {
            found.unknown("who is Global Administrator", other);
            return;
        }
    };
    let permanent: Vec<Permanent<'_>> = permanent;
    let mut said = BTreeSet::new();
    for one in &permanent {
        if is_declared(judged, one.id) || !said.insert(one.id) {
            continue;
        }
        let Some(principal) = one.principal else {
            found.fix(
                Verdict::Warn,
                format!("{} is Global Administrator, but was deleted{doubt}", one.id),
                "take the role away: who restores it restores an administrator",
            );
            continue;
        };
        let name = tenant_words::principal(principal);
        if principal.kind == PrincipalKind::Group {
            through_group(found, judged, one.id, &name, doubt, &mut said);
        } else {
            found.fix(
                Verdict::Fail,
                format!("{name} is Global Administrator for ever, and not in the plan{doubt}"),
                TAKE_ROLE,
            );
        }
    }
}

/// What is known of a holder, from whichever answer names it.
fn holder_of<'a>(id: &Guid, holders: &'a RoleHolders) -> Permanent<'a> {
    let named =
        |(other, principal): (Guid, Option<&'a Principal>)| principal.filter(|_| other == *id);
    Permanent {
        id: *id,
        principal: holders.principals().find_map(named),
    }
}

fn through_group(
    found: &mut Found<'_>,
    judged: &Judged<'_>,
    group: Guid,
    name: &str,
    doubt: &str,
    said: &mut BTreeSet<Guid>,
) {
    let groups = &judged.survey.population.groups;
    let Some(group) = groups.iter().find(|one| one.id == group) else {
        found.say(
            Verdict::Unknown,
            format!("{name} is Global Administrator, and who is in it was not asked"),
        );
        return;
    };
    for (people, how) in [(&group.members, "a member"), (&group.owners, "an owner")] {
        let Some(people) = listed(found, people, name) else {
            continue;
        };
        for one in people {
            let nested = one.kind == PrincipalKind::Group;
            if nested || is_declared(judged, one.id) || !said.insert(one.id) {
                continue;
            }
            let who = tenant_words::principal(one);
            found.fix(
                Verdict::Fail,
                format!(
                    "{who} is Global Administrator for ever as {how} of {name}, and not in the \
                     plan{doubt}"
                ),
                TAKE_ROLE,
            );
        }
    }
}

/// Those of a list that are known; says what is not.
fn listed<'a>(
    found: &mut Found<'_>,
    people: &'a Answer<Principals>,
    name: &str,
) -> Option<&'a [Principal]> {
    match people {
        Answer::Known(people) => {
            if people.completeness == Completeness::Partial {
                found.say(
                    Verdict::Unknown,
                    format!("some of those in {name} are hidden from us"),
                );
            }
            Some(&people.known)
        }
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown(&format!("who is in {name}"), other);
            None
        }
    }
}

fn members(found: &mut Found<'_>, judged: &Judged<'_>) {
    let Some(group) = &judged.survey.population.exclusion else {
        return;
    };
    let name = "the exclusion group";
    for one in listed(found, &group.transitive, name).unwrap_or_default() {
        if one.kind == PrincipalKind::Group || is_declared(judged, one.id) {
            continue;
        }
        let who = tenant_words::principal(one);
        found.fix(
            Verdict::Fail,
            format!("{who} is in {name}, and not in the plan"),
            "declare it in the plan, or take it out of the group",
        );
    }
}

/// Users whom Conditional Access excludes one by one.
fn excluded(found: &mut Found<'_>, judged: &Judged<'_>) {
    let access = &judged.survey.access;
    if let other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) = &access.policies {
        found.unknown("the Conditional Access policies", other);
    }
    let mut by_user: BTreeMap<Guid, Vec<String>> = BTreeMap::new();
    for (id, policy) in access.excluded_users() {
        if !is_declared(judged, id) {
            by_user.entry(id).or_default().push(format!("\"{policy}\""));
        }
    }
    for (id, policies) in by_user {
        let policies = words::listed(&policies, 3);
        let asked = judged.survey.population.excluded.iter();
        let user = asked.into_iter().find(|(other, _)| *other == id);
        let name = match user.map(|(_, user)| user) {
            Some(Answer::Known(User { upn: Some(upn), .. })) => format!("{upn} ({id})"),
            Some(Answer::Absent) => {
                found.fix(
                    Verdict::Warn,
                    format!("a user that was deleted, {id}, is excluded by name from {policies}"),
                    "take the exclusion away",
                );
                continue;
            }
            Some(Answer::Known(_) | Answer::Denied(_) | Answer::Failed(_)) | None => {
                format!("user {id}")
            }
        };
        found.fix(
            Verdict::Fail,
            format!("{name} is excluded by name from {policies}, and not in the plan"),
            "declare it in the plan, or take the exclusion away",
        );
    }
}
