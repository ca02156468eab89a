//! One change to the tenant: said, asked for, noted in `open/`, sent once, read back.
//!
//! Whoever changes something has read before that it is not so already. What was sent is noted on
//! disk before it is sent and struck out after it was read back: a run that was cut off in between
//! is followed by one that reads for two minutes before it would send that again, whatever else it
//! reads and sends before.

mod sent;

use super::CeremonyError;
use super::OpenCeremony;
use super::Prompt;
use super::Room;
use super::error::TenantWhy;
use super::restore;
use crate::entra::Answer;
use crate::entra::Denial;
use crate::entra::DenialReason;
use crate::entra::Graph;
use crate::entra::GraphError;
use crate::entra::GraphWrite;
use crate::entra::READ_BACK;
use crate::entra::ReadBack;
use crate::entra::Session;
use crate::entra::Written;
use crate::facts::restore::Loosened;
use crate::facts::restore::RestoreItem;
use std::time::Duration;

/// How long a refusal is looked behind: it may only mean that it is so already.
const BEHIND_A_REFUSAL: Duration = Duration::from_secs(14);
/// How often a write that was throttled is sent again; each time nothing had happened.
const THROTTLED: u32 = 3;
/// The wait where a throttle names none.
const UNNAMED_WAIT: Duration = Duration::from_secs(10);

/// Whether anything is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Each change is asked for, and made if it is wished.
    Ask,
    /// Each change is said and made: the script that people follow has it.
    Go,
    /// Each change is only said; nothing is asked, sent or written.
    DryRun,
}

/// Who changes the tenant, and how.
pub(super) struct Course {
    /// Where it is noted what was sent.
    pub(super) open: OpenCeremony,
    /// As restore items name it: `provision/BG-1`.
    pub(super) by: String,
    /// Whether anything is changed.
    pub(super) mode: Mode,
    /// Until when, on the clock's elapsed time, a refusal may only mean that an account which was
    /// just made is not everywhere yet. Nothing happened by it, so it is sent again.
    pub(super) young_until: Duration,
}

/// A change, in words.
pub(super) struct Change<'a> {
    /// Names it in `open/`.
    pub(super) id: &'a str,
    /// What failed, in an error.
    pub(super) what: &'static str,
    /// What is.
    pub(super) is: String,
    /// What would be.
    pub(super) would: String,
    /// What is looser by it.
    pub(super) loosens: Option<Loosened>,
}

/// What a change came to.
#[derive(Debug)]
pub(super) enum Ended<U> {
    /// It was made and read back.
    Made(U),
    /// It was so already when it was looked for: sent by a run that was cut off, or by somebody.
    Found(U),
    /// It would have been asked for.
    Would,
    /// It was not wished.
    Declined,
    /// The tenant does not let us; nothing happened. In words.
    NotLet(String),
    /// It was sent, and two minutes later the tenant does not show it.
    NotShown,
}

/// Makes one change: `send` sends it once, `look` knows it once the tenant shows it; absent is not
/// yet.
///
/// # Errors
/// [`CeremonyError`] if it is not known what happened, or nothing could be sent or read. What was
/// sent is noted: another run looks before it sends.
pub(super) fn make<T, U>(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course,
    change: &Change<'_>,
    send: &mut dyn FnMut(&mut GraphWrite<'_>) -> Written<T>,
    look: &mut dyn FnMut(&mut Graph<'_>) -> Answer<U>,
) -> Result<Ended<U>, CeremonyError> {
    let ended = undertake(room, session, course, change, send, look)?;
    if !matches!(ended, Ended::NotShown) {
        course.settle_one(&mut *room.desk, change.id)?;
    }
    Ok(ended)
}

/// As [`make`], but it stays noted that it was sent: for a caller that keeps what came of it first,
/// and settles then.
///
/// # Errors
/// As [`make`].
pub(super) fn undertake<T, U>(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course,
    change: &Change<'_>,
    send: &mut dyn FnMut(&mut GraphWrite<'_>) -> Written<T>,
    look: &mut dyn FnMut(&mut Graph<'_>) -> Answer<U>,
) -> Result<Ended<U>, CeremonyError> {
    let clock = room.clock;
    if course.may_be_under_way(&*room.desk, change.id, clock.utc())? {
        room.operator.say(
            "A run that was cut off may have sent this: the tenant is read, nothing is sent yet.",
        );
        let mut graph = Graph::new(&mut *room.tenant, clock, session);
        if let Some(seen) = seen(graph.read_until(READ_BACK, |graph| look(graph)), change)? {
            return Ok(Ended::Found(seen));
        }
    }
    if course.mode == Mode::DryRun {
        room.operator.say(&format!(
            "{} It would be asked: {}?",
            change.is, change.would
        ));
        return Ok(Ended::Would);
    }
    let prompt = Prompt::TenantChange {
        is: change.is.clone(),
        would: change.would.clone(),
    };
    if course.mode == Mode::Ask && !room.operator.confirm(&prompt) {
        return Ok(Ended::Declined);
    }
    if let Some(loosened) = &change.loosens {
        let item = RestoreItem {
            loosened: loosened.clone(),
            by: course.by.clone(),
            since: clock.utc(),
        };
        restore::note(&mut *room.desk, item)?;
    }
    course.note(room, change.id)?;
    deliver(room, session, course, change, send, look)
}

/// Sends, until it is known whether it happened; then reads back.
fn deliver<T, U>(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course,
    change: &Change<'_>,
    send: &mut dyn FnMut(&mut GraphWrite<'_>) -> Written<T>,
    look: &mut dyn FnMut(&mut Graph<'_>) -> Answer<U>,
) -> Result<Ended<U>, CeremonyError> {
    let clock = room.clock;
    let mut throttled = 0;
    loop {
        let mut writes = GraphWrite::new(&mut *room.tenant, clock, session);
        let written = send(&mut writes);
        match written {
            Written::Done(_) => break,
            Written::MayHaveHappened(_) => {
                room.operator
                    .say("No answer came: the tenant is read, nothing is sent again.");
                break;
            }
            Written::Throttled(wait) if throttled < THROTTLED => {
                throttled += 1;
                clock.wait(wait.unwrap_or(UNNAMED_WAIT));
            }
            Written::Absent | Written::Refused(_) => {
                let mut graph = writes.reads();
                let behind = graph.read_until(BEHIND_A_REFUSAL, |graph| look(graph));
                if let Some(seen) = seen(behind, change)? {
                    return Ok(Ended::Found(seen));
                }
                if clock.elapsed() >= course.young_until {
                    return Ok(Ended::NotLet(refusal(&written)));
                }
            }
            Written::Denied(denial) if denial.reason != DenialReason::NotSignedIn => {
                return Ok(Ended::NotLet(denied(&denial)));
            }
            nothing @ (Written::Denied(_) | Written::Throttled(_) | Written::NotSent(_)) => {
                course.settle_one(&mut *room.desk, change.id)?;
                return Err(CeremonyError::Tenant {
                    what: change.what,
                    why: TenantWhy::write(nothing),
                });
            }
        }
    }
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let back = graph.read_until(READ_BACK, |graph| look(graph));
    Ok(seen(back, change)?.map_or(Ended::NotShown, Ended::Made))
}

/// What reading back showed; `None` if it does not show it.
fn seen<U>(back: ReadBack<U>, change: &Change<'_>) -> Result<Option<U>, CeremonyError> {
    match back {
        ReadBack::Seen(seen) => Ok(Some(seen)),
        ReadBack::NotSeen => Ok(None),
        other @ (ReadBack::Denied(_) | ReadBack::Failed(_)) => Err(CeremonyError::Tenant {
            what: change.what,
            why: TenantWhy::read_back(other),
        }),
    }
}

/// That a change was sent and is not shown.
pub(super) fn not_shown(change: &Change<'_>) -> CeremonyError {
    CeremonyError::Tenant {
        what: change.what,
        why: TenantWhy::ReadBack(ReadBack::NotSeen),
    }
}

/// Why the tenant does not let us, in words.
pub(super) fn denied(denial: &Denial) -> String {
    match denial.reason {
        DenialReason::Permission => format!(
            "this sign-in may not: it needs {} and a role that may, or the object is in a \
             restricted management administrative unit",
            denial.needs
        ),
        DenialReason::Licence => "the tenant has no licence for it".to_owned(),
        DenialReason::NotSignedIn => "nobody is signed in".to_owned(),
        DenialReason::Throttled => "the tenant asks for patience".to_owned(),
    }
}

fn refusal<T>(written: &Written<T>) -> String {
    match written {
        Written::Refused(error) => refused(error),
        Written::Done(_)
        | Written::MayHaveHappened(_)
        | Written::Denied(_)
        | Written::Absent
        | Written::Throttled(_)
        | Written::NotSent(_) => "the tenant says that it is not there (404)".to_owned(),
    }
}

/// What the tenant said to a write that it refused.
fn refused(error: &GraphError) -> String {
    let said = if error.message.is_empty() {
        error.code.clone()
    } else {
        error.message.clone()
    };
    format!("the tenant refused it ({}): {said}", error.status)
}
