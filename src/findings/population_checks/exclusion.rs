//! `CA-GROUP-PROTECTED`: who could put somebody into the exclusion group.

use super::is_declared;
use crate::entra::Answer;
use crate::entra::Completeness;
use crate::entra::DirectorySync;
use crate::entra::GroupObject;
use crate::entra::PrincipalKind;
use crate::entra::Told;
use crate::facts::tenant::ExclusionGroup;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::found::Found;
use crate::findings::judged::Judged;
use crate::findings::tenant_words;
use crate::plan::ConditionalAccess;

const NEW_GROUP: &str = "make a role-assignable group without owners, put only the accounts in, and \
                         exclude that";

/// `CA-GROUP-PROTECTED`: no owner, out of reach of lesser administrators, and exactly the accounts.
pub(super) fn protected(judged: &Judged<'_>) -> Vec<Finding> {
    let subject = Subject::book();
    let mut found = Found::new(Check::CaGroupProtected, &subject);
    let Some(group) = &judged.survey.population.exclusion else {
        found.say(Verdict::NotRun, "the plan names no exclusion group");
        return found.or_pass("");
    };
    match &group.group {
        Answer::Known(object) => of_group(&mut found, object),
        Answer::Absent => {
            found.fix(
                Verdict::Fail,
                format!(
                    "there is no group {}, the exclusion group of the plan",
                    group.id
                ),
                "correct groups.ca-exclusion in the plan, or find out who deleted the group",
            );
            return found.or_pass("");
        }
        other @ (Answer::Denied(_) | Answer::Failed(_)) => {
            found.unknown("the exclusion group", other);
        }
    }
    owners(&mut found, group);
    members(&mut found, judged, group);
    found.or_pass(
        "no owner is shown, no lesser administrator can change it, and it holds exactly \
                   the accounts",
    )
}

fn of_group(found: &mut Found<'_>, group: &GroupObject) {
    match (group.role_assignable, group.management_restricted) {
        (Told::Yes, _) | (_, Told::Yes) => {}
        (Told::No, Told::No) => found.fix(
            Verdict::Fail,
            "every Groups Administrator can put somebody in: neither assignable to roles nor in a \
             restricted management unit",
            NEW_GROUP,
        ),
        (Told::NotTold, Told::No | Told::NotTold) | (Told::No, Told::NotTold) => found.say(
            Verdict::Unknown,
            "the tenant does not tell whether the group is assignable to roles or restricted",
        ),
    }
    match group.dynamic {
        Told::No => {}
        Told::Yes => found.fix(
            Verdict::Fail,
            "a rule decides who is in it: whoever can change what the rule looks at gets in",
            NEW_GROUP,
        ),
        Told::NotTold => found.say(
            Verdict::Unknown,
            "the tenant does not tell whether a rule decides who is in it",
        ),
    }
    match group.sync {
        DirectorySync::Never => {}
        DirectorySync::Synced | DirectorySync::Formerly => found.fix(
            Verdict::Fail,
            "synced from an on-premises directory: whoever rules that one rules it",
            NEW_GROUP,
        ),
        DirectorySync::NotTold => found.say(
            Verdict::Unknown,
            "the tenant does not tell whether the group is synced",
        ),
    }
}

fn owners(found: &mut Found<'_>, group: &ExclusionGroup) {
    let owners = match &group.owners {
        Answer::Known(owners) => owners,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the exclusion group's owners", other);
            return;
        }
    };
    for owner in &owners.known {
        found.fix(
            Verdict::Fail,
            format!(
                "{} owns it and can put anybody in",
                tenant_words::principal(owner)
            ),
            "remove the owner",
        );
    }
    if owners.completeness == Completeness::Partial {
        found.say(Verdict::Unknown, "it has owners that are hidden from us");
    }
}

fn members(found: &mut Found<'_>, judged: &Judged<'_>, group: &ExclusionGroup) {
    let (direct, all) = match (&group.members, &group.transitive) {
        (Answer::Known(direct), Answer::Known(all)) => (direct, all),
        (other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent), _)
        | (_, other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent)) => {
            found.unknown("the exclusion group's members", other);
            return;
        }
    };
    for one in &direct.known {
        if one.kind == PrincipalKind::Group {
            found.fix(
                Verdict::Fail,
                format!(
                    "{} is nested in it: who is put in there is excluded too",
                    tenant_words::principal(one)
                ),
                "take the group out, and put the accounts in themselves",
            );
        }
    }
    for one in &all.known {
        if one.kind != PrincipalKind::Group && !is_declared(judged, one.id) {
            found.fix(
                Verdict::Fail,
                format!(
                    "{} is in it, and is no emergency access account",
                    tenant_words::principal(one)
                ),
                "take it out",
            );
        }
    }
    for account in &judged.plan.accounts {
        let Some(id) = account.object_id else {
            continue;
        };
        let is_in = all.known.iter().any(|one| one.id == id);
        let alias = &account.alias;
        match (account.conditional_access, is_in) {
            (ConditionalAccess::Excluded, false) if all.completeness == Completeness::Whole => {
                found.fix(
                    Verdict::Fail,
                    format!("{alias} is not in it, though the plan wants it excluded"),
                    format!("glasskey provision {alias}"),
                );
            }
            (ConditionalAccess::PhishingResistant, true) => found.fix(
                Verdict::Warn,
                format!("{alias} is in it, though the plan wants policies to apply"),
                "take it out, or plan conditional-access = \"excluded\"",
            ),
            (ConditionalAccess::Excluded, _) | (ConditionalAccess::PhishingResistant, false) => {}
        }
    }
    if all.completeness == Completeness::Partial || direct.completeness == Completeness::Partial {
        found.say(Verdict::Unknown, "it has members that are hidden from us");
    }
}
