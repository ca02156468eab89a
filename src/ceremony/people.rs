//! Who signs, judged before anything is done: a record that lacks them cannot be mended. And what becomes
//! of what was begun with others.

use super::CeremonyError;
use super::Desk;
use super::OpenCeremony;
use super::Room;
use super::closing;
use super::prompt::Prompt;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::plan::Role;
use crate::record::PersonPart;
use crate::record::Roster;
use crate::record::Statement;
use std::collections::BTreeSet;

/// Demands an operator first, witnesses after, each on the roster in force and in the role that
/// counts, and as many witnesses as the policy in force asks.
///
/// # Errors
/// [`CeremonyError::People`] with who is missing.
pub(super) fn may_sign(
    room: &Room<'_>,
    force: &InForce,
    witnesses: u32,
) -> Result<(), CeremonyError> {
    let refuse = |words: String| Err(CeremonyError::People(words));
    let Ok(roster) = Roster::parse(&force.roster) else {
        return refuse("the roster in force cannot be read".to_owned());
    };
    let references = room.references();
    let mut seen = BTreeSet::new();
    for (number, reference) in references.iter().enumerate() {
        let role = if number == 0 {
            Role::Operator
        } else {
            Role::Witness
        };
        let holds = force
            .people
            .iter()
            .any(|person| person.reference == *reference && person.roles.contains(&role));
        if !holds || roster.entry(reference).is_none() {
            let role = if number == 0 { "operator" } else { "witness" };
            return refuse(format!("{reference} is not {role} on the roster in force"));
        }
        if !seen.insert(reference) {
            return refuse(format!("{reference} cannot sign twice"));
        }
    }
    let present = references.len().saturating_sub(1);
    let needed = usize::try_from(witnesses).unwrap_or(usize::MAX);
    if references.is_empty() || present < needed {
        return refuse(format!("{present} of {needed} witnesses are here"));
    }
    Ok(())
}

/// Whether the statement that an earlier run kept stands before those who are here. It does where they
/// are those whom it expects; where its record is in the ledger, whoever may hold a ceremony finishes it.
/// Otherwise it is forgotten, so that it is stated anew for them; where a person or a key has signed
/// something of it, that is asked first.
///
/// # Errors
/// [`CeremonyError::People`] if those who are here may not sign; [`CeremonyError::Matter`] if what was
/// signed is to count.
pub(super) fn stands(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    statement: &Statement,
    is_appended: bool,
) -> Result<bool, CeremonyError> {
    if are_expected(room, statement) {
        return Ok(true);
    }
    if is_appended {
        let force = Ledger::new(&mut *room.store).in_force_to_finish()?;
        may_finish(room, &force)?;
        room.operator.say(&format!(
            "Others are here than the statement expects. Its record is in the ledger, as {} signed it: \
             what is left is done, and nobody else signs it.",
            statement.expected_signers.join(", ")
        ));
        return Ok(true);
    }
    let force = Ledger::new(&mut *room.store).in_force()?;
    may_sign(room, &force, statement.event.witnesses(&force.policy))?;
    let signed = signed(room, open, statement)?;
    if signed.is_empty() {
        room.operator.say(
            "Others are here than the statement expects, and nobody signed it: it is stated anew.",
        );
    } else if !room.operator.confirm(&Prompt::StateAnew { signed }) {
        return Err(others_are_here(statement));
    } else if open.presence(&*room.desk)?.is_some() {
        room.operator.say(
            "The key signs again: where it is in its new bag already, take it out, and take another bag.",
        );
    }
    open.forget_statement(&mut *room.desk)?;
    Ok(false)
}

/// Demands an operator by what counts for whoever goes on: a witness is not needed to finish what was
/// signed.
fn may_finish(room: &Room<'_>, force: &InForce) -> Result<(), CeremonyError> {
    let references = room.references();
    let Some(operator) = references.first() else {
        return Err(CeremonyError::People("nobody is here".to_owned()));
    };
    let holds = force
        .people
        .iter()
        .any(|person| person.reference == *operator && person.roles.contains(&Role::Operator));
    if holds {
        Ok(())
    } else {
        let operates = |person: &&PersonPart| person.roles.contains(&Role::Operator);
        let operators = force.people.iter().filter(operates);
        let operators: Vec<&str> = operators.map(|one| one.reference.as_str()).collect();
        Err(CeremonyError::Matter {
            why: format!(
                "the record is in the ledger, and {operator} does not operate by the roster that counts \
                 for finishing it"
            ),
            next: format!("run the same command as {}", operators.join(" or ")),
        })
    }
}

/// Who signed something of a statement: the key, by its label, and people, by their refs.
fn signed(
    room: &Room<'_>,
    open: &OpenCeremony,
    statement: &Statement,
) -> Result<Vec<String>, CeremonyError> {
    let desk = &*room.desk;
    let mut all = Vec::new();
    if open.presence(desk)?.is_some() {
        let label = statement.key.as_ref().map(|key| key.label.clone());
        all.push(label.unwrap_or_else(|| "the key".to_owned()));
    }
    for reference in &statement.expected_signers {
        if open.signature(desk, reference)?.is_some()
            || open.roster_signature(desk, reference)?.is_some()
        {
            all.push(reference.clone());
        }
    }
    Ok(all)
}

/// Whether those who sign are those whom the statement expects: the same operator, and the same
/// witnesses in whatever order they are named.
fn are_expected(room: &Room<'_>, statement: &Statement) -> bool {
    let here = room.references();
    let expected = &statement.expected_signers;
    let all = |refs: &[String]| refs.iter().cloned().collect::<BTreeSet<String>>();
    here.first() == expected.first() && here.len() == expected.len() && all(&here) == all(expected)
}

/// That others are here than the statement expects, and what was signed is to count.
fn others_are_here(statement: &Statement) -> CeremonyError {
    let mut expected = statement.expected_signers.iter();
    let operator = expected.next().map_or("its operator", String::as_str);
    let witnesses: Vec<String> = expected.map(|one| format!("--witness {one}")).collect();
    let with = if witnesses.is_empty() {
        String::new()
    } else {
        format!(" with `{}`", witnesses.join(" "))
    };
    CeremonyError::Matter {
        why: format!(
            "what was begun expects {} to sign, and some of it is signed",
            statement.expected_signers.join(", ")
        ),
        next: format!(
            "run the same command as {operator}{with}: a witness who is not here signs later, with \
             `glasskey sign`; where one of them cannot sign any more, run it as now and state it anew"
        ),
    }
}

/// The witnesses whom `operator` goes on with where none is named: those whom the open statements of this
/// operator expect, if they agree on that; where a record that is open is in the ledger, those who signed
/// it, whoever finishes it.
///
/// # Errors
/// [`CeremonyError`] if ledger or folder cannot be read.
pub fn witnesses_of_what_is_open(
    ledger: &Ledger<'_>,
    desk: &dyn Desk,
    operator: &str,
) -> Result<Vec<String>, CeremonyError> {
    let mut found: Option<Vec<String>> = None;
    for id in OpenCeremony::unfinished(desk)? {
        let Some(statement) = OpenCeremony::of_id(id).statement(desk)? else {
            continue;
        };
        let is_own = statement.expected_signers.first().map(String::as_str) == Some(operator);
        if !is_own && closing::index_of(ledger, &statement)?.is_none() {
            continue;
        }
        let mut witnesses = statement.expected_signers;
        if !witnesses.is_empty() {
            witnesses.remove(0);
        }
        witnesses.retain(|one| one != operator);
        if found.as_ref().is_some_and(|found| *found != witnesses) {
            return Ok(Vec::new());
        }
        found = Some(witnesses);
    }
    Ok(found.unwrap_or_default())
}
