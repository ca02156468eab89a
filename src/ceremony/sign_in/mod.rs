//! A real sign-in with a key: what the person does, and the tenant's log until it shows it.
//!
//! glasskey holds no handle on the key while a browser speaks to it: whoever calls this has let go of
//! it. What was asked for and seen is kept in `open/`, so that a cut asks nobody to sign in twice.

mod judging;
mod kept;
mod watching;

pub(super) use kept::ALL_SIGNED_IN;
pub(super) use kept::forget;
pub(super) use kept::is_seen;

use super::CeremonyError;
use super::OpenCeremony;
use super::Prompt;
use super::Room;
use super::looks;
use crate::entra::Portal;
use crate::entra::Session;
use crate::plan::Account;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::record::Exception;
use crate::record::Statement;
use crate::webauthn::Aaguid;
use crate::webauthn::CredentialId;
use kept::Kept;
use kept::file;
use serde::Deserialize;
use serde::Serialize;
use watching::Ended;

/// The sign-in that is asked for.
#[derive(Clone, Copy)]
pub struct Wanted<'w> {
    /// The account.
    pub account: &'w Account,
    /// Its object id.
    pub object_id: Guid,
    /// The key's label, which is its name in the tenant as well.
    pub label: &'w str,
    /// The key's model.
    pub aaguid: Aaguid,
    /// The key's credential.
    pub credential: &'w CredentialId,
    /// Where.
    pub portal: Portal,
    /// Whether the person does one harmless thing there that takes an administrator.
    pub task: bool,
    /// Whether the account signs out everywhere afterwards, by itself: what writes nothing to the tenant
    /// cannot end its sessions.
    pub sign_out: bool,
    /// Entries of the log that stand for other sign-ins already: one entry is one sign-in.
    pub taken: &'w [Guid],
}

impl Wanted<'_> {
    fn file(&self) -> String {
        file(self.portal)
    }
}

/// A sign-in as the log shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// What was signed in to, by the log; empty if not told.
    pub app: String,
    /// When, by the tenant's clock.
    pub at: UtcTime,
    /// The log's id of it.
    pub id: Guid,
    /// Whether the log tells that it was this key; otherwise a person said so.
    pub told: bool,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// The log shows it.
    Seen(Seen),
    /// Somebody signed in, and the log does not show it: why not. It may be collected later.
    Pending(String),
}

/// Asks for a sign-in with the key, and watches the tenant's log until it is there or the person stops
/// waiting. Where an earlier run saw it already, nobody is asked.
///
/// # Errors
/// [`CeremonyError::Declined`] if nobody signs in, [`CeremonyError::Open`].
pub fn sign_in(
    room: &mut Room<'_>,
    session: &mut Session,
    open: &OpenCeremony,
    wanted: &Wanted<'_>,
) -> Result<SignedIn, CeremonyError> {
    let file = wanted.file();
    let kept: Option<Kept> = open.value(&*room.desk, &file)?;
    let (since, again) = match kept {
        Some(Kept {
            seen: Some(seen), ..
        }) => {
            room.operator
                .say(&format!("The sign-in at {} was seen before.", seen.at));
            return Ok(SignedIn::Seen(seen));
        }
        Some(kept) => (kept.since, true),
        None => (now(room, session), false),
    };
    let ended = if again {
        room.operator.say(&format!(
            "A sign-in was asked for at {since}: the log is looked at first."
        ));
        watching::once(room, session, wanted, (since, None))
    } else {
        let kept = Kept { seen: None, since };
        open.put(&mut *room.desk, &file, &kept)?;
        Ended::NotSeen(String::new())
    };
    let ended = match ended {
        Ended::NotSeen(_) => {
            ask(room, wanted)?;
            watching::patiently(room, session, wanted, (since, None))
        }
        Ended::Seen(_) | Ended::Unreadable(_) => ended,
    };
    match ended {
        Ended::Seen(seen) => {
            let kept = Kept {
                seen: Some(seen.clone()),
                since,
            };
            open.put(&mut *room.desk, &file, &kept)?;
            Ok(SignedIn::Seen(seen))
        }
        Ended::NotSeen(why) | Ended::Unreadable(why) => Ok(SignedIn::Pending(why)),
    }
}

/// What a record says of a sign-in that is collected later.
const PENDING: &str = "sign-in pending: ";

/// The exception of a ceremony whose sign-in is collected later, and why.
#[must_use]
pub fn pending(step: u32, why: &str) -> Exception {
    Exception {
        step: step.to_string(),
        text: format!("{PENDING}{why}"),
    }
}

/// Whether a record says that its sign-in is pending.
#[must_use]
pub fn is_pending(statement: &Statement) -> bool {
    let mut exceptions = statement.exceptions.iter();
    exceptions.any(|one| one.text.starts_with(PENDING))
}

/// As [`sign_in`] at several portals: the person signs in at each, then the log is watched for all of
/// them. An entry of the log stands for one of them alone. Who stops waiting for one waits for none
/// after it.
///
/// # Errors
/// As [`sign_in`].
pub fn sign_in_at_each(
    room: &mut Room<'_>,
    session: &mut Session,
    open: &OpenCeremony,
    wanted: &Wanted<'_>,
    portals: &[Portal],
) -> Result<Vec<(Portal, SignedIn)>, CeremonyError> {
    let mut taken = wanted.taken.to_vec();
    for portal in portals {
        let kept: Option<Kept> = open.value(&*room.desk, &file(*portal))?;
        taken.extend(kept.and_then(|kept| kept.seen).map(|seen| seen.id));
    }
    let mut asked = Vec::new();
    for portal in portals {
        let at = Wanted {
            portal: *portal,
            taken: &taken,
            ..*wanted
        };
        let one = asked_at(room, session, open, &at)?;
        taken.extend(one.seen.as_ref().map(|seen| seen.id));
        asked.push((*portal, one));
    }
    // The next portal is asked for when the person is done with one: what came later is not of that one.
    let nexts: Vec<UtcTime> = asked.iter().skip(1).map(|(_, next)| next.last).collect();
    let ends = nexts.into_iter().map(Some).chain([None]);
    let mut all = Vec::new();
    let mut waits = true;
    for ((portal, Asked { since, last, seen }), end) in asked.into_iter().zip(ends) {
        let before = end.filter(|end| *end > last);
        let within = (since, before.map(|end| end.plus_seconds(-1)));
        let at = Wanted {
            portal,
            taken: &taken,
            ..*wanted
        };
        let ended = match seen {
            Some(seen) => Ended::Seen(seen),
            None if waits => watching::patiently(room, session, &at, within),
            None => watching::once(room, session, &at, within),
        };
        let came = match ended {
            Ended::Seen(seen) => {
                let kept = Kept {
                    seen: Some(seen.clone()),
                    since,
                };
                open.put(&mut *room.desk, &at.file(), &kept)?;
                SignedIn::Seen(seen)
            }
            Ended::NotSeen(why) | Ended::Unreadable(why) => {
                waits = false;
                SignedIn::Pending(why)
            }
        };
        if let SignedIn::Seen(seen) = &came {
            taken.push(seen.id);
        }
        all.push((portal, came));
    }
    Ok(all)
}

/// A sign-in at a portal that was asked for.
struct Asked {
    /// From when on it counts.
    since: UtcTime,
    /// When it was last asked for.
    last: UtcTime,
    /// It, if the log shows it already.
    seen: Option<Seen>,
}

/// The person has signed in at one portal, now or in an earlier run.
fn asked_at(
    room: &mut Room<'_>,
    session: &mut Session,
    open: &OpenCeremony,
    wanted: &Wanted<'_>,
) -> Result<Asked, CeremonyError> {
    let kept: Option<Kept> = open.value(&*room.desk, &wanted.file())?;
    match kept {
        Some(Kept {
            since,
            seen: Some(seen),
        }) => Ok(Asked {
            since,
            last: since,
            seen: Some(seen),
        }),
        Some(kept) => match watching::once(room, session, wanted, (kept.since, None)) {
            Ended::Seen(seen) => {
                let found = Kept {
                    seen: Some(seen.clone()),
                    since: kept.since,
                };
                open.put(&mut *room.desk, &wanted.file(), &found)?;
                Ok(Asked {
                    since: kept.since,
                    last: kept.since,
                    seen: Some(seen),
                })
            }
            Ended::NotSeen(_) | Ended::Unreadable(_) => {
                let last = now(room, session);
                ask(room, wanted)?;
                Ok(Asked {
                    since: kept.since,
                    last,
                    seen: None,
                })
            }
        },
        None => {
            let since = now(room, session);
            let kept = Kept { seen: None, since };
            open.put(&mut *room.desk, &wanted.file(), &kept)?;
            ask(room, wanted)?;
            Ok(Asked {
                since,
                last: since,
                seen: None,
            })
        }
    }
}

/// Looks once for a sign-in of an earlier ceremony that its record says is pending; `since` is when it
/// was begun. One that came more than a day after that is another.
pub(super) fn collect(
    room: &mut Room<'_>,
    session: &mut Session,
    wanted: &Wanted<'_>,
    since: UtcTime,
) -> SignedIn {
    let until = since.plus_days(1);
    match watching::once(room, session, wanted, (since, Some(until))) {
        Ended::Seen(seen) => SignedIn::Seen(seen),
        Ended::NotSeen(why) | Ended::Unreadable(why) => SignedIn::Pending(why),
    }
}

/// Now, by the tenant's clock: ours, and what the two differed by when the tenant last answered.
pub(super) fn now(room: &Room<'_>, session: &Session) -> UtcTime {
    let ahead = session
        .observed()
        .date
        .map_or(0, |date| date.graph.unix().saturating_sub(date.here.unix()));
    room.clock.utc().plus_seconds(ahead)
}

/// Says what to do, and waits until the person has done it.
fn ask(room: &mut Room<'_>, wanted: &Wanted<'_>) -> Result<(), CeremonyError> {
    let cloud = room.plan.tenant.cloud;
    let (address, title) = (wanted.portal.address(cloud), wanted.portal.title());
    let Wanted { account, label, .. } = wanted;
    let mut lines = vec![
        format!("1. Open {address} in a new private browser window."),
        format!("2. Type {}, then choose \"Sign-in options\".", account.upn),
        format!(
            "3. Take \"Face, fingerprint, PIN or security key\", then \"Security key\": {label}, its \
             PIN, and a touch. Each wrong PIN spends one of the key's few tries."
        ),
    ];
    let there = if wanted.task {
        format!(
            "4. At the {title}, do one harmless thing that takes an administrator: make a security \
             group named glasskey-drill and delete it."
        )
    } else {
        format!("4. Wait until the {title} shows the account's name.")
    };
    if wanted.sign_out {
        lines.push(there);
        lines.push(format!(
            "5. Open {} in that window, choose \"Sign out everywhere\", and close the window.",
            looks::security_info(cloud)
        ));
    } else if wanted.task {
        lines.push(format!("{there} Then sign out and close that window."));
    } else {
        lines.push(format!(
            "4. When the {title} shows the account's name, sign out and close that window."
        ));
    }
    for line in lines {
        room.operator.say(&line);
    }
    let prompt = Prompt::SignIn {
        label: (*label).to_owned(),
        upn: account.upn.clone(),
        portal: wanted.portal,
        task: wanted.task,
        sign_out: wanted.sign_out,
    };
    if room.operator.confirm(&prompt) {
        Ok(())
    } else {
        Err(CeremonyError::Declined)
    }
}
