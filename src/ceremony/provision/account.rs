//! The account itself: found, made or taken over.

use super::Bench;
use super::State;
use super::Step;
use super::Told;
use super::mend::mend;
use crate::ceremony::CeremonyError;
use crate::ceremony::OpenError;
use crate::ceremony::Room;
use crate::ceremony::error::TenantWhy;
use crate::ceremony::tenant_change;
use crate::ceremony::tenant_change::Change;
use crate::ceremony::tenant_change::Ended;
use crate::ceremony::tenant_change::Mode;
use crate::entra::Answer;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::NewUser;
use crate::entra::Password;
use crate::entra::READ_BACK;
use crate::entra::Session;
use crate::entra::User;
use crate::entra::Written;
use crate::entra::ask_user;
use crate::entra::ask_user_by_upn;
use crate::primitives::Guid;
use serde::Deserialize;
use serde::Serialize;
use std::cell::Cell;

/// How its creation is noted.
const CREATE: &str = "create account";
/// How a new password is noted.
const NEW_PASSWORD: &str = "new password";
/// How far this host's clock and the tenant's may be apart, in seconds.
const SKEW: i64 = 120;
/// The file that says which account was made, until the plan pins it.
const MADE: &str = "made.json";

/// The account that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Made {
    object_id: Guid,
}

/// The account: found by its pinned id, else by the id it was made with, else by its name; else
/// made; then mended.
pub(super) fn account(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &mut Bench<'_>,
) -> Result<Told, CeremonyError> {
    let made = bench.course.open.value::<Made>(&*room.desk, MADE)?;
    let known = bench.account.object_id.or(made.map(|made| made.object_id));
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let found = match known {
        Some(id) => graph.one(ask_user(&id)),
        None => graph.one(ask_user_by_upn(&bench.account.upn)),
    };
    let found = match found {
        Answer::Known(user) => user,
        Answer::Absent => match known {
            Some(id) => return Ok(is_gone(id, bench)),
            None => return make(room, session, bench),
        },
        Answer::Denied(denial) => {
            let detail = format!("it cannot be read: {}", tenant_change::denied(&denial));
            return Ok(Told::new(Step::Account, State::Unknown, detail)
                .next("have User.Read.All consented to, then run it again")
                .stop());
        }
        failed @ Answer::Failed(_) => {
            return Err(CeremonyError::Tenant {
                what: "reading the account",
                why: TenantWhy::Read(failed.map(|_| ())),
            });
        }
    };
    is_meant(bench, known, &found)?;
    if known.is_none() {
        // One that is noted to have been sent is ours.
        if bench.course.sent_at(&*room.desk, CREATE)?.is_none() {
            return adopt(room, session, bench, &found);
        }
        keep_made(room, bench, found.id)?;
    }
    settle(room, bench)?;
    bench.object_id = Some(found.id);
    mend(room, session, bench, &found, State::Right)
}

/// The account is there, and ours. What else was sent a moment ago is the matter of its own step.
fn settle(room: &mut Room<'_>, bench: &Bench<'_>) -> Result<(), OpenError> {
    let now = room.clock.utc();
    let account = |change: &str| [CREATE, NEW_PASSWORD].contains(&change);
    bench.course.settle_those(&mut *room.desk, &account)?;
    bench.course.settle_old(&mut *room.desk, now)
}

/// Demands that the tenant answered for the account that was asked for: the one it names will be
/// given a role.
fn is_meant(bench: &Bench<'_>, known: Option<Guid>, found: &User) -> Result<(), CeremonyError> {
    let meant = match known {
        Some(id) => found.id == id,
        None => found
            .upn
            .as_ref()
            .is_some_and(|upn| upn.eq_ignore_ascii_case(&bench.account.upn)),
    };
    if meant {
        Ok(())
    } else {
        Err(CeremonyError::Answer(
            "the tenant answered for another account than was asked for; nothing was sent",
        ))
    }
}

/// Keeps which account was made, until the plan pins it.
fn keep_made(room: &mut Room<'_>, bench: &Bench<'_>, object_id: Guid) -> Result<(), OpenError> {
    if bench.course.mode == Mode::DryRun {
        return Ok(());
    }
    let made = Made { object_id };
    bench.course.open.put(&mut *room.desk, MADE, &made)
}

/// The plan pins it now.
pub(super) fn forget_made(room: &mut Room<'_>, bench: &Bench<'_>) -> Result<(), OpenError> {
    if bench.course.mode == Mode::Ask {
        room.desk.remove(&bench.course.open.name(MADE))?;
    }
    Ok(())
}

fn is_gone(id: Guid, bench: &Bench<'_>) -> Told {
    let who = if bench.account.object_id.is_some() {
        "the plan pins"
    } else {
        "an earlier run made"
    };
    let detail = format!("{who} {id}, and the tenant has no such account");
    Told::new(Step::Account, State::ByHand, detail)
        .next(
            "wait some minutes if it is new, and look among the deleted users; only if it is gone \
             for good, take object-id out of the plan, and a new account with new keys is made",
        )
        .stop()
}

/// An account that was not made here: somebody may know its password.
fn adopt(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &mut Bench<'_>,
    found: &User,
) -> Result<Told, CeremonyError> {
    let (id, before) = (found.id, found.password_changed);
    let told = mend(room, session, bench, found, State::Right)?;
    if told.stops {
        return Ok(told);
    }
    if let Some(at) = bench.course.sent_at(&*room.desk, NEW_PASSWORD)?
        && before.is_some_and(|changed| changed >= at.plus_seconds(-SKEW))
    {
        // A run that was cut off set it.
        return taken_over(room, bench, id, told);
    }
    let change = Change {
        id: NEW_PASSWORD,
        what: "setting a new password",
        is: format!(
            "{} is in the tenant as {id} and was not made here: somebody may know its password.",
            bench.account.upn
        ),
        would: "Take it over, with a new password that is shown to no one and kept nowhere"
            .to_owned(),
        loosens: None,
    };
    let password = Password::draw(&mut *room.entropy.source());
    let mut send = |graph: &mut GraphWrite<'_>| graph.set_password(&id, &password);
    let mut look = |graph: &mut Graph<'_>| {
        graph.one(ask_user(&id)).and_then(|user| {
            if user.password_changed.is_some() && user.password_changed != before {
                Answer::Known(user)
            } else {
                Answer::Absent
            }
        })
    };
    let ended =
        tenant_change::undertake(room, session, &bench.course, &change, &mut send, &mut look)?;
    if matches!(ended, Ended::Made(_) | Ended::Found(_)) {
        return taken_over(room, bench, id, told);
    }
    if !matches!(ended, Ended::NotShown) {
        bench.course.settle_one(&mut *room.desk, change.id)?;
    }
    Ok(match ended {
        Ended::Would => {
            bench.object_id = Some(id);
            Told::new(Step::Account, State::Would, "it would be taken over")
        }
        Ended::Declined => {
            let detail = "it was not taken over: declined";
            Told::new(Step::Account, State::Declined, detail).next(
                "if its password is known to nobody already, write its object-id into the plan \
                 yourself",
            )
        }
        Ended::NotLet(why) => {
            let detail = format!("it was not taken over, its password stands: {why}");
            Told::new(Step::Account, State::ByHand, detail)
                .next(format!(
                    "have somebody who may set a random password and throw it away, then write \
                     object-id = \"{id}\" into the plan"
                ))
                .stop()
        }
        Ended::NotShown | Ended::Made(_) | Ended::Found(_) => {
            return Err(tenant_change::not_shown(&change));
        }
    })
}

/// It has its new password, and is kept until the plan pins it.
fn taken_over(
    room: &mut Room<'_>,
    bench: &mut Bench<'_>,
    id: Guid,
    told: Told,
) -> Result<Told, CeremonyError> {
    keep_made(room, bench, id)?;
    settle(room, bench)?;
    bench.object_id = Some(id);
    Ok(Told {
        state: State::Changed,
        detail: format!("{}; its password is new, and known to nobody", told.detail),
        ..told
    })
}

fn make(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &mut Bench<'_>,
) -> Result<Told, CeremonyError> {
    let account = bench.account;
    let display_name = format!("Emergency Access {}", account.alias);
    let password = Password::draw(&mut *room.entropy.source());
    let Some(user) = NewUser::new(&account.upn, &display_name, password) else {
        let detail = format!("Entra takes no account of the name {}", account.upn);
        return Ok(Told::new(Step::Account, State::ByHand, detail)
            .next("before the @ take letters, digits and ' . - _ ! # ^ ~")
            .stop());
    };
    let change = Change {
        id: CREATE,
        what: "creating the account",
        is: format!("{} is not in the tenant.", account.upn),
        would: "Create it: cloud only, with a password that is shown to no one and kept nowhere"
            .to_owned(),
        loosens: None,
    };
    let made: Cell<Option<Guid>> = Cell::new(None);
    let mut send = |graph: &mut GraphWrite<'_>| {
        let written = graph.create_user(&user);
        if let Written::Done(id) = &written {
            made.set(Some(*id));
        }
        written
    };
    let mut look = |graph: &mut Graph<'_>| match made.get() {
        Some(id) => graph.one(ask_user(&id)),
        None => graph.one(ask_user_by_upn(&account.upn)),
    };
    let ended =
        tenant_change::undertake(room, session, &bench.course, &change, &mut send, &mut look)?;
    if !matches!(ended, Ended::Made(_) | Ended::Found(_) | Ended::NotShown) {
        bench.course.settle_one(&mut *room.desk, change.id)?;
    }
    let (Ended::Made(found) | Ended::Found(found)) = ended else {
        return match ended {
            Ended::Would => Ok(Told::new(Step::Account, State::Would, "it would be made").stop()),
            Ended::Declined => Ok(Told::new(
                Step::Account,
                State::Declined,
                "it was not made: declined",
            )),
            Ended::NotLet(why) => Ok(Told::new(
                Step::Account,
                State::ByHand,
                format!("it was not made: {why}"),
            )
            .next(format!(
                "have an administrator make {}, cloud only, with a random password that is \
                 thrown away; then run it again",
                account.upn
            ))
            .stop()),
            Ended::NotShown | Ended::Made(_) | Ended::Found(_) => {
                Err(tenant_change::not_shown(&change))
            }
        };
    };
    is_meant(bench, made.get(), &found)?;
    keep_made(room, bench, found.id)?;
    settle(room, bench)?;
    bench.object_id = Some(found.id);
    bench.course.young_until = room.clock.elapsed().saturating_add(READ_BACK);
    mend(room, session, bench, &found, State::Changed)
}
