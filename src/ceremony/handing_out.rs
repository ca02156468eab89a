//! What is printed once a record is in the ledger: the face of a PIN envelope that was put away, the
//! inventories of the safes whose content changed, a receipt a witness, the minutes.
//!
//! None of them is needed to open an account or to prove a record: one that cannot be drawn is said, and
//! the ceremony goes on. `print` makes each again, the same to the byte.

use super::Appended;
use super::CeremonyError;
use super::Room;
use super::minutes::minutes_of;
use super::script::Held;
use super::script::Script;
use crate::ledger::BagInSafe;
use crate::ledger::Ledger;
use crate::paper::NotOfRecord;
use crate::paper::PaperError;
use crate::paper::Pdf;
use crate::paper::inventory;
use crate::paper::inventory_of;
use crate::paper::pin_envelope;
use crate::paper::procedure;
use crate::paper::receipt;
use crate::paper::receipt_of;
use crate::paper::recorded_pin_envelope;
use crate::paper::with_record;
use crate::record::CeremonyRecord;
use crate::record::Statement;
use std::collections::BTreeSet;

/// The name of a witness's receipt, in the folder `paper`.
#[must_use]
pub fn receipt_name(record: u64, witness: &str) -> String {
    format!("{record:06}-{witness}-receipt.pdf")
}

/// The name of a safe's inventory when the ledger had `size` records.
#[must_use]
pub fn inventory_name(safe: &str, size: u64) -> String {
    format!("{size:06}-{}-inventory.pdf", safe.replace('/', "_"))
}

/// The name of a PIN envelope's face. It tells no more than the envelope does.
#[must_use]
pub fn pin_envelope_name(number: &str) -> String {
    format!("{}-envelope.pdf", number.replace('/', "_"))
}

/// The name of a record's minutes.
#[must_use]
pub fn minutes_name(record: u64, script: &Script) -> String {
    format!("{record:06}-{}-minutes.pdf", script.name)
}

/// Whether a PIN was typed in this ceremony and its envelope is closed anew.
#[must_use]
pub fn puts_a_pin_away(record: &CeremonyRecord) -> bool {
    record.evidence.presence.is_some()
        && record.statement.custody.is_some()
        && record.statement.pin_envelope.is_some()
}

/// Prints it all, and says where it is.
///
/// # Errors
/// [`CeremonyError`] if the ledger cannot be read or a page cannot be kept; run again, it is printed.
pub(super) fn hand_out(
    room: &mut Room<'_>,
    script: &Script,
    held: &Held,
    appended: &Appended,
) -> Result<(), CeremonyError> {
    let ledger = Ledger::new(&mut *room.store);
    let bytes = ledger.record_bytes(appended.index)?;
    let record = ledger.record(appended.index)?;
    let statement = &record.statement;
    if let (true, Some(part)) = (puts_a_pin_away(&record), &statement.pin_envelope) {
        let face = recorded_pin_envelope(room.plan, part, statement);
        let page = pin_envelope(&face, room.paper);
        let names = [pin_envelope_name(&part.number)];
        print(room, "PIN envelope", names, |_| page.clone())?;
    }
    safes(room, statement, appended)?;
    let witnesses: Vec<&String> = statement.expected_signers.iter().skip(1).collect();
    if !witnesses.is_empty() {
        let checkpoint = appended.head.text();
        let paper = room.paper;
        let names = witnesses
            .iter()
            .map(|witness| receipt_name(appended.index, witness));
        let what = if witnesses.len() == 1 {
            "Receipt"
        } else {
            "Receipts"
        };
        print(room, what, names, |number| {
            let witness = witnesses.get(number).map_or("", |witness| witness.as_str());
            let (index, sha256) = (appended.index, appended.digest);
            let page = receipt_of(statement, index, sha256, checkpoint.clone(), witness);
            page.map_err(unwritable)
                .and_then(|page| receipt(&page, paper))
        })?;
    }
    let page = minutes_of(script, held, statement, appended.index, appended.digest);
    let page = page
        .map_err(unwritable)
        .and_then(|page| procedure(&page, &with_record(&bytes, &[]), room.paper));
    let names = [minutes_name(appended.index, script)];
    print(room, "Minutes", names, |_| page.clone())
}

/// The inventory of each safe that holds something else than before this record.
fn safes(
    room: &mut Room<'_>,
    statement: &Statement,
    appended: &Appended,
) -> Result<(), CeremonyError> {
    if statement.key.is_none() && statement.unseen_key.is_none() {
        return Ok(());
    }
    let ledger = Ledger::new(&mut *room.store);
    let before: BTreeSet<BagInSafe> = ledger.bags(appended.index)?.into_iter().collect();
    let all = ledger.in_safes(appended.index + 1, statement.time.started)?;
    let after: BTreeSet<BagInSafe> = all.bags.iter().cloned().collect();
    let changed: BTreeSet<&String> = before
        .symmetric_difference(&after)
        .map(|bag| &bag.safe)
        .collect();
    for safe in changed {
        let page = inventory(&inventory_of(safe, &all, statement.rehearsal), room.paper);
        let names = [inventory_name(safe, appended.index + 1)];
        let what = format!("Inventory of {safe}");
        print(room, &what, names, |_| page.clone())?;
    }
    Ok(())
}

/// Keeps pages, and says under which names.
fn print(
    room: &mut Room<'_>,
    what: &str,
    names: impl IntoIterator<Item = String>,
    page: impl Fn(usize) -> Result<Pdf, PaperError>,
) -> Result<(), CeremonyError> {
    let mut kept = Vec::new();
    for (number, name) in names.into_iter().enumerate() {
        let name = format!("paper/{name}");
        match page(number) {
            Ok(pdf) => {
                // A run that is cut again and again must get further.
                if room.desk.read(&name)?.as_deref() != Some(pdf.bytes.as_slice()) {
                    room.desk.put(&name, &pdf.bytes)?;
                }
                kept.push(name);
            }
            Err(why) => room
                .operator
                .say(&format!("{what}: {name} was not made: {why}.")),
        }
    }
    if !kept.is_empty() {
        room.operator.say(&format!("{what}: {}", kept.join(", ")));
    }
    Ok(())
}

fn unwritable(why: NotOfRecord) -> PaperError {
    PaperError::Writer {
        reason: why.to_string(),
    }
}
