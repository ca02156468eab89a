//! Step 5 of a registration: bag, nonces, and the statement of all that is known before the touch.

use super::Course;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::enrolment::Enrolled;
use crate::ceremony::key_part::Credential;
use crate::ceremony::key_part::Now;
use crate::ceremony::key_part::key_part;
use crate::ceremony::presence;
use crate::ceremony::scripts::REGISTRATION;
use crate::ceremony::stating;
use crate::ceremony::the_key::InHand;
use crate::entra::Session;
use crate::findings::Finding;
use crate::record::AccountPart;
use crate::record::Basis;
use crate::record::Custody;
use crate::record::Event;
use crate::record::PublicKeyPart;
use crate::record::Statement;

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
    let nonces = presence::nonces(room)?;
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
    statement.key = Some(key_part(
        &hand.facts,
        &planned.label,
        Credential {
            aaguid: enrolled.aaguid,
            id: enrolled.credential_id.clone(),
            method_id: Some(enrolled.method_id.clone()),
            public_key: PublicKeyPart {
                basis: Basis::Registration,
                cose: enrolled.public_key.clone(),
            },
            rp_id: course.rp_id.clone(),
        },
        Now {
            pin_retries: enrolled.pin_retries,
            slots_left: enrolled.slots_left,
        },
    ));
    statement.nonces = nonces;
    course
        .follow
        .open
        .put(&mut *room.desk, "statement.json", &statement)?;
    Ok(statement)
}
