//! What the tenant has by a registration that is given up. Nothing is everywhere at once: what may have
//! been sent, or registered at the portal, a moment ago is waited for before its absence says something.

use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Room;
use crate::ceremony::enrolment::CHALLENGE_REST;
use crate::ceremony::error::TenantWhy;
use crate::ceremony::registration::portal;
use crate::entra::Answer;
use crate::entra::Fido2Method;
use crate::entra::Graph;
use crate::entra::READ_BACK;
use crate::entra::ReadBack;
use crate::entra::Session;
use crate::entra::ask_fido2_methods;
use crate::ledger::Ledger;
use crate::primitives::Guid;
use crate::webauthn::AttestationObject;
use crate::webauthn::CredentialId;

/// Passkeys of the account that no record knows.
pub(super) struct Left {
    /// Those of the key.
    pub(super) ours: Vec<Fido2Method>,
    /// Names of those that came since somebody was sent to the portal, and are not named as the key.
    pub(super) others: Vec<String>,
}

/// The passkeys that the tenant has by this registration.
pub(super) fn left(
    room: &mut Room<'_>,
    session: &mut Session,
    open: &OpenCeremony,
    label: &str,
    account: Guid,
) -> Result<Left, CeremonyError> {
    let made = made(room, open)?;
    let known = open.method(&*room.desk)?.map(|method| method.method_id);
    let before = portal::before(room, open)?;
    let found = portal::kept_found(room, open)?.map(|found| found.method_id);
    let recorded = recorded(room)?;
    let is_new = |method: &Fido2Method| {
        let of_record = method
            .credential()
            .is_some_and(|credential| recorded.contains(&credential));
        let was_there = |before: &portal::Before| before.methods.contains(&method.id.to_string());
        !of_record && before.as_ref().is_some_and(|before| !was_there(before))
    };
    if let (Some(made), None) = (&made, &known) {
        sent(room, session, account, made)?;
    }
    if before.is_some() && found.is_none() {
        came(room, session, (label, account), &is_new)?;
    }
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let methods = read(graph.one(ask_fido2_methods(&account)))?;
    let (ours, others): (Vec<Fido2Method>, Vec<Fido2Method>) =
        methods.into_iter().partition(|method| {
            let id = Some(method.id.to_string());
            let sent = made.is_some() && method.credential() == made;
            let named = method.display_name == label && is_new(method);
            sent || id == known || id == found || named
        });
    let others = others.into_iter().filter(is_new);
    Ok(Left {
        ours,
        others: others.map(|method| method.display_name).collect(),
    })
}

/// Waits for the credential that was made and not read back: its challenge lives 5 minutes, so it may be
/// taken yet.
fn sent(
    room: &mut Room<'_>,
    session: &mut Session,
    account: Guid,
    made: &CredentialId,
) -> Result<(), CeremonyError> {
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    if is_seen(graph.read_back_method(&account, made, None))? {
        return Ok(());
    }
    room.operator.say(
        "The tenant does not have the key of the interrupted run; it is given 3 more minutes.",
    );
    clock.wait(CHALLENGE_REST);
    is_seen(graph.read_back_method(&account, made, None)).map(drop)
}

/// Waits for what somebody may have registered at the portal, where nobody has looked yet what came of it.
fn came(
    room: &mut Room<'_>,
    session: &mut Session,
    (label, account): (&str, Guid),
    is_new: &dyn Fn(&Fido2Method) -> bool,
) -> Result<(), CeremonyError> {
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let look = |graph: &mut Graph<'_>| {
        let methods = graph.one(ask_fido2_methods(&account));
        methods.and_then(|methods| {
            if methods.iter().any(is_new) {
                Answer::Known(())
            } else {
                Answer::Absent
            }
        })
    };
    if look(&mut graph) == Answer::Known(()) {
        return Ok(());
    }
    room.operator.say(&format!(
        "Somebody may have registered {label} at the portal a moment ago: the tenant is given 2 minutes \
         to show it."
    ));
    is_seen(graph.read_until(READ_BACK, look)).map(drop)
}

/// Whether reading back showed it.
fn is_seen<T>(back: ReadBack<T>) -> Result<bool, CeremonyError> {
    match back {
        ReadBack::Seen(_) => Ok(true),
        ReadBack::NotSeen => Ok(false),
        other @ (ReadBack::Denied(_) | ReadBack::Failed(_)) => Err(CeremonyError::Tenant {
            what: "reading the account's passkeys back",
            why: TenantWhy::read_back(other),
        }),
    }
}

fn read(answer: Answer<Vec<Fido2Method>>) -> Result<Vec<Fido2Method>, CeremonyError> {
    match answer {
        Answer::Known(methods) => Ok(methods),
        other @ (Answer::Denied(_) | Answer::Absent | Answer::Failed(_)) => {
            Err(CeremonyError::Tenant {
                what: "the account's passkeys",
                why: TenantWhy::Read(other.map(|_| ())),
            })
        }
    }
}

/// The credentials that the records know.
fn recorded(room: &mut Room<'_>) -> Result<Vec<CredentialId>, CeremonyError> {
    let keys = Ledger::new(&mut *room.store).keys_on_record()?;
    let credentials = keys.into_iter().filter_map(|key| key.credential);
    Ok(credentials.map(|credential| credential.id).collect())
}

/// The credential that the key made; `None` if it made none.
fn made(room: &Room<'_>, open: &OpenCeremony) -> Result<Option<CredentialId>, CeremonyError> {
    let kept = open.registration(&*room.desk)?;
    Ok(kept.and_then(|kept| {
        let object = AttestationObject::parse(&kept.attestation_object.0)?;
        Some(object.auth_data().credential()?.credential_id.clone())
    }))
}
