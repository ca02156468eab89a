//! A registration is given up: its key is lost, or dead, before any record knows it. What the key has in
//! the tenant is deleted first; no record is made, for none knows the key.

use super::Planned;
use super::portal;
use super::replaced;
use super::wish;
use super::wish::RegistrationWish;
use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Room;
use crate::ceremony::error::TenantWhy;
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
use crate::webauthn::AttestationObject;
use crate::webauthn::CredentialId;
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

/// Whether a registration of this label is open, and no record says that its key is in use: a loss of it
/// cannot be recorded, and its registration can be given up.
///
/// # Errors
/// [`CeremonyError`] if folder or ledger cannot be read.
pub fn is_unrecorded(room: &mut Room<'_>, label: &str) -> Result<bool, CeremonyError> {
    let on_record = Ledger::new(&mut *room.store).keys_on_record()?;
    let mut in_use = on_record.iter().filter(|key| key.gone.is_none());
    Ok(!in_use.any(|key| key.label == label) && is_open(room, label)?)
}

/// Gives up the open registration of this label: deletes what the key has in the tenant by it, and reads
/// that back; then nothing of the registration is left, and no record is made of it.
///
/// # Errors
/// [`CeremonyError`]; [`CeremonyError::NotInUse`] if none is open, or the key is in use by record. Until
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
    room.operator.say(&format!(
        "No record is made of it: none knows {label}. The key that comes in its place gets a label of \
         its own. If somebody may have used {label}, end the sign-ins of {} in the Entra admin center.",
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
    let mut deleted = Vec::new();
    for method in left(room, session, &open, label, object_id)? {
        delete(
            room,
            session,
            &change,
            (label, &account.alias, object_id),
            &method,
        )?;
        deleted.push(method.display_name);
    }
    if deleted.is_empty() {
        room.operator.say(&format!(
            "{} has no passkey of {label}: read from the tenant.",
            account.alias
        ));
    }
    pass_is_gone(room, session, &change, &account.alias, object_id)?;
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

/// The passkeys that the tenant has by this registration.
fn left(
    room: &mut Room<'_>,
    session: &mut Session,
    open: &OpenCeremony,
    label: &str,
    account: Guid,
) -> Result<Vec<Fido2Method>, CeremonyError> {
    let made = made(room, open)?;
    let known = open.method(&*room.desk)?.map(|method| method.method_id);
    let before = portal::before(room, open)?;
    let found = portal::kept_found(room, open)?.map(|found| found.method_id);
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    if let (Some(made), None) = (&made, &known) {
        // What was sent and not read back may come yet: it is waited for.
        let _ = graph.read_back_method(&account, made, None);
    }
    let methods = match graph.one(ask_fido2_methods(&account)) {
        Answer::Known(methods) => methods,
        other @ (Answer::Denied(_) | Answer::Absent | Answer::Failed(_)) => {
            return Err(CeremonyError::Tenant {
                what: "the account's passkeys",
                why: TenantWhy::Read(other.map(|_| ())),
            });
        }
    };
    let (ours, others): (Vec<Fido2Method>, Vec<Fido2Method>) =
        methods.into_iter().partition(|method| {
            let id = Some(method.id.to_string());
            let sent = made.is_some() && method.credential() == made;
            // A person was at the portal, and nobody has looked yet what came of it.
            let came =
                found.is_none() && method.display_name == label && is_new(before.as_ref(), method);
            sent || id == known || id == found || came
        });
    for other in others.iter().filter(|one| is_new(before.as_ref(), one)) {
        room.operator.say(&format!(
            "The passkey \"{}\" is new too, and is not named {label}: find out whose it is.",
            other.display_name
        ));
    }
    Ok(ours)
}

/// Whether a passkey came since somebody was sent to the portal.
fn is_new(before: Option<&portal::Before>, method: &Fido2Method) -> bool {
    before.is_some_and(|before| !before.methods.contains(&method.id.to_string()))
}

/// The credential that the key made; `None` if it made none.
fn made(room: &Room<'_>, open: &OpenCeremony) -> Result<Option<CredentialId>, CeremonyError> {
    let kept = open.registration(&*room.desk)?;
    Ok(kept.and_then(|kept| {
        let object = AttestationObject::parse(&kept.attestation_object.0)?;
        Some(object.auth_data().credential()?.credential_id.clone())
    }))
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

/// A pass that was made for it is deleted, and proven gone.
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
