//! `ALERT-RULE`: a rule that is on looks for the account in the exported log, and tells somebody.

use super::kusto::Naming;
use super::kusto::naming;
use crate::entra::Answer;
use crate::entra::QueryRule;
use crate::entra::SentinelRule;
use crate::entra::Told;
use crate::entra::WorkspaceId;
use crate::facts::tenant::AzureFacts;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::found::Found;
use crate::findings::words::listed;
use crate::plan::Account;

const FIX: &str = "make an alert rule over SigninLogs that names the object id of every emergency \
     account, fires at one row and calls an action group; try it at the next sign-in";

/// What the rules come to for one account.
#[derive(Default)]
struct Rules {
    /// Rules that watch it.
    watching: Vec<String>,
    /// Rules that name it and fall short, with why.
    short: Vec<String>,
    /// Rules of which it cannot be told.
    unclear: Vec<String>,
}

/// `ALERT-RULE`
pub(super) fn alert(azure: &AzureFacts, account: &Account) -> Vec<Finding> {
    let subject = Subject::account(&account.alias);
    let mut found = Found::new(Check::AlertRule, &subject);
    let Some(id) = account.object_id else {
        found.say(Verdict::NotRun, "the plan pins no object id for it");
        return found.or_pass("");
    };
    let names = [id.to_string(), account.upn.clone()];
    let workspaces = match &azure.settings {
        Answer::Known(_) => Some(azure.workspaces()),
        Answer::Denied(_) | Answer::Failed(_) | Answer::Absent => None,
    };
    let mut rules = Rules::default();
    if let Answer::Known(all) = &azure.rules {
        for rule in all {
            of_query(&mut rules, rule, &names, workspaces.as_deref());
        }
    }
    for (_, answer) in &azure.sentinel {
        if let Answer::Known(all) = answer {
            for rule in all {
                of_sentinel(&mut rules, rule, &names);
            }
        }
    }
    if rules.watching.is_empty() {
        not_watched(&mut found, azure, &rules, workspaces.is_none());
    }
    let watching = listed(&rules.watching, 3);
    found.or_pass(format!(
        "{watching}; that it arrives is shown by the alert at a sign-in alone"
    ))
}

fn not_watched(found: &mut Found<'_>, azure: &AzureFacts, rules: &Rules, no_settings: bool) {
    let mut known = true;
    if !matches!(azure.rules, Answer::Known(_)) {
        found.unknown("the alert rules of the subscription", &azure.rules);
        known = false;
    }
    for (workspace, answer) in &azure.sentinel {
        // Where there is no Sentinel, it has no rules.
        if !matches!(answer, Answer::Known(_) | Answer::Absent) {
            let what = format!("Sentinel's rules in {}", workspace.name());
            found.unknown(&what, answer);
            known = false;
        }
    }
    if !rules.unclear.is_empty() {
        let unclear = listed(&rules.unclear, 3);
        found.fix(
            Verdict::Unknown,
            format!("whether it is watched cannot be told: {unclear}"),
            "name the object id in the query itself, or look at the list by hand",
        );
        known = false;
    }
    if !known {
        return;
    }
    if no_settings {
        // Which workspace gets the log is not known, so no rule could be told to watch it, and no
        // rule of Sentinel was asked for.
        found.unknown("where the sign-in log is exported to", &azure.settings);
        return;
    }
    let detail = if rules.short.is_empty() {
        "no rule names it".to_owned()
    } else {
        format!("no rule watches it: {}", listed(&rules.short, 3))
    };
    found.fix(Verdict::Fail, detail, FIX);
}

fn of_query(
    rules: &mut Rules,
    rule: &QueryRule,
    names: &[String],
    workspaces: Option<&[WorkspaceId]>,
) {
    let name = format!("\"{}\"", rule.name);
    let namings: Vec<Naming> = rule
        .conditions
        .iter()
        .map(|condition| naming(&condition.query, names))
        .collect();
    // All conditions of a rule must hold, so each must look for the account.
    let naming = if namings.is_empty() || namings.contains(&Naming::No) {
        Naming::No
    } else if namings.iter().all(|one| *one == Naming::Yes) {
        Naming::Yes
    } else if namings.contains(&Naming::Perhaps) {
        Naming::Perhaps
    } else {
        Naming::List
    };
    if naming == Naming::No {
        return;
    }
    let mut faults = Vec::new();
    match rule.enabled {
        Told::Yes => {}
        Told::No => faults.push("it is off".to_owned()),
        Told::NotTold => faults.push("whether it is on is not told".to_owned()),
    }
    if rule.action_groups == 0 {
        faults.push("it calls no action group".to_owned());
    }
    if rule
        .conditions
        .iter()
        .any(|one| one.fires_at_one != Some(true))
    {
        faults.push("it does not fire at one row".to_owned());
    }
    let watches_log = workspaces.is_some_and(|workspaces| {
        workspaces
            .iter()
            .any(|id| rule.scopes.contains(&id.to_string()))
    });
    if workspaces.is_some() && !watches_log {
        faults.push("it looks at no workspace that gets the sign-in log".to_owned());
    }
    let mut severity = rule
        .severity
        .map_or_else(String::new, |number| format!(", severity {number}"));
    if !rule.frequency.is_empty() {
        severity.push_str(", every ");
        severity.push_str(&rule.frequency);
    }
    match (naming, faults.is_empty(), workspaces.is_some()) {
        (_, false, _) => rules.short.push(format!("{name}: {}", faults.join(", "))),
        (Naming::Yes, true, true) => rules.watching.push(format!("{name}{severity}")),
        (Naming::Yes, true, false) => rules.unclear.push(format!(
            "{name} names it, but which workspace gets the log is not known"
        )),
        (Naming::Perhaps, true, _) => {
            rules
                .unclear
                .push(format!("{name} names it beside a negation"));
        }
        (Naming::List | Naming::No, true, _) => {
            rules
                .unclear
                .push(format!("{name} asks a list that lies elsewhere"));
        }
    }
}

fn of_sentinel(rules: &mut Rules, rule: &SentinelRule, names: &[String]) {
    let name = format!("\"{}\" of Sentinel", rule.name);
    let naming = naming(&rule.query, names);
    if naming == Naming::No {
        return;
    }
    let mut faults = Vec::new();
    match rule.enabled {
        Told::Yes => {}
        Told::No => faults.push("it is off"),
        Told::NotTold => faults.push("whether it is on is not told"),
    }
    if rule.makes_incident == Told::No {
        faults.push("it makes no incident");
    }
    match (naming, faults.is_empty()) {
        (_, false) => rules.short.push(format!("{name}: {}", faults.join(", "))),
        (Naming::Yes, true) => {
            let severity = if rule.severity.is_empty() {
                String::new()
            } else {
                format!(", severity {}", rule.severity)
            };
            rules
                .watching
                .push(format!("{name}{severity}, makes an incident"));
        }
        (Naming::Perhaps, true) => {
            rules
                .unclear
                .push(format!("{name} names it beside a negation"));
        }
        (Naming::List | Naming::No, true) => {
            rules
                .unclear
                .push(format!("{name} asks a list that lies elsewhere"));
        }
    }
}
