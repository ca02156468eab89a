//! Pages from plan and records.

use super::NOTHING;
use super::Printed;
use super::Source;
use super::not_of_record;
use super::outdated;
use super::refused;
use crate::ceremony::inventory_name;
use crate::ceremony::pin_envelope_name;
use crate::ceremony::puts_a_pin_away;
use crate::ceremony::receipt_name;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::words;
use crate::io::SystemClock;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::paper::NotOfRecord;
use crate::paper::bag_face;
use crate::paper::bag_face_name;
use crate::paper::bag_face_of;
use crate::paper::blank_of;
use crate::paper::blank_sheet;
use crate::paper::inside_name;
use crate::paper::inside_of;
use crate::paper::inside_sheet;
use crate::paper::inventory as inventory_pages;
use crate::paper::inventory_of;
use crate::paper::pin_envelope as envelope_face;
use crate::paper::pin_envelope_of;
use crate::paper::receipt;
use crate::paper::receipt_of;
use crate::paper::recorded_pin_envelope;
use crate::paper::with_record;
use crate::plan::Account;
use crate::plan::PlannedKey;
use crate::primitives::Clock;
use crate::primitives::Digest;
use crate::record::CeremonyRecord;
use std::borrow::Borrow;

/// A record, and where it stands.
pub(super) struct Chosen {
    pub(super) index: u64,
    pub(super) bytes: Vec<u8>,
    pub(super) record: CeremonyRecord,
}

impl Chosen {
    pub(super) fn sha256(&self) -> Digest {
        Digest::of(&self.bytes)
    }
}

/// The inside sheet of a key's latest sealing with PIN and touch, or of a record.
pub(super) fn inside(source: &mut Source, of: &str) -> Result<Vec<Printed>, Failure> {
    let sealed = |record: &CeremonyRecord| {
        record.statement.custody.is_some() && record.evidence.presence.is_some()
    };
    let chosen = chosen(source, of, sealed)?;
    let statement = &chosen.record.statement;
    let presence = chosen.record.evidence.presence.as_ref();
    let presence = presence.ok_or_else(|| not_of_record(NotOfRecord::NoPresence))?;
    let ledger = Ledger::new(source.ledger()?);
    let force = ledger.in_force_for(chosen.index).map_err(failed)?;
    let plan = &source.planned()?.plan;
    let (sheet, attachments) =
        inside_of(plan, statement, presence, force.roster_index).map_err(not_of_record)?;
    let pdf = inside_sheet(&sheet, &attachments, source.paper).map_err(|error| refused(&error))?;
    let name = inside_name(statement).map_err(not_of_record)?;
    Ok(vec![Printed {
        outdated: outdated::of_record(source, &chosen),
        ..Printed::new(name, pdf)
    }])
}

/// The face of the bag that a key was sealed in last, or of a record.
pub(super) fn bag(source: &mut Source, of: &str) -> Result<Vec<Printed>, Failure> {
    let sealed = |record: &CeremonyRecord| record.statement.custody.is_some();
    let chosen = chosen(source, of, sealed)?;
    let statement = &chosen.record.statement;
    let plan = &source.planned()?.plan;
    let face =
        bag_face_of(plan, statement, chosen.index, chosen.sha256()).map_err(not_of_record)?;
    let signatures = signatures(source, &chosen)?;
    let attachments = with_record(&chosen.bytes, &signatures);
    let pdf = bag_face(&face, &attachments, source.paper).map_err(|error| refused(&error))?;
    let name = bag_face_name(statement, chosen.index).map_err(not_of_record)?;
    Ok(vec![Printed {
        outdated: outdated::of_record(source, &chosen),
        ..Printed::new(name, pdf)
    }])
}

/// A blank inside sheet for a planned key.
pub(super) fn blank(source: &mut Source, label: &str) -> Result<Vec<Printed>, Failure> {
    let rehearsal = rehearsal(source)?;
    let planned = planned(source, label)?;
    let now = SystemClock::new().utc();
    let file = source.planned()?;
    let sheet = blank_of(&file.plan, planned, file.sha256, now, rehearsal);
    let pdf = blank_sheet(&sheet, source.paper).map_err(|error| refused(&error))?;
    let name = format!("{label}-blank.pdf");
    Ok(vec![Printed {
        outdated: outdated::of_key(source, label),
        ..Printed::new(name, pdf)
    }])
}

/// The face of a planned key's PIN envelope.
pub(super) fn pin_envelope(source: &mut Source, label: &str) -> Result<Vec<Printed>, Failure> {
    let rehearsal = rehearsal(source)?;
    let key = planned(source, label)?.1.clone();
    let envelope = &key.pin.envelope;
    // As the last record that put it away names it; of an envelope that no record names, by the plan.
    let mut recorded = None;
    if let Some(store) = source.store.as_mut() {
        let names = |record: &CeremonyRecord| {
            let part = record.statement.pin_envelope.as_ref();
            part.is_some_and(|part| part.number == *envelope && part.held_by == key.pin.held_by)
                && puts_a_pin_away(record)
        };
        let ledger = Ledger::new(store);
        recorded = ledger.latest_of_key(label, names).map_err(failed)?;
    }
    let plan = &source.planned()?.plan;
    let statement = recorded.as_ref().map(|(_, record)| &record.statement);
    let part = statement.and_then(|statement| Some((statement, statement.pin_envelope.as_ref()?)));
    let face = match part {
        Some((statement, part)) => recorded_pin_envelope(plan, part, statement),
        None => pin_envelope_of(plan, &key, SystemClock::new().utc(), rehearsal),
    };
    let pdf = envelope_face(&face, source.paper).map_err(|error| refused(&error))?;
    // The name of the file tells no more than the envelope does.
    let name = pin_envelope_name(&key.pin.envelope);
    Ok(vec![Printed {
        outdated: outdated::of_key(source, label),
        ..Printed::new(name, pdf)
    }])
}

/// What lies in a safe, by the ledger.
pub(super) fn inventory(source: &mut Source, safe: &str) -> Result<Vec<Printed>, Failure> {
    if !source
        .planned()?
        .plan
        .safes
        .iter()
        .any(|one| one.id == safe)
    {
        return Err(Failure::new(
            Exit::Usage,
            NOTHING,
            format!("the plan has no safe {safe}"),
            "name its id in glasskey.toml",
        ));
    }
    let rehearsal = rehearsal(source)?;
    let ledger = Ledger::new(source.ledger()?);
    let size = ledger.size().map_err(failed)?;
    let now = SystemClock::new().utc();
    let all = ledger.in_safes(size, now).map_err(failed)?;
    let page = inventory_of(safe, &all, rehearsal);
    let pdf = inventory_pages(&page, source.paper).map_err(|error| refused(&error))?;
    let name = inventory_name(safe, size);
    Ok(vec![Printed::new(name, pdf)])
}

/// The receipts of a record's witnesses.
pub(super) fn receipts(
    source: &mut Source,
    record: &str,
    witness: Option<&str>,
) -> Result<Vec<Printed>, Failure> {
    let chosen = chosen(source, record, |_| true)?;
    let statement = &chosen.record.statement;
    let mut witnesses: Vec<String> = statement.expected_signers.iter().skip(1).cloned().collect();
    if let Some(witness) = witness {
        witnesses.retain(|one| one == witness);
    }
    if witnesses.is_empty() {
        let who = witness.unwrap_or("nobody");
        return Err(Failure::new(
            Exit::Usage,
            NOTHING,
            match witness {
                Some(_) => format!("{who} is no witness of record {:06}", chosen.index),
                None => format!("record {:06} has no witness", chosen.index),
            },
            "`glasskey audit` says who signed which record",
        ));
    }
    let head = Ledger::new(source.ledger()?)
        .head_of(chosen.index + 1)
        .map_err(failed)?;
    let mut pages = Vec::new();
    for witness in witnesses {
        let page = receipt_of(
            statement,
            chosen.index,
            chosen.sha256(),
            head.text(),
            &witness,
        )
        .map_err(not_of_record)?;
        let pdf = receipt(&page, source.paper).map_err(|error| refused(&error))?;
        let name = receipt_name(chosen.index, &witness);
        pages.push(Printed::new(name, pdf));
    }
    Ok(pages)
}

/// The record of this number, or the latest of the key with this label that `holds`.
pub(super) fn chosen(
    source: &mut Source,
    of: &str,
    holds: impl Fn(&CeremonyRecord) -> bool,
) -> Result<Chosen, Failure> {
    let nothing = source.nothing;
    let failed = |error: LedgerError| failed(error).saying(nothing);
    let ledger = Ledger::new(source.ledger()?);
    let number = of.parse::<u64>().ok().filter(|_| of.len() <= 6);
    let index = match number {
        Some(index) if index < ledger.size().map_err(failed)? => Some(index),
        Some(_) => None,
        None => ledger
            .latest_of_key(of, holds)
            .map_err(failed)?
            .map(|(index, _)| index),
    };
    let index = index.ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            nothing,
            match number {
                Some(number) => format!("the book has no record {number:06}"),
                None => format!("no record has such a page of a key {of}"),
            },
            "name a key's label or a record's number: `glasskey audit` lists them",
        )
    })?;
    let bytes = ledger.record_bytes(index).map_err(failed)?;
    let record = ledger.record(index).map_err(failed)?;
    Ok(Chosen {
        index,
        bytes,
        record,
    })
}

/// Everyone's signature file beside a record.
fn signatures(source: &mut Source, chosen: &Chosen) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    use crate::ledger::LedgerStore;
    let store = source.ledger()?;
    let read = |error| failed(LedgerError::Store(error));
    let folder = format!("records/{:06}/", chosen.index);
    let mut all = Vec::new();
    // In the order in which people are expected, as the ceremony itself has them.
    for reference in &chosen.record.statement.expected_signers {
        let name = format!("{folder}{reference}.sig");
        if let Some(bytes) = store.read(&name).map_err(read)? {
            all.push((reference.clone(), bytes));
        }
    }
    Ok(all)
}

/// The plan's key with this label, and its account.
pub(super) fn planned<'s>(
    source: &'s Source,
    label: &str,
) -> Result<(&'s Account, &'s PlannedKey), Failure> {
    source.planned()?.plan.key(label).ok_or_else(|| {
        words::ceremony(&crate::ceremony::CeremonyError::NoSuchKey(label.to_owned()))
            .saying(NOTHING)
    })
}

/// Whether the book is a rehearsal's; one without a ledger is not.
pub(super) fn rehearsal(source: &mut Source) -> Result<bool, Failure> {
    let nothing = source.nothing;
    let failed = |error: LedgerError| failed(error).saying(nothing);
    let Some(store) = source.store.as_mut() else {
        return Ok(false);
    };
    let ledger = Ledger::new(store);
    if ledger.size().map_err(failed)? == 0 {
        return Ok(false);
    }
    Ok(ledger.record(0).map_err(failed)?.statement.rehearsal)
}

pub(super) fn failed(error: impl Borrow<LedgerError>) -> Failure {
    words::ledger(error.borrow()).saying(NOTHING)
}
