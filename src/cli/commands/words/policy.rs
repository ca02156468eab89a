//! `policy adopt`: what the plan says otherwise than the ledger, in words; and the ceremony that takes
//! it over. One record a run: first the settings, then the roles.

use super::NOTHING;
use crate::ceremony::adopt_policy;
use crate::ceremony::policy_begun;
use crate::ceremony::roster_change;
use crate::cli::Output;
use crate::cli::args::PolicyAdopt;
use crate::cli::at_the_safe::AtSafe;
use crate::cli::at_the_safe::report;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::page;
use crate::cli::place;
use crate::cli::plan_file;
use crate::cli::words;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::plan::Plan;
use crate::record::Roster;
use serde_json::json;

/// What the plan says otherwise than the ledger, in sentences.
struct Difference {
    settings: Vec<String>,
    roles: Vec<String>,
    people: Vec<String>,
}

impl Difference {
    fn between(force: &InForce, plan: &Plan) -> Self {
        Self {
            settings: force.policy.changes(&plan.policy),
            roles: roster_change::other_roles(force, &plan.people),
            people: people(force, plan),
        }
    }

    /// What this record does not take over, and what does.
    fn left(&self, settings_are_done: bool) -> Vec<String> {
        let mut next = Vec::new();
        if settings_are_done && !self.roles.is_empty() {
            next.push(format!(
                "glasskey policy adopt, once more: {}",
                self.roles.join(" ")
            ));
        }
        next.extend(self.people.iter().cloned());
        next
    }
}

/// Takes the plan's policy into the ledger, or says what differs.
pub(in crate::cli) fn adopt(
    arguments: &PolicyAdopt,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    if arguments.dry_run {
        return show(arguments, output);
    }
    let mut safe = AtSafe::open_to_change_people(&arguments.room, NOTHING, output)?;
    let force = safe.in_force()?;
    let difference = Difference::between(&force, safe.plan());
    let (settings, roles) = safe.words(|room| {
        let settings = policy_begun(room)?;
        Ok((settings, roster_change::roles_begun(room)?))
    })?;
    if settings || (!roles && !difference.settings.is_empty()) {
        let appended = safe.words(adopt_policy)?;
        let next = difference.left(true);
        return report::ended(&mut safe, &appended, &[], &next, output);
    }
    if roles || !difference.roles.is_empty() {
        let changed = safe.words(roster_change::adopt_roles)?;
        let next = difference.left(false);
        return report::ended(&mut safe, &changed.appended, &[], &next, output);
    }
    Err(Failure::new(
        Exit::Usage,
        NOTHING,
        "the plan has the very policy and roles that count",
        difference
            .people
            .first()
            .cloned()
            .unwrap_or_else(|| "change [policy] in glasskey.toml first".to_owned()),
    ))
}

/// Says what differs; asks nobody and writes nothing.
fn show(arguments: &PolicyAdopt, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let book = &arguments.room.book;
    let file = plan_file::read(book, NOTHING, output)?;
    let mut store = place::ledger_of(book, NOTHING)?;
    let force = Ledger::new(&mut store)
        .in_force()
        .map_err(|error| words::ledger(&error))?;
    let Difference {
        settings,
        roles,
        people,
    } = Difference::between(&force, &file.plan);
    if output.json {
        let value = json!({
            "schema": "glasskey.policy/1",
            "settings": settings,
            "roles": roles,
            "people": people,
        });
        output.print(&format!("{value:#}\n"))?;
        return Ok(Exit::Done);
    }
    let mut text = String::new();
    for (title, lines) in [
        ("Settings that differ:", &settings),
        ("Roles that differ:", &roles),
        ("People who differ, which is no matter of policy:", &people),
    ] {
        if !lines.is_empty() {
            text.push_str(&page::hang("", 0, title));
        }
        for line in lines {
            text.push_str(&page::hang("  ", 4, line));
        }
    }
    if text.is_empty() {
        text.push_str("The plan has the very policy, roles and people that count.\n");
    }
    output.print(&text)?;
    Ok(Exit::Done)
}

/// Who comes, goes or has another key by the plan; the command that would say so for each.
fn people(force: &InForce, plan: &Plan) -> Vec<String> {
    let Ok(roster) = Roster::parse(&force.roster) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    for person in &plan.people {
        let who = &person.reference;
        match roster.entry(who) {
            None => lines.push(format!(
                "{who} is in the plan and not on the roster: `glasskey people add {who}`."
            )),
            Some(entry) if entry.key.to_string() != person.key => lines.push(format!(
                "{who} has another key in the plan: `glasskey people rotate {who}`."
            )),
            Some(_) => {}
        }
    }
    for entry in roster.entries() {
        let who = &entry.reference;
        if !plan.people.iter().any(|one| one.reference == *who) {
            lines.push(format!(
                "{who} is on the roster and not in the plan: `glasskey people remove {who}`."
            ));
        }
    }
    lines
}
