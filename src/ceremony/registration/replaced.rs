//! A key in another one's place (DESIGN §5): the account's other key is proven by a sign-in, then the
//! passkey of the old one is deleted and proven gone, and only then is a new one made. An account's last
//! proven key is never given up without its alias typed.

mod old;

use super::Course;
use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::SignedIn;
use crate::ceremony::WantedSignIn;
use crate::ceremony::error::TenantWhy;
use crate::ceremony::sign_in;
use crate::ceremony::tenant_change;
use crate::ceremony::tenant_change::Change;
use crate::ceremony::tenant_change::Ended;
use crate::ceremony::tenant_change::Mode;
use crate::entra::Answer;
use crate::entra::Fido2Method;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::MethodId;
use crate::entra::Portal;
use crate::entra::Session;
use crate::entra::ask_fido2_methods;
use crate::facts::book::BookKey;
use crate::ledger::Ledger;
use crate::primitives::UtcTime;
use crate::record::Exception;
use crate::record::UnseenKey;
use old::Old;
use old::others;
use serde::Deserialize;
use serde::Serialize;

/// The file in `open/` that holds how far it came.
const FILE: &str = "replaced.json";
/// The file in `open/` that says that the old passkey's deletion is about to be sent.
pub(super) const DELETING: &str = "deleting.json";
/// The step's number.
const STEP: u32 = 2;
/// The sign-in of the other key; the new one's own sign-ins are kept under other names.
const OTHER: Portal = Portal::Entra;

/// How far the old one's going came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// The other key that was asked to sign in.
    other: String,
    /// When it was.
    at: UtcTime,
    /// What was not proven.
    exceptions: Vec<Exception>,
    /// When the tenant was read without it; absent before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gone: Option<UtcTime>,
}

/// The old one, gone.
pub(super) struct Replaced {
    /// As the record says it.
    pub(super) part: UnseenKey,
    /// What was not proven.
    pub(super) exceptions: Vec<Exception>,
}

/// Whether a key of this label may be replaced by `label`, before anything is begun.
pub(super) fn may(room: &mut Room<'_>, label: &str, old: &str) -> Result<(), CeremonyError> {
    let plan = room.plan;
    let account = plan.key(label).map(|(account, _)| account.alias.clone());
    let refuse = |why: String, next: &str| {
        Err(CeremonyError::Matter {
            why,
            next: next.to_owned(),
        })
    };
    let book = Ledger::new(&mut *room.store).read_book()?.facts;
    let Some(known) = book.keys.iter().find(|key| key.label == old) else {
        return Err(CeremonyError::NotInUse(old.to_owned()));
    };
    if account.as_ref() != Some(&known.account) {
        let why = format!(
            "{old} opens {}, and {label} is for another account",
            known.account
        );
        return refuse(why, "name a key of the same account");
    }
    if others(&book.keys, &known.account, old).is_empty() {
        let why = format!("{old} is the only key of {} that is in use", known.account);
        return refuse(
            why,
            "register another key for the account first: `glasskey register`; then replace this one",
        );
    }
    Ok(())
}

/// Whether the old one may be gone already: once the other key is proven, a run that was cut off may
/// have deleted it.
pub(super) fn may_be_gone(room: &Room<'_>, course: &Course<'_>) -> Result<bool, CeremonyError> {
    let kept: Option<Kept> = course.follow.open.value(&*room.desk, FILE)?;
    Ok(kept.is_some())
}

/// Whether the old one's passkey is known to be gone.
pub(super) fn is_gone(room: &Room<'_>, open: &OpenCeremony) -> Result<bool, CeremonyError> {
    let kept: Option<Kept> = open.value(&*room.desk, FILE)?;
    Ok(kept.is_some_and(|kept| kept.gone.is_some()))
}

/// Step 2, where the key takes another one's place; `None` where it does not.
pub(super) fn replace(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
) -> Result<Option<Replaced>, CeremonyError> {
    let Some(old) = &course.replaces else {
        return Ok(None);
    };
    let open = &course.follow.open;
    course.follow.step(room, STEP, old)?;
    let book = Ledger::new(&mut *room.store).read_book()?;
    let known = &Old::find(&book, old, &course.planned.label)?;
    let record = Ledger::new(&mut *room.store)
        .latest_of_key(old, |record| record.statement.key.is_some())?
        .map_or(0, |(index, _)| index);
    let part = UnseenKey {
        label: old.clone(),
        record,
    };
    let keys = &book.facts.keys;
    let kept: Option<Kept> = open.value(&*room.desk, FILE)?;
    let mut kept = match kept {
        Some(kept) => kept,
        // Out of use by record, and its passkey gone with it: nothing is deleted, so nothing is proven.
        None if known.gone && shown(room, session, course, known)?.is_none() => {
            forget_sign_in(room, open)?;
            keep(room, course, old, Vec::new())?
        }
        None if known.others(keys).is_empty() => {
            forget_sign_in(room, open)?;
            proven_anew(room, session, course, keys, known)?
        }
        None => proven(room, session, course, keys, known)?,
    };
    if kept.gone.is_none() {
        if let Some(method) = shown(room, session, course, known)? {
            if !still_stands(room, &kept, keys, known) {
                kept = proven_anew(room, session, course, keys, known)?;
            }
            // A cut between the deletion and its note must not look as if nothing was done.
            let at = room.clock.utc();
            open.put(&mut *room.desk, DELETING, &at)?;
            let deleted = delete(room, session, course, known, &method);
            if matches!(deleted, Err(CeremonyError::Declined)) {
                room.desk.remove(&open.name(DELETING))?;
            }
            deleted?;
        }
        kept.gone = Some(room.clock.utc());
        open.put(&mut *room.desk, FILE, &kept)?;
    } else {
        room.operator
            .say(&format!("The passkey of {old} is gone already."));
    }
    Ok(Some(Replaced {
        part,
        exceptions: kept.exceptions,
    }))
}

/// Whether what an earlier run proved of the other key says something still: it is in use, and signed in
/// within the last day.
fn still_stands(room: &Room<'_>, kept: &Kept, keys: &[BookKey], old: &Old) -> bool {
    let in_use = old.others(keys).iter().any(|key| key.label == kept.other);
    in_use && room.clock.utc() <= kept.at.plus_days(1)
}

/// What an earlier run proved says nothing any more: another key signs in, or, where none is left, the
/// alias is typed.
fn proven_anew(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    keys: &[BookKey],
    old: &Old,
) -> Result<Kept, CeremonyError> {
    let open = &course.follow.open;
    room.desk.remove(&open.name(FILE))?;
    if !old.others(keys).is_empty() {
        return proven(room, session, course, keys, old);
    }
    let alias = &course.account.alias;
    let question = Prompt::Question(format!(
        "No other key of {alias} is in use any more: once the passkey of {} is deleted, {alias} has none \
         until the new key is made. To go on all the same, type {alias}:",
        old.label
    ));
    given_up(room, alias, &question)?;
    let text = format!(
        "no other key of {alias} was in use when the passkey of {} was deleted",
        old.label
    );
    keep(room, course, &old.label, vec![text])
}

/// The alias is typed, or nothing is done.
fn given_up(room: &mut Room<'_>, alias: &str, question: &Prompt) -> Result<(), CeremonyError> {
    let typed = room.operator.line(question);
    if typed.is_some_and(|typed| typed.trim() == alias) {
        Ok(())
    } else {
        Err(CeremonyError::Declined)
    }
}

/// Keeps that the key `other` was asked, and what was not proven.
fn keep(
    room: &mut Room<'_>,
    course: &Course<'_>,
    other: &str,
    unproven: Vec<String>,
) -> Result<Kept, CeremonyError> {
    let exception = |text| Exception {
        step: STEP.to_string(),
        text,
    };
    let kept = Kept {
        other: other.to_owned(),
        at: room.clock.utc(),
        exceptions: unproven.into_iter().map(exception).collect(),
        gone: None,
    };
    course.follow.open.put(&mut *room.desk, FILE, &kept)?;
    Ok(kept)
}

/// One of the account's other keys signs in now. If none can be seen to, the alias is typed.
fn proven(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    keys: &[BookKey],
    old: &Old,
) -> Result<Kept, CeremonyError> {
    let alias = &course.account.alias;
    let open = &course.follow.open;
    let others = old.others(keys);
    let Some((other, credential)) = others
        .iter()
        .find_map(|key| Some((*key, key.credential_id.as_ref()?)))
    else {
        return Err(CeremonyError::NotInUse(old.label.clone()));
    };
    room.operator.say(&format!(
        "Before the passkey of {} is deleted, {} signs in: an account is never left without a key \
         that is known to work.",
        old.label, other.label
    ));
    let wanted = WantedSignIn {
        account: course.account,
        object_id: course.object_id,
        label: &other.label,
        aaguid: other.aaguid,
        credential,
        portal: OTHER,
        task: false,
        sign_out: false,
        taken: &[],
    };
    let seen = sign_in(room, session, open, &wanted)?;
    forget_sign_in(room, open)?;
    let why = match seen {
        SignedIn::Seen(_) => return keep(room, course, &other.label, Vec::new()),
        SignedIn::Pending(why) => why,
    };
    let question = Prompt::Question(format!(
        "Nothing shows that {} works: {why} If it does not, {alias} has no key once {} is deleted. To \
         go on all the same, type {alias}:",
        other.label, old.label
    ));
    given_up(room, alias, &question)?;
    let text = format!(
        "{} was not seen to sign in before the passkey of {} was deleted: {why}",
        other.label, old.label
    );
    keep(room, course, &other.label, vec![text])
}

/// Forgets the other key's sign-in: the new key's own sign-in there is another one.
fn forget_sign_in(room: &mut Room<'_>, open: &OpenCeremony) -> Result<(), CeremonyError> {
    let name = open.name(&format!("sign-in-{}.json", OTHER.name()));
    Ok(room.desk.remove(&name)?)
}

/// The method of the old one in the tenant; `None`, which is said, if it has none any more.
fn shown(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    old: &Old,
) -> Result<Option<MethodId>, CeremonyError> {
    let clock = room.clock;
    let account = course.object_id;
    let is_old = |method: &Fido2Method| {
        method.credential().is_some() && method.credential() == old.credential_id
    };
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let method = match graph.one(ask_fido2_methods(&account)) {
        Answer::Known(methods) => methods.into_iter().find(is_old).map(|method| method.id),
        other @ (Answer::Denied(_) | Answer::Absent | Answer::Failed(_)) => {
            return Err(CeremonyError::Tenant {
                what: "the account's passkeys",
                why: TenantWhy::Read(other.map(|_| ())),
            });
        }
    };
    if method.is_none() {
        course.change(Mode::Ask).settle(&mut *room.desk)?;
        room.operator.say(&format!(
            "The tenant has no passkey of {} any more.",
            old.label
        ));
    }
    Ok(method)
}

/// Deletes the old one's passkey, once, and proves it gone.
fn delete(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    old: &Old,
    method: &MethodId,
) -> Result<(), CeremonyError> {
    let account = course.object_id;
    let change = Change {
        id: "delete the old passkey",
        what: "deleting the old passkey",
        is: format!("{} opens {}.", old.label, old.account),
        would: format!(
            "Delete its passkey, so that {} takes its place",
            course.planned.label
        ),
        loosens: None,
    };
    let mut send = |graph: &mut GraphWrite<'_>| graph.delete_method(&account, method);
    let mut look = |graph: &mut Graph<'_>| {
        let methods = graph.one(ask_fido2_methods(&account));
        methods.and_then(|methods| {
            if methods.iter().any(|one| one.id == *method) {
                Answer::Absent
            } else {
                Answer::Known(())
            }
        })
    };
    let course = course.change(Mode::Ask);
    match tenant_change::make(room, session, &course, &change, &mut send, &mut look)? {
        Ended::Made(()) | Ended::Found(()) => {
            room.operator.say(&format!(
                "The passkey of {} is gone: the tenant was read without it.",
                old.label
            ));
            Ok(())
        }
        Ended::Declined | Ended::Would => Err(CeremonyError::Declined),
        Ended::NotLet(why) => Err(CeremonyError::Halted {
            what: format!(
                "the passkey of {} is still there; nothing was changed",
                old.label
            ),
            why,
            next: "have it deleted at the portal, then run the same command again".to_owned(),
        }),
        Ended::NotShown => Err(tenant_change::not_shown(&change)),
    }
}
