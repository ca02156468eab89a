//! A registration is given up: its key is lost, or dead, before any record knows it. What the key has in
//! the tenant is deleted first; no record is made of it.
//!
//! The pass goes before the passkeys are read: with it another one could be registered in between.

mod left;

use super::Planned;
use super::portal;
use super::replaced;
use super::wish;
use super::wish::RegistrationWish;
use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Room;
use crate::ceremony::given_up::is_recorded;
use crate::ceremony::restore;
use crate::ceremony::restore::PutBack;
use crate::ceremony::scripts::REGISTRATION;
use crate::ceremony::tenant_change;
use crate::ceremony::tenant_change::Change;
use crate::ceremony::tenant_change::Course;
use crate::ceremony::tenant_change::Ended;
use crate::ceremony::tenant_change::Mode;
use crate::entra::Answer;
use crate::entra::Fido2Method;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::Session;
use crate::entra::ask_fido2_methods;
use crate::facts::restore::Loosened;
use crate::ledger::Ledger;
use crate::primitives::Guid;
use left::Left;
use left::left;
use std::time::Duration;

/// A registration that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// The account's alias.
    pub account: String,
    /// Names of the passkeys that were deleted, and read back as gone.
    pub deleted: Vec<String>,
}

fn folder(label: &str) -> OpenCeremony {
    OpenCeremony::new(REGISTRATION.name, label)
}

/// Whether a registration of this label is open and has no record in the ledger.
///
/// # Errors
/// [`CeremonyError`] if folder or ledger cannot be read.
pub(in crate::ceremony) fn is_open(
    room: &mut Room<'_>,
    label: &str,
) -> Result<bool, CeremonyError> {
    let open = folder(label);
    Ok(open.begun(&*room.desk)?.is_some() && !is_recorded(room, &open)?)
}

/// Whether a registration of this label is open, and nothing is left to record of a loss of its key: no
/// record knows it, or the records say that it is out of use and the tenant without it.
///
/// # Errors
/// [`CeremonyError`] if folder or ledger cannot be read.
pub fn is_unrecorded(room: &mut Room<'_>, label: &str) -> Result<bool, CeremonyError> {
    let book = Ledger::new(&mut *room.store).read_book()?;
    let mut keys = book.on_record.iter();
    let in_use = keys.any(|key| key.label == label && key.gone.is_none());
    let mut unrevoked = book.facts.follow_ups.unrevoked.iter();
    let goes_on = unrevoked.any(|key| key.label == label);
    Ok(!in_use && !goes_on && is_open(room, label)?)
}

/// Gives up the open registration of this label: deletes what the key has in the tenant by it, and reads
/// that back; then nothing of the registration is left, and no record is made of it.
///
/// # Errors
/// [`CeremonyError`]; [`CeremonyError::NotInUse`] if none is open, or its loss is to be recorded. Until
/// the tenant is without the passkey the registration stays open.
pub fn give_up_registration(
    room: &mut Room<'_>,
    session: &mut Session,
    label: &str,
) -> Result<GivenUp, CeremonyError> {
    if !is_unrecorded(room, label)? {
        return Err(CeremonyError::NotInUse(label.to_owned()));
    }
    let given_up = give_up(room, session, label)?;
    let on_record = Ledger::new(&mut *room.store).keys_on_record()?;
    let gone = on_record.into_iter().find(|key| key.label == label);
    let why = match gone.and_then(|key| key.gone) {
        Some(record) => format!("{label} is out of use by record {record:06} already"),
        None => format!("none knows {label}"),
    };
    room.operator.say(&format!(
        "No record is made of it: {why}. The key that comes in its place gets a label of its own. If \
         somebody may have used {label}, end the sign-ins of {} in the Entra admin center.",
        given_up.account
    ));
    Ok(given_up)
}

/// As [`give_up_registration`], whatever the records say of the key.
pub(in crate::ceremony) fn give_up(
    room: &mut Room<'_>,
    session: &mut Session,
    label: &str,
) -> Result<GivenUp, CeremonyError> {
    let Planned {
        account, object_id, ..
    } = Planned::find(room, label)?;
    let open = folder(label);
    let change = Course {
        open: open.clone(),
        by: open.id().replacen('-', "/", 1),
        mode: Mode::Ask,
        young_until: Duration::ZERO,
    };
    // Whoever has the pass could register another passkey in between.
    pass_is_gone(room, session, &change, &account.alias, object_id)?;
    let mut deleted = Vec::new();
    let Left { ours, others } = left(room, session, &open, label, object_id)?;
    for method in ours {
        delete(
            room,
            session,
            &change,
            (label, &account.alias, object_id),
            &method,
        )?;
        deleted.push(method.display_name);
    }
    if !others.is_empty() {
        return Err(of_others(label, &account.alias, &others));
    }
    if deleted.is_empty() {
        room.operator.say(&format!(
            "{} has no passkey of {label}: read from the tenant.",
            account.alias
        ));
    }
    let wish = wish::Begun::kept(room, &open, &RegistrationWish::of(label))?;
    let old = wish.replaces.filter(|old| old != label);
    let old = if replaced::is_gone(room, &open)? {
        old
    } else {
        None
    };
    open.close(&mut *room.desk)?;
    room.operator
        .say(&format!("The registration of {label} is given up."));
    if let Some(old) = old {
        room.operator.say(&format!(
            "The passkey of {old} was deleted for it: `glasskey retire {old}` records that {old} is out \
             of use."
        ));
    }
    Ok(GivenUp {
        account: account.alias.clone(),
        deleted,
    })
}

/// Passkeys of which nobody knows whose they are: one of them may be the key's.
fn of_others(label: &str, alias: &str, names: &[String]) -> CeremonyError {
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    CeremonyError::Halted {
        what: format!(
            "{} opens {alias}; the registration stays open",
            names.join(" and ")
        ),
        why: format!(
            "it came since somebody was sent to the portal to register {label}, no record knows it, and it \
             is not named {label}"
        ),
        next: format!(
            "find out whose it is and delete it at the portal, or name it {label} there, then run the same \
             command again"
        ),
    }
}

/// Deletes one passkey, once, and proves it gone. `whose` is label, alias and id of the account.
fn delete(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course,
    whose: (&str, &str, Guid),
    method: &Fido2Method,
) -> Result<(), CeremonyError> {
    let (label, alias, account) = whose;
    let id = method.id.clone();
    let change = Change {
        id: id.as_str(),
        what: "deleting the passkey of the key that is given up",
        is: format!(
            "{alias} has the passkey \"{}\", which no record knows.",
            method.display_name
        ),
        would: format!("Delete it, so that nobody signs in with {label}"),
        loosens: None,
    };
    let mut send = |graph: &mut GraphWrite<'_>| graph.delete_method(&account, &id);
    let mut look = |graph: &mut Graph<'_>| {
        let methods = graph.one(ask_fido2_methods(&account));
        methods.and_then(|methods| {
            if methods.iter().any(|one| one.id == id) {
                Answer::Absent
            } else {
                Answer::Known(())
            }
        })
    };
    match tenant_change::make(room, session, course, &change, &mut send, &mut look)? {
        Ended::Made(()) | Ended::Found(()) => {
            room.operator.say(&format!(
                "{alias} is without the passkey of {label}: read back from the tenant."
            ));
            Ok(())
        }
        Ended::Declined | Ended::Would => Err(CeremonyError::Declined),
        Ended::NotLet(why) => Err(CeremonyError::Halted {
            what: format!("the passkey of {label} still opens {alias}; nothing was changed"),
            why,
            next: "have it deleted at the portal, then run the same command again".to_owned(),
        }),
        Ended::NotShown => Err(tenant_change::not_shown(&change)),
    }
}

/// A pass that was made for it is deleted, and proven gone. It may have been made a moment ago, and not be
/// listed yet.
fn pass_is_gone(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course,
    alias: &str,
    account: Guid,
) -> Result<(), CeremonyError> {
    let pass = Loosened::Pass { account };
    let loose = restore::loose(&*room.desk)?;
    if loose.iter().all(|item| item.loosened != pass) {
        return Ok(());
    }
    room.operator.say(&format!(
        "A pass may have been made for {alias}: the tenant is given up to 2 minutes to list it."
    ));
    portal::until_pass_is_listed(room, session, account, None);
    match restore::put_back(room, session, course, &pass)? {
        PutBack::WasBack | PutBack::IsBack | PutBack::StaysFor(_) | PutBack::Would => Ok(()),
        PutBack::Declined => Err(CeremonyError::Declined),
        PutBack::ByHand(why) | PutBack::Unknown(why) => Err(CeremonyError::Halted {
            what: "the pass may still open the account; it is noted in open/restore.json"
                .to_owned(),
            why: format!("the pass of {alias} is not gone: {why}"),
            next: "delete it at the portal, then run the same command again".to_owned(),
        }),
    }
}
