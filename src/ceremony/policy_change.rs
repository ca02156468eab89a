//! The policy of the plan is taken into the ledger: what changes is said setting by setting, and the
//! quorum that counted before signs it.

use super::Appended;
use super::CeremonyError;
use super::Room;
use super::plain;
use super::plain::Matter;
use super::plain::Occasion;
use super::scripts::POLICY;
use crate::ledger::InForce;
use crate::plan::Role;
use crate::plan::can_meet;
use crate::record::Event;

/// The subject of the ceremony.
const SUBJECT: &str = "book";

/// Takes the plan's policy into the ledger.
///
/// # Errors
/// As [`super::hold`]; refused where there is no difference, or where the people in force could hold
/// no ceremony by it.
pub fn adopt_policy(room: &mut Room<'_>) -> Result<Appended, CeremonyError> {
    let occasion = Occasion {
        script: &POLICY,
        event: Event::Policy,
        subject: SUBJECT,
        about: "the settings of glasskey.toml",
    };
    plain::hold(room, occasion, &mut matter)
}

/// Whether an earlier run began to.
///
/// # Errors
/// [`CeremonyError::Open`] if `open/` cannot be read.
pub fn policy_begun(room: &Room<'_>) -> Result<bool, CeremonyError> {
    let open = super::OpenCeremony::new(POLICY.name, SUBJECT);
    Ok(open.begun(&*room.desk)?.is_some())
}

fn matter(
    room: &mut Room<'_>,
    force: &InForce,
    _: &super::Begun,
) -> Result<Matter<'static>, CeremonyError> {
    let policy = room.plan.policy.clone();
    let changes = force.policy.changes(&policy);
    if changes.is_empty() {
        return Err(CeremonyError::Matter {
            why: "the plan has the very policy that counts".to_owned(),
            next: "change [policy] in glasskey.toml first".to_owned(),
        });
    }
    let roles: Vec<&[Role]> = force
        .people
        .iter()
        .map(|one| one.roles.as_slice())
        .collect();
    can_meet(&roles, &policy).map_err(|lacks| CeremonyError::Matter {
        why: format!("by that policy {}", lacks.words()),
        next: "add witnesses first: `glasskey people add`".to_owned(),
    })?;
    for line in &changes {
        room.operator.say(line);
    }
    Ok(Matter {
        changes,
        fill: Box::new(move |statement| statement.policy = Some(policy)),
        roster: None,
    })
}
