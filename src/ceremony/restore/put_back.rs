//! Putting back what a ceremony loosened: read, asked for, sent once, read back, struck out.

use super::others;
use super::strike;
use crate::ceremony::CeremonyError;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::error::TenantWhy;
use crate::ceremony::looks;
use crate::ceremony::tenant_change;
use crate::ceremony::tenant_change::Change;
use crate::ceremony::tenant_change::Course;
use crate::ceremony::tenant_change::Ended;
use crate::ceremony::tenant_change::Mode;
use crate::entra::Answer;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::MethodId;
use crate::entra::Session;
use crate::entra::Told;
use crate::entra::Written;
use crate::entra::ask_fido2_policy;
use crate::entra::ask_passes;
use crate::facts::restore::Loosened;
use crate::primitives::Guid;

/// How deleting a pass is noted, before its id.
const DELETE_PASS: &str = "delete pass ";

/// What putting something back came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ceremony) enum PutBack {
    /// It was so already: read, and struck out.
    WasBack,
    /// It was put back and read back, and struck out.
    IsBack,
    /// Others still need it loose; our own item is struck out. Who they are.
    StaysFor(Vec<String>),
    /// It would be put back.
    Would,
    /// A person declined: it stays loose, and noted.
    Declined,
    /// It has to be done by hand, and stays noted until it is read back. Why.
    ByHand(String),
    /// It cannot be told how it is. Why.
    Unknown(String),
}

/// Puts back one thing that `course` loosened, or that was found loose.
///
/// # Errors
/// [`CeremonyError`]; what was sent is noted, and the item stands until it was read back.
pub(in crate::ceremony) fn put_back(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course,
    loosened: &Loosened,
) -> Result<PutBack, CeremonyError> {
    // The flag is the whole tenant's: whoever else needs it loose puts it back.
    if *loosened == Loosened::SelfService {
        let items = super::loose(&*room.desk)?;
        let others = others(&items, loosened, &course.by);
        if !others.is_empty() {
            let others = others.into_iter().map(str::to_owned).collect();
            if course.mode != Mode::DryRun {
                strike(&mut *room.desk, loosened, Some(&course.by))?;
            }
            return Ok(PutBack::StaysFor(others));
        }
    }
    let done = match loosened {
        Loosened::SelfService => self_service(room, session, course)?,
        Loosened::TapGroup { group, account } => leave(room, session, course, group, account)?,
        Loosened::Pass { account } => passes(room, session, course, account)?,
        Loosened::ByHand { what } => by_hand(room, course, what),
    };
    let back = matches!(done, PutBack::WasBack | PutBack::IsBack);
    if back && course.mode != Mode::DryRun {
        strike(&mut *room.desk, loosened, None)?;
    }
    Ok(done)
}

fn self_service(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course,
) -> Result<PutBack, CeremonyError> {
    let look = |graph: &mut Graph<'_>| {
        graph
            .one(ask_fido2_policy())
            .and_then(|policy| match policy.self_service {
                Told::No => Answer::Known(()),
                Told::Yes | Told::NotTold => Answer::Absent,
            })
    };
    let change = Change {
        id: "self-service off",
        what: "turning self-service set-up off",
        is: "Self-service set-up of passkeys is on, and was off before.".to_owned(),
        would: "Turn it off again".to_owned(),
        loosens: None,
    };
    let mut send = |graph: &mut GraphWrite<'_>| graph.allow_self_service(false);
    reverse(room, session, course, &change, &mut send, &mut { look })
}

fn leave(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course,
    group: &Guid,
    account: &Guid,
) -> Result<PutBack, CeremonyError> {
    let id = format!("leave {group}");
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    match looks::is_in(&mut graph, account, group) {
        Answer::Known(false) => {
            course.settle_one(&mut *room.desk, &id)?;
            return Ok(PutBack::WasBack);
        }
        Answer::Known(true) => {}
        other @ (Answer::Denied(_) | Answer::Absent | Answer::Failed(_)) => {
            return unread(other, "the account's groups");
        }
    }
    if matches!(
        looks::is_direct(&mut graph, account, group),
        Answer::Known(false)
    ) {
        return Ok(PutBack::ByHand(format!(
            "it is in group {group} through another group: take that group out of it"
        )));
    }
    let change = Change {
        id: &id,
        what: "taking the account out of the group for passes",
        is: format!("The account is in group {group}, which may use a Temporary Access Pass."),
        would: "Take it out of that group".to_owned(),
        loosens: None,
    };
    let mut send = |graph: &mut GraphWrite<'_>| graph.remove_member(group, account);
    let mut look = |graph: &mut Graph<'_>| looks::when(looks::is_in(graph, account, group), false);
    reverse(room, session, course, &change, &mut send, &mut look)
}

fn passes(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course,
    account: &Guid,
) -> Result<PutBack, CeremonyError> {
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let there = match graph.one(ask_passes(account)) {
        Answer::Known(passes) => passes,
        other @ (Answer::Denied(_) | Answer::Absent | Answer::Failed(_)) => {
            return unread(other.map(|_| false), "the account's passes");
        }
    };
    // One that is gone has no change any more that would settle it.
    let is_gone = |change: &str| {
        let of = change.strip_prefix(DELETE_PASS);
        of.is_some_and(|id| there.iter().all(|pass| pass.id != id))
    };
    course.settle_those(&mut *room.desk, &is_gone)?;
    let mut done = PutBack::WasBack;
    for pass in there {
        let Some(named) = MethodId::new(&pass.id) else {
            return Ok(PutBack::ByHand(
                "its pass has an id that cannot be named: delete it in the portal".to_owned(),
            ));
        };
        let id = format!("{DELETE_PASS}{named}");
        let made = pass
            .created
            .map_or_else(String::new, |at| format!(", made {at}"));
        let change = Change {
            id: &id,
            what: "deleting the pass",
            is: format!("The account has a Temporary Access Pass{made}."),
            would: "Delete it".to_owned(),
            loosens: None,
        };
        let mut send = |graph: &mut GraphWrite<'_>| graph.delete_pass(account, &named);
        let mut look = |graph: &mut Graph<'_>| {
            let left = graph.one(ask_passes(account));
            left.and_then(|left| {
                if left.iter().any(|other| other.id == pass.id) {
                    Answer::Absent
                } else {
                    Answer::Known(())
                }
            })
        };
        done = reverse(room, session, course, &change, &mut send, &mut look)?;
        if !matches!(done, PutBack::IsBack | PutBack::WasBack) {
            return Ok(done);
        }
    }
    Ok(done)
}

fn by_hand(room: &mut Room<'_>, course: &Course, what: &str) -> PutBack {
    if course.mode == Mode::DryRun {
        return PutBack::Would;
    }
    let prompt = Prompt::BackByHand {
        what: what.to_owned(),
    };
    if room.operator.confirm(&prompt) {
        PutBack::IsBack
    } else {
        PutBack::ByHand(what.to_owned())
    }
}

/// Makes the change that puts something back, unless it is so already.
fn reverse(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course,
    change: &Change<'_>,
    send: &mut dyn FnMut(&mut GraphWrite<'_>) -> Written<()>,
    look: &mut dyn FnMut(&mut Graph<'_>) -> Answer<()>,
) -> Result<PutBack, CeremonyError> {
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    match look(&mut graph) {
        Answer::Known(()) => {
            course.settle_one(&mut *room.desk, change.id)?;
            return Ok(PutBack::WasBack);
        }
        Answer::Absent => {}
        other @ (Answer::Denied(_) | Answer::Failed(_)) => {
            return unread(other.map(|()| false), change.what);
        }
    }
    Ok(
        match tenant_change::make(room, session, course, change, send, look)? {
            Ended::Made(()) => PutBack::IsBack,
            Ended::Found(()) => PutBack::WasBack,
            Ended::Would => PutBack::Would,
            Ended::Declined => PutBack::Declined,
            Ended::NotLet(why) => PutBack::ByHand(why),
            Ended::NotShown => return Err(tenant_change::not_shown(change)),
        },
    )
}

fn unread(answer: Answer<bool>, what: &'static str) -> Result<PutBack, CeremonyError> {
    match answer {
        Answer::Denied(denial) => Ok(PutBack::Unknown(tenant_change::denied(&denial))),
        Answer::Absent => Ok(PutBack::Unknown(
            "the tenant says that it is not there".to_owned(),
        )),
        failed @ (Answer::Known(_) | Answer::Failed(_)) => Err(CeremonyError::Tenant {
            what,
            why: TenantWhy::Read(failed.map(|_| ())),
        }),
    }
}
