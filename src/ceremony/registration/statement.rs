//! Step 5 of a registration: bag, nonces, and the statement of all that is known before the touch.

use super::Course;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::closing;
use crate::ceremony::enrolment::Enrolled;
use crate::ceremony::presence;
use crate::ceremony::scripts::REGISTRATION;
use crate::ceremony::stating;
use crate::ceremony::the_key::InHand;
use crate::ctap::ClientPin;
use crate::entra::Session;
use crate::facts::claims::ClaimBasis;
use crate::facts::claims::Claimed;
use crate::findings::Finding;
use crate::ledger::Ledger;
use crate::record::AccountPart;
use crate::record::Basis;
use crate::record::Claim;
use crate::record::Custody;
use crate::record::Event;
use crate::record::KeyPart;
use crate::record::NoncePart;
use crate::record::PinPart;
use crate::record::PublicKeyPart;
use crate::record::Slots;
use crate::record::Statement;
use crate::webauthn::RpId;

/// Step 5: bag, nonces, and the statement of all that is known before the touch.
pub(super) fn state(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    hand: &InHand<'_>,
    enrolled: &Enrolled,
    findings: Vec<Finding>,
) -> Result<Statement, CeremonyError> {
    let planned = course.planned;
    course.follow.step(room, 5, "")?;
    let bag = presence::bag_number(room, &planned.label)?;
    let mut nonces = Vec::new();
    for witness in room.references().into_iter().skip(1) {
        nonces.push(NoncePart {
            value: presence::nonce(room, &witness)?,
            reference: witness,
        });
    }
    let mut statement =
        stating::statement(room, Event::Registration, &course.begun, &course.force)?;
    statement.account = Some(AccountPart {
        alias: course.account.alias.clone(),
        object_id: course.object_id,
    });
    statement.custody = Some(Custody {
        bag,
        previous_bag: None,
        safe: planned.safe.clone(),
        shelf: planned.shelf.clone(),
    });
    statement.exceptions = course.follow.exceptions(room)?;
    statement.findings = findings;
    statement.inputs.script_sha256 = Some(REGISTRATION.digest());
    let headers = session.observed();
    statement.inputs.graph_date = headers.date.as_ref().map(|date| date.graph);
    statement
        .inputs
        .request_ids
        .clone_from(&headers.request_ids);
    statement.key = Some(key_part(hand, enrolled, &planned.label, &course.rp_id));
    statement.nonces = nonces;
    course
        .follow
        .open
        .put(&mut *room.desk, "statement.json", &statement)?;
    Ok(statement)
}

fn key_part(hand: &InHand<'_>, enrolled: &Enrolled, label: &str, rp_id: &RpId) -> KeyPart {
    let facts = &hand.facts;
    KeyPart {
        aaguid: enrolled.aaguid,
        credential_id: Some(enrolled.credential_id.clone()),
        firmware: facts.firmware_claim().known().map(claim),
        label: label.to_owned(),
        method_id: Some(enrolled.method_id.clone()),
        pin: PinPart {
            always_uv: facts.always_uv().known().copied(),
            force_change: facts.force_pin_change().known().copied(),
            min_length: facts.min_pin_length().known().copied(),
            retries: enrolled.pin_retries,
            set: facts.client_pin == ClientPin::Set,
            uv_retries: facts.uv_retries.known().copied(),
        },
        public_key: Some(PublicKeyPart {
            basis: Basis::Registration,
            cose: enrolled.public_key.clone(),
        }),
        rp_id: Some(rp_id.clone()),
        serial: facts.serial_claim().known().map(claim),
        slots: Slots {
            left: enrolled.slots_left,
            used: None,
        },
    }
}

/// What the key claims, as the record says it. It was read through the handle that made the credential.
fn claim(claimed: &Claimed) -> Claim {
    Claim {
        basis: match claimed.basis {
            ClaimBasis::GetInfo => Basis::Getinfo,
            ClaimBasis::Vendor => Basis::Vendor,
            ClaimBasis::Usb => Basis::Usb,
            ClaimBasis::Init => Basis::Init,
        },
        value: claimed.value.clone(),
    }
}

/// The statement an earlier run kept, if it may still be signed. One that the ledger has outgrown
/// would seal what another record sealed: it is stated anew, with a new touch.
pub(super) fn kept(
    room: &mut Room<'_>,
    course: &Course<'_>,
) -> Result<Option<Statement>, CeremonyError> {
    let Some(statement) = course.follow.open.statement(&*room.desk)? else {
        return Ok(None);
    };
    let ledger = Ledger::new(&mut *room.store);
    let appended = closing::index_of(&ledger, &statement)?.is_some();
    if !appended && statement.ledger.size != ledger.size()? {
        room.operator
            .say("The ledger has grown since the statement was made: it is stated anew.");
        course.follow.open.forget_statement(&mut *room.desk)?;
        return Ok(None);
    }
    if statement.expected_signers != room.references() {
        return Err(CeremonyError::People(format!(
            "the statement expects {} to sign",
            statement.expected_signers.join(", ")
        )));
    }
    Ok(Some(statement))
}
