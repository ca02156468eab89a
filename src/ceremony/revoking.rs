//! The tenant lets go of a key: its method is deleted and read back to be gone, and sessions end.

use super::CeremonyError;
use super::OpenCeremony;
use super::Room;
use super::error::TenantWhy;
use super::in_use::KeyOfBook;
use super::tenant_change;
use super::tenant_change::Change;
use super::tenant_change::Course;
use super::tenant_change::Ended;
use super::tenant_change::Mode;
use super::ways_left::Methods;
use crate::entra::Answer;
use crate::entra::Fido2Method;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::Session;
use crate::entra::ask_fido2_methods;
use crate::entra::ask_user;
use crate::facts::book::BookKey;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde::Serialize;
use std::time::Duration;

/// The file in `open/` that says since when the tenant is without the method.
const REVOKED: &str = "revoked.json";
/// The file in `open/` that says that sessions were dealt with.
const SESSIONS: &str = "sessions.json";

/// When something was read back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    at: UtcTime,
}

/// Since when the tenant is without the key's method, as an earlier run read it back.
pub(super) fn kept(room: &Room<'_>, open: &OpenCeremony) -> Result<Option<UtcTime>, CeremonyError> {
    let kept: Option<At> = open.value(&*room.desk, REVOKED)?;
    Ok(kept.map(|kept| kept.at))
}

/// The passkeys of every account of the plan.
pub(super) fn methods(room: &mut Room<'_>, session: &mut Session) -> Methods {
    let clock = room.clock;
    let plan = room.plan;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    plan.accounts
        .iter()
        .filter_map(|account| {
            let id = account.object_id?;
            Some((account.alias.clone(), graph.one(ask_fido2_methods(&id))))
        })
        .collect()
}

/// Whether the passkeys of the key's account were read: what could not be read does not show that
/// nothing is left.
///
/// # Errors
/// [`CeremonyError::Tenant`] with why they were not.
pub(super) fn were_read(methods: &Methods, key: &KeyOfBook<'_>) -> Result<(), CeremonyError> {
    let of = methods
        .iter()
        .find(|(alias, _)| *alias == key.account.alias);
    match of {
        Some((_, Answer::Known(_))) | None => Ok(()),
        Some((_, other @ (Answer::Denied(_) | Answer::Absent | Answer::Failed(_)))) => {
            Err(CeremonyError::Tenant {
                what: "the account's passkeys",
                why: TenantWhy::Read(other.clone().map(|_| ())),
            })
        }
    }
}

/// Deletes the method of the key and reads back that it is gone; keeps when. `None` if the tenant does
/// not let us, which was said.
///
/// # Errors
/// [`CeremonyError::Declined`]; [`CeremonyError::Tenant`] if it is not known what happened, or the
/// methods cannot be read.
pub(super) fn revoke(
    room: &mut Room<'_>,
    session: &mut Session,
    open: &OpenCeremony,
    by: &str,
    key: &KeyOfBook<'_>,
    methods: &Methods,
) -> Result<Option<UtcTime>, CeremonyError> {
    if let Some(at) = kept(room, open)? {
        return Ok(Some(at));
    }
    let (label, alias, user) = (&key.planned.label, &key.account.alias, key.object_id);
    let shown = match methods.iter().find(|(of, _)| of == alias) {
        Some((_, Answer::Known(shown))) => shown,
        Some((_, other)) => return Err(unread(other.clone().map(|_| ()))),
        None => return Err(CeremonyError::NoObjectId(alias.clone())),
    };
    let Some(method) = shown.iter().find(|method| is_of(method, key)) else {
        room.operator.say(&format!(
            "{alias} has no method of {label}: read from the tenant."
        ));
        return keep(room, open).map(Some);
    };
    let course = course(open, by);
    let made = method
        .created
        .map_or_else(String::new, |at| format!(", made {at}"));
    let change = Change {
        id: "delete method",
        what: "deleting the passkey",
        is: format!("{alias} has the passkey \"{}\"{made}.", method.display_name),
        would: format!("Delete it, so that nobody signs in with {label}"),
        loosens: None,
    };
    let id = method.id.clone();
    let mut send = |graph: &mut GraphWrite<'_>| graph.delete_method(&user, &id);
    let mut look = |graph: &mut Graph<'_>| {
        let left = graph.one(ask_fido2_methods(&user));
        left.and_then(|left| {
            if left.iter().any(|other| other.id == id) {
                Answer::Absent
            } else {
                Answer::Known(())
            }
        })
    };
    match tenant_change::undertake(room, session, &course, &change, &mut send, &mut look)? {
        Ended::Made(()) | Ended::Found(()) => {
            let at = keep(room, open)?;
            course.settle(&mut *room.desk)?;
            room.operator.say(&format!(
                "{alias} is without the method of {label}: read back from the tenant."
            ));
            Ok(Some(at))
        }
        Ended::NotLet(why) => {
            course.settle(&mut *room.desk)?;
            room.operator.say(&format!(
                "The tenant does not let this sign-in delete it: {why}. {label} still signs in as \
                 {alias}: have somebody delete it who may, then run this again."
            ));
            Ok(None)
        }
        Ended::Declined | Ended::Would => Err(CeremonyError::Declined),
        Ended::NotShown => Err(tenant_change::not_shown(&change)),
    }
}

/// Ends every sign-in of the account, once. What the tenant does not let us do is said.
///
/// # Errors
/// [`CeremonyError::Tenant`] if it is not known what happened.
pub(super) fn end_sessions(
    room: &mut Room<'_>,
    session: &mut Session,
    open: &OpenCeremony,
    by: &str,
    key: &KeyOfBook<'_>,
) -> Result<(), CeremonyError> {
    if open.value::<At>(&*room.desk, SESSIONS)?.is_some() {
        return Ok(());
    }
    let (alias, user) = (&key.account.alias, key.object_id);
    let course = course(open, by);
    let change = Change {
        id: "end sessions",
        what: "ending the sign-ins",
        is: format!("Who is signed in as {alias} stays so."),
        would: "End all its sign-ins".to_owned(),
        loosens: None,
    };
    let now = room.clock.utc();
    let since = course.sent_at(&*room.desk, change.id)?.unwrap_or(now);
    let mut send = |graph: &mut GraphWrite<'_>| graph.revoke_sessions(&user);
    let mut look = |graph: &mut Graph<'_>| {
        let user = graph.one(ask_user(&user));
        user.and_then(|user| match user.sessions_valid_from {
            Some(from) if from >= since => Answer::Known(()),
            Some(_) | None => Answer::Absent,
        })
    };
    let by_hand = "end its sessions in the Entra admin center";
    match tenant_change::undertake(room, session, &course, &change, &mut send, &mut look)? {
        Ended::Made(()) | Ended::Found(()) => room
            .operator
            .say(&format!("All sign-ins of {alias} have ended: read back.")),
        Ended::NotLet(why) => room.operator.say(&format!(
            "The tenant does not let this sign-in end them: {why}; {by_hand}."
        )),
        Ended::Declined | Ended::Would => room
            .operator
            .say(&format!("They stay as they are; {by_hand}.")),
        Ended::NotShown => return Err(tenant_change::not_shown(&change)),
    }
    let at = room.clock.utc();
    open.put(&mut *room.desk, SESSIONS, &At { at })?;
    Ok(course.settle(&mut *room.desk)?)
}

fn course(open: &OpenCeremony, by: &str) -> Course {
    Course {
        open: open.clone(),
        by: by.to_owned(),
        mode: Mode::Ask,
        young_until: Duration::ZERO,
    }
}

fn keep(room: &mut Room<'_>, open: &OpenCeremony) -> Result<UtcTime, CeremonyError> {
    let at = room.clock.utc();
    open.put(&mut *room.desk, REVOKED, &At { at })?;
    Ok(at)
}

/// Whether a method is the key's: by its credential, else by the id that its registration saw.
fn is_of(method: &Fido2Method, key: &KeyOfBook<'_>) -> bool {
    if let (Some(shown), Some(known)) = (method.credential(), &key.recorded.credential) {
        return shown == known.id;
    }
    let recorded = |one: &BookKey| one.label == key.planned.label;
    let known = key.book.facts.keys.iter().find(|one| recorded(one));
    known.and_then(|key| key.method_id.as_ref()) == Some(&method.id.to_string())
}

fn unread(answer: Answer<()>) -> CeremonyError {
    CeremonyError::Tenant {
        what: "reading the account's passkeys",
        why: TenantWhy::Read(answer),
    }
}
