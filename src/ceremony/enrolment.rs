//! The credential: options from the tenant, made on the key, kept, sent once, read back.

use super::CeremonyError;
use super::Method;
use super::OpenCeremony;
use super::Prompt;
use super::Room;
use super::error::TenantWhy;
use super::guard;
use super::sign_in;
use super::the_key::InHand;
use crate::ctap::MakeCredential;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::entra::Answer;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::MethodId;
use crate::entra::MethodName;
use crate::entra::ReadBack;
use crate::entra::Registration as Body;
use crate::entra::Session;
use crate::entra::Written;
use crate::entra::ask_creation_options;
use crate::entra::ask_fido2_methods;
use crate::facts::tenant;
use crate::facts::tenant::TenantFacts;
use crate::findings::RecordedKey;
use crate::ledger::Ledger;
use crate::plan::Account;
use crate::primitives::Guid;
use crate::primitives::bytes::Bytes;
use crate::record::Registration;
use crate::webauthn::Aaguid;
use crate::webauthn::AttestationObject;
use crate::webauthn::ClientData;
use crate::webauthn::CoseKey;
use crate::webauthn::Creation;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;
use std::time::Duration;

/// What is left of a challenge's 5 minutes after reading back for 2.
pub(super) const CHALLENGE_REST: Duration = Duration::from_mins(3);
/// How often a throttled credential is sent again, and the longest that is waited each time.
const THROTTLED: u32 = 3;
const PATIENCE: Duration = Duration::from_secs(20);

/// Whom a credential is for.
pub(super) struct For<'a> {
    pub(super) account: &'a Account,
    pub(super) label: &'a str,
    pub(super) object_id: Guid,
    pub(super) rp_id: &'a RpId,
    /// Whether this key had a credential for the account, which was deleted before.
    pub(super) anew: bool,
}

/// A credential that the key holds and the tenant shows.
pub(super) struct Enrolled {
    pub(super) aaguid: Aaguid,
    pub(super) credential_id: CredentialId,
    pub(super) public_key: CoseKey,
    pub(super) method_id: String,
}

/// Reads what the tenant says of the accounts.
pub(super) fn observe(
    room: &mut Room<'_>,
    session: &mut Session,
    accounts: &[(String, Guid)],
) -> TenantFacts {
    let clock = room.clock;
    let mut writes = GraphWrite::new(&mut *room.tenant, clock, session);
    tenant::observe(&mut writes.reads(), accounts)
}

/// The keys in use that the ledger says are registered for an account.
pub(super) fn recorded(
    room: &mut Room<'_>,
    alias: &str,
) -> Result<Vec<RecordedKey>, CeremonyError> {
    let book = Ledger::new(&mut *room.store).read_book()?;
    let known = book.facts.keys_of(alias).filter_map(|key| {
        Some(RecordedKey {
            label: key.label.clone(),
            credential_id: key.credential_id.clone()?,
        })
    });
    // The method of a lost key that was the last one stays until another key is there.
    let unrevoked = &book.facts.follow_ups.unrevoked;
    let lost = book.on_record.iter().filter_map(|key| {
        let is_ours = key.account == alias && unrevoked.iter().any(|one| one.label == key.label);
        let credential = key.credential.as_ref().filter(|_| is_ours)?;
        Some(RecordedKey {
            label: key.label.clone(),
            credential_id: credential.id.clone(),
        })
    });
    Ok(known.chain(lost).collect())
}

/// The key of an interrupted run, where the tenant has it already.
pub(super) fn kept(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    label: &str,
    tenant: &TenantFacts,
) -> Result<Option<RecordedKey>, CeremonyError> {
    let Some(kept) = open.registration(&*room.desk)? else {
        return Ok(None);
    };
    let object = AttestationObject::parse(&kept.attestation_object.0);
    let made = object
        .as_ref()
        .and_then(|object| object.auth_data().credential());
    let methods = tenant.accounts.first().map(|account| &account.methods);
    let (Some(made), Some(Answer::Known(methods))) = (made, methods) else {
        return Ok(None);
    };
    let there = methods
        .iter()
        .any(|method| method.credential().as_ref() == Some(&made.credential_id));
    Ok(there.then(|| RecordedKey {
        label: label.to_owned(),
        credential_id: made.credential_id.clone(),
    }))
}

/// Makes the credential and has the tenant know it, or finishes what an earlier run began.
pub(super) fn enrol(
    room: &mut Room<'_>,
    session: &mut Session,
    open: &OpenCeremony,
    hand: &mut InHand<'_>,
    whom: &For<'_>,
    pin: &Pin,
) -> Result<Enrolled, CeremonyError> {
    if let Some(kept) = open.registration(&*room.desk)? {
        let object = AttestationObject::parse(&kept.attestation_object.0).ok_or(
            CeremonyError::Answer("open/ holds an attestation object that cannot be read"),
        )?;
        if let Some(method) = shown(room, session, open, whom, &object)? {
            room.operator
                .say("The tenant has this key already: nothing was sent again.");
            return enrolled(&object, &method);
        }
        // A challenge lives 5 minutes: what was sent in the interrupted run could still be taken.
        room.operator.say(
            "The tenant does not have the key of the interrupted run; it is given 3 more minutes.",
        );
        room.clock.wait(CHALLENGE_REST);
        if let Some(method) = shown(room, session, open, whom, &object)? {
            room.operator
                .say("The tenant has this key now: nothing was sent again.");
            return enrolled(&object, &method);
        }
        let question = Prompt::Question(format!(
            "It does not take it any more. Make the credential of {} anew, in the place of that one, and \
             send it again?",
            whom.label
        ));
        if !room.operator.confirm(&question) {
            return Err(CeremonyError::Declined);
        }
        // What was read back and signed in with the one before does not show that the new one opens it.
        sign_in::forget(&mut *room.desk, open, &["method.json"])?;
    }
    let (object, client_data) = make(room, session, open, hand, whom, pin)?;
    let method = send(room, session, open, whom, &object, &client_data)?;
    enrolled(&object, &method)
}

fn make(
    room: &mut Room<'_>,
    session: &mut Session,
    open: &OpenCeremony,
    hand: &mut InHand<'_>,
    whom: &For<'_>,
    pin: &Pin,
) -> Result<(AttestationObject, ClientData<Creation>), CeremonyError> {
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    // The methods tell how excluded ids are encoded; the options last: their challenge lives 5 minutes.
    let methods = read(
        graph.one(ask_fido2_methods(&whom.object_id)),
        "the account's passkeys",
    )?;
    let sent = read(
        graph.one(ask_creation_options(&whom.object_id)),
        "creation options",
    )?;
    let cloud = room.plan.tenant.cloud;
    let offer = sent
        .decode(cloud, &methods)
        .map_err(|fault| CeremonyError::Tenant {
            what: "creation options",
            why: TenantWhy::Read(Answer::Failed(crate::entra::Failure::Options(fault))),
        })?;
    if !whom.anew {
        let ours = open.registration(&*room.desk)?.and_then(|kept| {
            let object = AttestationObject::parse(&kept.attestation_object.0)?;
            Some(object.auth_data().credential()?.credential_id.clone())
        });
        let expected: Vec<CredentialId> = ours.into_iter().collect();
        let names = (whom.label, whom.account.alias.as_str());
        guard::overwrites(room, hand, pin, &offer.options, names, &expected)?;
    }
    let client_data = ClientData::registration(&offer.options).map_err(CeremonyError::RpId)?;
    let request = MakeCredential::resident(&offer.options, &client_data);
    // The tenant may have taken its time, and a token dies unused: a fresh one, by the same PIN to
    // the same open handle, where it succeeded in this ceremony (DESIGN §5).
    let token = hand
        .ctap
        .token(pin, Permissions::MAKE_CREDENTIAL, Some(whom.rp_id))?;
    let operator = &mut *room.operator;
    let label = whom.label;
    let object = hand
        .ctap
        .make_credential(&request, Some(&token), &mut |state| {
            operator.keep_alive(label, state);
        })?;
    let fits = object.auth_data().rp_id_hash() == &whom.rp_id.hash().0
        && object.auth_data().user_present()
        && object.auth_data().user_verified()
        && object.auth_data().credential().is_some();
    if !fits {
        return Err(CeremonyError::Answer(
            "the key's credential is not one for this relying party, with touch and PIN",
        ));
    }
    let made = object.auth_data().credential().map(|made| made.aaguid);
    let claimed = hand.facts.aaguid().known().copied();
    if made.is_some_and(|made| made != Aaguid::ZERO && Some(made) != claimed) {
        return Err(CeremonyError::Answer(
            "the credential is of another model than the key says it is; nothing was sent to the tenant",
        ));
    }
    keep_registration(room, open, object.raw(), client_data.json())?;
    room.operator
        .say("The key made the credential; its attestation is kept on disk.");
    Ok((object, client_data))
}

/// Sends the credential once, and reads back until the tenant shows it.
fn send(
    room: &mut Room<'_>,
    session: &mut Session,
    open: &OpenCeremony,
    whom: &For<'_>,
    object: &AttestationObject,
    client_data: &ClientData<Creation>,
) -> Result<MethodId, CeremonyError> {
    let name = MethodName::new(whom.label).ok_or(CeremonyError::Answer(
        "the label cannot be a passkey's name",
    ))?;
    let body = Body::new(name, client_data, object).ok_or(CeremonyError::Answer(
        "the attestation object holds no credential",
    ))?;
    let clock = room.clock;
    let mut writes = GraphWrite::new(&mut *room.tenant, clock, session);
    let mut throttled = 0;
    let posted = loop {
        match writes.register(&whom.object_id, &body) {
            Written::Done(method) => break Some(method.id),
            Written::MayHaveHappened(_) => break None,
            // Nothing happened by it, and the challenge lives longer than that.
            Written::Throttled(Some(wait)) if throttled < THROTTLED && wait <= PATIENCE => {
                throttled += 1;
                clock.wait(wait);
            }
            refused @ (Written::Denied(_)
            | Written::Absent
            | Written::Throttled(_)
            | Written::Refused(_)
            | Written::NotSent(_)) => {
                return Err(CeremonyError::Tenant {
                    what: "registering the passkey",
                    why: TenantWhy::write(refused),
                });
            }
        }
    };
    if posted.is_none() {
        room.operator
            .say("No answer came: the tenant is read, nothing is sent again.");
    }
    let seen = writes
        .reads()
        .read_back_method(&whom.object_id, body.credential(), posted.as_ref());
    match seen {
        ReadBack::Seen(method) => {
            let kept = Method {
                credential_id: Bytes(body.credential().bytes().to_vec()),
                method_id: method.id.to_string(),
            };
            keep_method(room, open, &kept)?;
            room.operator.say(&format!(
                "{} has the key now: read back from the tenant as \"{}\".",
                whom.account.alias, method.display_name
            ));
            Ok(method.id)
        }
        other @ (ReadBack::NotSeen | ReadBack::Denied(_) | ReadBack::Failed(_)) => {
            Err(CeremonyError::Tenant {
                what: "reading the passkey back",
                why: TenantWhy::read_back(other),
            })
        }
    }
}

/// What an earlier run's credential came to: the tenant's method, if it shows one.
fn shown(
    room: &mut Room<'_>,
    session: &mut Session,
    open: &OpenCeremony,
    whom: &For<'_>,
    object: &AttestationObject,
) -> Result<Option<MethodId>, CeremonyError> {
    let Some(made) = object.auth_data().credential() else {
        return Ok(None);
    };
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    match graph.read_back_method(&whom.object_id, &made.credential_id, None) {
        ReadBack::Seen(method) => {
            let kept = Method {
                credential_id: Bytes(made.credential_id.bytes().to_vec()),
                method_id: method.id.to_string(),
            };
            keep_method(room, open, &kept)?;
            Ok(Some(method.id))
        }
        ReadBack::NotSeen => Ok(None),
        other @ (ReadBack::Denied(_) | ReadBack::Failed(_)) => Err(CeremonyError::Tenant {
            what: "reading the passkey back",
            why: TenantWhy::read_back(other),
        }),
    }
}

fn enrolled(object: &AttestationObject, method: &MethodId) -> Result<Enrolled, CeremonyError> {
    let made = object
        .auth_data()
        .credential()
        .ok_or(CeremonyError::Answer(
            "the attestation object holds no credential",
        ))?;
    Ok(Enrolled {
        aaguid: made.aaguid,
        credential_id: made.credential_id.clone(),
        public_key: made.public_key.clone(),
        method_id: method.to_string(),
    })
}

fn read<T>(answer: Answer<T>, what: &'static str) -> Result<T, CeremonyError> {
    match answer {
        Answer::Known(value) => Ok(value),
        other @ (Answer::Denied(_) | Answer::Absent | Answer::Failed(_)) => {
            Err(CeremonyError::Tenant {
                what,
                why: TenantWhy::Read(other.map(|_| ())),
            })
        }
    }
}

/// Keeps the evidence of a credential before the tenant hears of it.
fn keep_registration(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    attestation_object: &[u8],
    client_data_json: &[u8],
) -> Result<(), CeremonyError> {
    let kept = Registration {
        attestation_object: Bytes(attestation_object.to_vec()),
        client_data_json: Bytes(client_data_json.to_vec()),
    };
    Ok(open.put(&mut *room.desk, "registration.json", &kept)?)
}

/// Keeps what the tenant's read-back showed.
fn keep_method(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    method: &Method,
) -> Result<(), CeremonyError> {
    Ok(open.put(&mut *room.desk, "method.json", method)?)
}
