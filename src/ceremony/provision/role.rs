//! The role: last, for ever, and read back.

use super::Bench;
use super::State;
use super::Step;
use super::Told;
use super::role_state;
use super::role_state::Held;
use super::role_state::Way;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::error::TenantWhy;
use crate::ceremony::tenant_change;
use crate::ceremony::tenant_change::Change;
use crate::ceremony::tenant_change::Ended;
use crate::entra::Answer;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::RoleGrant;
use crate::entra::ScheduleStatus;
use crate::entra::Session;
use crate::entra::Written;
use crate::primitives::Guid;
use std::cell::RefCell;

/// The planned roles, each for ever and over the whole tenant.
pub(super) fn role(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &Bench<'_>,
    told: &[Told],
) -> Result<Told, CeremonyError> {
    let step = Step::Role;
    if bench.account.roles.is_empty() {
        return Ok(Told::new(step, State::Right, "the plan names no role"));
    }
    let Some(account) = bench.object_id else {
        return Ok(Told::new(step, State::Waiting, "there is no account yet"));
    };
    let mut last = Told::new(step, State::Right, "");
    let mut details = Vec::new();
    for name in &bench.account.roles {
        let one = each(room, session, bench, told, &account, name)?;
        details.push(one.detail.clone());
        if !one.state.is_done() {
            return Ok(Told {
                detail: details.join("; "),
                ..one
            });
        }
        if last.state != State::Changed {
            last.state = one.state;
        }
    }
    last.detail = details.join("; ");
    Ok(last)
}

/// Whether every planned role is held for ever already.
pub(super) fn all_held(room: &mut Room<'_>, session: &mut Session, bench: &Bench<'_>) -> bool {
    let Some(account) = bench.object_id else {
        return false;
    };
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    for name in &bench.account.roles {
        let Ok(role) = role_state::named(&mut graph, name) else {
            return false;
        };
        let held = role_state::held(&mut graph, bench, &account, &role);
        if !matches!(held, Answer::Known(Held::ForEver)) {
            return false;
        }
    }
    true
}

fn each(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &Bench<'_>,
    told: &[Told],
    account: &Guid,
    name: &str,
) -> Result<Told, CeremonyError> {
    let step = Step::Role;
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let role = match role_state::named(&mut graph, name) {
        Ok(role) => role,
        Err(why) => {
            let detail = format!("{name} was not given: {why}");
            let next = "correct the name in the plan, or have RoleManagement.Read.Directory";
            return Ok(Told::new(step, State::Unknown, detail).next(next));
        }
    };
    let held = match role_state::held(&mut graph, bench, account, &role) {
        Answer::Known(held) => held,
        Answer::Denied(denial) => Held::Unknown(tenant_change::denied(&denial)),
        other @ (Answer::Absent | Answer::Failed(_)) => {
            return Err(CeremonyError::Tenant {
                what: "reading the account's roles",
                why: TenantWhy::Read(other.map(|_| ())),
            });
        }
    };
    match held {
        Held::ForEver => {
            let noted = noted(&role);
            bench.course.settle_one(&mut *room.desk, &noted)?;
            let detail = format!("{name}: active, for ever, over the whole tenant: read back");
            Ok(Told::new(step, State::Right, detail))
        }
        Held::Until(at) => {
            let end = at.map_or_else(|| "at a time not told".to_owned(), |at| format!("on {at}"));
            let detail = format!("{name} is held, but ends {end}");
            let next = "remove that assignment by hand and run it again, or make it permanent";
            Ok(Told::new(step, State::ByHand, detail).next(next))
        }
        Held::Unknown(why) => {
            let detail = format!("{name}: it cannot be told how long it is held: {why}");
            let next = "have RoleAssignmentSchedule.Read.Directory, then run it again";
            Ok(Told::new(step, State::Unknown, detail).next(next))
        }
        Held::Not(way) => {
            if let Some(first) = blocked(bench, told) {
                let detail = format!("{name} waits: {first} first");
                return Ok(Told::new(step, State::Waiting, detail));
            }
            give(
                room,
                session,
                bench,
                name,
                way,
                RoleGrant {
                    role,
                    principal: *account,
                },
            )
        }
    }
}

/// How giving the role is noted.
fn noted(role: &Guid) -> String {
    format!("give role {role}")
}

/// What comes before the role; `None` if nothing does. Whoever could have a pass made for the
/// account would have its role too.
fn blocked(bench: &Bench<'_>, told: &[Told]) -> Option<&'static str> {
    let done = |step: Step| {
        told.iter()
            .any(|one| one.step == step && one.state.is_done())
    };
    if !done(Step::Account) {
        Some("the account is as it should be")
    } else if !done(Step::Keys) {
        Some("its keys are registered and seen to sign in")
    } else if !done(Step::PassGroup) {
        Some("it is out of the group for passes")
    } else if !done(Step::Passes) || !bench.closed {
        Some("no pass is left")
    } else {
        None
    }
}

fn give(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &Bench<'_>,
    name: &str,
    way: Way,
    grant: RoleGrant,
) -> Result<Told, CeremonyError> {
    let step = Step::Role;
    let id = noted(&grant.role);
    let change = Change {
        id: &id,
        what: "giving the role",
        is: format!(
            "{} does not hold {name} by itself for the whole tenant.",
            bench.account.upn
        ),
        would: match way {
            Way::Pim => "Assign it: active, without end (Privileged Identity Management)",
            Way::Plain => "Assign it: without Privileged Identity Management it never ends",
        }
        .to_owned(),
        loosens: None,
    };
    let why = format!(
        "Emergency access account {}: permanent active {name}",
        bench.account.alias
    );
    let start = room.clock.utc();
    let status: RefCell<Option<String>> = RefCell::new(None);
    let mut send = |graph: &mut GraphWrite<'_>| match way {
        Way::Plain => graph.assign_role(&grant),
        Way::Pim => {
            let written = graph.schedule_role(&grant, start, &why);
            if let Written::Done(ScheduleStatus::Other(word)) = &written {
                *status.borrow_mut() = Some(word.clone());
            }
            written.done()
        }
    };
    let mut look = |graph: &mut Graph<'_>| {
        let held = role_state::held(graph, bench, &grant.principal, &grant.role);
        held.and_then(|held| match held {
            Held::ForEver => Answer::Known(()),
            Held::Until(_) | Held::Not(_) | Held::Unknown(_) => Answer::Absent,
        })
    };
    let ended = tenant_change::make(room, session, &bench.course, &change, &mut send, &mut look)?;
    Ok(match ended {
        Ended::Made(()) | Ended::Found(()) => {
            let detail = format!("{name}: active, for ever, over the whole tenant: read back");
            Told::new(step, State::Changed, detail)
        }
        Ended::Would => Told::new(
            step,
            State::Would,
            format!("{name} would be given for ever"),
        ),
        Ended::Declined => Told::new(
            step,
            State::Declined,
            format!("{name} was not given: declined"),
        ),
        Ended::NotLet(why) => {
            Told::new(step, State::ByHand, format!("{name} was not given: {why}")).next(match way {
                Way::Pim => {
                    "have the role's settings in Privileged Identity Management allow permanent \
                     active assignment, or have it assigned there without end; never one that \
                     ends; then run it again: it looks"
                }
                Way::Plain => "have somebody who may assign it, then run it again: it looks",
            })
        }
        Ended::NotShown => match status.borrow_mut().take() {
            Some(word) => {
                // It is known where it waits: another run would not send it blindly.
                bench.course.settle_one(&mut *room.desk, &id)?;
                let detail = format!("{name} is asked for and waits ({word})");
                Told::new(step, State::ByHand, detail)
                    .next("have it approved in Privileged Identity Management, then run it again")
            }
            None => return Err(tenant_change::not_shown(&change)),
        },
    })
}
