//! Reading the tenant's sign-in log, again and again, within its throttle.

use super::Seen;
use super::Wanted;
use super::judging;
use super::judging::Entry;
use super::judging::Sought;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::entra::Answer;
use crate::entra::DenialReason;
use crate::entra::Graph;
use crate::entra::Session;
use crate::entra::SignIn;
use crate::entra::Version;
use crate::entra::ask_fido2_methods;
use crate::entra::ask_sign_ins;
use crate::entra::ask_sign_ins_v1;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use std::time::Duration;

/// Between two looks: four a minute are far below what the log's throttle allows.
const PAUSE: Duration = Duration::from_secs(15);
/// After so many looks the person is asked whether to wait on: five minutes.
const LOOKS: u32 = 20;
/// Looks after which something is said: a minute.
const SAID: u32 = 4;
/// How often a person is asked whether to wait on, an hour in all.
const ROUNDS: u32 = 12;

/// How watching ended.
pub(super) enum Ended {
    /// The log shows it.
    Seen(Seen),
    /// It does not, and why.
    NotSeen(String),
    /// It cannot be read, and waiting changes nothing.
    Unreadable(String),
}

/// What one look brought.
enum Look {
    Seen(Seen),
    /// In the log, and its log never tells with what.
    Unsure(SignIn),
    NotYet(String),
    Unreadable(String),
}

/// Looks once.
pub(super) fn once(
    room: &mut Room<'_>,
    session: &mut Session,
    wanted: &Wanted<'_>,
    (since, until): (UtcTime, Option<UtcTime>),
) -> Ended {
    let mut watch = Watch::new(wanted, since);
    watch.until = until;
    let look = watch.look(room, session);
    watch.settle(room, look)
}

/// Looks until the log shows it, or the person stops waiting.
pub(super) fn patiently(
    room: &mut Room<'_>,
    session: &mut Session,
    wanted: &Wanted<'_>,
    (since, until): (UtcTime, Option<UtcTime>),
) -> Ended {
    let clock = room.clock;
    let mut watch = Watch::new(wanted, since);
    watch.until = until;
    let mut looks = 0;
    room.operator
        .say("The tenant's sign-in log is watched; it is some minutes late.");
    for _ in 0..ROUNDS {
        for _ in 0..LOOKS {
            let look = watch.look(room, session);
            let ended = watch.settle(room, look);
            if !matches!(ended, Ended::NotSeen(_)) {
                return ended;
            }
            looks += 1;
            if looks % SAID == 0 {
                let minutes = looks / SAID;
                let unit = if minutes == 1 { "minute" } else { "minutes" };
                room.operator
                    .say(&format!("{} Waited {minutes} {unit}.", watch.why));
            }
            clock.wait(PAUSE);
        }
        let prompt = Prompt::WaitOn {
            what: watch.why.clone(),
            minutes: looks / SAID,
        };
        if !room.operator.confirm(&prompt) {
            break;
        }
    }
    Ended::NotSeen(watch.why)
}

struct Watch<'w> {
    wanted: &'w Wanted<'w>,
    since: UtcTime,
    until: Option<UtcTime>,
    /// Why it is not seen yet, a sentence.
    why: String,
    /// Entries of which something was said already.
    said: Vec<Guid>,
}

impl<'w> Watch<'w> {
    fn new(wanted: &'w Wanted<'w>, since: UtcTime) -> Self {
        Self {
            wanted,
            since,
            until: None,
            why: String::new(),
            said: Vec::new(),
        }
    }

    fn sought(&self) -> Sought<'w> {
        Sought {
            user: self.wanted.object_id,
            since: self.since,
            until: self.until,
            label: self.wanted.label,
            aaguid: self.wanted.aaguid,
            credential: self.wanted.credential,
            taken: self.wanted.taken,
        }
    }

    /// What a look means; a person is asked where the log never tells with what.
    fn settle(&mut self, room: &mut Room<'_>, look: Look) -> Ended {
        match look {
            Look::Seen(seen) => {
                room.operator
                    .say(&format!("The log shows it: {}.", words(&seen)));
                Ended::Seen(seen)
            }
            Look::Unsure(one) => match seen(&one, false) {
                Some(seen) => {
                    let prompt = Prompt::SignInWasOurs {
                        label: self.wanted.label.to_owned(),
                        at: seen.at,
                        app: seen.app.clone(),
                    };
                    if room.operator.confirm(&prompt) {
                        Ended::Seen(seen)
                    } else {
                        self.said.push(seen.id);
                        "The sign-in in the log was another one.".clone_into(&mut self.why);
                        Ended::NotSeen(self.why.clone())
                    }
                }
                None => Ended::NotSeen(self.why.clone()),
            },
            Look::NotYet(why) => {
                self.why.clone_from(&why);
                Ended::NotSeen(why)
            }
            Look::Unreadable(why) => {
                room.operator.say(&why);
                Ended::Unreadable(why)
            }
        }
    }

    fn look(&mut self, room: &mut Room<'_>, session: &mut Session) -> Look {
        let clock = room.clock;
        let sought = self.sought();
        let user = [sought.user];
        let mut graph = Graph::new(&mut *room.tenant, clock, session);
        let answer = match graph.one(ask_sign_ins(&user)) {
            // Not every cloud has beta.
            Answer::Absent | Answer::Failed(crate::entra::Failure::Status(_)) => {
                graph.one(ask_sign_ins_v1(&user))
            }
            other @ (Answer::Known(_) | Answer::Denied(_) | Answer::Failed(_)) => other,
        };
        let mut entries = match answer {
            Answer::Known(entries) => entries,
            Answer::Denied(denial) if denial.reason == DenialReason::Throttled => {
                return Look::NotYet("The sign-in log is asked by too many.".to_owned());
            }
            Answer::Denied(denial) => return Look::Unreadable(denied(denial.reason, denial.needs)),
            Answer::Absent | Answer::Failed(_) => {
                return Look::NotYet("The sign-in log could not be read.".to_owned());
            }
        };
        // The log gives the newest first; who was asked first signed in first.
        entries.sort_by_key(|one| one.at);
        let mut why = "No sign-in of the account is in the log yet.".to_owned();
        for one in entries {
            let mut entry = judging::entry(&one, &sought);
            if let Entry::WithOneOfOurModel(name) = &entry {
                let methods = graph.one(ask_fido2_methods(&sought.user).in_version(Version::Beta));
                entry = match methods {
                    Answer::Known(methods) => judging::beside(&methods, name, one.at, &sought),
                    Answer::Absent | Answer::Denied(_) | Answer::Failed(_) => Entry::NotToldYet,
                };
            }
            let at = one.at;
            let odd = match entry {
                Entry::OfNoConcern => continue,
                Entry::WithOurs(_) => match seen(&one, true) {
                    Some(seen) => return Look::Seen(seen),
                    None => continue,
                },
                Entry::NeverTold if self.is_said(one.id) => continue,
                Entry::NeverTold => return Look::Unsure(one),
                Entry::NotToldYet | Entry::WithOneOfOurModel(_) => {
                    why =
                        format!("The log has a sign-in at {at}, and does not tell yet with what.");
                    continue;
                }
                Entry::Refused(code) => {
                    format!("An attempt at {at} was refused, with error {code}.")
                }
                Entry::WithSomethingElse(method) => {
                    format!(
                        "The sign-in at {at} was with {method}, not with a key: it does not count."
                    )
                }
                Entry::WithAnother(name) => format!(
                    "The sign-in at {at} was with another key{}: it does not count.",
                    if name.is_empty() {
                        String::new()
                    } else {
                        format!(", \"{name}\"")
                    }
                ),
            };
            if !self.is_said(one.id) {
                self.said.extend(one.id);
                room.operator.say(&odd);
            }
        }
        Look::NotYet(why)
    }

    fn is_said(&self, id: Option<Guid>) -> bool {
        id.is_some_and(|id| self.said.contains(&id))
    }
}

/// The entry as it is kept; `None` if the log gives it no id.
fn seen(one: &SignIn, told: bool) -> Option<Seen> {
    Some(Seen {
        app: one.app.clone(),
        at: one.at,
        id: one.id?,
        told,
    })
}

fn words(seen: &Seen) -> String {
    if seen.app.is_empty() {
        format!("a sign-in at {}", seen.at)
    } else {
        format!("a sign-in at {} to {}", seen.at, seen.app)
    }
}

fn denied(reason: DenialReason, needs: &str) -> String {
    match reason {
        DenialReason::NotSignedIn => {
            "The sign-in log could not be read: this sign-in is over.".to_owned()
        }
        DenialReason::Permission => {
            format!("The sign-in log may not be read: it needs {needs}.")
        }
        DenialReason::Licence => {
            "The sign-in log may not be read: the tenant has no licence for it.".to_owned()
        }
        DenialReason::Throttled => "The sign-in log is asked by too many.".to_owned(),
    }
}
