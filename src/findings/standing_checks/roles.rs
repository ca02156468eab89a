//! `ROLE-PERMANENT`: whether the account holds each role of the plan, for ever.

use super::Beside;
use crate::entra::Answer;
use crate::entra::AssignmentType;
use crate::entra::Licence;
use crate::entra::MemberType;
use crate::entra::RoleAssignment;
use crate::entra::RoleEnd;
use crate::entra::RoleInstance;
use crate::entra::RoleScope;
use crate::entra::built_in_role;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::findings::found::Found;
use crate::findings::tenant_words;
use crate::primitives::Guid;

/// `ROLE-PERMANENT`: each role of the plan directly, active, without end, for the whole tenant.
pub(super) fn permanent(beside: &Beside<'_>) -> Vec<Finding> {
    let resolved: Vec<(&str, Option<Guid>)> = beside
        .planned
        .roles
        .iter()
        .map(|name| (name.as_str(), role_id(beside, name)))
        .collect();
    let now = beside.held.roles_now();
    let has_none = resolved
        .iter()
        .all(|(_, role)| role.is_none_or(|role| !now.contains(&role)));
    let (registered, planned) = beside.registered();
    let early = has_none && registered < planned;
    let mut findings = Vec::new();
    for (name, role) in resolved {
        let mut found = Found::new(Check::RolePermanent, &beside.subject);
        match role {
            Some(role) => of_role(&mut found, beside, name, role, early),
            None => not_resolved(&mut found, beside, name),
        }
        findings.append(&mut found.or_pass(format!(
            "{name}: active and permanent, for the whole tenant"
        )));
    }
    findings
}

/// A role's id by its name in every tenant, by its name in this one, or as the plan writes it.
fn role_id(beside: &Beside<'_>, name: &str) -> Option<Guid> {
    let of_tenant = || match &beside.judged.survey.population.roles {
        Answer::Known(roles) => roles
            .iter()
            .find(|role| role.name.eq_ignore_ascii_case(name))
            .map(|role| role.id),
        Answer::Denied(_) | Answer::Failed(_) | Answer::Absent => None,
    };
    built_in_role(name)
        .or_else(|| Guid::parse(name))
        .or_else(of_tenant)
}

fn not_resolved(found: &mut Found<'_>, beside: &Beside<'_>, name: &str) {
    match &beside.judged.survey.population.roles {
        Answer::Known(_) => found.fix(
            Verdict::Fail,
            format!("the tenant has no role named {name}"),
            "correct the role's name in the plan",
        ),
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the tenant's roles", other);
        }
    }
}

fn of_role(found: &mut Found<'_>, beside: &Beside<'_>, name: &str, role: Guid, early: bool) {
    let held = beside.held;
    match &held.active {
        Answer::Known(active) => {
            let mine: Vec<&RoleInstance> = active.iter().filter(|one| one.role == role).collect();
            if mine.iter().any(|one| amiss(one).is_empty()) {
                return;
            }
            if !mine.is_empty() {
                for one in mine {
                    let why = amiss(one).join(", ");
                    found.fix(Verdict::Fail, format!("{name}: {why}"), assign(name));
                }
                return;
            }
            if directly(&held.roles, role) {
                found.say(
                    Verdict::Unknown,
                    format!("{name}: assigned, but not among the schedules that tell for how long"),
                );
                return;
            }
            if !eligible(found, beside, name, role) {
                absent(found, beside, name, early);
            }
        }
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            without_schedules(found, beside, name, role, early, other);
        }
    }
}

/// The schedules are not known: the plain assignments tell less.
fn without_schedules(
    found: &mut Found<'_>,
    beside: &Beside<'_>,
    name: &str,
    role: Guid,
    early: bool,
    schedules: &Answer<Vec<RoleInstance>>,
) {
    let held = beside.held;
    let roles = match &held.roles {
        Answer::Known(roles) => roles,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the account's roles", other);
            return;
        }
    };
    if !directly(&held.roles, role) {
        let elsewhere = roles.iter().any(|one| one.role == role);
        if elsewhere {
            found.fix(
                Verdict::Fail,
                format!("{name}: not for the whole tenant"),
                assign(name),
            );
        } else if !eligible(found, beside, name, role) {
            absent(found, beside, name, early);
        }
        return;
    }
    let licence = &beside.judged.survey.population.licence;
    if matches!(licence, Answer::Known(Licence::Free | Licence::P1)) {
        found.say(
            Verdict::Pass,
            format!("{name}: active, for the whole tenant; without P2 no assignment has an end"),
        );
        return;
    }
    let why = tenant_words::not_known("how long the account's roles last", schedules);
    let detail = format!("{name}: active, but its permanence is not verified: {why}");
    match tenant_words::what_would_tell(schedules) {
        Some(fix) => found.fix(Verdict::Unknown, detail, fix),
        None => found.say(Verdict::Unknown, detail),
    }
}

/// Whether the role is assigned directly, for the whole tenant.
fn directly(roles: &Answer<Vec<RoleAssignment>>, role: Guid) -> bool {
    let wide = |one: &RoleAssignment| one.role == role && one.scope == RoleScope::Tenant;
    matches!(roles, Answer::Known(roles) if roles.iter().any(wide))
}

/// Whether something was said of an eligible assignment.
fn eligible(found: &mut Found<'_>, beside: &Beside<'_>, name: &str, role: Guid) -> bool {
    let is_eligible = matches!(
        &beside.held.eligible,
        Answer::Known(eligible) if eligible.iter().any(|one| one.role == role)
    );
    if is_eligible {
        found.fix(
            Verdict::Fail,
            format!("{name}: only eligible, so somebody or something must activate it first"),
            assign(name),
        );
    }
    is_eligible
}

fn absent(found: &mut Found<'_>, beside: &Beside<'_>, name: &str, early: bool) {
    let (registered, planned) = beside.registered();
    if early {
        found.say(
            Verdict::NotRun,
            format!("{name} is given last: {registered} of {planned} keys are registered"),
        );
    } else {
        found.fix(
            Verdict::Fail,
            format!("{name} is not assigned to it directly"),
            format!("glasskey provision {}", beside.planned.alias),
        );
    }
}

/// What keeps an active assignment from being what is asked for; empty if nothing.
fn amiss(one: &RoleInstance) -> Vec<String> {
    let mut why = Vec::new();
    match &one.assignment {
        AssignmentType::Assigned => {}
        AssignmentType::Activated => why.push("activated for some hours".to_owned()),
        AssignmentType::Other(word) => {
            why.push(format!("assigned in a way we do not know, {word}"));
        }
        AssignmentType::NotTold => why.push("not told how it is assigned".to_owned()),
    }
    match &one.member {
        MemberType::Direct => {}
        MemberType::Group => why.push("held through a group".to_owned()),
        MemberType::Inherited => why.push("inherited".to_owned()),
        MemberType::Other(word) => why.push(format!("held in a way we do not know, {word}")),
        MemberType::NotTold => why.push("not told whether directly".to_owned()),
    }
    match one.end {
        RoleEnd::Never => {}
        RoleEnd::At(end) => why.push(format!("ends {end}")),
        RoleEnd::NotTold => why.push("not told when it ends".to_owned()),
    }
    if one.scope != RoleScope::Tenant {
        why.push("not for the whole tenant".to_owned());
    }
    why
}

fn assign(name: &str) -> String {
    format!("assign {name} to the account itself: active, permanent, for the directory")
}
