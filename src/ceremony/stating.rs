//! The parts of a statement that every event has.

use super::CeremonyError;
use super::Room;
use super::closing;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::ledger::Origin;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::primitives::json;
use crate::record::Event;
use crate::record::Inputs;
use crate::record::LedgerHead;
use crate::record::PinEnvelopePart;
use crate::record::Statement;
use crate::record::TimePart;
use crate::record::Tool;
use crate::webauthn::metadata::fido_roots;

use super::Begun;

/// A fresh version 4 UUID (RFC 9562 §5.4).
#[must_use]
pub(super) fn fresh_id(room: &Room<'_>) -> Guid {
    let mut bytes = [0; 16];
    room.entropy.source().fill(&mut bytes);
    if let Some(byte) = bytes.get_mut(6) {
        *byte = (*byte & 0x0f) | 0x40;
    }
    if let Some(byte) = bytes.get_mut(8) {
        *byte = (*byte & 0x3f) | 0x80;
    }
    Guid(bytes)
}

/// The origin of the book's ledger.
///
/// # Errors
/// [`CeremonyError::People`] if the book's name cannot stand in one.
pub(super) fn origin(room: &Room<'_>) -> Result<Origin, CeremonyError> {
    Origin::new(
        room.plan.tenant.id,
        &room.plan.book.name,
        room.is_rehearsal(),
    )
    .ok_or_else(|| CeremonyError::People("the book's name cannot stand in an origin".into()))
}

/// A statement of `event` with the parts that every event has, on the ledger's present head. It seals also
/// what a ceremony that was cut off has yet to put beside its record.
///
/// # Errors
/// What the ledger says; [`CeremonyError::Signature`] if one of those signatures does not count.
pub(super) fn statement(
    room: &mut Room<'_>,
    event: Event,
    begun: &Begun,
    force: &InForce,
) -> Result<Statement, CeremonyError> {
    let origin = origin(room)?;
    closing::bring_signatures(room)?;
    closing::last_is_signed(room, event)?;
    let ledger = Ledger::new(&mut *room.store);
    let head = ledger.head()?;
    let sealed = ledger.sealed_for_next()?;
    // Where another record came in between, this ceremony is taken up anew: no record is older than
    // the head that it cites.
    let last = match head.size.checked_sub(1) {
        Some(last) => Some(ledger.record(last)?.statement.time.started),
        None => None,
    };
    let started = if last.is_some_and(|last| last > begun.started) {
        room.clock.utc()
    } else {
        begun.started
    };
    let mds = ledger.metadata_to_cite(&fido_roots(), started)?;
    Ok(Statement {
        acceptance: None,
        account: None,
        amendment: None,
        anchors: Vec::new(),
        checklist: Vec::new(),
        custody: None,
        event,
        exceptions: Vec::new(),
        expected_signers: room.references(),
        findings: Vec::new(),
        inputs: Inputs {
            graph_date: None,
            mds,
            observer_sha256: None,
            plan_sha256: room.plan_sha256,
            policy_sha256: Digest::of(&json::encode(&force.policy)?),
            request_ids: Vec::new(),
            roster_sha256: force.roster_sha256(),
            script_sha256: None,
        },
        key: None,
        ledger: LedgerHead {
            origin: origin.to_string(),
            root: head.root,
            size: head.size,
        },
        level: None,
        loss: None,
        nonces: Vec::new(),
        opening: None,
        people: Vec::new(),
        people_sha256: None,
        pin_envelope: pin_envelope(room, event, begun),
        policy: None,
        portal: None,
        record_id: begun.record_id,
        reference: room.reference.clone(),
        rehearsal: room.is_rehearsal(),
        replaces: None,
        retirement: None,
        review: None,
        schema: Statement::SCHEMA.to_owned(),
        sealed,
        sign_in: None,
        tenant_id: room.plan.tenant.id,
        time: TimePart {
            source: room.time_source,
            started,
        },
        tool: Tool {
            name: "glasskey".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        training: None,
        unseen_key: None,
    })
}

/// Where the PIN of the key is kept, by the plan, at events that seal or open it.
fn pin_envelope(room: &Room<'_>, event: Event, begun: &Begun) -> Option<PinEnvelopePart> {
    let sealed_or_opened = matches!(
        event,
        Event::Registration | Event::Verification | Event::Custody
    );
    let (_, planned) = room.plan.key(begun.label.as_deref()?)?;
    sealed_or_opened.then(|| PinEnvelopePart {
        held_by: planned.pin.held_by.clone(),
        number: planned.pin.envelope.clone(),
    })
}
