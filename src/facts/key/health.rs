//! Which key of the book this is, and how it is, with its PIN envelope closed (level L0).

use super::KeyFacts;
use super::OnRecord;
use super::Probe;
use super::probe;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::CtapStatus;
use crate::facts::claims::same_serial;
use crate::primitives::TenantId;

/// The most credentials that are probed to find out which key this is.
pub const MOST_PROBES: usize = 32;

/// How a key was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecognisedBy {
    /// Model and serial number are those on record: a claim.
    Serial,
    /// It signed with the credential on record.
    Credential,
}

/// A key of the book, and how it is. Nothing in it took a PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// What it says of itself.
    pub facts: KeyFacts,
    /// What the book's records say of it.
    pub recorded: OnRecord,
    /// How it was recognised.
    pub by: RecognisedBy,
    /// The silent probe of its credential.
    pub probe: Probe,
    /// Whether its sensor felt a touch.
    pub touch: TouchSensor,
}

/// Whether a touch was felt. No credential signs; it is no presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TouchSensor {
    /// Nobody was asked to touch.
    NotAsked,
    /// The key has no such command (CTAP 2.0).
    NotSupported,
    /// It was felt.
    Felt,
    /// None was felt in time.
    NotFelt,
}

/// Which key of `book` this is, and how it is: by model and serial number first, else by a silent
/// probe of the credentials that the book has of this model, [`MOST_PROBES`] at most. `None` if it is
/// none of them, or hides. Each probe takes a fresh nonce from `nonce`.
///
/// # Errors
/// [`CtapError`] if the key gave no answer; what it refused is no error.
pub fn recognise(
    ctap: &mut Ctap<'_>,
    facts: &KeyFacts,
    book: &[OnRecord],
    tenant: &TenantId,
    nonce: &mut dyn FnMut() -> [u8; 16],
) -> Result<Option<Health>, CtapError> {
    let aaguid = facts.aaguid();
    let serial = facts.serial();
    let same_model = |key: &&OnRecord| aaguid.known() == Some(&key.aaguid);
    let found = |recorded: &OnRecord, by, probe| Health {
        facts: facts.clone(),
        recorded: recorded.clone(),
        by,
        probe,
        touch: TouchSensor::NotAsked,
    };
    let by_serial =
        book.iter()
            .filter(same_model)
            .find(|key| match (&key.serial, serial.known()) {
                (Some(recorded), Some(seen)) => same_serial(recorded, seen),
                (Some(_) | None, Some(_) | None) => false,
            });
    if let Some(recorded) = by_serial {
        let probed = match &recorded.credential {
            Some(credential) => probe(ctap, tenant, &nonce(), credential)?,
            None => Probe::NotAsked,
        };
        return Ok(Some(found(recorded, RecognisedBy::Serial, probed)));
    }
    let candidates = book.iter().filter(same_model).filter_map(|recorded| {
        let credential = recorded.credential.as_ref()?;
        Some((recorded, credential))
    });
    for (recorded, credential) in candidates.take(MOST_PROBES) {
        let probed = probe(ctap, tenant, &nonce(), credential)?;
        if probed.signed().is_some_and(super::Signed::is_genuine) {
            return Ok(Some(found(recorded, RecognisedBy::Credential, probed)));
        }
    }
    Ok(None)
}

/// Waits for a touch (authenticatorSelection, CTAP 2.1 §6.9); `waiting` is told that the key waits.
///
/// # Errors
/// [`CtapError`], but for a touch that did not come and a key that has no such command.
pub fn touch_sensor(
    ctap: &mut Ctap<'_>,
    waiting: &mut dyn FnMut(crate::ctap::KeepAlive),
) -> Result<TouchSensor, CtapError> {
    match ctap.selection(waiting) {
        Ok(()) => Ok(TouchSensor::Felt),
        Err(CtapError::Status {
            status:
                CtapStatus::UserActionTimeout | CtapStatus::ActionTimeout | CtapStatus::OperationDenied,
            ..
        }) => Ok(TouchSensor::NotFelt),
        Err(CtapError::Status {
            status: CtapStatus::InvalidCommand,
            ..
        }) => Ok(TouchSensor::NotSupported),
        Err(error) => Err(error),
    }
}
