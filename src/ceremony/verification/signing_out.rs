//! After the sign-in of a verification: a verification writes nothing to the tenant, so the account signs
//! out everywhere by itself, and the tenant is read until it shows that.

use super::Course;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::looks;
use crate::entra::Answer;
use crate::entra::Graph;
use crate::entra::ReadBack;
use crate::entra::Session;
use crate::entra::ask_user;
use crate::primitives::UtcTime;
use crate::record::Exception;
use std::time::Duration;

/// The step's number.
const STEP: u32 = 4;
/// How long the tenant may take to show it.
const SHOWN_WITHIN: Duration = Duration::from_mins(2);

/// Waits until nothing is left of the sign-in of `since`; what says that something is, where it was not
/// done or the tenant does not show it. What cannot be read is said and stated, and stops nothing.
pub(super) fn everywhere(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    since: UtcTime,
) -> Option<Exception> {
    let alias = &course.account.alias;
    let clock = room.clock;
    let ended = |graph: &mut Graph<'_>| {
        let user = graph.one(ask_user(&course.object_id));
        let later = user.map(|user| user.sessions_valid_from.is_some_and(|from| from >= since));
        looks::when(later, true)
    };
    let before = ended(&mut Graph::new(&mut *room.tenant, clock, session));
    let why = if matches!(before, Answer::Known(())) {
        None
    } else {
        let address = looks::security_info(room.plan.tenant.cloud);
        room.operator.say(&format!(
            "{alias} is signed in still, by what the tenant says. As {alias}, open {address}, choose \
             \"Sign out everywhere\", and close the window; or let an administrator end its sessions."
        ));
        let prompt = Prompt::SignOut {
            alias: alias.clone(),
            upn: course.account.upn.clone(),
        };
        if room.operator.confirm(&prompt) {
            let mut graph = Graph::new(&mut *room.tenant, clock, session);
            match graph.read_until(SHOWN_WITHIN, ended) {
                ReadBack::Seen(()) => None,
                ReadBack::NotSeen => Some("the tenant does not show it"),
                ReadBack::Denied(_) | ReadBack::Failed(_) => Some("the tenant does not tell"),
            }
        } else {
            Some("it was not done")
        }
    };
    let Some(why) = why else {
        room.operator
            .say(&format!("The sessions of {alias} are ended: read back."));
        return None;
    };
    room.operator.say(&format!(
        "The sessions of {alias} were not seen to end: {why}."
    ));
    Some(Exception {
        step: STEP.to_string(),
        text: format!("sessions were not seen to end: {why}"),
    })
}
