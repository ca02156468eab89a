//! Step 5: a sign-in with the new key at each portal of the policy, before it is sealed; then the
//! account's sessions are ended, so that nothing of them stays open.

use super::Course;
use super::SIGN_IN;
use crate::ceremony::CeremonyError;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::SignedIn as OneSignIn;
use crate::ceremony::WantedSignIn;
use crate::ceremony::looks;
use crate::ceremony::sign_in::ALL_SIGNED_IN;
use crate::ceremony::sign_in_at_each;
use crate::ceremony::sign_in_pending as pending;
use crate::ceremony::tenant_change;
use crate::ceremony::tenant_change::Change;
use crate::ceremony::tenant_change::Ended;
use crate::ceremony::tenant_change::Mode;
use crate::entra::Answer;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::Portal;
use crate::entra::Session;
use crate::entra::ask_roles_of;
use crate::entra::ask_user;
use crate::primitives::UtcTime;
use crate::record::Exception;
use crate::record::SignInPart;
use crate::webauthn::Aaguid;
use crate::webauthn::CredentialId;
use serde::Deserialize;
use serde::Serialize;

/// What came of the sign-ins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignedIn {
    /// What was not done, or is not seen yet.
    pub(super) exceptions: Vec<Exception>,
    /// The last one that the log shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sign_in: Option<SignInPart>,
}

/// Whether the policy asks for any.
pub(super) fn is_asked(course: &Course<'_>) -> bool {
    !portals(course).is_empty()
}

fn portals(course: &Course<'_>) -> Vec<Portal> {
    let names = course.force.policy.portals.iter();
    names.filter_map(|name| Portal::named(name)).collect()
}

/// A sign-in at each portal, one harmless task where the account has a role, and its sessions ended.
pub(super) fn all(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    aaguid: Aaguid,
    credential: &CredentialId,
) -> Result<SignedIn, CeremonyError> {
    let open = &course.follow.open;
    let label = &course.planned.label;
    let step = course.number(SIGN_IN);
    course.follow.step(room, step, label)?;
    if let Some(kept) = open.value::<SignedIn>(&*room.desk, ALL_SIGNED_IN)? {
        room.operator.say(&format!(
            "{label} has signed in before: it is not asked for again."
        ));
        return Ok(kept);
    }
    let portals = portals(course);
    let Some(first) = portals.first() else {
        return Ok(SignedIn::default());
    };
    let wanted = WantedSignIn {
        account: course.account,
        object_id: course.object_id,
        label,
        aaguid,
        credential,
        portal: *first,
        task: false,
        sign_out: false,
        taken: &[],
    };
    let mut seen = SignedIn::default();
    for (portal, one) in sign_in_at_each(room, session, open, &wanted, &portals)? {
        match one {
            OneSignIn::Seen(one) => {
                seen.sign_in = Some(SignInPart {
                    alert: None,
                    at: one.at,
                    id: one.id,
                });
            }
            OneSignIn::Pending(why) => {
                let why = format!("{}: {why}", portal.title());
                seen.exceptions.push(pending(step, &why));
            }
        }
    }
    seen.exceptions.extend(task(room, session, course));
    seen.exceptions.extend(end_sessions(room, session, course)?);
    open.put(&mut *room.desk, ALL_SIGNED_IN, &seen)?;
    Ok(seen)
}

fn exception(course: &Course<'_>, text: String) -> Exception {
    Exception {
        step: course.number(SIGN_IN).to_string(),
        text,
    }
}

/// One harmless thing that takes an administrator, where the account is one already.
fn task(room: &mut Room<'_>, session: &mut Session, course: &Course<'_>) -> Option<Exception> {
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let roles = graph.one(ask_roles_of(&course.object_id));
    let has_one = matches!(roles, Answer::Known(roles) if !roles.is_empty());
    if !has_one {
        return None;
    }
    let question = Prompt::Question(format!(
        "{} has its role: as it, open the list of all users at one portal, and change nothing. Was the \
         list shown?",
        course.account.alias
    ));
    (!room.operator.confirm(&question)).then(|| {
        exception(
            course,
            "the harmless task as an administrator was not done".to_owned(),
        )
    })
}

/// Ends the sessions that the sign-ins opened, and reads back that they are ended.
fn end_sessions(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
) -> Result<Option<Exception>, CeremonyError> {
    let account = course.object_id;
    let alias = &course.account.alias;
    let before = match valid_from(room, session, course) {
        Answer::Known(before) => before,
        Answer::Denied(_) | Answer::Absent | Answer::Failed(_) => UtcTime::from_unix(0),
    };
    let change = Change {
        id: "end sessions",
        what: "ending the account's sessions",
        is: format!("{alias} has signed in during this ceremony."),
        would: "End its sessions".to_owned(),
        loosens: None,
    };
    let mut send = |graph: &mut GraphWrite<'_>| graph.revoke_sessions(&account);
    let mut look = |graph: &mut Graph<'_>| {
        let user = graph.one(ask_user(&account));
        let later = user.map(|user| user.sessions_valid_from.is_some_and(|from| from > before));
        looks::when(later, true)
    };
    let changing = course.change(Mode::Go);
    let why = match tenant_change::make(room, session, &changing, &change, &mut send, &mut look)? {
        Ended::Made(()) | Ended::Found(()) => {
            room.operator
                .say(&format!("The sessions of {alias} are ended: read back."));
            return Ok(None);
        }
        Ended::NotLet(why) => why,
        Ended::NotShown => "the tenant does not show it".to_owned(),
        Ended::Would | Ended::Declined => "it was not wished".to_owned(),
    };
    changing.settle(&mut *room.desk)?;
    room.operator
        .say(&format!("The sessions of {alias} were not ended: {why}."));
    Ok(Some(exception(
        course,
        format!("sessions were not ended: {why}"),
    )))
}

/// From when on the account's sessions count.
fn valid_from(room: &mut Room<'_>, session: &mut Session, course: &Course<'_>) -> Answer<UtcTime> {
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let user = graph.one(ask_user(&course.object_id));
    user.map(|user| {
        user.sessions_valid_from
            .unwrap_or_else(|| UtcTime::from_unix(0))
    })
}
