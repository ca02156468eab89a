//! Who signs, judged before anything is done: a record that lacks them cannot be mended.

use super::CeremonyError;
use super::Room;
use crate::ledger::InForce;
use crate::plan::Role;
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

/// Whether those who sign are those whom the statement expects: the same operator, and the same
/// witnesses in whatever order they are named.
pub(super) fn are_expected(room: &Room<'_>, statement: &Statement) -> bool {
    let here = room.references();
    let expected = &statement.expected_signers;
    let all = |refs: &[String]| refs.iter().cloned().collect::<BTreeSet<String>>();
    here.first() == expected.first() && here.len() == expected.len() && all(&here) == all(expected)
}

/// That others are here than the statement expects, and what was done with it cannot be done again.
pub(super) fn others_are_here(statement: &Statement) -> CeremonyError {
    CeremonyError::Matter {
        why: format!(
            "what was begun expects {} to sign",
            statement.expected_signers.join(", ")
        ),
        next: "run the same command as that operator and without --witness: a witness who is not here \
               signs later, with `glasskey sign`"
            .to_owned(),
    }
}
