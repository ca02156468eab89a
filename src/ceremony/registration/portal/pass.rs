//! The pass: made last, shown once, kept nowhere, deleted afterwards and proven gone. That it exists is
//! noted before it is made, and stands in `open/restore.json` until the tenant was read without it.

use super::Course;
use crate::ceremony::CeremonyError;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::error::TenantWhy;
use crate::ceremony::restore;
use crate::ceremony::restore::PutBack;
use crate::ceremony::tenant_change;
use crate::ceremony::tenant_change::Mode;
use crate::entra::Answer;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::MethodId;
use crate::entra::NewPass;
use crate::entra::PassWish;
use crate::entra::Session;
use crate::entra::Written;
use crate::entra::ask_pass_policy;
use crate::entra::ask_passes;
use crate::facts::restore::Loosened;
use crate::facts::restore::RestoreItem;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use std::time::Duration;

/// How long a pass shall count, in minutes, where the tenant's policy allows it.
const MINUTES: u32 = 60;
/// How often the tenant is asked whether it lists a pass that was just made.
const LOOKS: u32 = 24;
/// Between two of these looks.
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

/// A pass that was made and shown.
pub(super) struct Made {
    /// When.
    pub(super) at: UtcTime,
    /// Until when it counts.
    pub(super) until: UtcTime,
}

/// Makes a pass and shows it, once.
pub(super) fn make(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
) -> Result<Made, CeremonyError> {
    let minutes = minutes(room, session);
    let wish = PassWish::once_within(minutes).ok_or(CeremonyError::Answer(
        "the tenant's policy allows no pass of a length that can be asked for",
    ))?;
    let pass = sent(room, session, course, wish)?;
    let at = room.clock.utc();
    let minutes = pass.minutes.unwrap_or(minutes);
    let until = at.plus_seconds(i64::from(minutes).saturating_mul(60));
    let what = format!(
        "The Temporary Access Pass of {}, for one sign-in within {minutes} minutes. It is shown \
         this once and kept nowhere; whoever has it opens the account.",
        course.account.alias
    );
    if !room.operator.show_once(&what, &pass.pass) {
        let id = pass.id.clone();
        drop(pass);
        until_listed(room, session, course.object_id, Some(&id));
        delete(room, session, course)?;
        return Err(CeremonyError::Declined);
    }
    Ok(Made { at, until })
}

/// Notes that there may be a pass from now on; `true` if there was no such note of this ceremony.
fn note(room: &mut Room<'_>, course: &Course<'_>) -> Result<bool, CeremonyError> {
    let item = RestoreItem {
        loosened: loosened(course),
        by: course.change(Mode::Go).by,
        since: room.clock.utc(),
    };
    Ok(restore::note(&mut *room.desk, item)?)
}

/// Notes it, and sends it. One of which no answer came is useless, for nobody knows it: it is deleted,
/// and another is made, once.
fn sent(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    wish: PassWish,
) -> Result<NewPass, CeremonyError> {
    let clock = room.clock;
    // A pass of an earlier run that could not be deleted stays noted, whatever becomes of this one.
    let mut is_new = note(room, course)?;
    let mut last = None;
    for turn in 0..2 {
        let mut writes = GraphWrite::new(&mut *room.tenant, clock, session);
        match writes.make_pass(&course.object_id, wish) {
            Written::Done(pass) => return Ok(pass),
            unclear @ Written::MayHaveHappened(_) => {
                room.operator.say(
                    "No answer came. A pass that nobody has seen is of no use: it is deleted if \
                     it is there.",
                );
                last = Some(unclear);
                until_listed(room, session, course.object_id, None);
                delete(room, session, course)?;
                let alias = &course.account.alias;
                let question = Prompt::Question(format!("Make another pass for {alias}?"));
                if turn == 0 && !room.operator.confirm(&question) {
                    return Err(CeremonyError::Declined);
                }
                is_new = note(room, course)?;
            }
            Written::Throttled(wait) => {
                last = Some(Written::Throttled(wait));
                clock.wait(wait.unwrap_or(Duration::from_secs(10)));
            }
            refused @ (Written::Denied(_)
            | Written::Absent
            | Written::Refused(_)
            | Written::NotSent(_)) => {
                if is_new {
                    let by = course.change(Mode::Go).by;
                    restore::strike(&mut *room.desk, &loosened(course), Some(&by))?;
                }
                return Err(not_let(course, refused, is_new));
            }
        }
    }
    Err(CeremonyError::Tenant {
        what: "making a Temporary Access Pass",
        why: TenantWhy::write(last.unwrap_or(Written::Absent)),
    })
}

/// Why none was made. Where it `is_new`, no other one was noted before.
fn not_let(course: &Course<'_>, refused: Written<NewPass>, is_new: bool) -> CeremonyError {
    let alias = &course.account.alias;
    let what = if is_new {
        "no pass was made; nothing was changed in the tenant"
    } else {
        "no pass was made; one of an earlier run may still open the account, and stays noted in \
         open/restore.json"
    };
    match refused {
        Written::Refused(error) => CeremonyError::Halted {
            what: what.to_owned(),
            why: format!("the tenant makes no pass for {alias}: {}", error.message),
            next: format!("glasskey provision {alias} --portal, then run the same command again"),
        },
        Written::Denied(denial) => CeremonyError::Halted {
            what: what.to_owned(),
            why: format!(
                "the tenant makes no pass for {alias}: {}",
                tenant_change::denied(&denial)
            ),
            next: "sign in with what docs/sign-in.md names, then run the same command again"
                .to_owned(),
        },
        other @ (Written::Done(_)
        | Written::MayHaveHappened(_)
        | Written::Absent
        | Written::Throttled(_)
        | Written::NotSent(_)) => CeremonyError::Tenant {
            what: "making a Temporary Access Pass",
            why: TenantWhy::write(other),
        },
    }
}

/// Waits until the tenant lists the pass that was made a moment ago, this one where its id is known, for
/// two minutes at most: before that its absence says nothing.
pub(in crate::ceremony::registration) fn until_listed(
    room: &mut Room<'_>,
    session: &mut Session,
    account: Guid,
    id: Option<&MethodId>,
) {
    let clock = room.clock;
    for _ in 0..LOOKS {
        let mut graph = Graph::new(&mut *room.tenant, clock, session);
        let listed = graph.one(ask_passes(&account)).map(|passes| {
            let mut ids = passes.iter().map(|pass| MethodId::new(&pass.id));
            ids.any(|one| id.is_none() || one.as_ref() == id)
        });
        if listed == Answer::Known(true) {
            return;
        }
        clock.wait(BETWEEN_LOOKS);
    }
}

/// Deletes every pass of the account, and proves that there is none.
pub(super) fn delete(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
) -> Result<(), CeremonyError> {
    let change = course.change(Mode::Go);
    match restore::put_back(room, session, &change, &loosened(course))? {
        PutBack::WasBack | PutBack::IsBack => {
            room.operator
                .say("The pass is gone: the tenant was read without it.");
            Ok(())
        }
        PutBack::StaysFor(_) | PutBack::Would | PutBack::Declined => Ok(()),
        PutBack::ByHand(why) | PutBack::Unknown(why) => Err(CeremonyError::Halted {
            what: "the pass may still open the account; it is noted in open/restore.json"
                .to_owned(),
            why: format!("the pass of {} is not gone: {why}", course.account.alias),
            next: "delete it at the portal, then run the same command again".to_owned(),
        }),
    }
}

fn loosened(course: &Course<'_>) -> Loosened {
    Loosened::Pass {
        account: course.object_id,
    }
}

/// What the tenant's policy allows, as near to an hour as it can be.
fn minutes(room: &mut Room<'_>, session: &mut Session) -> u32 {
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    match graph.one(ask_pass_policy()) {
        Answer::Known(policy) => MINUTES
            .min(policy.longest_minutes.unwrap_or(MINUTES))
            .max(policy.shortest_minutes.unwrap_or(0)),
        Answer::Denied(_) | Answer::Absent | Answer::Failed(_) => MINUTES,
    }
}
