//! `ENROL-PATHS`: everybody and everything that could register a key for an account.

use super::is_declared;
use super::is_without_pim;
use crate::entra::Answer;
use crate::entra::AppRole;
use crate::entra::Completeness;
use crate::entra::Principal;
use crate::entra::PrincipalKind;
use crate::entra::RoleScope;
use crate::facts::tenant::HoldingGroup;
use crate::facts::tenant::RoleHolders;
use crate::facts::tenant::Standing;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::found::Found;
use crate::findings::judged::Judged;
use crate::findings::tenant_words;
use crate::primitives::Guid;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Permissions with which an application registers a key, or a pass that lets one be registered.
const ENROLLING: [(&str, &str); 3] = [
    (
        "UserAuthenticationMethod.ReadWrite.All",
        "50483e42-d915-4231-9639-7fdb7fd190e5",
    ),
    (
        "UserAuthMethod-Passkey.ReadWrite.All",
        "0400e371-7db1-4338-a269-96069eb65227",
    ),
    (
        "UserAuthMethod-TAP.ReadWrite.All",
        "627169a8-8c15-451c-861a-5b80e383de5c",
    ),
];

/// Permissions with which an application gives itself one of those, or takes over one that has it;
/// the last four loosen what guards the accounts.
const NEAR: [(&str, &str); 8] = [
    (
        "RoleManagement.ReadWrite.Directory",
        "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
    ),
    (
        "RoleAssignmentSchedule.ReadWrite.Directory",
        "dd199f4a-f148-40a4-a2ec-f0069cc799ec",
    ),
    (
        "AppRoleAssignment.ReadWrite.All",
        "06b708a9-e830-4db3-a914-8e69da51d44f",
    ),
    (
        "Application.ReadWrite.All",
        "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
    ),
    (
        "Policy.ReadWrite.AuthenticationMethod",
        "29c18626-4985-4dcd-85c0-193eef327366",
    ),
    (
        "Policy.ReadWrite.ConditionalAccess",
        "01c0a623-fc9b-48e9-b794-0756f8e8f067",
    ),
    (
        "User-PasswordProfile.ReadWrite.All",
        "cc117bb9-00cf-4eb8-b580-ea2a878fe8f7",
    ),
    (
        "User.EnableDisableAccount.All",
        "3011c876-62b7-4ada-afa2-506cbbecc68c",
    ),
];

/// `ENROL-PATHS`: each of them, applications as failures, people as warnings.
pub(super) fn paths(judged: &Judged<'_>) -> Vec<Finding> {
    let subject = Subject::book();
    let mut found = Found::new(Check::EnrolPaths, &subject);
    roles(&mut found, judged);
    applications(&mut found, judged);
    found.or_pass("nobody outside the plan could register a key for the accounts")
}

/// Somebody who holds a role, and by which ways.
struct Holder<'a> {
    principal: Option<&'a Principal>,
    ways: BTreeSet<String>,
}

type Holders<'a> = BTreeMap<Guid, Holder<'a>>;

fn roles(found: &mut Found<'_>, judged: &Judged<'_>) {
    let population = &judged.survey.population;
    let mut holders = Holders::new();
    for role in &population.holders {
        of_role(found, judged, role, &mut holders);
    }
    expand_groups(found, &population.groups, &mut holders);
    for (id, holder) in holders {
        if is_declared(judged, id) {
            continue;
        }
        let name = holder
            .principal
            .map_or_else(|| format!("{id}, deleted"), tenant_words::principal);
        let ways: Vec<String> = holder.ways.into_iter().collect();
        let detail = format!("{name}: {}", ways.join(", "));
        match holder.principal.map(|principal| &principal.kind) {
            Some(PrincipalKind::Group) => {}
            Some(PrincipalKind::ServicePrincipal) => found.fix(
                Verdict::Fail,
                detail,
                "take the role away: an application's secret needs no person to be used",
            ),
            Some(PrincipalKind::User | PrincipalKind::Other(_) | PrincipalKind::NotTold) | None => {
                found.fix(
                    Verdict::Warn,
                    detail,
                    "take the role away where it is not needed, or make it eligible with approval",
                );
            }
        }
    }
}

fn of_role<'a>(
    found: &mut Found<'_>,
    judged: &Judged<'_>,
    role: &'a RoleHolders,
    holders: &mut Holders<'a>,
) {
    let name = role.name;
    let mut add = |id: Guid, principal: Option<&'a Principal>, scope: &RoleScope, way: String| {
        if reaches(judged, scope) {
            let holder = holders.entry(id).or_insert(Holder {
                principal: None,
                ways: BTreeSet::new(),
            });
            holder.principal = holder.principal.or(principal);
            holder.ways.insert(way);
        }
    };
    if let Answer::Known(now) = &role.now {
        for one in now {
            add(
                one.principal_id,
                one.principal.as_ref(),
                &one.scope,
                name.to_owned(),
            );
        }
    }
    if let Answer::Known(active) = &role.active {
        for one in active {
            add(
                one.principal_id,
                one.principal.as_ref(),
                &one.scope,
                name.to_owned(),
            );
        }
    }
    if let (other, Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) =
        (&role.now, &role.active)
        && !matches!(other, Answer::Known(_))
    {
        found.unknown(&format!("who is {name}"), other);
    }
    match &role.eligible {
        Answer::Known(eligible) => {
            for one in eligible {
                let way = format!("eligible for {name}");
                add(one.principal_id, one.principal.as_ref(), &one.scope, way);
            }
        }
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            if !is_without_pim(judged, other) {
                found.unknown(&format!("who may become {name}"), other);
            }
        }
    }
}

/// Whether a role of this scope counts for an account of the plan.
fn reaches(judged: &Judged<'_>, scope: &RoleScope) -> bool {
    match scope {
        RoleScope::Tenant | RoleScope::NotTold => true,
        RoleScope::Other(_) => false,
        RoleScope::Unit(unit) => {
            let mut held = judged.survey.standings.iter().filter_map(Standing::held);
            held.any(|held| match &held.units {
                Answer::Known(units) => units.iter().any(|one| one.id == *unit),
                Answer::Denied(_) | Answer::Failed(_) | Answer::Absent => true,
            })
        }
    }
}

/// Members of a group that holds a role hold it too; its owners can become members.
fn expand_groups<'a>(found: &mut Found<'_>, groups: &'a [HoldingGroup], holders: &mut Holders<'a>) {
    for group in groups {
        let Some(holder) = holders.get(&group.id) else {
            continue;
        };
        let ways: Vec<String> = holder.ways.iter().cloned().collect();
        let name = holder
            .principal
            .map_or_else(|| format!("group {}", group.id), tenant_words::principal);
        for (people, how) in [(&group.members, "in"), (&group.owners, "owner of")] {
            let people = match people {
                Answer::Known(people) => people,
                other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
                    found.unknown(&format!("who is in {name} or owns it"), other);
                    continue;
                }
            };
            if people.completeness == Completeness::Partial {
                found.say(
                    Verdict::Unknown,
                    format!("some of those in {name}, or its owners, are hidden from us"),
                );
            }
            for one in &people.known {
                let entry = holders.entry(one.id).or_insert(Holder {
                    principal: None,
                    ways: BTreeSet::new(),
                });
                entry.principal = entry.principal.or(Some(one));
                let through = ways.iter().map(|way| format!("{way} ({how} {name})"));
                entry.ways.extend(through);
            }
        }
    }
}

fn applications(found: &mut Found<'_>, judged: &Judged<'_>) {
    let population = &judged.survey.population;
    let assignments = match &population.applications {
        Answer::Known(assignments) => assignments,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown(
                "the applications with permissions of Microsoft Graph",
                other,
            );
            return;
        }
    };
    let offered: &[AppRole] = match &population.app_roles {
        Answer::Known(offered) => offered,
        // The permissions have had the same ids in every tenant that was seen.
        Answer::Denied(_) | Answer::Failed(_) | Answer::Absent => &[],
    };
    let mut enrolling: BTreeMap<Guid, (Option<&str>, BTreeSet<&str>)> = BTreeMap::new();
    let mut near = enrolling.clone();
    for one in assignments {
        for (table, into) in [(&ENROLLING[..], &mut enrolling), (&NEAR[..], &mut near)] {
            if let Some(value) = permission(table, offered, one.role) {
                let entry = into.entry(one.principal).or_default();
                entry.0 = one.name.as_deref();
                entry.1.insert(value);
            }
        }
    }
    for (all, verdict, how, fix) in [
        (
            enrolling,
            Verdict::Fail,
            "can register a key for anybody",
            "take the permission away, or give it only while keys are registered",
        ),
        (
            near,
            Verdict::Warn,
            "could get that far, or loosen what guards the accounts",
            "take the permission away where it is not needed",
        ),
    ] {
        for (id, (name, values)) in all {
            let name = name.map_or_else(|| id.to_string(), |name| format!("\"{name}\" ({id})"));
            let values: Vec<&str> = values.into_iter().collect();
            let detail = format!("application {name} {how}: {}", values.join(", "));
            found.fix(verdict, detail, fix);
        }
    }
}

/// The name in `table` of a permission: by the tenant's own list, or by its usual id.
fn permission<'t>(
    table: &[(&'t str, &'t str)],
    offered: &[AppRole],
    role: Guid,
) -> Option<&'t str> {
    let named = offered.iter().find(|one| one.id == role);
    table
        .iter()
        .find(|(value, id)| match named {
            Some(named) => named.value == *value,
            None => Guid::parse(id) == Some(role),
        })
        .map(|(value, _)| *value)
}
