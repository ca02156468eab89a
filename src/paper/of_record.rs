//! From statement, record and plan to what a page shows: the same for a ceremony and for `print`.

use super::Attachment;
use super::BagFace;
use super::BagNumber;
use super::BlankSheet;
use super::CallLine;
use super::InsideSheet;
use super::InsideValues;
use super::Inventory;
use super::InventoryLine;
use super::KeyLabel;
use super::LedgerHead;
use super::PinEnvelope;
use super::Pointer;
use super::Procedure;
use super::Receipt;
use super::Seal;
use crate::ledger::InSafes;
use crate::plan::Account;
use crate::plan::PinCustody;
use crate::plan::Plan;
use crate::plan::PlannedKey;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::primitives::json;
use crate::primitives::json::NotCanonical;
use crate::record::PinEnvelopePart;
use crate::record::Presence;
use crate::record::Statement;
use crate::webauthn::Aaguid;
use crate::webauthn::AuthenticatorData;
use crate::webauthn::model;
use std::fmt;

/// Why a record makes no such page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOfRecord {
    /// It is not about a key in a bag.
    NoBag,
    /// The key signed nothing: there is no seal to print.
    NoPresence,
    /// It names no key of the plan.
    NotPlanned,
    /// No pointer leads to it: its number has more than six digits.
    NoPointer,
    /// It cannot be written as canonical JSON.
    NotCanonical,
}

impl fmt::Display for NotOfRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoBag => "that record puts no key into a bag",
            Self::NoPresence => {
                "the key signed nothing in that record, so there is no seal to print"
            }
            Self::NotPlanned => "the plan does not name that record's key any more",
            Self::NoPointer => "that record's number has more than the six digits of a pointer",
            Self::NotCanonical => "the statement has no canonical form",
        })
    }
}

impl From<NotCanonical> for NotOfRecord {
    fn from(_: NotCanonical) -> Self {
        Self::NotCanonical
    }
}

/// The inside sheet of a statement that the key signed, and what travels in it: the statement, and the
/// key's signature over it. `roster_index` is that of the roster that holds for the record.
///
/// # Errors
/// [`NotOfRecord`].
pub fn inside_of(
    plan: &Plan,
    statement: &Statement,
    presence: &Presence,
    roster_index: u64,
) -> Result<(InsideSheet, Vec<Attachment>), NotOfRecord> {
    let key = statement.key.as_ref().ok_or(NotOfRecord::NoBag)?;
    let (account, planned) = plan.key(&key.label).ok_or(NotOfRecord::NotPlanned)?;
    let values = InsideValues {
        account_alias: account.alias.clone(),
        call: plan.book.call.clone(),
        cloud: plan.tenant.cloud,
        model: model_name(&key.aaguid, statement.rehearsal),
        pin_envelope: planned.pin.envelope.clone(),
        pin_holders: planned.pin.held_by.clone(),
        roster: format!("{roster_index:06}.allowed_signers"),
        user_principal_name: account.upn.clone(),
    };
    inside_from(&values, statement, presence)
}

/// As [`inside_of`], with what is from the plan in `values`.
///
/// # Errors
/// [`NotOfRecord`].
pub(super) fn inside_from(
    values: &InsideValues,
    statement: &Statement,
    presence: &Presence,
) -> Result<(InsideSheet, Vec<Attachment>), NotOfRecord> {
    let bytes = statement.bytes()?;
    let key = statement.key.as_ref().ok_or(NotOfRecord::NoBag)?;
    let public_key = key.public_key.as_ref().ok_or(NotOfRecord::NoPresence)?;
    let custody = statement.custody.as_ref().ok_or(NotOfRecord::NoBag)?;
    let authenticator_data =
        AuthenticatorData::parse(&presence.authenticator_data.0).ok_or(NotOfRecord::NoPresence)?;
    let sheet = InsideSheet {
        rehearsal: statement.rehearsal,
        cloud: values.cloud,
        account_alias: values.account_alias.clone(),
        user_principal_name: values.user_principal_name.clone(),
        key_label: key.label.clone(),
        model: values.model.clone(),
        aaguid: key.aaguid,
        serial: key.serial.as_ref().map(|claim| claim.value.clone()),
        firmware: key.firmware.as_ref().map(|claim| claim.value.clone()),
        bag: custody.bag.clone(),
        pin_envelope: values.pin_envelope.clone(),
        pin_holders: values.pin_holders.clone(),
        pin_tries: key.pin.retries.and_then(|tries| u8::try_from(tries).ok()),
        call: values.call.clone(),
        made: statement.time.started,
        ledger: LedgerHead {
            origin: statement.ledger.origin.clone(),
            size: statement.ledger.size,
            root: statement.ledger.root,
        },
        seal: Seal {
            digest: statement.digest()?,
            public_key: public_key.cose.clone(),
            authenticator_data,
            signature: presence.signature.0.clone(),
        },
        expected_signers: statement.expected_signers.clone(),
        roster: values.roster.clone(),
    };
    let attachments = vec![
        Attachment::json("statement.json", "The statement the key signed", &bytes),
        Attachment::json(
            "presence.json",
            "The key's signature over the statement",
            &json::encode(presence)?,
        ),
    ];
    Ok((sheet, attachments))
}

/// Whether minutes are of the record with this digest that has this statement.
///
/// # Errors
/// What on them is not the record's.
pub(super) fn minutes_are_of(
    minutes: &Procedure,
    statement: &Statement,
    sha256: Digest,
) -> Result<(), &'static str> {
    let outcome = minutes.outcome.as_ref().ok_or("outcome")?;
    let bag = statement.custody.as_ref().map(|custody| &custody.bag);
    let pointed =
        outcome.pointer.record() == sha256 && outcome.pointer.is_into(&statement.ledger.origin);
    let same = [
        ("pointer", pointed),
        (
            "statement’s digest",
            statement.digest() == Ok(outcome.statement),
        ),
        ("bag", outcome.bag.as_ref() == bag),
        ("people", minutes.people == statement.expected_signers),
        ("time", minutes.made == statement.time.started),
        ("book", minutes.origin == statement.ledger.origin),
        (
            "plan’s digest",
            minutes.plan_sha256 == statement.inputs.plan_sha256,
        ),
        (
            "mark of a rehearsal",
            minutes.rehearsal == statement.rehearsal,
        ),
    ];
    same.into_iter()
        .find(|(_, same)| !same)
        .map_or(Ok(()), |(what, _)| Err(what))
}

/// The name of that sheet's file.
///
/// # Errors
/// [`NotOfRecord::NoBag`].
pub fn inside_name(statement: &Statement) -> Result<String, NotOfRecord> {
    let key = statement.key.as_ref().ok_or(NotOfRecord::NoBag)?;
    let custody = statement.custody.as_ref().ok_or(NotOfRecord::NoBag)?;
    let bag = custody.bag.replace('/', "_");
    Ok(format!("{bag}-{}-inside.pdf", key.label))
}

/// The bag face of the record at `index` with this digest.
///
/// # Errors
/// [`NotOfRecord::NoBag`], [`NotOfRecord::NoPointer`].
pub fn bag_face_of(
    plan: &Plan,
    statement: &Statement,
    index: u64,
    sha256: Digest,
) -> Result<BagFace, NotOfRecord> {
    let key = statement.key.as_ref().ok_or(NotOfRecord::NoBag)?;
    let custody = statement.custody.as_ref().ok_or(NotOfRecord::NoBag)?;
    let pointer =
        Pointer::new(&statement.ledger.origin, index, sha256).ok_or(NotOfRecord::NoPointer)?;
    let sealed = statement.time.started;
    Ok(BagFace::new(
        BagNumber::of(custody),
        KeyLabel::of(key),
        pointer,
        sealed,
        sealed.plus_days(i64::from(plan.policy.verify_every_days)),
        CallLine::of(&plan.book),
        statement.rehearsal,
    ))
}

/// The name of that face's file.
///
/// # Errors
/// [`NotOfRecord::NoBag`].
pub fn bag_face_name(statement: &Statement, index: u64) -> Result<String, NotOfRecord> {
    let key = statement.key.as_ref().ok_or(NotOfRecord::NoBag)?;
    Ok(format!("{index:06}-{}-bag.pdf", key.label))
}

/// What travels in a page that shows a record: `record.json`, and each signature by its ref.
#[must_use]
pub fn with_record(record: &[u8], signatures: &[(String, Vec<u8>)]) -> Vec<Attachment> {
    let mut attachments = vec![Attachment::json("record.json", "The record", record)];
    for (reference, signature) in signatures {
        let name = format!("{reference}.sig");
        let what = "A signature over record.json";
        attachments.push(Attachment::text(&name, what, signature));
    }
    attachments
}

/// The blank inside sheet of a planned key.
#[must_use]
pub fn blank_of(
    plan: &Plan,
    (account, planned): (&Account, &PlannedKey),
    plan_sha256: Digest,
    made: UtcTime,
    rehearsal: bool,
) -> BlankSheet {
    BlankSheet {
        rehearsal,
        cloud: plan.tenant.cloud,
        account_alias: account.alias.clone(),
        user_principal_name: account.upn.clone(),
        key_label: planned.label.clone(),
        pin_envelope: planned.pin.envelope.clone(),
        pin_holders: planned.pin.held_by.clone(),
        call: plan.book.call.clone(),
        made,
        plan_sha256,
    }
}

/// The face of the PIN envelope of a planned key.
#[must_use]
pub fn pin_envelope_of(
    plan: &Plan,
    planned: &PlannedKey,
    made: UtcTime,
    rehearsal: bool,
) -> PinEnvelope {
    PinEnvelope::new(&planned.pin, made, CallLine::of(&plan.book), rehearsal)
}

/// The face of the PIN envelope that a record names.
#[must_use]
pub fn recorded_pin_envelope(
    plan: &Plan,
    envelope: &PinEnvelopePart,
    statement: &Statement,
) -> PinEnvelope {
    let pin = PinCustody {
        envelope: envelope.number.clone(),
        held_by: envelope.held_by.clone(),
    };
    let made = statement.time.started;
    PinEnvelope::new(&pin, made, CallLine::of(&plan.book), statement.rehearsal)
}

/// What lies in this safe, of what lies in all of them.
#[must_use]
pub fn inventory_of(safe: &str, all: &InSafes, rehearsal: bool) -> Inventory {
    let here = all.bags.iter().filter(|bag| bag.safe == safe);
    Inventory {
        safe: safe.to_owned(),
        made: all.made,
        lines: here
            .map(|bag| InventoryLine {
                shelf: bag.shelf.clone(),
                bag: bag.bag.clone(),
                label: bag.label.clone(),
                record: bag.record,
            })
            .collect(),
        checkpoint: all.head.text(),
        rehearsal,
    }
}

/// The receipt of a witness for the record at `index` with this digest; `checkpoint` is the text of
/// a head that holds it.
///
/// # Errors
/// [`NotOfRecord::NotCanonical`].
pub fn receipt_of(
    statement: &Statement,
    index: u64,
    sha256: Digest,
    checkpoint: String,
    witness: &str,
) -> Result<Receipt, NotOfRecord> {
    Ok(Receipt {
        witness: witness.to_owned(),
        record: index,
        statement: statement.digest()?,
        sha256,
        made: statement.time.started,
        checkpoint,
        rehearsal: statement.rehearsal,
    })
}

/// What a person calls the model.
fn model_name(aaguid: &Aaguid, rehearsal: bool) -> String {
    let unlisted = if rehearsal {
        "glasskey rehearsal key"
    } else {
        "not on the list of models; see the AAGUID"
    };
    model(aaguid)
        .map_or(unlisted, |model| model.name)
        .to_owned()
}
