//! Step 6: bag, nonces, and the statement of all that is known before the touch.

use super::BAG;
use super::Course;
use super::replaced::Replaced;
use super::signed_in::SignedIn;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::found;
use crate::ceremony::key_part::Credential;
use crate::ceremony::key_part::Now;
use crate::ceremony::key_part::key_part;
use crate::ceremony::presence;
use crate::ceremony::stating;
use crate::ceremony::the_key::InHand;
use crate::entra::Session;
use crate::findings::Finding;
use crate::ledger::Ledger;
use crate::record::AccountPart;
use crate::record::Basis;
use crate::record::Custody;
use crate::record::Event;
use crate::record::PortalPart;
use crate::record::PreviousBag;
use crate::record::PublicKeyPart;
use crate::record::Statement;
use crate::webauthn::Aaguid;
use crate::webauthn::CoseKey;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;

/// What is known of the credential, and of the sign-ins with it.
pub(super) struct Stated {
    pub(super) aaguid: Aaguid,
    pub(super) credential_id: CredentialId,
    pub(super) method_id: String,
    pub(super) public_key: (Basis, CoseKey),
    pub(super) rp_id: RpId,
    pub(super) portal: Option<PortalPart>,
    pub(super) old: Option<Replaced>,
    pub(super) seen: SignedIn,
}

/// Bag, nonces, and the statement of all that is known before the touch.
pub(super) fn state(
    room: &mut Room<'_>,
    session: &mut Session,
    course: &Course<'_>,
    hand: &mut InHand<'_>,
    stated: Stated,
    findings: Vec<Finding>,
) -> Result<Statement, CeremonyError> {
    let planned = course.planned;
    course.follow.step(room, course.number(BAG), "")?;
    let previous_bag = came_out_of(room, course)?;
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
        previous_bag,
        safe: planned.safe.clone(),
        shelf: planned.shelf.clone(),
    });
    statement.exceptions = course.follow.exceptions(room)?;
    if let Some(old) = stated.old {
        statement.exceptions.extend(old.exceptions);
        statement.replaces = Some(old.part);
    }
    statement.exceptions.extend(stated.seen.exceptions);
    statement.findings = findings;
    statement.inputs.script_sha256 = Some(course.follow.script.digest());
    let headers = session.observed();
    statement.inputs.graph_date = headers.date.as_ref().map(|date| date.graph);
    statement
        .inputs
        .request_ids
        .clone_from(&headers.request_ids);
    let now = Now {
        pin_retries: hand
            .ctap
            .pin_retries()
            .ok()
            .map(|retries| u32::from(retries.remaining)),
        slots_left: slots_left(hand)?,
    };
    let (basis, cose) = stated.public_key;
    statement.key = Some(key_part(
        &hand.facts,
        &planned.label,
        Credential {
            aaguid: stated.aaguid,
            id: stated.credential_id,
            method_id: Some(stated.method_id),
            public_key: PublicKeyPart { basis, cose },
            rp_id: stated.rp_id,
        },
        now,
    ));
    statement.nonces = nonces;
    statement.portal = stated.portal;
    statement.sign_in = stated.seen.sign_in;
    course
        .follow
        .open
        .put(&mut *room.desk, "statement.json", &statement)?;
    Ok(statement)
}

/// Free slots, now that the credential is there.
fn slots_left(hand: &mut InHand<'_>) -> Result<Option<u32>, CeremonyError> {
    let left = hand.ctap.get_info()?.remaining_discoverable_credentials;
    Ok(left.map(|left| u32::try_from(left).unwrap_or(u32::MAX)))
}

/// The bag that a key which is registered anew came out of.
fn came_out_of(
    room: &mut Room<'_>,
    course: &Course<'_>,
) -> Result<Option<PreviousBag>, CeremonyError> {
    let label = &course.planned.label;
    if course.replaces.as_ref() != Some(label) {
        return Ok(None);
    }
    let book = Ledger::new(&mut *room.store).read_book()?;
    let on_record = book.on_record.iter().find(|key| key.label == *label);
    let last = on_record.and_then(|key| key.bag.clone());
    if last.is_none() {
        return Ok(None);
    }
    found::ask(room, label, last.as_deref()).map(Some)
}
