//! What the account had before the portal, and what is new since.

use super::Course;
use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::error::TenantWhy;
use crate::entra::Answer;
use crate::entra::AttestationLevel;
use crate::entra::Fido2Method;
use crate::entra::Graph;
use crate::entra::MethodId;
use crate::entra::READ_BACK;
use crate::entra::ReadBack;
use crate::entra::Session;
use crate::entra::ask_fido2_methods;
use crate::primitives::UtcTime;
use crate::record::Thumbprint;
use crate::webauthn::Aaguid;
use crate::webauthn::CredentialId;
use serde::Deserialize;
use serde::Serialize;
use std::time::Duration;

/// The file in `open/` that holds what was there before.
const BEFORE: &str = "portal.json";
/// The file in `open/` that holds what was found.
pub(super) const FOUND: &str = "found.json";
/// How often a name that is not the label is asked to be put right.
const PATIENCE: u32 = 3;

/// What there was before the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ceremony::registration) struct Before {
    /// Credentials of the relying party on the key, in hexadecimal.
    pub(in crate::ceremony::registration) held: Vec<String>,
    /// Ids of the account's passkeys.
    pub(in crate::ceremony::registration) methods: Vec<String>,
    /// When the last pass was made; absent before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pass_made: Option<UtcTime>,
}

/// The new passkey, as the tenant shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ceremony::registration) struct Found {
    /// The model that the tenant names; absent where it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::ceremony::registration) aaguid: Option<Aaguid>,
    /// Whether the tenant says that it attested.
    pub(in crate::ceremony::registration) attested: bool,
    /// Who attested it.
    pub(in crate::ceremony::registration) certificates: Vec<Thumbprint>,
    /// Its credential, from the method's id.
    pub(in crate::ceremony::registration) credential_id: CredentialId,
    /// The method's id.
    pub(in crate::ceremony::registration) method_id: String,
    /// When the pass for it was made; absent where an earlier one did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::ceremony::registration) pass_made: Option<UtcTime>,
}

/// The new passkey, and when its pass was gone.
pub(in crate::ceremony::registration) struct AtPortal {
    pub(in crate::ceremony::registration) found: Found,
    pub(in crate::ceremony::registration) pass_gone: Option<UtcTime>,
}

/// What an earlier run found; `None` before that.
pub(in crate::ceremony::registration) fn kept(
    room: &Room<'_>,
    open: &OpenCeremony,
) -> Result<Option<Found>, CeremonyError> {
    Ok(open.value(&*room.desk, FOUND)?)
}

/// Keeps what was found.
pub(super) fn keep(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    found: &Found,
) -> Result<(), CeremonyError> {
    Ok(open.put(&mut *room.desk, FOUND, found)?)
}

/// What an earlier run saw before the portal.
pub(in crate::ceremony::registration) fn before(
    room: &Room<'_>,
    open: &OpenCeremony,
) -> Result<Option<Before>, CeremonyError> {
    Ok(open.value(&*room.desk, BEFORE)?)
}

/// Keeps what was there before the portal.
pub(super) fn keep_before(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    before: &Before,
) -> Result<(), CeremonyError> {
    Ok(open.put(&mut *room.desk, BEFORE, before)?)
}

/// Reads what is there before the portal, and keeps it.
pub(super) fn look(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    held: &[String],
) -> Result<Before, CeremonyError> {
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let methods = match graph.one(ask_fido2_methods(&course.object_id)) {
        Answer::Known(methods) => methods,
        other @ (Answer::Denied(_) | Answer::Absent | Answer::Failed(_)) => {
            return Err(CeremonyError::Tenant {
                what: "the account's passkeys",
                why: TenantWhy::Read(other.map(|_| ())),
            });
        }
    };
    let before = Before {
        held: held.to_vec(),
        methods: methods.iter().map(|one| one.id.to_string()).collect(),
        pass_made: None,
    };
    keep_before(room, &course.follow.open, &before)?;
    Ok(before)
}

/// The one passkey that is new since; `None` if there is none. With `patiently` it is waited for.
///
/// Several, or one that cannot be joined with a key, stop the ceremony: whoever registered them opens
/// the account.
pub(super) fn new(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    before: &Before,
    patiently: bool,
) -> Result<Option<Found>, CeremonyError> {
    let patience = if patiently { READ_BACK } else { Duration::ZERO };
    let Some(mut new) = wait(room, session, course, before, patience)? else {
        return Ok(None);
    };
    for _ in 0..PATIENCE {
        let [one] = new.as_slice() else {
            return Err(several(course, &new));
        };
        let label = &course.planned.label;
        if one.display_name == *label {
            break;
        }
        let question = Prompt::Rename {
            from: one.display_name.clone(),
            label: label.clone(),
            upn: course.account.upn.clone(),
        };
        if !room.operator.confirm(&question) {
            return Err(CeremonyError::Declined);
        }
        new = wait(room, session, course, before, Duration::ZERO)?.unwrap_or_default();
    }
    let [one] = new.as_slice() else {
        return Err(several(course, &new));
    };
    if one.display_name != course.planned.label {
        return Err(CeremonyError::Mismatch("passkey's name"));
    }
    let credential_id = one.credential().ok_or(CeremonyError::Answer(
        "the tenant's id of the new passkey is of a form that names no credential",
    ))?;
    room.operator.say(&format!(
        "{} has one new passkey: \"{}\", model {}.",
        course.account.alias,
        one.display_name,
        one.aaguid
            .map_or_else(|| "not told".to_owned(), |aaguid| aaguid.to_string())
    ));
    Ok(Some(Found {
        aaguid: one.aaguid,
        attested: one.attestation == AttestationLevel::Attested,
        certificates: one
            .certificates
            .iter()
            .filter_map(|text| Thumbprint::parse(text))
            .collect(),
        credential_id,
        method_id: one.id.to_string(),
        pass_made: before.pass_made,
    }))
}

/// Passkeys that are new since; `None` if there are none.
fn wait(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    before: &Before,
    patience: Duration,
) -> Result<Option<Vec<Fido2Method>>, CeremonyError> {
    let clock = room.clock;
    let is_new = |method: &Fido2Method| !before.methods.contains(&method.id.to_string());
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let seen = graph.read_until(patience, |graph| {
        let methods = graph.one(ask_fido2_methods(&course.object_id));
        methods.and_then(|methods| {
            let new: Vec<Fido2Method> = methods.into_iter().filter(is_new).collect();
            if new.is_empty() {
                Answer::Absent
            } else {
                Answer::Known(new)
            }
        })
    });
    match seen {
        ReadBack::Seen(new) => Ok(Some(new)),
        ReadBack::NotSeen => Ok(None),
        other @ (ReadBack::Denied(_) | ReadBack::Failed(_)) => Err(CeremonyError::Tenant {
            what: "reading the account's passkeys back",
            why: TenantWhy::read_back(other),
        }),
    }
}

fn several(course: &Course<'_>, new: &[Fido2Method]) -> CeremonyError {
    let names: Vec<String> = new
        .iter()
        .map(|one| format!("\"{}\" (id {})", one.display_name, short(&one.id)))
        .collect();
    let label = &course.planned.label;
    CeremonyError::Halted {
        what: "the new passkeys open the account".to_owned(),
        why: format!(
            "{} has {} new passkeys and one was to be registered: {}",
            course.account.alias,
            new.len(),
            names.join(", ")
        ),
        next: format!(
            "find out whose they are, delete all but that of {label} at the portal, then run the same \
             command again"
        ),
    }
}

/// The beginning of an id, for people.
fn short(id: &MethodId) -> String {
    id.as_str().chars().take(8).collect::<String>() + "…"
}
