//! Steps 4 and 5 of a verification with a sign-in: the sign-in in the tenant's log, its alert, and
//! Microsoft's list; kept in `open/`, so that nobody is asked twice.

use super::Course;
use super::TenantSide;
use super::signing_out;
use super::the_list;
use crate::ceremony::CeremonyError;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::sign_in;
use crate::ceremony::sign_in::Seen;
use crate::ceremony::sign_in::SignedIn;
use crate::ceremony::sign_in::Wanted;
use crate::entra::Answer;
use crate::entra::Graph;
use crate::entra::Portal;
use crate::entra::Session;
use crate::entra::ask_audits_of_user;
use crate::findings::Check;
use crate::findings::Verdict;
use crate::ledger::Ledger;
use crate::primitives::UtcTime;
use crate::record::AlertPart;
use crate::record::ChecklistPart;
use crate::record::Exception;
use crate::record::SignInPart;
use serde::Deserialize;
use serde::Serialize;

/// The file in `open/` that holds it. It goes with the statement: what was mistyped is asked again.
const FILE: &str = "list.json";
/// How often an answer that cannot be understood is asked for again.
pub(super) const PATIENCE: u32 = 3;

/// What a sign-in brought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInSide {
    /// Microsoft's list.
    pub(super) checklist: Vec<ChecklistPart>,
    /// Why it is not of level L2; `None` where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) exception: Option<Exception>,
    /// The sign-in with its alert; `None` where one of them is not there yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sign_in: Option<SignInPart>,
    /// That what signed in may still be signed in; `None` where the tenant shows that it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) signed_in_still: Option<Exception>,
}

/// What the key of the record is wanted for.
pub(super) fn wanted<'w>(course: &'w Course<'_>, has_role: Option<bool>) -> Wanted<'w> {
    Wanted {
        account: course.account,
        object_id: course.object_id,
        label: &course.planned.label,
        aaguid: course.recorded.aaguid,
        credential: &course.credential.id,
        portal: portal(course),
        task: has_role == Some(true),
        sign_out: true,
        taken: &[],
    }
}

/// The first portal of the policy in force.
fn portal(course: &Course<'_>) -> Portal {
    let mut named = course.force.policy.portals.iter();
    named
        .find_map(|name| Portal::named(name))
        .unwrap_or(Portal::Entra)
}

/// Whether the account has its role, by what the tenant said.
pub(super) fn has_role(tenant: &TenantSide) -> Option<bool> {
    let role = tenant
        .findings
        .iter()
        .find(|one| one.check == Check::RolePermanent)?;
    match role.verdict {
        Verdict::Pass | Verdict::Warn | Verdict::Accepted => Some(true),
        Verdict::Fail | Verdict::NotRun => Some(false),
        Verdict::Unknown => None,
    }
}

/// Whether an earlier run saw the sign-in already.
pub(super) fn is_seen(room: &Room<'_>, course: &Course<'_>) -> Result<bool, CeremonyError> {
    sign_in::is_seen(&*room.desk, &course.follow.open, portal(course))
}

/// The sign-in, its alert, and the list.
pub(super) fn sign_in_and_list(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    tenant: &TenantSide,
) -> Result<SignInSide, CeremonyError> {
    let open = &course.follow.open;
    if let Some(kept) = open.value::<SignInSide>(&*room.desk, FILE)? {
        room.operator
            .say("The sign-in and the list were gone through before.");
        return Ok(kept);
    }
    let label = &course.planned.label;
    course.follow.step(room, 4, label)?;
    let role = has_role(tenant);
    let wanted = wanted(course, role);
    // What ended sessions before somebody was asked to sign in ended none of that sign-in.
    let asked = sign_in::now(room, session);
    let came = match sign_in(room, session, open, &wanted) {
        Err(CeremonyError::Declined) => Came::NotDone(why_not(room)?),
        Err(other) => return Err(other),
        Ok(SignedIn::Seen(seen)) => Came::Seen(seen),
        Ok(SignedIn::Pending(why)) => Came::Pending(why),
    };
    let since = match &came {
        Came::Seen(seen) => Some(seen.at),
        Came::Pending(_) => Some(asked),
        Came::NotDone(_) => None,
    };
    let signed_in_still =
        since.and_then(|since| signing_out::everywhere(room, session, course, since));
    course.follow.step(room, 5, "")?;
    let alert = match &came {
        Came::Seen(_) | Came::Pending(_) => alert(room, &course.account.alias)?,
        Came::NotDone(_) => None,
    };
    let task = match &came {
        Came::Seen(seen) => task(room, session, course, seen.at),
        Came::Pending(_) | Came::NotDone(_) => None,
    };
    let log = match &came {
        Came::Seen(seen) => Some(format!("the tenant's log shows it at {}", seen.at)),
        Came::Pending(_) | Came::NotDone(_) => None,
    };
    let checklist = the_list::list(room, course, tenant, log, alert.as_ref(), task, role)?;
    let (sign_in, exception) = match (&came, alert) {
        (Came::Seen(seen), Some(alert)) => {
            let part = SignInPart {
                alert: Some(alert),
                at: seen.at,
                id: seen.id,
            };
            (Some(part), None)
        }
        (Came::Seen(seen), None) => {
            let why = format!(
                "the log shows it at {} (entry {}); nobody has seen its alert yet",
                seen.at, seen.id
            );
            (None, Some(sign_in::pending(4, &why)))
        }
        (Came::Pending(why), _) => (None, Some(sign_in::pending(4, why))),
        (Came::NotDone(why), _) => {
            let exception = Exception {
                step: "4".to_owned(),
                text: format!("no sign-in: {why}"),
            };
            (None, Some(exception))
        }
    };
    if let Some(exception) = &exception {
        room.operator.say(&format!(
            "It goes on at level L1, and the record says: {}",
            exception.text
        ));
    }
    let side = SignInSide {
        checklist,
        exception,
        sign_in,
        signed_in_still,
    };
    open.put(&mut *room.desk, FILE, &side)?;
    Ok(side)
}

/// How the sign-in went.
enum Came {
    Seen(Seen),
    Pending(String),
    NotDone(String),
}

/// Why nobody signed in: a sentence for the record.
fn why_not(room: &mut Room<'_>) -> Result<String, CeremonyError> {
    let what = "Nobody signed in; the verification can go on at level L1.".to_owned();
    room.operator.say(&what);
    let text = room
        .operator
        .line(&Prompt::Explain { what })
        .ok_or(CeremonyError::Declined)?;
    let text = text.trim();
    if sound(text) {
        Ok(text.to_owned())
    } else {
        Err(CeremonyError::Declined)
    }
}

/// Whether it can stand in a record.
pub(super) fn sound(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= 400 && !text.chars().any(char::is_control)
}

/// The alert, and who saw it: anyone of the book but the operator; `None` if nobody has yet.
///
/// # Errors
/// [`CeremonyError::Declined`].
pub(super) fn alert(room: &mut Room<'_>, alias: &str) -> Result<Option<AlertPart>, CeremonyError> {
    let people = Ledger::new(&mut *room.store).in_force()?.people;
    let operator = room.references().into_iter().next().unwrap_or_default();
    for _ in 0..PATIENCE {
        let prompt = Prompt::Alert {
            alias: alias.to_owned(),
        };
        let line = room.operator.line(&prompt).ok_or(CeremonyError::Declined)?;
        let line = line.trim();
        if line.is_empty() || line.eq_ignore_ascii_case("later") {
            return Ok(None);
        }
        let (who, id) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let id = id.trim();
        let wrong = if who == operator {
            format!("{who} is the operator: somebody else has to have seen it.")
        } else if people.iter().all(|person| person.reference != who) {
            format!("{who} is nobody of this book.")
        } else if !sound(id) {
            "After the name comes the alert's id, as it is where it was seen.".to_owned()
        } else {
            return Ok(Some(AlertPart {
                id: id.to_owned(),
                seen_by: who.to_owned(),
            }));
        };
        room.operator.say(&wrong);
    }
    room.operator.say("The alert is left for later.");
    Ok(None)
}

/// What the audit log shows that the account did around its sign-in.
fn task(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    at: UtcTime,
) -> Option<String> {
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let audits = graph.one(ask_audits_of_user(&course.object_id));
    let Answer::Known(audits) = audits else {
        return None;
    };
    let own = audits.into_iter().find(|one| {
        one.by.user == Some(course.object_id) && one.at >= at && one.succeeded != Some(false)
    })?;
    Some(format!("the audit log: {} at {}", own.activity, own.at))
}
