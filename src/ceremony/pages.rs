//! The two pages of a sealing: the inside sheet from the statement, the bag face from the record.

use super::CeremonyError;
use super::Room;
use super::closing::Appended;
use crate::paper::Attachment;
use crate::paper::BagFace;
use crate::paper::InsideSheet;
use crate::paper::LedgerHead;
use crate::paper::Pointer;
use crate::paper::Seal;
use crate::paper::bag_face;
use crate::paper::inside_sheet;
use crate::plan::Account;
use crate::plan::PlannedKey;
use crate::record::Presence;
use crate::record::Statement;
use crate::webauthn::Aaguid;
use crate::webauthn::AuthenticatorData;
use crate::webauthn::model;

/// Prints the inside sheet, before the bag is closed; its name, relative to the book.
pub(super) fn inside(
    room: &mut Room<'_>,
    account: &Account,
    planned: &PlannedKey,
    statement: &Statement,
    presence: &Presence,
    roster_index: u64,
) -> Result<String, CeremonyError> {
    let bytes = statement.bytes()?;
    let missing = || CeremonyError::Answer("the statement lacks what the inside sheet shows");
    let key = statement.key.as_ref().ok_or_else(missing)?;
    let public_key = key.public_key.as_ref().ok_or_else(missing)?;
    let custody = statement.custody.as_ref().ok_or_else(missing)?;
    let auth_data = AuthenticatorData::parse(&presence.authenticator_data.0).ok_or_else(missing)?;
    let sheet = InsideSheet {
        rehearsal: statement.rehearsal,
        cloud: room.plan.tenant.cloud,
        account_alias: account.alias.clone(),
        user_principal_name: account.upn.clone(),
        key_label: key.label.clone(),
        model: model_name(&key.aaguid, statement.rehearsal),
        aaguid: key.aaguid,
        serial: key.serial.as_ref().map(|claim| claim.value.clone()),
        firmware: key.firmware.as_ref().map(|claim| claim.value.clone()),
        bag: custody.bag.clone(),
        pin_envelope: planned.pin.envelope.clone(),
        pin_holders: planned.pin.held_by.clone(),
        pin_tries: key.pin.retries.and_then(|tries| u8::try_from(tries).ok()),
        call: room.plan.book.call.clone(),
        made: statement.time.started,
        ledger: LedgerHead {
            origin: statement.ledger.origin.clone(),
            size: statement.ledger.size,
            root: statement.ledger.root,
        },
        seal: Seal {
            digest: statement.digest()?,
            public_key: public_key.cose.clone(),
            authenticator_data: auth_data,
            signature: presence.signature.0.clone(),
        },
        expected_signers: statement.expected_signers.clone(),
        roster: format!("{roster_index:06}.allowed_signers"),
    };
    let attachment = Attachment::json("statement.json", "The statement the key signed", &bytes);
    let pdf = inside_sheet(&sheet, &[attachment], room.paper)?;
    let name = format!(
        "paper/{}-{}-inside.pdf",
        custody.bag.replace('/', "_"),
        key.label
    );
    room.desk.put(&name, &pdf.bytes)?;
    room.operator.say(&format!("Inside sheet: {name}"));
    Ok(name)
}

/// Prints the bag face, after the append; its name, relative to the book.
pub(super) fn bag(
    room: &mut Room<'_>,
    statement: &Statement,
    record: &[u8],
    appended: &Appended,
) -> Result<String, CeremonyError> {
    let missing = || CeremonyError::Answer("the record lacks what the bag face shows");
    let key = statement.key.as_ref().ok_or_else(missing)?;
    let custody = statement.custody.as_ref().ok_or_else(missing)?;
    let pointer = Pointer::new(&statement.ledger.origin, appended.index, appended.digest)
        .ok_or_else(missing)?;
    let sealed = statement.time.started;
    let face = BagFace::new(
        &custody.bag,
        &key.label,
        pointer,
        sealed,
        sealed.plus_days(i64::from(room.plan.policy.verify_every_days)),
        &room.plan.book.call,
        statement.rehearsal,
    );
    let mut attachments = vec![Attachment::json("record.json", "The record", record)];
    for (reference, signature) in &appended.signatures {
        let name = format!("{reference}.sig");
        attachments.push(Attachment::text(
            &name,
            "A signature over record.json",
            signature,
        ));
    }
    let pdf = bag_face(&face, &attachments, room.paper)?;
    let name = format!("paper/{:06}-{}-bag.pdf", appended.index, key.label);
    room.desk.put(&name, &pdf.bytes)?;
    room.operator.say(&format!("Bag face: {name}"));
    Ok(name)
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
