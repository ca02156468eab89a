//! A sign-in that was pending when its verification was recorded, collected by an amendment.

use super::signed_in;
use super::walk::Collected;
use crate::ceremony::Appended;
use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Room;
use crate::ceremony::closing;
use crate::ceremony::plain;
use crate::ceremony::plain::Matter;
use crate::ceremony::plain::Occasion;
use crate::ceremony::scripts::AMENDMENT;
use crate::ceremony::sign_in;
use crate::ceremony::sign_in::SignedIn;
use crate::ceremony::sign_in::Wanted;
use crate::entra::Portal;
use crate::entra::SIGN_IN_LOG_DAYS;
use crate::entra::Session;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::record::AmendmentPart;
use crate::record::Event;
use crate::record::SignInPart;
use std::collections::BTreeMap;

/// A sign-in that a record says is pending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingSignIn {
    /// The record.
    pub record: u64,
    /// The key's label.
    pub label: String,
    /// When its ceremony began.
    pub started: UtcTime,
}

/// Every sign-in that a record says is pending, that none has brought since, and that the tenant's
/// log can still show.
///
/// # Errors
/// [`LedgerError`] if the ledger cannot be read.
pub fn pending_sign_ins(
    ledger: &Ledger<'_>,
    as_of: UtcTime,
) -> Result<Vec<PendingSignIn>, LedgerError> {
    let mut pending = BTreeMap::new();
    for record in 0..ledger.size()? {
        let statement = ledger.record(record)?.statement;
        if let (Some(amendment), Some(_)) = (&statement.amendment, &statement.sign_in) {
            pending.remove(&amendment.record);
        }
        if let (true, Some(key)) = (sign_in::is_pending(&statement), &statement.key) {
            let label = key.label.clone();
            let started = statement.time.started;
            if started.plus_days(SIGN_IN_LOG_DAYS) >= as_of {
                let one = PendingSignIn {
                    record,
                    label,
                    started,
                };
                pending.insert(record, one);
            }
        }
    }
    Ok(pending.into_values().collect())
}

/// Looks for the sign-in of `pending` in the tenant's log, asks for its alert, and brings both in an
/// amendment of that record.
///
/// # Errors
/// [`CeremonyError::Matter`] while it is not there; otherwise as [`crate::ceremony::hold`].
pub fn collect(
    room: &mut Room<'_>,
    session: &mut Session,
    pending: &PendingSignIn,
) -> Result<Appended, CeremonyError> {
    let subject = format!("{:06}", pending.record);
    let about = format!("record {subject}");
    plain::hold(room, occasion(&subject, &about), &mut |room, _, _| {
        matter(room, session, pending)
    })
}

fn occasion<'o>(subject: &'o str, about: &'o str) -> Occasion<'o> {
    Occasion {
        script: &AMENDMENT,
        event: Event::Amendment,
        subject,
        about,
    }
}

/// Finishes every amendment that was cut off after its record was in the ledger: what it amends is not
/// pending any more, so nothing else would come back to it. Those that bring a sign-in; what cannot be
/// finished by whoever is here is said.
///
/// # Errors
/// As [`crate::ceremony::hold`].
pub(super) fn finish_appended(room: &mut Room<'_>) -> Result<Collected, CeremonyError> {
    let head = format!("{}-", AMENDMENT.name);
    let mut collected = Collected::default();
    for id in OpenCeremony::unfinished(&*room.desk)? {
        let Some(subject) = id.strip_prefix(&head) else {
            continue;
        };
        let Some(statement) = OpenCeremony::of_id(id.clone()).statement(&*room.desk)? else {
            continue;
        };
        let ledger = Ledger::new(&mut *room.store);
        if closing::index_of(&ledger, &statement)?.is_none() {
            continue;
        }
        let about = format!("record {subject}");
        let ended = plain::hold(room, occasion(subject, &about), &mut |_, _, _| {
            Err(CeremonyError::Answer(
                "the amendment in open/ is in the ledger and has no statement any more",
            ))
        });
        match ended {
            Ok(appended) if statement.sign_in.is_some() => collected.done.push(appended),
            Ok(_) => {}
            Err(CeremonyError::Matter { why, next }) => {
                room.operator.say(&format!("{why} ({next})"));
                collected.left.push(why);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(collected)
}

fn matter(
    room: &mut Room<'_>,
    session: &mut Session,
    pending: &PendingSignIn,
) -> Result<Matter<'static>, CeremonyError> {
    let plan = room.plan;
    let label = &pending.label;
    let (account, _) = plan
        .key(label)
        .ok_or_else(|| CeremonyError::NoSuchKey(label.clone()))?;
    let ledger = Ledger::new(&mut *room.store);
    let taken = stated_sign_ins(&ledger)?;
    let bytes = ledger.record_bytes(pending.record)?;
    let statement = ledger.record(pending.record)?.statement;
    let not_in_use = || CeremonyError::NotInUse(label.clone());
    let stated = statement.account.clone().ok_or_else(not_in_use)?;
    let key = statement.key.as_ref().ok_or_else(not_in_use)?;
    let credential = key.credential_id.as_ref().ok_or_else(not_in_use)?;
    let wanted = Wanted {
        account,
        object_id: stated.object_id,
        label,
        aaguid: key.aaguid,
        credential,
        portal: Portal::Entra,
        task: false,
        sign_out: false,
        taken: &taken,
    };
    let seen = match sign_in::collect(room, session, &wanted, pending.started) {
        SignedIn::Seen(seen) => seen,
        SignedIn::Pending(why) => return Err(later(pending, &why)),
    };
    let Some(alert) = signed_in::alert(room, &stated.alias)? else {
        return Err(later(pending, "Nobody has seen its alert yet."));
    };
    let part = AmendmentPart {
        record: pending.record,
        sha256: Digest::of(&bytes),
        text: format!(
            "its sign-in was pending; the tenant's log shows it at {}",
            seen.at
        ),
    };
    let sign_in = SignInPart {
        alert: Some(alert),
        at: seen.at,
        id: seen.id,
    };
    Ok(Matter {
        changes: Vec::new(),
        fill: Box::new(move |statement| {
            statement.account = Some(stated);
            statement.amendment = Some(part);
            statement.sign_in = Some(sign_in);
        }),
        roster: None,
    })
}

/// The log's ids of all sign-ins that records state: each stands for itself.
fn stated_sign_ins(ledger: &Ledger<'_>) -> Result<Vec<Guid>, LedgerError> {
    let mut all = Vec::new();
    for index in 0..ledger.size()? {
        all.extend(ledger.record(index)?.statement.sign_in.map(|one| one.id));
    }
    Ok(all)
}

fn later(pending: &PendingSignIn, why: &str) -> CeremonyError {
    let until = pending.started.plus_days(SIGN_IN_LOG_DAYS);
    CeremonyError::Matter {
        why: format!(
            "the sign-in of record {:06} with {} cannot be collected: {why}",
            pending.record, pending.label
        ),
        next: format!(
            "run `glasskey verify --collect` later; the tenant forgets it on {}",
            until.day()
        ),
    }
}
